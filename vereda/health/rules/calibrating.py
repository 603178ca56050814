"""From a risk to a probability, and how true such probabilities came; in plain Python.

Sources: Platt (Advances in Large Margin Classifiers, 1999) with his smoothed targets; isotonic
regression by pooling adjacent violators (Ayer et al., Annals of Mathematical Statistics 26, 1955);
Brier (Monthly Weather Review 78, 1950); expected calibration error over bins of equal size
(Naeini, Cooper & Hauskrecht, AAAI 2015). A curve is fitted on the training span only.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp
from typing import Final

from vereda.health.rules.statistics import Interval, wilson

BINS: Final = 10
LEAST_IN_BIN: Final = 5
ISOTONIC_FROM: Final = 100
"""Departures in the training span from which the freer curve is fitted."""
GOOD_ERROR: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A risk's probability: straight lines between corners, or, with `line`, an S of a line."""

    corners: tuple[tuple[float, float], ...] = ()
    line: tuple[float, float] | None = None

    def at(self, risk: float) -> float:
        """The probability of departing at this risk."""
        if self.line is not None:
            return _expit(self.line[0] + self.line[1] * risk)
        place = bisect_left(self.corners, (risk, -1.0))
        if place == len(self.corners):
            return self.corners[-1][1]
        right = self.corners[place]
        if place == 0 or right[0] == risk:
            return right[1]
        left = self.corners[place - 1]
        return left[1] + (right[1] - left[1]) * (risk - left[0]) / (right[0] - left[0])


def fitted_curve(risks: Sequence[float], departed: Sequence[bool]) -> Curve:
    """The curve of a training span: an S of two numbers, or a free rise where many departed."""
    if sum(departed) >= ISOTONIC_FROM and sum(departed) <= len(departed) - ISOTONIC_FROM:
        return isotonic_curve(risks, departed)
    return platt_curve(risks, departed)


def isotonic_curve(risks: Sequence[float], departed: Sequence[bool]) -> Curve:
    """The rising curve nearest to what happened, in squares."""
    pairs = sorted(zip(risks, departed, strict=True))
    blocks: list[tuple[float, int, float, float]] = []  # (mean, weight, first risk, last risk)
    for risk, rows in groupby(pairs, key=lambda pair: pair[0]):
        left = [gone for _, gone in rows]
        block = (sum(left) / len(left), len(left), risk, risk)
        while blocks and blocks[-1][0] >= block[0]:
            before = blocks.pop()
            weight = before[1] + block[1]
            mean = (before[0] * before[1] + block[0] * block[1]) / weight
            block = (mean, weight, before[2], block[3])
        blocks.append(block)
    corners: list[tuple[float, float]] = []
    for mean, _, first, last in blocks:
        corners += [(first, mean)] if first == last else [(first, mean), (last, mean)]
    return Curve(corners=tuple(corners))


def platt_curve(risks: Sequence[float], departed: Sequence[bool]) -> Curve:
    """The S nearest to what happened, drawn a little to the middle where few departed."""
    gone = sum(departed)
    high, low = (gone + 1) / (gone + 2), 1 / (len(departed) - gone + 2)
    targets = [high if left else low for left in departed]
    middle = sum(risks) / len(risks)
    spread = (sum((risk - middle) ** 2 for risk in risks) / len(risks)) ** 0.5
    if not spread:
        share = sum(targets) / len(targets)
        return Curve(corners=((middle, share),))
    base, slope = _newton([(risk - middle) / spread for risk in risks], targets)
    return Curve(line=(base - slope * middle / spread, slope / spread))


def _newton(values: Sequence[float], targets: Sequence[float]) -> tuple[float, float]:
    """Base and slope of the likeliest S; the likelihood has one top. Steps are halved while they
    would make it worse, so that it is found from anywhere."""
    base, slope = 0.0, 0.0
    for _ in range(100):
        up_base = up_slope = bend_base = bend_both = bend_slope = 0.0
        for value, target in zip(values, targets, strict=True):
            share = _expit(base + slope * value)
            error, bend = target - share, share * (1 - share)
            up_base += error
            up_slope += error * value
            bend_base += bend
            bend_both += bend * value
            bend_slope += bend * value * value
        whole = bend_base * bend_slope - bend_both**2
        if whole <= 1e-12 or abs(up_base) + abs(up_slope) < 1e-10:
            break
        step_base = (bend_slope * up_base - bend_both * up_slope) / whole
        step_slope = (bend_base * up_slope - bend_both * up_base) / whole
        longest = max(abs(step_base), abs(step_slope), 2.0) / 2.0
        base, slope = base + step_base / longest, slope + step_slope / longest
    return base, slope


def _expit(value: float) -> float:
    if value < -700:
        return 0.0
    return 1 / (1 + exp(-value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Customers of like probability: how many were expected to depart, how many did."""

    low: float
    high: float
    rows: int
    expected: float
    departed: int

    @property
    def expected_share(self) -> float:
        """The mean probability told."""
        return self.expected / self.rows

    @property
    def share(self) -> Interval:
        """The share that departed, with its ends."""
        return wilson(self.departed, self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How true probabilities came on rows they were not fitted on.

    error: the expected calibration error. brier: the mean squared error; brier_of_base that of
    telling everybody the same share. expected and departed: rows in all.
    """

    bins: tuple[Bin, ...]
    error: float
    brier: float
    brier_of_base: float
    expected: float
    departed: int
    rows: int

    @property
    def is_good(self) -> bool:
        """Whether as many departed as were expected, for all and, nearly, in each bin."""
        ends = wilson(self.departed, self.rows)
        whole = self.expected / self.rows
        in_all = ends.low <= whole <= ends.high or abs(whole - ends.value) <= GOOD_ERROR / 2
        return in_all and self.error <= GOOD_ERROR


def calibration_of(
    probabilities: Sequence[float], departed: Sequence[bool], *, base: float, bins: int = BINS
) -> Calibration | None:
    """How true these probabilities came; `base` is the share of the training span. None of none."""
    count = len(probabilities)
    if not count:
        return None
    found = _bins(probabilities, departed, max(1, min(bins, count // LEAST_IN_BIN)))
    return Calibration(
        bins=found,
        error=sum(abs(each.expected - each.departed) for each in found) / count,
        brier=_mean_square(probabilities, departed),
        brier_of_base=_mean_square([base] * count, departed),
        expected=sum(probabilities),
        departed=sum(departed),
        rows=count,
    )


def _mean_square(probabilities: Sequence[float], departed: Sequence[bool]) -> float:
    pairs = zip(probabilities, departed, strict=True)
    return sum((told - left) ** 2 for told, left in pairs) / len(departed)


def _bins(probabilities: Sequence[float], departed: Sequence[bool], bins: int) -> tuple[Bin, ...]:
    """Bins of nearly equal size; equal probabilities are never parted."""
    pairs = sorted(zip(probabilities, departed, strict=True))
    size = len(pairs) / bins
    parts: dict[int, list[tuple[float, bool]]] = {}
    place = 0
    for _, same in groupby(pairs, key=lambda pair: pair[0]):
        rows = list(same)
        parts.setdefault(min(int(place / size), bins - 1), []).extend(rows)
        place += len(rows)
    return tuple(
        Bin(
            low=rows[0][0],
            high=rows[-1][0],
            rows=len(rows),
            expected=sum(told for told, _ in rows),
            departed=sum(left for _, left in rows),
        )
        for rows in parts.values()
    )
