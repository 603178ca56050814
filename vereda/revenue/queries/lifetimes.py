"""How long customers stay, what they pay with time, and how long it takes until they pay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Min

from vereda.customers.queries.accounts import accounts_known_since
from vereda.foundation.zones import day_where
from vereda.revenue.models import Subscription
from vereda.revenue.queries.balances import standings
from vereda.revenue.queries.departures import paid_spans_of_all, paid_subscriptions
from vereda.revenue.queries.exchange import rates_of
from vereda.revenue.queries.groups import Chosen, accounts_chosen
from vereda.revenue.rules.intervals import Wait, Waiting, waiting_times
from vereda.revenue.rules.lifetime import Lifetimes, lifetimes_from
from vereda.revenue.rules.retention import months_later

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

EVERYBODY = Chosen()
MOST_POINTS = 24


class LifePeriod(StrEnum):
    """What a lifetime is counted in."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS_OF = {LifePeriod.MONTH: 1, LifePeriod.QUARTER: 3, LifePeriod.YEAR: 12}
LONGEST_FIRST = (LifePeriod.YEAR, LifePeriod.QUARTER, LifePeriod.MONTH)


def lifetimes_of(
    workspace: Workspace, *, today: date, period: LifePeriod, chosen: Chosen = EVERYBODY
) -> Lifetimes:
    """How many whole periods each account's first paid time lasted, as of today; one query.

    An account that came back is told of once: its first time.
    """
    return _counted(_first_times(workspace, today=today, chosen=chosen), period, today=today)


def telling_lifetimes(
    workspace: Workspace, *, today: date, chosen: Chosen = EVERYBODY
) -> tuple[LifePeriod, Lifetimes]:
    """The lifetimes by the longest period by which a model can tell; else by the shortest.

    A longer period needs a history of three of them. Two queries.
    """
    spans = _first_times(workspace, today=today, chosen=chosen)
    longest = fitting_period(workspace, today=today)
    told = Lifetimes()
    for period in [each for each in LONGEST_FIRST if MONTHS_OF[each] <= MONTHS_OF[longest]]:
        told = _counted(spans, period, today=today)
        if told.can_tell:
            return period, told
    return LifePeriod.MONTH, told


def _first_times(
    workspace: Workspace, *, today: date, chosen: Chosen
) -> list[tuple[date, date | None]]:
    """The first paid span of every account that has begun."""
    rows = paid_subscriptions(workspace).filter(
        accounts_chosen(workspace, chosen), started_on__lte=today
    )
    return [
        (spans[0].since, spans[0].until) for _account, spans in paid_spans_of_all(rows) if spans
    ]


def _counted(
    spans: Iterable[tuple[date, date | None]], period: LifePeriod, *, today: date
) -> Lifetimes:
    months = MONTHS_OF[period]
    return lifetimes_from(
        _lived(since, until, today=today, months=months) for since, until in spans
    )


def _lived(since: date, until: date | None, *, today: date, months: int) -> tuple[int, bool]:
    """Whole periods lived, and whether it is over. The last day itself completes a period."""
    if until is None or until > today:
        return whole_months(since, today) // months, False
    whole = whole_months(since, until)
    # Who leaves on the day on which a period ends has lived that period and leaves at its end.
    return (whole - 1 if whole and _same_day(since, until) else whole) // months, True


def _same_day(since: date, until: date) -> bool:
    return since.day == until.day


def whole_months(since: date, until: date) -> int:
    """Whole months from one day to a later one."""
    months = (until.year - since.year) * 12 + until.month - since.month
    return months - (until.day < since.day)


def fitting_period(workspace: Workspace, *, today: date) -> LifePeriod:
    """The longest period of which the history holds three at least; one query."""
    rows = paid_subscriptions(workspace).order_by()
    first = rows.aggregate(first=Min("started_on"))["first"] or today
    months = whole_months(first, today)
    if months >= 36:
        return LifePeriod.YEAR
    return LifePeriod.QUARTER if months >= 9 else LifePeriod.MONTH


