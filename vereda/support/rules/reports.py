"""How support went: medians, the longest waits of nine in ten, and shares, each with its n."""

from dataclasses import dataclass
from datetime import date

MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Spread:
    """Of n waits in minutes the median, and the one that nine in ten do not exceed."""

    n: int
    median: float | None
    ninetieth: float | None


@dataclass(frozen=True, slots=True)
class Portion:
    """How many of n."""

    n: int
    hits: int

    @property
    def share(self) -> float | None:
        """The same from 0 to 1; None of nothing."""
        return self.hits / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Opinion:
    """The mean of n answers."""

    n: int
    mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportFigures:
    """How support went for one group of tickets."""

    response: Spread
    fix: Spread
    reopened: Portion
    satisfaction: Opinion
    sla: Portion


def months_back(today: date, count: int) -> list[date]:
    """The first days of the last months, this one last."""
    last = today.year * MONTHS_OF_YEAR + today.month - 1
    return [
        date(number // MONTHS_OF_YEAR, number % MONTHS_OF_YEAR + 1, 1)
        for number in range(last - count + 1, last + 1)
    ]
