"""Where the reports of every capability are found."""

from django.http import HttpResponse

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.pages import answer
from vereda.foundation.shell import open_places


@page(may="workspaces.see", methods=READING)
def reports(request: MemberRequest) -> HttpResponse:
    """The reports that the member may open, each with a sentence about what it answers."""
    context = {"places": open_places("REPORTS", request.member)}
    return answer(request, "console/reports.html", context)
