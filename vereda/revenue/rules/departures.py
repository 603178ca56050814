"""When an account departed and came back: pure functions of what it paid for, and of goodbyes.

An account departs on the day its last running paid terms end while nothing paid follows that day.
A goodbye that was noted counts as a departure of its own only if no end lies within a month of it:
otherwise both tell the same departure.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from vereda.revenue.contracts import DepartureKind

SAME_DEPARTURE = timedelta(days=31)


class PaidSpan(NamedTuple):
    """Days without a gap on which something is paid for; `until` is the first day after them."""

    since: date
    until: date | None


def paid_spans(stretches: Iterable[tuple[date, date | None]]) -> list[PaidSpan]:
    """The spans that paid stretches cover, in order; what touches or overlaps is one."""
    spans: list[PaidSpan] = []
    for since, until in sorted(stretches, key=lambda each: each[0]):
        if until is not None and until <= since:
            continue
        if not spans or (spans[-1].until is not None and spans[-1].until < since):
            spans.append(PaidSpan(since, until))
        else:
            spans[-1] = PaidSpan(spans[-1].since, later_end(spans[-1].until, until))
    return spans


def later_end(one: date | None, other: date | None) -> date | None:
    """The later of two ends; None is open."""
    return None if one is None or other is None else max(one, other)


def departures_in(
    spans: Sequence[PaidSpan], *, goodbyes: Iterable[date] = ()
) -> list[tuple[date, DepartureKind]]:
    """The days on which an account departed, in order, and how each is known."""
    ends = [span.until for span in spans if span.until is not None]
    said: list[date] = []
    for day in sorted(set(goodbyes)):
        if not has_near(ends, day) and not (said and day - said[-1] <= SAME_DEPARTURE):
            said.append(day)
    told = [(day, DepartureKind.ENDED) for day in ends] + [
        (day, DepartureKind.SAID) for day in said
    ]
    return sorted(told)


def has_near(days: Iterable[date], day: date) -> bool:
    """Is one of the days within a month of this one?"""
    return any(abs(each - day) <= SAME_DEPARTURE for each in days)


def comebacks_in(spans: Sequence[PaidSpan]) -> list[date]:
    """The days on which an account that had departed began to pay again, in order."""
    return [span.since for span in spans[1:]]
