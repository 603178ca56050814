"""The report of revenue: how ARR moved between two days and month by month, and who moved it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vereda.customers.queries.accounts import accounts_with_ids
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.pages import answer
from vereda.foundation.tabular import Cell
from vereda.foundation.waterfall_charts import Step, waterfall
from vereda.foundation.wording import compact_money_words
from vereda.revenue import wording
from vereda.revenue.contracts import ArrMovement
from vereda.revenue.pages.shown import (
    PAGE,
    MoneyAddress,
    as_file,
    choices_of,
    file_asked,
    major,
    money_address,
    report_frame,
    report_url,
    start_in,
    today_of,
)
from vereda.revenue.queries.movements import (
    SpanTold,
    account_movements,
    months_until,
    movements_of_spans,
)
from vereda.revenue.rules.movements import AccountMovement, MovementTotals, Span, twelfths

ROUTE, BEHIND = "revenue:movements", "revenue:movement-accounts"
MONTHS = 12
TONES = {
    ArrMovement.NEW: "good",
    ArrMovement.REACTIVATION: "good",
    ArrMovement.EXPANSION: "good",
    ArrMovement.CONTRACTION: "risk",
    ArrMovement.CHURN: "risk",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """One line between two totals: what it is, what it means, and where its accounts are."""

    label: Any
    meaning: Any
    amount: int
    accounts: int | None
    url: str
    tone: str = "watch"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMonth:
    """One month's row; `cells` are the lines in order, each with its address."""

    span: Span
    opening: int
    cells: list[tuple[int, str]]
    closing: int
    url: str


@page(may="revenue.see", methods=READING)
def movements(request: MemberRequest) -> HttpResponseBase:
    """How ARR moved between two days, and in each month up to the last of them."""
    workspace, address = request.member.workspace, money_address(request)
    days = months_until(address.span.closed_on, months=MONTHS)
    months = movements_of_spans(workspace, days=days, chosen=address.chosen)
    if file_asked(request):
        return months_file(request, months)
    whole = movements_of_spans(workspace, days=address.span, chosen=address.chosen)[0]
    lines, opening, closing = shown_lines(request, address, whole.totals)
    context = {
        **report_frame(request, route=ROUTE),
        **choices_of(request, address),
        "whole": whole,
        "opening": opening,
        "closing": closing,
        "lines": lines,
        "months": [shown_month(request, address, told) for told in reversed(months)],
        "heads": [*wording.ARR_MOVEMENTS.values()],
        "chart": drawn_lines(lines, opening, closing, currency=workspace.currency),
        "may_configure": request.member.may("revenue.configure"),
        "csv_query": address.query(format="csv"),
        "other_unit": address.query(unit="" if address.monthly else "mrr"),
        "behind": report_url(request, BEHIND, address.query()),
        "empty": not any((whole.totals.opening_accounts, whole.totals.closing_accounts)),
    }
    return answer(request, "revenue/movements.html", context)


def shown_lines(
    request: MemberRequest, address: MoneyAddress, totals: MovementTotals
) -> tuple[list[ShownLine], int, int]:
    """The lines between opening and closing, and these two, a year's or a month's."""
    amounts = line_amounts(totals, monthly=address.monthly)
    lines = [
        ShownLine(
            label=label,
            meaning=wording.ARR_MEANINGS[kind],
            amount=amount,
            accounts=totals.counts[kind],
            url=report_url(request, BEHIND, address.query(kind=kind)),
            tone=TONES[kind],
        )
        for (kind, label), amount in zip(wording.ARR_MOVEMENTS.items(), amounts[2:-1], strict=True)
    ]
    exchange = ShownLine(
        label=_("Exchange rates"),
        meaning=_("What was paid at the beginning, worth more or less at the rates of the end."),
        amount=amounts[1],
        accounts=None,
        url="",
    )
    return [*lines, exchange], amounts[0], amounts[-1]


def line_amounts(totals: MovementTotals, *, monthly: bool) -> list[int]:
    """Opening, exchange, the five kinds, closing: of a year, or of a month to the same cent."""
    kinds = [totals.amounts[kind] for kind in ArrMovement]
    amounts = [totals.opening, totals.exchange, *kinds]
    told = twelfths(amounts) if monthly else amounts
    return [*told, sum(told)]


def shown_month(request: MemberRequest, address: MoneyAddress, told: SpanTold) -> ShownMonth:
    """A month's row of the table."""
    amounts = line_amounts(told.totals, monthly=address.monthly)
    within = partial(
        address.query,
        **{"from": told.span.opened_on.isoformat(), "to": told.span.closed_on.isoformat()},
    )
    cells = [
        (amount, report_url(request, BEHIND, within(kind=kind)) if amount else "")
        for kind, amount in zip(ArrMovement, amounts[2:-1], strict=True)
    ]
    return ShownMonth(
        span=told.span,
        opening=amounts[0],
        cells=[*cells, (amounts[1], "")],
        closing=amounts[-1],
        url=report_url(request, ROUTE, within()),
    )


