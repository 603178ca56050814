"""How ARR moved: totals of a span and of its months, and the accounts behind each figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from vereda.revenue.contracts import ArrMovement
from vereda.revenue.queries.balances import balances_between, standings
from vereda.revenue.queries.exchange import rates_of
from vereda.revenue.queries.groups import Chosen, accounts_chosen, group_column, plans_on
from vereda.revenue.rules.movements import (
    AccountMovement,
    MovementTotals,
    Span,
    add_movement,
    movement_of,
    movement_totals,
    note_unrated,
)
from vereda.revenue.rules.retention import (
    PaidLine,
    Retained,
    months_later,
    quarter_name,
    retained_by_group,
)

if TYPE_CHECKING:
    from vereda.revenue.queries.balances import Standing
    from vereda.workspaces.models import Workspace

EVERYBODY = Chosen()


@dataclass(frozen=True, slots=True)
class SpanTold:
    """A span with its movements, and how much of what was paid at its beginning was retained."""

    span: Span
    totals: MovementTotals
    retained: Retained


def movements_between(
    workspace: Workspace, *, span: Span, chosen: Chosen = EVERYBODY
) -> MovementTotals:
    """All movements of a span added up; two queries."""
    accounts = accounts_chosen(workspace, chosen)
    balances = balances_between(workspace, span=span, accounts=accounts)
    return movement_totals(balances, span=span, book=rates_of(workspace))


def account_movements(
    workspace: Workspace,
    *,
    span: Span,
    chosen: Chosen = EVERYBODY,
    kind: ArrMovement | None = None,
) -> list[AccountMovement]:
    """The accounts that moved, or moved so, the largest movements first; two queries."""
    book, accounts = rates_of(workspace), accounts_chosen(workspace, chosen)
    lines = [
        line
        for balance in balances_between(workspace, span=span, accounts=accounts)
        if (line := movement_of(balance, span=span, book=book)).kind is not None
        and kind in (None, line.kind)
    ]
    return sorted(lines, key=lambda line: (-abs(line.movement), str(line.account_id)))


def movements_of_spans(
    workspace: Workspace,
    *,
    days: Sequence[date],
    chosen: Chosen = EVERYBODY,
    apart: int = 1,
) -> list[SpanTold]:
    """The movements between each of the days and the one `apart` later; two queries for all."""
    book = rates_of(workspace)
    spans = [Span(*each) for each in zip(days, days[apart:], strict=False)]
    told = [SpanTold(span, MovementTotals(), Retained()) for span in spans]
    rows = standings(workspace, days=days, accounts=accounts_chosen(workspace, chosen))
    for standing in rows:
        # Most accounts pay in one currency, and the same for months: nothing to work out.
        at_home = standing.amounts_in(book.home)
        for place, each in enumerate(told):
            if at_home and at_home[place] == at_home[place + apart]:
                if at_home[place]:
                    each.totals.add_unchanged(at_home[place])
                    each.retained.count_unchanged(at_home[place])
                continue
            balance = standing.between(place, apart=apart)
            if not balance.opening and not balance.closing:
                continue
            line = movement_of(balance, span=each.span, book=book)
            add_movement(each.totals, line, balance=balance)
            note_unrated(each.totals, balance, book=book)
            if balance.opening:
                each.retained.count(line, pays=bool(balance.closing))
    return told


def retained_of_span(
    workspace: Workspace, *, span: Span, dimension: str, chosen: Chosen = EVERYBODY
) -> dict[str, Retained]:
    """What was retained of each group of a dimension; three queries at most."""
    return retained_by_group(
        retained_lines(workspace, span=span, dimension=dimension, chosen=chosen)
    )


def retained_lines(
    workspace: Workspace, *, span: Span, dimension: str, chosen: Chosen = EVERYBODY
) -> Iterator[PaidLine]:
    """Each account that paid on the first day, with its group."""
    book = rates_of(workspace)
    plans = plans_on(workspace, day=span.opened_on) if dimension == "plan" else {}
    rows = standings(
        workspace,
        days=span,
        accounts=accounts_chosen(workspace, chosen),
        group=group_column(dimension),
    )
    for standing in rows:
        balance = standing.between(0)
        if balance.opening:
            line = movement_of(balance, span=span, book=book)
            group = _group_of(standing, dimension=dimension, plan=plans.get(standing.account_id))
            yield PaidLine(line, pays=bool(balance.closing), group=group)


def _group_of(standing: Standing, *, dimension: str, plan: str | None) -> str:
    if dimension == "plan":
        return plan or ""
    return quarter_name(standing.first_paid_on) if dimension == "cohort" else standing.group


def months_until(today: date, *, months: int) -> list[date]:
    """The first days of that many whole months and of this one, and today after them."""
    this = today.replace(day=1)
    firsts = [months_later(this, -back) for back in range(months, -1, -1)]
    return firsts if this == today else [*firsts, today]
