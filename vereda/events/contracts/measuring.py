"""Usage metrics: how one is defined, what the store is asked for it, and what it answers."""

import builtins
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from vereda.foundation.errors import Refused


class WrongMetric(Refused):
    """The definition makes no metric; says which part and what was expected."""


class WrongMetricFile(Refused):
    """The file holds no metrics; says where and what was expected."""


class MetricTaken(Refused):
    """A metric with that short name exists already."""


class MetricInUse(Refused):
    """Another metric is computed from this one."""


class Measure(StrEnum):
    """What a metric says about the events of its window."""

    COUNT = "count"
    PEOPLE = "people"
    ACTIVE_DAYS = "active_days"
    SEAT_SHARE = "seat_share"
    BREADTH = "breadth"
    TIME_SINCE = "time_since"
    GAP = "gap"
    DURATION = "duration"
    SUM = "sum"
    AVERAGE = "average"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    METRIC_RATIO = "metric_ratio"
    FIELD_RATIO = "field_ratio"


RATIOS: Final = frozenset({Measure.METRIC_RATIO, Measure.FIELD_RATIO})
OF_PROPERTY: Final = frozenset({Measure.SUM, Measure.AVERAGE, Measure.MINIMUM, Measure.MAXIMUM})
OF_ACCOUNTS_ONLY: Final = frozenset({Measure.PEOPLE, Measure.SEAT_SHARE, Measure.FIELD_RATIO})


class Unit(StrEnum):
    """What a window is counted in; a month ends on the same day of the month before."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class Comparison(StrEnum):
    """How a property is compared."""

    EQUALS = "equals"
    NOT = "not"
    CONTAINS = "contains"
    GREATER = "greater"
    LESS = "less"
    IS_SET = "is_set"


class Per(StrEnum):
    """Whom a metric is about."""

    ACCOUNT = "account"
    PERSON = "person"


class PropertyFilter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event counts only if its property compares so; the value is read as the comparison asks.

    `greater` and `less` compare numbers; the others compare text, where numbers are written
    plainly and yes and no are `true` and `false`. An event without the property is `not` equal.
    """

    property: str
    comparison: Comparison
    value: str = ""


class MetricDefinition(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What a workspace means by a number, in the words of a file and of the builder.

    `events` empty means any use. `features` (short names of the product's features; empty: all)
    are what breadth counts. `ends_with` ends what `events` began. `of` and `over` are the short
    names of two metrics, or `over` a field of the account: arr, seats, or custom.<short name>;
    `per_how_many` scales a ratio (1,000: per thousand).
    """

    measure: Measure
    window: int = 28
    unit: Unit = Unit.DAYS
    per: Per = Per.ACCOUNT
    events: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    filters: tuple[PropertyFilter, ...] = ()
    property: str = ""
    ends_with: tuple[str, ...] = ()
    of: str = ""
    over: str = ""
    per_how_many: int = 1

    @builtins.property
    def is_ratio(self) -> bool:
        """Is it made of two answers rather than one?"""
        return self.measure in RATIOS


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """What the store is asked: one number about the events from `since` to before `until`.

    The same is told about the span of equal length that begins at `before`. `groups` are the
    event names of each thing that breadth counts. Never a ratio: those are made of two answers.
    """

    measure: Measure
    before: date
    since: date
    until: date
    names: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    filters: tuple[PropertyFilter, ...] = ()
    of_property: str = ""
    ends: tuple[str, ...] = ()

    @property
    def from_roll_up(self) -> bool:
        """Does the daily roll-up know enough to answer?"""
        return (
            not self.filters
            and self.measure is not Measure.DURATION
            and self.measure not in OF_PROPERTY
        )


class Measured(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The answers about one account or person, in the order of the questions; None: nothing to say.

    An account or person without any event in the spans asked about is not among the answers;
    `answer_to_silence` says what each measure is then.
    """

    key: str
    values: list[float | None]
    before: list[float | None]
