"""The words the rest of Vereda uses about promised benefits and their proof.

Values are decimals in the outcome's own unit; money is in whole units of its currency, so that
"2,000 € saved a month" is 2000. Days, where a customer is measured, are days of the workspace.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from vereda.foundation.errors import Conflict, Refused

DIGITS: Final = 15
DECIMALS: Final = 4
LARGEST: Final = Decimal(10) ** (DIGITS - DECIMALS) - 1
LONGEST_BENEFIT: Final = 300
LONGEST_WORDS: Final = 2_000
TOLERANCE: Final = 15
"""Points of the way that an outcome may be behind its line before anybody is alarmed."""
MOST_TOLERANCE: Final = 50


class Unit(StrEnum):
    """What a value counts, and so how it is written; OTHER has words of its own."""

    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    HOURS = "hours"
    MINUTES = "minutes"
    DAYS = "days"
    PEOPLE = "people"
    OTHER = "other"


class Per(StrEnum):
    """How often the value comes: once in all, or again every week, month, year."""

    ONCE = "once"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Direction(StrEnum):
    """Which way the benefit lies."""

    MORE = "more"
    LESS = "less"


class Origin(StrEnum):
    """Where the benefit was promised."""

    SALE = "sale"
    ONBOARDING = "onboarding"
    REVIEW = "review"
    RENEWAL = "renewal"
    OTHER = "other"


class MeasuredBy(StrEnum):
    """Who says what a measurement says."""

    METRIC = "metric"
    MEMBER = "member"
    CUSTOMER = "customer"


class VerdictKind(StrEnum):
    """What a side says about a benefit; the last word of each side counts."""

    VERIFIED = "verified"
    NOT_VERIFIED = "not_verified"
    TAKEN_BACK = "taken_back"


class Side(StrEnum):
    """Who says it: we, or the customer."""

    US = "us"
    CUSTOMER = "customer"


class WhyNot(StrEnum):
    """Why a promised benefit was not verified: a closed list, so that it can be counted."""

    NOT_ADOPTED = "not_adopted"
    NOT_SET_UP = "not_set_up"
    MISSING_IN_PRODUCT = "missing_in_product"
    OVER_PROMISED = "over_promised"
    CUSTOMER_CHANGED = "customer_changed"
    CANNOT_BE_MEASURED = "cannot_be_measured"
    NO_ANSWER = "no_answer"
    TOO_EARLY = "too_early"
    CAME_FROM_ELSEWHERE = "came_from_elsewhere"
    OTHER = "other"


class OutcomeState(StrEnum):
    """Where a promised benefit stands. Always derived (`rules.standing`), never typed."""

    PROMISED = "promised"
    ON_THE_WAY = "on_the_way"
    BEHIND = "behind"
    UNKNOWN = "unknown"
    REACHED = "reached"
    VERIFIED = "verified"
    NOT_VERIFIED = "not_verified"
    DROPPED = "dropped"


OPEN_STATES: Final = frozenset(
    {
        OutcomeState.PROMISED,
        OutcomeState.ON_THE_WAY,
        OutcomeState.BEHIND,
        OutcomeState.UNKNOWN,
        OutcomeState.REACHED,
    }
)
"""Those about which nobody has said yet whether they came true."""


class Unknown(StrEnum):
    """Why nothing can be said about progress."""

    NEVER_MEASURED = "never_measured"
    NO_BASELINE = "no_baseline"
    TOO_OLD = "too_old"


class ExpectationStep(StrEnum):
    """At which step of the path an expectation was set."""

    SALE = "sale"
    KICK_OFF = "kick_off"
    ONBOARDING = "onboarding"
    TRAINING = "training"
    ADOPTION = "adoption"
    REVIEW = "review"
    SUPPORT = "support"
    RENEWAL = "renewal"


class ExpectationState(StrEnum):
    """What became of an expectation; OVERDUE is derived from its day."""

    OPEN = "open"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The promise as numbers: from `baseline` to `target` between two days.

    baseline: None where nobody knows it. tolerance_percent: points of the way that may be missing.
    """

    direction: Direction
    baseline: Decimal | None
    target: Decimal
    starts_on: date
    due_on: date
    tolerance_percent: int = TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The value on a day."""

    value: Decimal
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """The last word of a side that it did not take back."""

    kind: VerdictKind
    on: date
    reason: WhyNot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an outcome stands on a day, and the numbers that say so.

    share: how much of the way from baseline to target was walked at the last measurement; above 1
        the target is exceeded, below 0 it got worse. expected: what the line asked of that day.
    days_behind: how many days of the line are missing; 0 where none, None where unknown.
    fresh_until: the last day on which the last measurement still speaks; None without one.
    """

    state: OutcomeState
    share: float | None = None
    expected: float | None = None
    days_behind: int | None = None
    unknown: Unknown | None = None
    fresh_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueGap:
    """What is missing between values, in the unit of the outcome; negative where it is exceeded.

    to_bridge: expected minus what the product gives out of the box; None where that is unknown.
    left: expected minus delivered; None where nothing was measured.
    bridged: the share of `to_bridge` that was delivered; None where there is nothing to bridge.
    """

    to_bridge: Decimal | None
    left: Decimal | None
    bridged: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSaid:
    """A promised benefit as a form, a file or another capability says it.

    benefit: in the customer's words. why: why they need it. unit_words: what is counted, where the
    unit is OTHER. metric_id: a metric of the workspace that measures it for the account. baseline:
    None is unknown, or what the metric says on the day. out_of_box: what the product would give
    without anybody's help. starts_on: from when progress is expected; None: the day of the promise.
    """

    benefit: str
    target: Decimal
    due_on: date
    why: str = ""
    unit: Unit = Unit.NUMBER
    unit_words: str = ""
    currency: str = ""
    per: Per = Per.ONCE
    direction: Direction = Direction.MORE
    baseline: Decimal | None = None
    out_of_box: Decimal | None = None
    starts_on: date | None = None
    tolerance_percent: int = TOLERANCE
    origin: Origin = Origin.SALE
    product_id: UUID | None = None
    feature_id: UUID | None = None
    metric_id: UUID | None = None
    owner_id: UUID | None = None
    said_by_id: UUID | None = None