@dataclass(slots=True)
class TenurePoint:
    """What accounts pay that began so many periods ago; amounts in the workspace's currency.

    `accounts` had begun that long before one of the days that were looked at; `paying` of them
    still paid.
    """

    age: int
    accounts: int = 0
    paying: int = 0
    arr_minor: int = 0

    @property
    def of_all(self) -> int | None:
        """ARR for each account that began, gone ones included; None where there is none."""
        return round(self.arr_minor / self.accounts) if self.accounts else None

    @property
    def of_paying(self) -> int | None:
        """ARR for each account that still pays."""
        return round(self.arr_minor / self.paying) if self.paying else None

    @property
    def surviving(self) -> float | None:
        """The share that still pays."""
        return self.paying / self.accounts if self.accounts else None


def revenue_by_tenure(
    workspace: Workspace, *, today: date, period: LifePeriod, chosen: Chosen = EVERYBODY
) -> list[TenurePoint]:
    """ARR by how long an account has been a customer, at the first of each period; two queries.

    Each account is looked at on the first day of every period up to today, and counts on each at
    the age it then had.
    """
    days = _days_looked_at(today, months=MONTHS_OF[period])
    book, points = rates_of(workspace), {age: TenurePoint(age) for age in range(MOST_POINTS)}
    chosen_accounts = accounts_chosen(workspace, chosen)
    for standing in standings(workspace, days=days, accounts=chosen_accounts):
        for place, day in enumerate(days):
            paid = standing.paid_at(place)
            age = whole_months(standing.first_paid_on, day) // MONTHS_OF[period]
            if 0 <= age < MOST_POINTS and standing.first_paid_on <= day:
                point = points[age]
                point.accounts += 1
                point.paying += bool(paid)
                point.arr_minor += book.sum_at_home(paid, day=day)
    return [point for point in points.values() if point.accounts]


def _days_looked_at(today: date, *, months: int) -> Sequence[date]:
    this = today.replace(day=1)
    return [months_later(this, -months * back) for back in range(MOST_POINTS - 1, -1, -1)]


class TimesToPay(NamedTuple):
    """How long accounts took from being known to a contract, and to the first paid day."""

    close: Waiting
    revenue: Waiting
    waits: list[PayWaits]
    unknown: int


class PayWaits(NamedTuple):
    """One account's waits."""

    account_id: UUID
    known_on: date
    close: Wait
    revenue: Wait


def times_to_pay(workspace: Workspace, *, since: date, today: date) -> TimesToPay:
    """For accounts known since that day: days until they closed and until they paid; three queries.

    An account is known from the day it was created on, as it was told or, if nobody told it, as it
    was added. It closes when its first subscription that is no trial was agreed: on the day it was
    entered or started, whichever came first. It pays when something that costs runs for the first
    time. Those who had bought before they were known are `unknown`: nobody told when it began.
    """
    known = accounts_known_since(workspace, since=since, until=today)
    agreed = _agreed(workspace)
    paid = dict(_first_days(workspace))
    waits = [
        PayWaits(
            account_id,
            day,
            _wait(day, agreed.get(account_id), today=today),
            _wait(day, paid.get(account_id), today=today),
        )
        for account_id, day in known.items()
        if day <= min(agreed.get(account_id, day), paid.get(account_id, day))
    ]
    return TimesToPay(
        waiting_times(each.close for each in waits),
        waiting_times(each.revenue for each in waits),
        waits,
        len(known) - len(waits),
    )


def _wait(known: date, done: date | None, *, today: date) -> Wait:
    if done is None or done > today:
        return Wait((today - known).days, open=True)
    return Wait((done - known).days, open=False)


def _agreed(workspace: Workspace) -> dict[UUID, date]:
    rows = Subscription.objects.of(workspace).filter(trial=False).order_by().values("account_id")
    firsts = rows.annotate(started=Min("started_on"), entered=Min("created_at"))
    return {
        account_id: min(started, day_where(entered, workspace.time_zone))
        for account_id, started, entered in firsts.values_list("account_id", "started", "entered")
    }


def _first_days(workspace: Workspace) -> Iterator[tuple[UUID, date]]:
    rows = paid_subscriptions(workspace).order_by().values("account_id")
    yield from rows.annotate(first=Min("started_on")).values_list("account_id", "first")
