"""Patterns of use, from the days on which something was used.

An interval is the number of days from one day of use to the next. A *regular pattern* of period P
is a stretch of use in which no interval is longer than 1.5 P, that lasts at least 3 P from its
first day of use to its last, and has at least four days of use: three intervals in a row that
keep the period. It begins on the first day of that stretch.

How irregular use is, is told by the burstiness of Goh and Barabási (Burstiness and memory in
complex systems, EPL 81, 2008, 48002), corrected for few intervals by Kim and Jo (Measuring
burstiness for finite event sequences, Physical Review E 94, 2016, 032311): with r the standard
deviation of the n intervals by their mean,

    A = (sqrt(n + 1) r - sqrt(n - 1)) / ((sqrt(n + 1) - 2) r + sqrt(n - 1))

which is -1 for a clock, 0 for use at random times, and 1 for everything at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from typing import Final

from vereda.product.contracts import Cadence

USUAL_PERIOD: Final = 7
TOLERANCE: Final = 1.5
PERIODS_IN_A_ROW: Final = 3
FEWEST_DAYS: Final = 4
BURSTY: Final = 0.25
"""From this burstiness on, use comes in bursts."""
FEWEST_INTERVALS: Final = 3
"""With fewer, the intervals tell nothing."""
SILENT_PERIODS: Final = 4
"""After so many periods without use, who used it once used it once only."""
REGULAR_SHARE: Final = 0.5
"""Regular stretches cover at least this share of the time between the first use and the last."""


def longest_interval(period: int) -> int:
    """The longest interval, in days, that still keeps the period."""
    return int(TOLERANCE * period)


def shortest_stretch(period: int) -> int:
    """How many days a stretch lasts, at least, to be a regular pattern."""
    return PERIODS_IN_A_ROW * period


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """What is known of the days on which somebody used something.

    `gap_squares`: the sum of the squared intervals. `regular_days`: how long regular stretches
    lasted together.
    """

    first_on: date
    last_on: date
    use_days: int
    gap_squares: int = 0
    longest_gap: int = 0
    regular_since_on: date | None = None
    regular_days: int = 0

    @property
    def intervals(self) -> int:
        """How many there are."""
        return self.use_days - 1

    @property
    def mean_interval(self) -> float | None:
        """The mean number of days from one day of use to the next."""
        days = (self.last_on - self.first_on).days
        return days / self.intervals if self.intervals else None


def uses_on(days: Sequence[date], *, period: int) -> Uses | None:
    """What these days tell, in any order; the same as the event store tells of them."""
    if not days:
        return None
    ordered = sorted(set(days))
    gaps = [(later - day).days for day, later in pairwise(ordered)]
    stretches = _regular_stretches(ordered, period=period)
    return Uses(
        first_on=ordered[0],
        last_on=ordered[-1],
        use_days=len(ordered),
        gap_squares=sum(gap * gap for gap in gaps),
        longest_gap=max(gaps, default=0),
        regular_since_on=stretches[0][0] if stretches else None,
        regular_days=sum((last - first).days for first, last in stretches),
    )


def _regular_stretches(days: Sequence[date], *, period: int) -> list[tuple[date, date]]:
    """First and last day of each stretch that is a regular pattern."""
    longest = timedelta(days=longest_interval(period))
    stretches: list[list[date]] = []
    for day in days:
        if stretches and day - stretches[-1][-1] <= longest:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return [
        (stretch[0], stretch[-1])
        for stretch in stretches
        if len(stretch) >= FEWEST_DAYS
        and (stretch[-1] - stretch[0]).days >= shortest_stretch(period)
    ]


def burstiness(uses: Uses) -> float | None:
    """How irregular the intervals are, from -1 to 1; None with too few to tell."""
    count, mean = uses.intervals, uses.mean_interval
    if count < FEWEST_INTERVALS or not mean:
        return None
    variance = max(0.0, uses.gap_squares / count - mean * mean)
    ratio = sqrt(variance) / mean
    more, less = sqrt(count + 1), sqrt(count - 1)
    return (more * ratio - less) / ((more - 2) * ratio + less)


def cadence_shown(uses: Uses, *, period: int, until: date) -> Cadence | None:
    """How often it is really used, as of that day; None where too little is known.

    Once: all its use lies within one period, and four periods passed without any. Regular: such
    stretches cover half of the time from its first to its last use. Else, in bursts: patch; else
    occasional.
    """
    if (uses.last_on - uses.first_on).days < period:
        silent = (until - uses.last_on).days >= SILENT_PERIODS * period
        return Cadence.SINGLE_USE if silent else None
    if uses.regular_days >= REGULAR_SHARE * (uses.last_on - uses.first_on).days:
        return Cadence.REGULAR
    irregular = burstiness(uses)
    if irregular is None:
        return None
    return Cadence.PATCH if irregular >= BURSTY else Cadence.OCCASIONAL