# --- Facts ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePromised:
    """A benefit was promised to an account."""

    workspace_id: UUID
    account_id: UUID
    outcome_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChanged:
    """What was promised is worded otherwise, was amended, dropped or taken up again."""

    workspace_id: UUID
    account_id: UUID
    outcome_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeMeasured:
    """There is a new measurement of an outcome."""

    workspace_id: UUID
    account_id: UUID
    outcome_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomesMeasured:
    """Metrics took measurements of outcomes of these accounts in one go."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeVerified:
    """A side (a `Side`) says that the benefit came true."""

    workspace_id: UUID
    account_id: UUID
    outcome_id: UUID
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeNotVerified:
    """A side says that it did not come true; `reason` is a `WhyNot`."""

    workspace_id: UUID
    account_id: UUID
    outcome_id: UUID
    side: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeBehind:
    """An outcome fell behind its line: it was not before."""

    workspace_id: UUID
    account_id: UUID
    outcome_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationSet:
    """We told a customer what to expect."""

    workspace_id: UUID
    account_id: UUID
    expectation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationSettled:
    """What a customer was told to expect came, or did not; `met` says which."""

    workspace_id: UUID
    account_id: UUID
    expectation_id: UUID
    met: bool


# --- Refusals ---------------------------------------------------------------


class WrongOutcome(Refused):
    """What was said about a benefit makes no promise that could be verified."""


class WrongMeasurement(Refused):
    """This measurement cannot be taken."""


class WrongVerdict(Refused):
    """This cannot be said about the benefit."""


class WrongExpectation(Refused):
    """This cannot be said about an expectation."""


class OutcomeIsDropped(Conflict):
    """The benefit is no longer pursued."""


class OutcomeChangedMeanwhile(Conflict):
    """Somebody else changed the outcome since it was read."""


class ExpectationIsSettled(Conflict):
    """Somebody said first what became of it."""
