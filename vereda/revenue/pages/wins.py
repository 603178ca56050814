"""The register of wins, win-backs and losses, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import Order, slice_of
from vereda.revenue import wording
from vereda.revenue.actions.wins import correct_win, note_win, remove_win
from vereda.revenue.contracts import WinKind
from vereda.revenue.money_forms import WinForm, win_initial
from vereda.revenue.pages.shown import report_frame, report_url, today_of
from vereda.revenue.pages.subscriptions import money_url
from vereda.revenue.queries.wins import all_wins, win_reasons, win_with_key

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.revenue.models import Win

ROUTE = "revenue:wins"
LAST = Order.on("happened", "happened_on", descending=True)
FORM = "revenue/form.html#form"


@page(may="revenue.see", methods=READING)
def wins(request: MemberRequest) -> HttpResponse:
    """What was won, won back and lost, the last first, and how often each reason decided it."""
    workspace, kind = request.member.workspace, _kind_in(request)
    rows = all_wins(workspace)
    reasons = win_reasons(rows)
    public = request.GET.get("public") == "1"
    asked = rows.filter(kind=kind) if kind else rows
    asked = asked.filter(public=True) if public else asked
    slice = slice_of(asked, workspace=workspace, order=LAST, cursor=request.GET.get("cursor", ""))
    context = {
        **report_frame(request, route=ROUTE),
        "slice": slice,
        "kind": kind,
        "public": public,
        "kinds": [(each, word) for each, word in wording.WINS.items()],
        "reasons": [(wording.WINS[each], _ranked(reasons.get(each, {}))) for each in WinKind],
        "any": bool(reasons),
        "may_edit": request.member.may("revenue.edit_subscription"),
    }
    return answer(request, "revenue/wins.html", context)


def _kind_in(request: MemberRequest) -> WinKind | None:
    try:
        return WinKind(request.GET.get("kind", ""))
    except ValueError:
        return None


def _ranked(counts: Any) -> list[tuple[Any, int]]:
    """The reasons by how often, in words."""
    words = {str(reason): word for reason, word in wording.WIN_REASONS.items()}
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [(words.get(reason, reason), count) for reason, count in ordered]


@page(may="revenue.edit_subscription")
def note(request: MemberRequest, account: str) -> HttpResponse:
    """A new win, win-back or loss of an account."""
    row = account_with_key(request.member.workspace, account)
    form = WinForm(request.POST or None, initial={"happened_on": today_of(request), "kind": "win"})

    def act() -> None:
        note_win(row, by=request.member, **form.said())

    if form.accepts(act):
        notice(request, _("It is in the register."))
        return answer_after(request, to=money_url(request, row.key))
    return _form_page(request, form, row, title=_("A win, win-back or loss"))


@page(may="revenue.edit_subscription")
def edit(request: MemberRequest, win: str) -> HttpResponse:
    """Put right what was noted."""
    row = win_with_key(request.member.workspace, win)
    form = WinForm(request.POST or None, initial=win_initial(row))

    def act() -> None:
        correct_win(row, by=request.member, version=form.cleaned_data["version"], **form.said())

    if form.accepts(act):
        notice(request, _("The register is corrected."))
        return answer_after(request, to=report_url(request, ROUTE))
    return _form_page(request, form, row.account, title=row.key, win=row)


@page(may="revenue.edit_subscription", methods=("POST",))
def remove(request: MemberRequest, win: str) -> HttpResponse:
    """Take it out of the register."""
    remove_win(win_with_key(request.member.workspace, win), by=request.member)
    notice(request, _("It is no longer in the register."))
    return answer_after(request, to=report_url(request, ROUTE))


def _form_page(
    request: MemberRequest, form: WinForm, account: Account, *, title: str, win: Win | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "account": account,
        "title": title,
        "submit": _("Save"),
        "back": report_url(request, ROUTE) if win else money_url(request, account.key),
    }
    return answer(request, FORM, context, status=form.answer_status)
