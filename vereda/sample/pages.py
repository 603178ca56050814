"""The settings page of the sample company: load it, watch it come, remove it."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.shell import settings_tabs
from vereda.sample.actions.asking import ask_for_sample
from vereda.sample.actions.removal import remove_sample
from vereda.sample.contracts import SAMPLE_SLUG
from vereda.sample.queries import latest_sample_load, sample_exists

DOING = {
    "world": gettext_lazy("Inventing a company"),
    "customers": gettext_lazy("Accounts and people"),
    "usage": gettext_lazy("A million events"),
    "activity": gettext_lazy("What events say about accounts"),
    "money": gettext_lazy("Subscriptions and tickets"),
    "notes": gettext_lazy("Notes and relationships"),
    "done": gettext_lazy("Done"),
}


@page(may="sample.load", methods=READING)
def sample(request: MemberRequest) -> HttpResponse:
    """What there is of the sample company, and the one button that fits."""
    load = latest_sample_load(request.member.workspace)
    context = {
        "workspace": request.member.workspace,
        "load": load,
        "loading": load is not None and load.ended_at is None,
        "doing": DOING.get(load.doing, "") if load else "",
        "exists": sample_exists(),
        "sample_url": f"/w/{SAMPLE_SLUG}/",
        "tabs": settings_tabs(request.member, current="sample:sample"),
    }
    return answer(request, "sample/sample.html#state", context)


@page(may="sample.load", methods=("POST",))
def load(request: MemberRequest) -> HttpResponse:
    """Have the sample company loaded."""
    ask_for_sample(by=request.member, now=now())
    return answer_after(request, to=reverse("sample:sample", args=[request.member.workspace.slug]))


@page(may="sample.remove", methods=("POST",))
def remove(request: MemberRequest) -> HttpResponse:
    """Remove the sample company, rows and events."""
    remove_sample(request.member.workspace)
    notice(request, _("The sample company was removed, with all its events."))
    return answer_after(request, to="/")
