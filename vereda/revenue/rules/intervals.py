"""How sure a share or a waiting time is: pure functions."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import sqrt
from typing import NamedTuple

# The 97.5 % quantile of the normal distribution: intervals hold in 95 of 100 cases.
Z_95 = 1.959963984540054


class Interval(NamedTuple):
    """Between these two, both included."""

    low: float
    high: float


def share_interval(part: int, *, of: int) -> Interval | None:
    """The 95 % interval of a share by Wilson's score; None when there is nobody.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of
    the American Statistical Association 22 (1927). It stays between 0 and 1 and holds for few.
    """
    if of == 0:
        return None
    share, square = part / of, Z_95 * Z_95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z_95 / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


class Wait(NamedTuple):
    """How many days something took, or has lasted so far when it is `open`."""

    days: int
    open: bool


class Waiting(NamedTuple):
    """What waits have in common.

    `median` counts the open ones as lasting longer than so far (Kaplan and Meier, "Nonparametric
    Estimation from Incomplete Observations", 1958); None while fewer than half have ended.
    """

    median: int | None
    ended: int
    open: int


def waiting_times(waits: Iterable[Wait]) -> Waiting:
    """The median wait, and how many have ended and are open."""
    ordered = sorted(waits)
    still_open = sum(wait.open for wait in ordered)
    return Waiting(_median(ordered), len(ordered) - still_open, still_open)


def _median(ordered: Sequence[Wait]) -> int | None:
    left, waiting = len(ordered), 1.0
    for days, group in groupby(ordered, key=lambda wait: wait.days):
        waits = list(group)
        waiting *= 1 - sum(not wait.open for wait in waits) / left
        # A rounding error of a few steps must not hide that exactly half have ended.
        if waiting <= 0.5 + 1e-12:
            return int(days)
        left -= len(waits)
    return None
