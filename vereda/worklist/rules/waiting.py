"""How long things waited: the middle one, and the one that nine of ten were quicker than."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Waited:
    """Of so many: the median, and the 90th percentile (the smallest that nine of ten do not
    exceed). None of nothing."""

    count: int
    median: float | None
    mostly: float | None


def waited_of(values: Sequence[float]) -> Waited:
    """How long these waited."""
    if not values:
        return Waited(0, None, None)
    ordered = sorted(values)
    middle = len(ordered) // 2
    even = len(ordered) % 2 == 0
    median = (ordered[middle - 1] + ordered[middle]) / 2 if even else ordered[middle]
    return Waited(len(ordered), median, ordered[ceil(MOSTLY * len(ordered)) - 1])
