"""The days on which a backtest asks what a score would have said, and what followed.

Nothing here knows what came after a day but for the outcome itself; a row without the whole
look-ahead behind it is left out, whether its customer departed meanwhile or not: to keep only the
early departures would count too many.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import msgspec

from vereda.customers.contracts import HealthBand
from vereda.health.contracts import Pace

MOST_DAYS: Final = 60
MONTHS_APART: Final = {Pace.MONTHLY: 1, Pace.QUARTERLY: 3}
WATCHED: Final = frozenset({HealthBand.AT_RISK, HealthBand.WATCH})


class Observed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A customer at the end of a day: what the score said, and what is naively known of it.

    score: 0 to 100, None when nothing was known. days_left: until it departed; None if it did not
    within the longest look-ahead. days_unused: since it last used the product; days_customer: since
    it became a customer; None where not known.
    """

    account_id: UUID
    on: date
    score: float | None
    band: HealthBand
    days_left: int | None = None
    days_unused: int | None = None
    days_customer: int | None = None

    def departed_within(self, days: int) -> bool:
        """Whether it departed in that many days from then."""
        return self.days_left is not None and self.days_left <= days

    @property
    def is_watched(self) -> bool:
        """Whether the colour was Watch or worse."""
        return self.band in WATCHED

    @property
    def departed_on(self) -> date | None:
        """The day on which it departed, if it did."""
        return None if self.days_left is None else self.on + timedelta(days=self.days_left)


def snapshot_days(first: date, last: date, *, pace: Pace) -> list[date]:
    """The last days of months or quarters from first to last, at most the 60 latest."""
    days = [day for day in _ends_of_months(first, last) if day.month % MONTHS_APART[pace] == 0]
    return days[-MOST_DAYS:]


def _ends_of_months(first: date, last: date) -> Iterator[date]:
    following = first.replace(day=1)
    while True:
        following = (following + timedelta(days=32)).replace(day=1)
        day = following - timedelta(days=1)
        if day > last:
            return
        yield day


def fitting_pace(first: date, last: date) -> Pace:
    """Monthly where sixty months reach back to the beginning, else quarterly."""
    return Pace.MONTHLY if (last - first).days <= MOST_DAYS // 12 * 366 else Pace.QUARTERLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    """Rows that curves and directions may be learned from, and rows that are judged.

    judged_from: the first day judged; None when there is but one day and so customers are halved.
    """

    learned: list[Observed]
    judged: list[Observed]
    judged_from: date | None


def followed_rows(rows: Iterable[Observed], *, horizon: int, known_until: date) -> list[Observed]:
    """The rows with a score of which the whole look-ahead has passed."""
    last = known_until - timedelta(days=horizon)
    return [row for row in rows if row.on <= last and row.score is not None]


def halved(rows: Sequence[Observed], *, horizon: int, judged_from: date | None = None) -> Halves:
    """Earlier rows to learn from, later rows to judge.

    No row is learned from whose look-ahead reaches into the days that are judged. Of one day only,
    half of the customers are learned from and half judged, by their ids.
    """
    days = sorted({row.on for row in rows})
    if len(days) == 1 and judged_from is None:
        even = [row for row in rows if row.account_id.int % 2 == 0]
        odd = [row for row in rows if row.account_id.int % 2]
        return Halves(learned=even, judged=odd, judged_from=None)
    begins = judged_from or (days[len(days) // 2] if days else date.max)
    return Halves(
        learned=[row for row in rows if row.on + timedelta(days=horizon) <= begins],
        judged=[row for row in rows if row.on >= begins],
        judged_from=begins,
    )


def days_until_next(days: Sequence[date], after: date) -> int | None:
    """How many days after that day the next of these (ordered) days comes; None if none does."""
    place = bisect_right(days, after)
    return (days[place] - after).days if place < len(days) else None
