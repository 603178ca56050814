"""The words the rest of Vereda uses about health: rules of a scorecard, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from vereda.customers.contracts import HealthBand
from vereda.foundation.errors import Conflict, Refused

MOST_FACTORS: Final = 12
MOST_POINTS: Final = 12
MOST_WEIGHT: Final = 100
PULSE_FRESH_DAYS: Final = 90
PULSE_INPUT: Final = "health.pulse"


class Shape(StrEnum):
    """How points are earned between the thresholds of a curve."""

    STEPS = "steps"
    LINE = "line"


class Direction(StrEnum):
    """Which way a curve rewards."""

    MORE = "more"
    LESS = "less"
    MIXED = "mixed"
    NONE = "none"


class CurvePoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From this value on, this share (0 to 1) of the factor's points is earned."""

    at: float
    share: float


class Factor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that counts: an input, the curve that makes points of it, its weight.

    name: short, unique in its card. label: what people call it; "" takes the input's own.
    points: thresholds, the least value first. Below the first threshold the first share counts.
    weight: whole points this factor can earn. fresh_days: a reading that is older does not count;
    None takes what the input says of itself.
    """

    name: str
    input: str
    points: tuple[CurvePoint, ...]
    label: str = ""
    shape: Shape = Shape.STEPS
    weight: int = 10
    fresh_days: int | None = None


class Bands(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least score that is Watch, and that is Healthy; below both it is At risk."""

    watch_from: int = 51
    healthy_from: int = 76


class ScoreRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that decides a score. minimum_coverage: below it the colour is unknown."""

    factors: tuple[Factor, ...] = ()
    bands: Bands = Bands()
    minimum_coverage: float = 0.5


class FactorState(StrEnum):
    """Whether a factor counts, and why not."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"


class FactorScore(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one factor contributed. `share` is None where nothing was ever known.

    A stale factor keeps the share it would have, for people to see; it does not count.
    """

    name: str
    state: FactorState
    weight: int
    value: float | None = None
    as_of: date | None = None
    share: float | None = None

    @property
    def counts(self) -> bool:
        """Whether it is part of the score."""
        return self.state is FactorState.FRESH

    @property
    def earned(self) -> float | None:
        """The points of its weight that it earned; None when it does not count."""
        if self.share is None or not self.counts:
            return None
        return self.weight * self.share


class Doubt(StrEnum):
    """Why a colour is not simply that of its score."""

    NOTHING_KNOWN = "nothing_known"
    TOO_LITTLE_KNOWN = "too_little_known"
    UNDECIDED = "undecided"
    HELD_BACK = "held_back"


class Scored(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What rules say of one account.

    exact: the score before rounding, 0 to 100; None when nothing is known. value: rounded.
    least: what the score would be with everything unknown at its worst. coverage: the share of the
    weight that is known and fresh.
    """

    exact: float | None
    value: int | None
    least: int
    band: HealthBand
    coverage: float
    doubt: Doubt | None
    factors: tuple[FactorScore, ...]


class ChangeCause(StrEnum):
    """Why a score moved."""

    FIRST = "first"
    INPUTS = "inputs"
    AGE = "age"
    RULES = "rules"
    CARD = "card"


class MovedFactor(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A factor whose contribution differs from before; shares are None where it did not count."""

    name: str
    input: str
    points: float
    before: float | None = None
    after: float | None = None
    share_before: float | None = None
    share_after: float | None = None


class RulesProblem(StrEnum):
    """Why rules cannot be published."""

    NO_FACTORS = "no_factors"
    TOO_MANY_FACTORS = "too_many_factors"
    NAME_MISSING = "name_missing"
    NAME_TWICE = "name_twice"
    UNKNOWN_INPUT = "unknown_input"
    NO_POINTS = "no_points"
    TOO_MANY_POINTS = "too_many_points"
    POINTS_NOT_RISING = "points_not_rising"
    SHARE_OUT_OF_RANGE = "share_out_of_range"
    WEIGHT_OUT_OF_RANGE = "weight_out_of_range"
    FRESH_DAYS_OUT_OF_RANGE = "fresh_days_out_of_range"
    BANDS_OUT_OF_ORDER = "bands_out_of_order"
    COVERAGE_OUT_OF_RANGE = "coverage_out_of_range"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProblem:
    """What is wrong, and in which factor ("" where it is about the whole)."""

    problem: RulesProblem
    factor: str = ""


FreshDays = Mapping[str, int | None]
"""Per input: older readings are stale; None: never."""


# --- The record of a score --------------------------------------------------


class Target(StrEnum):
    """What counts as a departure: paid terms that ended, or no use for so many days."""

    REVENUE = "revenue"
    SILENCE = "silence"


class Pace(StrEnum):
    """How far apart the days are on which a backtest asks."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class Verdict(StrEnum):
    """Whether a score has earned its colour."""

    PROVEN = "proven"
    UNPROVEN = "unproven"
    TOO_FEW = "too_few"


class Baseline(StrEnum):
    """Naive ways to rank that a score has to beat."""

    BASE_RATE = "base_rate"
    LAST_USE = "last_use"
    AGE = "age"


class OutcomeKind(StrEnum):
    """What came of a customer that a score judged."""

    HIT = "hit"
    MISS = "miss"
    FALSE_ALARM = "false_alarm"


class BacktestState(StrEnum):
    """How far a backtest is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class BacktestSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backtest asks.

    horizons: look-aheads in days; for silence the one look-ahead is `silent_days`. pace: None takes
    what fits the history. active_days: only who used the product on so many of the last 90 days.
    judged_from: the first day judged; None takes the later half.
    """

    target: Target = Target.REVENUE
    horizons: tuple[int, ...] = (30, 60, 90)
    silent_days: int = 180
    pace: Pace | None = None
    active_days: int = 0
    judged_from: date | None = None
    since: date | None = None

    @property
    def looks_ahead(self) -> tuple[int, ...]:
        """The look-aheads that are judged."""
        return (self.silent_days,) if self.target is Target.SILENCE else self.horizons


# --- Facts ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChanged:
    """These accounts have another score, colour or coverage than before."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BandChanged:
    """These accounts have another colour than before."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionGiven:
    """A member said what they think of an account."""

    workspace_id: UUID
    account_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofChanged:
    """This version of a scorecard has earned its colour, or lost it."""

    workspace_id: UUID
    version_id: UUID


# --- Refusals ---------------------------------------------------------------


class WrongRules(Refused):
    """Rules that cannot score anybody; the sentence says what is wrong."""


class NothingToPublish(Conflict):
    """There is no draft, or it says what is published already."""


class WrongOpinion(Refused):
    """An opinion is a whole number from 1 to 5."""
