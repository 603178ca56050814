"""How long things take, where some have not ended: pure functions."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple


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
