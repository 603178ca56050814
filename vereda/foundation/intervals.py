"""How sure a share of a few is."""

from math import sqrt
from statistics import NormalDist
from typing import Final, NamedTuple

Z_95: Final = NormalDist().inv_cdf(0.975)
"""Intervals reach so many standard deviations to each side: they hold in 95 of 100 cases."""


class Interval(NamedTuple):
    """Between these two, both included."""

    low: float
    high: float


def share_interval(part: float, *, of: float, z: float = Z_95) -> Interval | None:
    """The interval of a share by Wilson's score, 95 % unless told otherwise; None of nothing.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of
    the American Statistical Association 22 (1927). It stays between 0 and 1 and holds for few.
    """
    if of <= 0:
        return None
    share, square = part / of, z * z
    scale = 1 + square / of
    middle = (share + square / (2 * of)) / scale
    # A part that was weighed may lie a rounding beside the whole.
    half = z / scale * sqrt(max(0.0, share * (1 - share) / of + square / (4 * of * of)))
    low = 0.0 if part <= 0 else max(0.0, middle - half)
    high = 1.0 if part >= of else min(1.0, middle + half)
    return Interval(low, high)
