"""What a score is: readings in, points, coverage and a colour out.

score = 100 · Σ(weight · share) / Σ(weight), over the factors that are known and fresh. Whatever is
unknown lowers coverage and never counts as bad. But leaving a bad input out raises that average, so
the colour also asks for `least`, the same sum with everything unknown at its worst: a colour is
only told as good as `least` vouches for. Then hiding an input never improves a colour
(docs/decisions/0015-a-colour-is-only-as-good-as-what-is-known.md has the proof).

All sums are of whole numbers, so that the order of factors and the way of rounding change nothing.
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from vereda.customers.contracts import HealthBand
from vereda.foundation.inputs import Reading
from vereda.health.contracts import (
    Bands,
    CurvePoint,
    Direction,
    Doubt,
    Factor,
    FactorScore,
    FactorState,
    FreshDays,
    Scored,
    ScoreRules,
    Shape,
)

PARTS: Final = 10_000
"""A share is counted in ten-thousandths."""

GOODNESS: Final = {HealthBand.AT_RISK: 0, HealthBand.WATCH: 1, HealthBand.HEALTHY: 2}


def scored(
    rules: ScoreRules, readings: Mapping[str, Reading], *, on: date, fresh_days: FreshDays
) -> Scored:
    """What the rules say of one account on that day; `readings` by the names of inputs."""
    factors = tuple(
        factor_score(factor, readings.get(factor.input), on=on, fresh_days=fresh_days)
        for factor in rules.factors
    )
    return summed_score(rules, factors)


def factor_score(
    factor: Factor, reading: Reading | None, *, on: date, fresh_days: FreshDays
) -> FactorScore:
    """What one factor contributes."""
    if reading is None:
        return FactorScore(name=factor.name, state=FactorState.MISSING, weight=factor.weight)
    allowed = factor.fresh_days
    if allowed is None:
        allowed = fresh_days.get(factor.input)
    stale = allowed is not None and (on - reading.as_of).days > allowed
    return FactorScore(
        name=factor.name,
        state=FactorState.STALE if stale else FactorState.FRESH,
        weight=factor.weight,
        value=reading.value,
        as_of=reading.as_of,
        share=share_earned(factor, reading.value),
    )


def summed_score(rules: ScoreRules, factors: tuple[FactorScore, ...]) -> Scored:
    """The score of factors whose contributions are known already."""
    whole = known = earned = 0
    for factor in factors:
        whole += factor.weight
        if factor.share is not None and factor.state is FactorState.FRESH:
            known += factor.weight
            earned += factor.weight * round(factor.share * PARTS)
    value = _rounded(earned, known) if known else None
    least = _rounded(earned, whole) if whole else 0
    too_little = known < rules.minimum_coverage * whole
    band, doubt = colour_of(value, least, rules.bands, too_little=too_little)
    return Scored(
        exact=earned / (known * PARTS / 100) if known else None,
        value=value,
        least=least,
        band=band,
        coverage=known / whole if whole else 0.0,
        doubt=doubt,
        factors=factors,
    )


def colour_of(
    value: int | None, least: int, bands: Bands, *, too_little: bool
) -> tuple[HealthBand, Doubt | None]:
    """The colour of a score, and why it is not simply the score's own."""
    if value is None:
        return HealthBand.UNKNOWN, Doubt.NOTHING_KNOWN
    if too_little:
        return HealthBand.UNKNOWN, Doubt.TOO_LITTLE_KNOWN
    own, sure = band_of(value, bands), band_of(least, bands)
    if own is sure or own is HealthBand.AT_RISK:
        return own, None
    if sure is HealthBand.AT_RISK:
        return HealthBand.UNKNOWN, Doubt.UNDECIDED
    return sure, Doubt.HELD_BACK


def band_of(value: int, bands: Bands) -> HealthBand:
    """The colour that a whole score stands for by itself."""
    if value >= bands.healthy_from:
        return HealthBand.HEALTHY
    return HealthBand.WATCH if value >= bands.watch_from else HealthBand.AT_RISK


def share_earned(factor: Factor, value: float) -> float:
    """The share of a factor's points that a value earns, 0 to 1 in ten-thousandths."""
    points = factor.points
    after = bisect_right(points, value, key=_threshold)
    if after == 0:
        return points[0].share
    last = points[after - 1]
    if factor.shape is Shape.STEPS or after == len(points):
        return last.share
    following = points[after]
    way = (value - last.at) / (following.at - last.at)
    return round((last.share + (following.share - last.share) * way) * PARTS) / PARTS


def direction_of(factor: Factor) -> Direction:
    """Which way a factor rewards, as its curve has it."""
    shares = [point.share for point in factor.points]
    pairs = list(pairwise(shares))
    rises = any(before < after for before, after in pairs)
    falls = any(before > after for before, after in pairs)
    if rises and falls:
        return Direction.MIXED
    if not rises and not falls:
        return Direction.NONE
    return Direction.MORE if rises else Direction.LESS


def _threshold(point: CurvePoint) -> float:
    return point.at


def _rounded(earned: int, weight: int) -> int:
    """Half points go up: 50.5 is 51."""
    whole = weight * (PARTS // 100)
    return (2 * earned + whole) // (2 * whole)