def drawn_lines(lines: Sequence[ShownLine], opening: int, closing: int, *, currency: str) -> Any:
    """The waterfall from opening to closing."""
    steps = [
        Step(pgettext("ARR on the first day", "Opening"), opening, total=True),
        *(Step(line.label, line.amount, line.tone) for line in lines),
        Step(pgettext("ARR on the last day", "Closing"), closing, total=True),
    ]
    return waterfall(
        steps,
        title=_("Recurring revenue"),
        words=lambda amount: compact_money_words(round(amount), currency),
    )


@page(may="revenue.see", methods=READING)
def movement_accounts(request: MemberRequest) -> HttpResponseBase:
    """The accounts behind the movements of a span, the largest first."""
    address, kind = money_address(request), kind_in(request)
    lines = account_movements(
        request.member.workspace, span=address.span, chosen=address.chosen, kind=kind
    )
    if file_asked(request):
        return accounts_file(request, lines)
    first = start_in(request, len(lines))
    shown = lines[first : first + PAGE]
    accounts = accounts_with_ids(request.member.workspace, [line.account_id for line in shown])
    context = {
        **report_frame(request, route=ROUTE),
        "address": address,
        "kind": kind,
        "kinds": [
            (word, report_url(request, BEHIND, address.query(kind=each)), each is kind)
            for each, word in wording.ARR_MOVEMENTS.items()
        ],
        "everything": report_url(request, BEHIND, address.query()),
        "back": report_url(request, ROUTE, address.query()),
        "rows": [(accounts.get(line.account_id), line, word_of(line)) for line in shown],
        "count": len(lines),
        "moved": sum(line.movement for line in lines),
        "csv_query": address.query(kind=kind, format="csv"),
        "earlier": address.query(kind=kind, start=max(0, first - PAGE)) if first else "",
        "later": address.query(kind=kind, start=first + PAGE) if first + PAGE < len(lines) else "",
    }
    return answer(request, "revenue/movement_accounts.html", context)


def kind_in(request: MemberRequest) -> ArrMovement | None:
    """The kind of movement that the address asks for; None for all."""
    try:
        return ArrMovement(request.GET.get("kind", ""))
    except ValueError:
        return None


def word_of(line: AccountMovement) -> Any:
    """What the account's movement is called."""
    return wording.ARR_MOVEMENTS[line.kind] if line.kind else ""


def months_file(request: MemberRequest, months: Sequence[SpanTold]) -> HttpResponseBase:
    """The months as a file; amounts in whole units of the workspace's currency."""
    currency = request.member.workspace.currency
    kinds = [str(word) for word in wording.ARR_MOVEMENTS.values()]
    header = [_("From"), _("Until"), pgettext("ARR on the first day", "Opening"), *kinds]
    header += [_("Exchange rates"), pgettext("ARR on the last day", "Closing"), _("Currency")]
    rows: list[list[Cell]] = []
    for told in months:
        amounts = line_amounts(told.totals, monthly=False)
        in_order = [amounts[0], *amounts[2:-1], amounts[1], amounts[-1]]
        rows.append([*told.span, *(major(minor, currency) for minor in in_order), currency])
    name = f"{request.member.workspace.slug}-arr-{today_of(request).isoformat()}"
    return as_file(request, header, rows, name=name)


def accounts_file(request: MemberRequest, lines: Sequence[AccountMovement]) -> HttpResponseBase:
    """The accounts as a file."""
    header = [_("Key"), _("Account"), _("Movement"), pgettext("ARR on the first day", "Opening")]
    header += [_("Exchange rates"), _("Change"), pgettext("ARR on the last day", "Closing")]
    name = f"{request.member.workspace.slug}-arr-accounts-{today_of(request).isoformat()}"
    rows = _account_rows(request, lines)
    return as_file(request, [*header, _("Currency")], rows, name=name)


def _account_rows(request: MemberRequest, lines: Sequence[AccountMovement]) -> Iterator[list[Cell]]:
    workspace = request.member.workspace
    for start in range(0, len(lines), PAGE):
        part = lines[start : start + PAGE]
        accounts = accounts_with_ids(workspace, [line.account_id for line in part])
        for line in part:
            account = accounts.get(line.account_id)
            amounts = (line.opening, line.exchange, line.movement, line.closing)
            yield [
                account.key if account else "",
                account.name if account else "",
                str(word_of(line)),
                *(major(minor, workspace.currency) for minor in amounts),
                workspace.currency,
            ]
