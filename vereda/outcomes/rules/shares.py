"""How sure a share of a few is."""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

Z_95 = NormalDist().inv_cdf(0.975)


class Range(NamedTuple):
    """Between these two, both included."""

    low: float
    high: float


def range_of_share(part: int, *, of: int) -> Range | None:
    """The 95 % interval of a share by Wilson's score (1927); None when there is nothing."""
    if of == 0:
        return None
    share, square = part / of, Z_95 * Z_95
    middle = share + square / (2 * of)
    half = Z_95 * sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    return Range(max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole))
