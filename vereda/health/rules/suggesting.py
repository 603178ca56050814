"""Weights that the past suggests: a regularised logistic regression on the points of factors.

It learns from the earlier days alone; how strongly it is held back is chosen there too, by days
that follow those it was learned from. What it gains is told on the later days, beside the weights
of now, with its interval. A factor that the past contradicts is turned round.

Needs scikit-learn, which is an extra of the worker (`vereda[analytics]`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from math import log
from typing import Any, Final

import msgspec

from vereda.health.contracts import MOST_WEIGHT, CurvePoint, Factor, ScoreRules
from vereda.health.rules.proving import LEAST_DEPARTURES, difference_interval
from vereda.health.rules.snapshots import Observed, followed_rows, halved
from vereda.health.rules.statistics import Interval, ranked

STRENGTHS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""How freely weights may follow the past (scikit-learn's C), the most held back first."""
FOLDS: Final = 4
WHOLE: Final = 100

Shares = tuple[float | None, ...]
"""Of each factor the share of its points that a row earned; None where it did not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A row of a backtest and what its factors earned, in the order of the rules."""

    row: Observed
    shares: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedWeight:
    """A factor's weight now and as suggested; `turned`: it should reward the other way."""

    name: str
    before: int
    after: int
    turned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Weights that the past suggests, and by how much they would rank better on later days."""

    horizon: int
    weights: tuple[SuggestedWeight, ...]
    auc_before: float
    auc_after: float
    gain: Interval
    learned_rows: int
    learned_departures: int
    strength: float


def can_suggest() -> bool:
    """Whether the extra is installed here."""
    return find_spec("sklearn") is not None


def suggestion_of(
    rules: ScoreRules,
    examples: Iterable[Example],
    *,
    horizon: int,
    known_until: date,
    judged_from: date | None = None,
) -> Suggestion | None:
    """What the past suggests; None where too few departed before or after to learn or to tell."""
    by_row = {(each.row.account_id, each.row.on): each for each in examples}
    rows = followed_rows(
        (each.row for each in by_row.values()), horizon=horizon, known_until=known_until
    )
    halves = halved(rows, horizon=horizon, judged_from=judged_from)
    learned = [by_row[row.account_id, row.on] for row in halves.learned]
    judged = [by_row[row.account_id, row.on] for row in halves.judged]
    if _departed_customers(learned, horizon) < LEAST_DEPARTURES:
        return None
    strength = _best_strength(learned, horizon)
    weights = _weights(rules.factors, _pulls(learned, horizon, strength))
    departed = [each.row.departed_within(horizon) for each in judged]
    customers = [each.row.account_id for each in judged]
    now = ranked([-(each.row.score or 0.0) for each in judged], departed, customers)
    then = ranked([_risk(each.shares, weights) for each in judged], departed, customers)
    if now is None or then is None:
        return None
    return Suggestion(
        horizon=horizon,
        weights=weights,
        auc_before=now.auc,
        auc_after=then.auc,
        gain=difference_interval(then, now),
        learned_rows=len(learned),
        learned_departures=sum(each.row.departed_within(horizon) for each in learned),
        strength=strength,
    )


def suggested_rules(rules: ScoreRules, weights: Sequence[SuggestedWeight]) -> ScoreRules:
    """The rules with these weights, factors turned round where suggested; names must agree."""
    by_name = {each.name: each for each in weights}
    factors = tuple(_reweighed(factor, by_name[factor.name]) for factor in rules.factors)
    return msgspec.structs.replace(rules, factors=factors)


def _reweighed(factor: Factor, suggested: SuggestedWeight) -> Factor:
    points = factor.points
    if suggested.turned:
        points = tuple(CurvePoint(at=point.at, share=1 - point.share) for point in points)
    return msgspec.structs.replace(factor, weight=suggested.after, points=points)


def _departed_customers(examples: Iterable[Example], horizon: int) -> int:
    return len({each.row.account_id for each in examples if each.row.departed_within(horizon)})


def _risk(shares: Shares, weights: Sequence[SuggestedWeight]) -> float:
    """One less the share of all known points that the suggested rules would give."""
    known = earned = 0.0
    for share, weight in zip(shares, weights, strict=True):
        if share is not None:
            known += weight.after
            earned += weight.after * (1 - share if weight.turned else share)
    return 1 - earned / known if known else 1.0


def _weights(factors: Sequence[Factor], pulls: Sequence[float]) -> tuple[SuggestedWeight, ...]:
    """Whole weights that sum to about a hundred, in proportion to the pulls; each at least 1."""
    whole = sum(abs(pull) for pull in pulls)
    return tuple(
        SuggestedWeight(
            name=factor.name,
            before=factor.weight,
            after=factor.weight
            if not whole
            else min(MOST_WEIGHT, max(1, round(WHOLE * abs(pull) / whole))),
            turned=pull < 0,
        )
        for factor, pull in zip(factors, pulls, strict=True)
    )


# --- Learning ---------------------------------------------------------------


def _best_strength(examples: Sequence[Example], horizon: int) -> float:
    """The strength that told later days best, learned from earlier ones; the mildest on a tie."""
    days = sorted({each.row.on for each in examples})
    starts = [days[len(days) * (part + 1) // (FOLDS + 1)] for part in range(FOLDS)]
    ends = [*starts[1:], date.max]
    folds = [
        fold
        for start, end in zip(starts, ends, strict=True)
        if (fold := _fold(examples, horizon, start, end)) is not None
    ]
    if not folds:
        return STRENGTHS[len(STRENGTHS) // 2]
    losses = [sum(_loss(*fold, horizon, strength) for fold in folds) for strength in STRENGTHS]
    return STRENGTHS[losses.index(min(losses))]


def _fold(
    examples: Sequence[Example], horizon: int, start: date, end: date
) -> tuple[list[Example], list[Example]] | None:
    """Examples from before a day, their look-ahead too, and from that day on; None if one-sided."""
    before = [each for each in examples if each.row.on + timedelta(days=horizon) <= start]
    after = [each for each in examples if start <= each.row.on < end]
    for part in (before, after):
        left = [each.row.departed_within(horizon) for each in part]
        if not any(left) or all(left):
            return None
    return before, after


def _loss(
    before: Sequence[Example], after: Sequence[Example], horizon: int, strength: float
) -> float:
    """How far off the probabilities of later rows were: the sum of their log losses."""
    model = _learned(before, horizon, strength)
    told = model.predict_proba(_filled(after, _means(before)))[:, 1]
    return sum(
        -log(max(1e-12, share if each.row.departed_within(horizon) else 1 - share))
        for each, share in zip(after, told, strict=True)
    )


def _pulls(examples: Sequence[Example], horizon: int, strength: float) -> list[float]:
    """By how much a full share of each factor lowers the log odds of departing."""
    return [-float(pull) for pull in _learned(examples, horizon, strength).coef_[0]]


def _learned(examples: Sequence[Example], horizon: int, strength: float) -> Any:
    """scikit-learn's model of departing, by the shares of these examples."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - an extra

    model = LogisticRegression(C=strength, max_iter=2_000, tol=1e-8)
    shares = _filled(examples, _means(examples))
    return model.fit(shares, [each.row.departed_within(horizon) for each in examples])


def _means(examples: Sequence[Example]) -> list[float]:
    columns = zip(*(each.shares for each in examples), strict=True)
    known = [[share for share in column if share is not None] for column in columns]
    return [sum(column) / len(column) if column else 0.5 for column in known]


def _filled(examples: Sequence[Example], means: Sequence[float]) -> list[list[float]]:
    """Shares with the mean in place of what was not known."""
    return [
        [mean if share is None else share for share, mean in zip(each.shares, means, strict=True)]
        for each in examples
    ]
