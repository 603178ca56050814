"""Curves of how long it takes, where of some it is only known that it had not happened yet.

E. L. Kaplan and P. Meier, Nonparametric Estimation from Incomplete Observations, Journal of the
American Statistical Association 53 (1958): of n who were still being watched just before t, d for
whom it happened then,

    S(t) = product over t_i <= t of (1 - d_i / n_i)

Greenwood's variance of the logarithm of S is the sum of d_i / (n_i (n_i - d_i)). The interval is
that of log(-log S) (J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time
Data, 1980), so that it stays between 0 and 1: S to the power exp(-+ z * sd / log S).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Final, NamedTuple

Z: Final = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Spell:
    """How many days it took somebody; or, not `happened`, for how long it is known that it had
    not."""

    days: int
    happened: bool


class ReachedShare(NamedTuple):
    """For which share it has happened, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """After `days`: the share for whom it has not happened, its 95 % interval, and what it is made
    of: how many were watched until then, for how many it happened on that day, and how many were
    no longer watched after it."""

    days: int
    remaining: float
    low: float
    high: float
    watched: int
    happened: int
    left: int

    @property
    def reached(self) -> ReachedShare:
        """The share for whom it has happened by then."""
        return ReachedShare(1 - self.remaining, 1 - self.high, 1 - self.low)


@dataclass(frozen=True, slots=True)
class Curve:
    """A distribution of times with censoring; a step for each number of days that anybody has."""

    steps: tuple[Step, ...]

    @property
    def count(self) -> int:
        """How many are told of."""
        return self.steps[0].watched if self.steps else 0

    @property
    def happened(self) -> int:
        """For how many it happened."""
        return sum(step.happened for step in self.steps)

    def at(self, days: int) -> Step | None:
        """The last step up to that many days; None before the first."""
        found = None
        for step in self.steps:
            if step.days > days:
                break
            found = step
        return found

    def share_by(self, days: int) -> float | None:
        """The share for whom it happened within so many days; None where nobody was watched for
        so long and not all of it is known."""
        if not self.steps or (days > self.steps[-1].days and self.steps[-1].remaining > 0):
            return None
        step = self.at(days)
        return 0.0 if step is None else 1 - step.remaining

    def days_until(self, share: float) -> int | None:
        """After how many days it had happened for that share; None where it never came to that."""
        return next((step.days for step in self.steps if 1 - step.remaining >= share - 1e-12), None)

    @property
    def median(self) -> int | None:
        """After how many days it had happened for half of them."""
        return self.days_until(0.5)

    @property
    def median_interval(self) -> tuple[int | None, int | None]:
        """The 95 % interval of the median: where the interval of the curve holds a half
        (R. Brookmeyer and J. Crowley, Biometrics 38, 1982)."""
        early = next((step.days for step in self.steps if step.low <= 0.5), None)
        late = next((step.days for step in self.steps if step.high <= 0.5), None)
        return early, late


def curve_of(spells: Iterable[Spell]) -> Curve:
    """The curve of these spells."""
    happened, left = Counter[int](), Counter[int]()
    for spell in spells:
        (happened if spell.happened else left)[spell.days] += 1
    return curve_of_counts(happened, left)


def curve_of_counts(happened: Mapping[int, int], left: Mapping[int, int]) -> Curve:
    """The curve where it happened for so many after each number of days, and so many others were
    watched for no longer."""
    watched = sum(happened.values()) + sum(left.values())
    remaining, variance = 1.0, 0.0
    steps = []
    for days in sorted({*happened, *left}):
        died, gone = happened.get(days, 0), left.get(days, 0)
        if died:
            remaining *= 1 - died / watched
            if died < watched:
                variance += died / (watched * (watched - died))
        low, high = _interval(remaining, variance)
        steps.append(
            Step(
                days=days,
                remaining=remaining,
                low=low,
                high=high,
                watched=watched,
                happened=died,
                left=gone,
            )
        )
        watched -= died + gone
    return Curve(tuple(steps))


def _interval(remaining: float, variance: float) -> tuple[float, float]:
    """The log(-log) interval; where everybody or nobody is left there is nothing between."""
    if remaining <= 0 or remaining >= 1:
        return remaining, remaining
    spread = Z * sqrt(variance) / log(remaining)
    return remaining ** exp(-spread), remaining ** exp(spread)
