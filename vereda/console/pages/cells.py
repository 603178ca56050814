"""Changing one cell of the portfolio: a fragment in the list, a page of its own without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from vereda.console.cells import PERMISSION_TO_EDIT, Drawing, drawn_cell
from vereda.console.contracts import CellChanged
from vereda.console.listing import today_in
from vereda.customers import wording
from vereda.customers.actions.account_tags import set_account_tags
from vereda.customers.actions.accounts import assign_account, change_stage, set_next_step
from vereda.customers.contracts import LifecycleStage, WrongValue
from vereda.customers.queries.accounts import account_with_key, tags_in, tags_of_all
from vereda.customers.queries.lists import account_question
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.pages import answer, answer_after, wants_fragment
from vereda.revenue.actions.subscriptions import set_renewal
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account

TEMPLATE = "console/cell.html#cell"


@page(may="customers.see")
def cell(request: MemberRequest, account: str, column: str) -> HttpResponse:
    """The form of one cell; after saving, the cell again."""
    if column not in PERMISSION_TO_EDIT:
        raise Missing(column[:40])
    if not request.member.may(PERMISSION_TO_EDIT[column]):
        raise PermissionDenied
    row = account_with_key(request.member.workspace, account)
    if request.method != "POST":
        return answer(request, TEMPLATE, form_of(request, row, column))
    try:
        put(request, row, column)
    except Refused as refused:
        context = form_of(request, row, column) | {
            "refusal": refused.sentence,
            "value": request.POST.get("value", ""),
        }
        return answer(request, TEMPLATE, context, status=refused.status)
    if wants_fragment(request):
        return HttpResponse(drawn_again(request, row, column))
    return answer_after(request, to=next_of(request))


def form_of(request: MemberRequest, row: Account, column: str) -> dict[str, Any]:
    """What the form shows: what stands there now, and what can be chosen."""
    workspace = request.member.workspace
    value = text_of(row, column)
    choices: dict[str, Callable[[], list[tuple[str, Any]]]] = {
        "owner": lambda: [("", _("Nobody")), *((str(m.pk), m.name) for m in members_of(workspace))],
        "stage": lambda: [(str(stage), label) for stage, label in wording.STAGES.items()],
    }
    question = account_question(workspace, today=today_in(workspace))
    return {
        "account": row,
        "column": column,
        "label": question.fields[column].label,
        "value": value,
        "was": value,
        "choices": choices[column]() if column in choices else None,
        "tags": tags_in(workspace) if column == "tags" else None,
        "next": next_of(request),
    }


def text_of(row: Account, column: str) -> str:
    """What stands in the cell, as its form writes it."""
    match column:
        case "owner":
            return str(row.owner_id or "")
        case "renewal_on":
            return row.renewal_on.isoformat() if row.renewal_on else ""
        case "tags":
            return ", ".join(tag.name for tag in tags_of_all(row.workspace_id, [row.pk])[row.pk])
    return str(getattr(row, column))


def put(request: MemberRequest, row: Account, column: str) -> None:
    """Write what was sent, unless somebody wrote something else meanwhile."""
    value, was = request.POST.get("value", "").strip(), request.POST.get("was")
    stands = text_of(row, column)
    if was is not None and was != stands:
        raise CellChanged(
            _("Somebody changed this meanwhile. Save again to replace what stands there.")
        )
    by, instant = request.member, now()
    match column:
        case "owner":
            assign_account(row, owner=chosen_owner(request, value), by=by, now=instant)
        case "stage":
            change_stage(row, stage=chosen_stage(value), by=by, now=instant)
        case "next_step":
            set_next_step(row, next_step=value, by=by, now=instant)
        case "tags":
            set_account_tags(row, names=[t for t in value.split(",") if t.strip()], by=by)
        case "renewal_on":
            set_renewal(row, renews_on=chosen_day(value), by=by, now=instant)


def chosen_owner(request: MemberRequest, value: str) -> Any:
    """The member that was chosen; None for nobody."""
    if not value:
        return None
    for member in members_of(request.member.workspace):
        if str(member.pk) == value:
            return member
    raise WrongValue(_("Choose somebody who works in this workspace."))


def chosen_stage(value: str) -> LifecycleStage:
    """The stage that was chosen."""
    if value not in set(LifecycleStage):
        raise WrongValue(_("Choose a stage."))
    return LifecycleStage(value)


def chosen_day(value: str) -> date | None:
    """The day that was chosen; None when it was emptied."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise WrongValue(_("A date was expected, such as 2026-12-31.")) from None


def drawn_again(request: MemberRequest, row: Account, column: str) -> str:
    """The cell as it is now, without the element around it."""
    workspace = request.member.workspace
    question = account_question(workspace, today=today_in(workspace))
    fresh = account_with_key(workspace, row.key)
    tags = tags_of_all(workspace, [fresh.pk]) if column == "tags" else {}
    drawing = Drawing(request.member, question, tags)
    whole = drawn_cell(fresh, column, drawing, editing=True)
    return str(whole).partition('">')[2].removesuffix("</vereda-edit-cell>")


def next_of(request: MemberRequest) -> str:
    """Where to go afterwards without scripts: back to the list as it was."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    if wanted.startswith("/") and inside:
        return wanted
    return reverse("console:accounts", kwargs={"workspace": request.member.workspace.slug})
