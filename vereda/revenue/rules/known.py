"""Figures of an account's money as they were known at the end of a day; None is "not known".

The terms are the account's paid ones that had started by that day, in the order of their starts.
What a later cancellation changed about them does not show: see each function.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from vereda.revenue.contracts import BillingPeriod
from vereda.revenue.rules.departures import paid_spans
from vereda.revenue.rules.terms import Terms, anniversary_from, arr_on, runs_on

TREND = timedelta(days=90)
Worth = Callable[[int, str], float | None]


class LinkedTerms(Terms, Protocol):
    """Terms that know which ones they continue."""

    @property
    def pk(self) -> UUID: ...
    @property
    def continues_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class MoneyKnown:
    """An account's terms at the end of a day.

    `worth` tells minor units of a currency in whole units of the home currency, or None.
    """

    rows: Sequence[LinkedTerms]
    on: date
    worth: Worth

    def running(self, *, day: date | None = None) -> list[LinkedTerms]:
        """The terms that run on that day, or on a day before."""
        return [row for row in self.rows if runs_on(row, day or self.on)]

    def arr(self, *, day: date) -> float | None:
        """What runs that day is worth a year; None when part of it has no exchange rate."""
        worths = [self.worth(arr_on(row, day), row.currency) for row in self.running(day=day)]
        known = [each for each in worths if each is not None]
        return sum(known) if len(known) == len(worths) else None


def arr_known(money: MoneyKnown) -> float | None:
    """What the account pays a year."""
    return money.arr(day=money.on)


def arr_trend_known(money: MoneyKnown) -> float | None:
    """The change since 90 days before as a share of what it was; None when nothing was paid."""
    before, now = money.arr(day=money.on - TREND), money.arr(day=money.on)
    if not before or now is None:
        return None
    return (now - before) / before


def seats_known(money: MoneyKnown) -> float | None:
    """The seats of what runs that day; None where no terms speak of seats."""
    seats = [row.seats for row in money.running() if row.seats is not None]
    return float(sum(seats)) if seats else None


def tenure_known(money: MoneyKnown) -> float | None:
    """Days since the span without a gap began that runs that day; None when nothing runs."""
    spans = paid_spans((row.started_on, row.ends_on) for row in money.rows if row.amount_minor)
    if not spans or (spans[-1].until is not None and spans[-1].until <= money.on):
        return None
    return float((money.on - spans[-1].since).days)


def days_to_renewal_known(money: MoneyKnown) -> float | None:
    """Days until the next renewal of what is paid yearly.

    A told renewal gives the day of the year, also when it was told of the terms before; else the
    day on which the contract began. A cancellation empties `renews_on`, so whether there is one
    must not decide whether there is a figure.
    """
    yearly = [row for row in money.running() if row.period == BillingPeriod.YEARLY]
    days = [_renewal_known(row, money=money) for row in yearly]
    return float(min((day - money.on).days for day in days)) if days else None


def _renewal_known(row: LinkedTerms, *, money: MoneyKnown) -> date:
    by_id = {each.pk: each for each in money.rows}
    first, told = row, row.renews_on
    while first.continues_id is not None and first.continues_id in by_id:
        first = by_id[first.continues_id]
        told = told or first.renews_on
    if told is None:
        return anniversary_from(first.started_on, on=money.on)
    return told if told >= money.on else anniversary_from(told, on=money.on)


def notice_known(money: MoneyKnown) -> float | None:
    """The share of the ARR of that day that had been cancelled by then; None when nothing runs."""
    on = money.on
    worths = [(row, money.worth(arr_on(row, on), row.currency) or 0) for row in money.running()]
    whole = sum(worth for _row, worth in worths)
    if not whole:
        return None
    cancelled = (worth for row, worth in worths if row.cancelled_on and row.cancelled_on <= on)
    return sum(cancelled) / whole
