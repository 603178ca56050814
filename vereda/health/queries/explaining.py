"""Why a score is what it is: everything that the panel on an account's page says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vereda.customers.contracts import HealthBand
from vereda.customers.queries.accounts import accounts_with_ids, descendant_ids, moves_of
from vereda.foundation.inputs import Input
from vereda.health.contracts import (
    ChangeCause,
    Direction,
    Factor,
    FactorScore,
    FactorState,
    ScoreRules,
)
from vereda.health.models.scores import Score, ScoreChange
from vereda.health.queries.inputs import Inputs, inputs_of
from vereda.health.queries.scores import (
    WeekOfScore,
    score_changes,
    score_days,
    score_of,
    scores_of_accounts,
    weeks_of_score,
)
from vereda.health.rules.explaining import Gain, gains
from vereda.health.rules.scoring import band_of, direction_of
from vereda.health.rules.trees import TreeHealth, tree_health
from vereda.revenue.queries.exchange import rates_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account, AccountMove
    from vereda.workspaces.models import Workspace

LOOKED_BACK: Final = 28
CHANGES_TOLD: Final = 12


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One line of the waterfall: what a factor is, what it says, what it earned."""

    factor: Factor
    input: Input | None
    score: FactorScore
    age_days: int | None
    band: HealthBand

    @property
    def state(self) -> FactorState:
        """Whether it counts."""
        return self.score.state

    @property
    def earned_share(self) -> float:
        """The share of its points that it earned, 0 to 1."""
        return self.score.share or 0.0 if self.score.counts else 0.0

    @property
    def direction(self) -> Direction:
        """Which way its curve rewards."""
        return direction_of(self.factor)


@dataclass(frozen=True, slots=True)
class Moved:
    """What one factor did to the score since a day: points of the score, and its value."""

    factor: Factor
    input: Input | None
    points: float
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        """The change as a share of what was before; None where it cannot be told."""
        if self.before is None or self.after is None or not self.before:
            return None
        return (self.after - self.before) / abs(self.before)


@dataclass(frozen=True, slots=True)
class Since:
    """The score four weeks ago, when it first moved after that, and what moved it most.

    `same_rules`: the two were told by the same rules; otherwise they cannot be compared.
    """

    value: int | None
    band: HealthBand
    moved_on: date
    same_rules: bool
    moved: tuple[Moved, ...]


@dataclass(frozen=True)
class Explanation:
    """All of it, for one account."""

    account: Account
    score: Score
    rules: ScoreRules
    rows: tuple[FactorRow, ...]
    inputs: Inputs
    since: Since | None
    weeks: Sequence[WeekOfScore]
    changes: Sequence[ScoreChange]
    moves: Sequence[AccountMove]

    @cached_property
    def gains(self) -> list[Gain]:
        """What would move it most, the largest gain first."""
        return gains(self.rules, self.score.told_factors)

    @property
    def fresh_count(self) -> int:
        """How many factors are known and fresh."""
        return sum(row.state is FactorState.FRESH for row in self.rows)

    @property
    def stale(self) -> list[FactorRow]:
        """Those that are known and too old, the oldest first."""
        rows = [row for row in self.rows if row.state is FactorState.STALE]
        return sorted(rows, key=lambda row: -(row.age_days or 0))

    @property
    def missing(self) -> list[FactorRow]:
        """Those of which nothing is known."""
        return [row for row in self.rows if row.state is FactorState.MISSING]

    @property
    def earned(self) -> float:
        """The points of all weights that were earned."""
        return sum(row.score.earned or 0 for row in self.rows)

    @property
    def possible(self) -> int:
        """The points that could be earned by what is known."""
        return sum(row.factor.weight for row in self.rows if row.score.counts)


def explanation_of(account: Account, *, workspace: Workspace, today: date) -> Explanation | None:
    """Why the account's score is what it is; None where no card applies to it."""
    score = score_of(account)
    if score is None:
        return None
    rules, inputs = score.version.ruled, inputs_of(workspace)
    changes = score_changes(account, limit=CHANGES_TOLD)
    weeks = weeks_of_score(account, on=today)
    first = datetime.combine(weeks[0].on, time.min, UTC)
    return Explanation(
        account=account,
        score=score,
        rules=rules,
        rows=factor_rows(rules, score.told_factors, inputs, today=today),
        inputs=inputs,
        since=_since(account, score, rules, inputs, today=today),
        weeks=weeks,
        changes=changes,
        moves=[move for move in moves_of(account) if move.moved_at >= first],
    )


