"""Whether rules can score anybody, and what differs between two of them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from vereda.health.contracts import (
    MOST_FACTORS,
    MOST_POINTS,
    MOST_WEIGHT,
    Factor,
    FoundProblem,
    RulesProblem,
    ScoreRules,
)

MOST_FRESH_DAYS = 3_650


def problems_in_rules(rules: ScoreRules, *, inputs: Collection[str]) -> list[FoundProblem]:
    """Everything that keeps these rules from being published; `inputs` are those that exist."""
    return [*_problems_of_whole(rules), *_problems_of_factors(rules, inputs)]


def _problems_of_whole(rules: ScoreRules) -> Iterator[FoundProblem]:
    if not rules.factors:
        yield FoundProblem(problem=RulesProblem.NO_FACTORS)
    if len(rules.factors) > MOST_FACTORS:
        yield FoundProblem(problem=RulesProblem.TOO_MANY_FACTORS)
    if not 0 < rules.bands.watch_from < rules.bands.healthy_from <= 100:
        yield FoundProblem(problem=RulesProblem.BANDS_OUT_OF_ORDER)
    if not 0 < rules.minimum_coverage <= 1:
        yield FoundProblem(problem=RulesProblem.COVERAGE_OUT_OF_RANGE)


def _problems_of_factors(rules: ScoreRules, inputs: Collection[str]) -> Iterator[FoundProblem]:
    seen: set[str] = set()
    for factor in rules.factors:
        if not factor.name:
            yield FoundProblem(problem=RulesProblem.NAME_MISSING)
        if factor.name in seen:
            yield FoundProblem(problem=RulesProblem.NAME_TWICE, factor=factor.name)
        seen.add(factor.name)
        for problem in _problems_of_factor(factor, inputs):
            yield FoundProblem(problem=problem, factor=factor.name)


def _problems_of_factor(factor: Factor, inputs: Collection[str]) -> Iterator[RulesProblem]:
    if factor.input not in inputs:
        yield RulesProblem.UNKNOWN_INPUT
    if not 1 <= factor.weight <= MOST_WEIGHT:
        yield RulesProblem.WEIGHT_OUT_OF_RANGE
    if factor.fresh_days is not None and not 1 <= factor.fresh_days <= MOST_FRESH_DAYS:
        yield RulesProblem.FRESH_DAYS_OUT_OF_RANGE
    if not factor.points:
        yield RulesProblem.NO_POINTS
    if len(factor.points) > MOST_POINTS:
        yield RulesProblem.TOO_MANY_POINTS
    thresholds = [point.at for point in factor.points]
    if any(before >= after for before, after in pairwise(thresholds)):
        yield RulesProblem.POINTS_NOT_RISING
    if not all(0 <= point.share <= 1 for point in factor.points):
        yield RulesProblem.SHARE_OUT_OF_RANGE


@dataclass(frozen=True, slots=True)
class FactorDifference:
    """A factor as it was and as it is; None on the side where it is not there."""

    before: Factor | None
    after: Factor | None

    @property
    def factor(self) -> Factor:
        """The factor that it is about, as it is now if it is still there."""
        shown = self.after if self.after is not None else self.before
        if shown is None:
            raise ValueError("a difference needs a side")
        return shown


@dataclass(frozen=True, slots=True)
class RulesDifference:
    """What differs between two rules."""

    factors: tuple[FactorDifference, ...]
    bands: bool
    coverage: bool

    def __bool__(self) -> bool:
        return bool(self.factors) or self.bands or self.coverage


def rules_difference(before: ScoreRules, after: ScoreRules) -> RulesDifference:
    """What was added, changed and taken out; a factor is known by its name."""
    old = {factor.name: factor for factor in before.factors}
    new = {factor.name: factor for factor in after.factors}
    names = [*new, *(name for name in old if name not in new)]
    return RulesDifference(
        factors=tuple(
            FactorDifference(old.get(name), new.get(name))
            for name in names
            if old.get(name) != new.get(name)
        ),
        bands=before.bands != after.bands,
        coverage=before.minimum_coverage != after.minimum_coverage,
    )
