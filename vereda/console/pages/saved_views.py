"""Saving a list as a view, changing it, forgetting it."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.console.actions.views import change_view, move_view, remove_view, save_view
from vereda.console.contracts import Side
from vereda.console.listing import address_in, address_of
from vereda.console.models import SavedView
from vereda.console.queries import view_with_id
from vereda.console.views import joined, may_change_view
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.pages import answer, answer_after, notice


@page(may="customers.see")
def save(request: MemberRequest) -> HttpResponse:
    """Save the list of the address under a name."""
    sent = request.GET if request.method == "GET" else QueryDict(request.POST.get("query", ""))
    query = address_in(sent).kept_query()
    may_share = request.member.may("console.share_view")
    context = {"query": query, "may_share": may_share, "back": list_url(request, query)}
    if request.method == "GET":
        return answer(request, "console/save_view.html#form", context)
    shared = request.POST.get("shared") == "on"
    if shared and not may_share:
        raise PermissionDenied
    name = request.POST.get("name", "")
    try:
        view = save_view(
            request.member.workspace,
            name=name,
            query=query,
            shared=shared,
            by=request.member,
            now=now(),
        )
    except Refused as refused:
        told = {**context, "refusal": refused.sentence, "name": name}
        return answer(request, "console/save_view.html#form", told, status=refused.status)
    notice(request, _("The view is saved."))
    return answer_after(request, to=list_url(request, joined(view.query, str(view.pk))))


@page(may="customers.see", methods=("POST",))
def replace(request: MemberRequest, view: UUID) -> HttpResponse:
    """Let the view show the list as it is now."""
    row = own_view(request, view)
    query = address_of(request.POST.get("query", "")).kept_query()
    change_view(row, query=query, by=request.member)
    notice(request, _("The view shows this list now."))
    return answer_after(request, to=list_url(request, joined(row.query, str(row.pk))))


@page(may="customers.see", methods=("POST",))
def move(request: MemberRequest, view: UUID) -> HttpResponse:
    """The view changes places with its neighbour at the left or right."""
    row = own_view(request, view)
    side = Side.LEFT if request.POST.get("side") == Side.LEFT else Side.RIGHT
    move_view(row, side=side, by=request.member)
    return answer_after(request, to=list_url(request, joined(row.query, str(row.pk))))


@page(may="customers.see", methods=("POST",))
def remove(request: MemberRequest, view: UUID) -> HttpResponse:
    """Forget the view."""
    row = own_view(request, view)
    remove_view(row, by=request.member)
    notice(request, _("The view is gone; its accounts are not."))
    return answer_after(request, to=list_url(request, ""))


def own_view(request: MemberRequest, view: UUID) -> SavedView:
    """The view, if the member may change it."""
    row = view_with_id(request.member, view)
    if not may_change_view(request.member, row):
        raise PermissionDenied
    return row


def list_url(request: MemberRequest, query: str) -> str:
    """The list at that query."""
    url = reverse("console:accounts", kwargs={"workspace": request.member.workspace.slug})
    return f"{url}?{query}" if query else url