def factor_rows(
    rules: ScoreRules, factors: Sequence[FactorScore], inputs: Inputs, *, today: date
) -> tuple[FactorRow, ...]:
    """What each factor of the rules says, in their order."""
    held = {each.name: each for each in factors}
    return tuple(
        _factor_row(factor, held[factor.name], rules, inputs, today=today)
        for factor in rules.factors
        if factor.name in held
    )


def _factor_row(
    factor: Factor, score: FactorScore, rules: ScoreRules, inputs: Inputs, *, today: date
) -> FactorRow:
    known = score.counts and score.share is not None
    return FactorRow(
        factor=factor,
        input=inputs.get(factor.input),
        score=score,
        age_days=None if score.as_of is None else (today - score.as_of).days,
        band=band_of(round((score.share or 0) * 100), rules.bands) if known else HealthBand.UNKNOWN,
    )


def _since(
    account: Account, score: Score, rules: ScoreRules, inputs: Inputs, *, today: date
) -> Since | None:
    """What happened in the last four weeks; None where there is nothing to compare with."""
    then = today - timedelta(days=LOOKED_BACK)
    days = score_days(account, since=then + timedelta(days=1))
    if not days or days[0].on > then:
        return None
    reference, later = days[0], days[1:]
    moves = [
        day
        for day in later
        if (day.value, day.version_id) != (reference.value, reference.version_id)
    ]
    if not moves:
        return Since(
            reference.value, HealthBand(reference.band), reference.on, same_rules=True, moved=()
        )
    return Since(
        value=reference.value,
        band=HealthBand(reference.band),
        moved_on=moves[0].on,
        same_rules=reference.version_id == score.version_id,
        moved=_moved_since(account, rules, inputs, since=moves[0].on),
    )


def _moved_since(
    account: Account, rules: ScoreRules, inputs: Inputs, *, since: date
) -> tuple[Moved, ...]:
    """The factors that moved the score since that day, the most points first."""
    start = datetime.combine(since, time.min, UTC)
    rows = ScoreChange.objects.of(account.workspace_id).filter(
        account=account,
        at__gte=start,
        because__in=(ChangeCause.INPUTS, ChangeCause.AGE),
    )
    points: dict[str, float] = defaultdict(float)
    first: dict[str, float | None] = {}
    last: dict[str, float | None] = {}
    for change in rows.order_by("at", "pk"):
        for moved in change.told_moved:
            points[moved.name] += moved.points
            first.setdefault(moved.name, moved.before)
            last[moved.name] = moved.after
    told = [
        Moved(
            factor, inputs.get(factor.input), points[factor.name], first[factor.name],
            last[factor.name],
        )
        for factor in rules.factors
        if factor.name in points
    ]  # fmt: skip
    return tuple(sorted(told, key=lambda each: -abs(each.points)))


@dataclass(frozen=True, slots=True)
class TreeOfScores:
    """The accounts below one with their scores, and the three ways to sum them up."""

    accounts: Sequence[Account]
    scores: Mapping[UUID, Score]
    summed: TreeHealth


def tree_of_scores(account: Account, *, workspace: Workspace, today: date) -> TreeOfScores | None:
    """Everything below the account and itself; None where nothing is below it."""
    ids = descendant_ids(account)
    if len(ids) == 1:
        return None
    accounts = accounts_with_ids(workspace, ids)
    scores = scores_of_accounts(workspace, ids)
    book = rates_of(workspace)
    weighed = []
    for account_id, row in accounts.items():
        score = scores.get(account_id)
        known = score is not None and score.band != HealthBand.UNKNOWN
        arr = book.at_home(row.arr_minor or 0, currency=row.currency or book.home, day=today)
        weighed.append((score.value if score is not None and known else None, arr or 0))
    ordered = sorted(accounts.values(), key=lambda row: (row.pk != account.pk, row.name_sort))
    return TreeOfScores(ordered, scores, tree_health(weighed))
