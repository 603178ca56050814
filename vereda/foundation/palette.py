"""The palette (Ctrl-K): go to, create, do. Without scripts it is a page with a search field."""

from django.http import HttpResponse

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.pages import answer
from vereda.foundation.shell import found_words, palette_answers

LONGEST_SEARCH = 100


@page(may="workspaces.see", methods=READING)
def find_anything(request: MemberRequest) -> HttpResponse:
    """What `?q=` finds among the commands and the rows of this workspace."""
    text = request.GET.get("q", "").replace("\x00", "")[:LONGEST_SEARCH]
    groups = palette_answers(request.member, text=text)
    context = {"text": text, "groups": groups, "found": found_words(groups)}
    return answer(request, "foundation/palette.html#answers", context)
