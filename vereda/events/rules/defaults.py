"""Metrics to begin with: fifteen that say something about any product, and need only the roll-up.

Names and descriptions are message ids; whoever stores them says them in the workspace's language.
"""

from typing import Final

from vereda.events.contracts.measuring import Measure, MetricDefinition

Ready = tuple[str, str, str, MetricDefinition]


def _days(measure: Measure, window: int, **said: object) -> MetricDefinition:
    return MetricDefinition(measure=measure, window=window, **said)  # type: ignore[arg-type]


READY: Final[tuple[Ready, ...]] = (
    ("uses-90d", "Uses in 90 days", "How much was done.", _days(Measure.COUNT, 90)),
    ("uses-28d", "Uses in 28 days", "How much was done lately.", _days(Measure.COUNT, 28)),
    (
        "people-90d",
        "Active people in 90 days",
        "Different people who did anything.",
        _days(Measure.PEOPLE, 90),
    ),
    (
        "people-28d",
        "Active people in 28 days",
        "Different people who did anything lately.",
        _days(Measure.PEOPLE, 28),
    ),
    (
        "people-7d",
        "Active people in 7 days",
        "Different people who did anything this week.",
        _days(Measure.PEOPLE, 7),
    ),
    (
        "active-days-90d",
        "Active days in 90 days",
        "Days on which anybody did anything.",
        _days(Measure.ACTIVE_DAYS, 90),
    ),
    (
        "active-days-28d",
        "Active days in 28 days",
        "Days on which anybody did anything lately.",
        _days(Measure.ACTIVE_DAYS, 28),
    ),
    (
        "seat-share",
        "Share of seats active",
        "People active in 28 days, of the seats that are paid.",
        _days(Measure.SEAT_SHARE, 28),
    ),
    (
        "features-90d",
        "Features used in 90 days",
        "How many of the product's features were used.",
        _days(Measure.BREADTH, 90),
    ),
    (
        "features-28d",
        "Features used in 28 days",
        "How many of the product's features were used lately.",
        _days(Measure.BREADTH, 28),
    ),
    (
        "days-since-use",
        "Days since last use",
        "How long nobody has done anything; 90 means 90 or more.",
        _days(Measure.TIME_SINCE, 90),
    ),
    (
        "days-between-uses",
        "Days between uses",
        "The usual wait from one day of use to the next.",
        _days(Measure.GAP, 90),
    ),
    (
        "uses-per-person",
        "Uses per person",
        "Uses in 28 days for each active person.",
        _days(Measure.METRIC_RATIO, 28, of="uses-28d", over="people-28d"),
    ),
    (
        "stickiness",
        "Stickiness",
        "Of the people active in 28 days, how many were in the last 7.",
        _days(Measure.METRIC_RATIO, 28, of="people-7d", over="people-28d"),
    ),
    (
        "uses-per-1000-arr",
        "Uses per 1,000 of ARR",
        "Uses in 90 days for every thousand paid in a year.",
        _days(Measure.FIELD_RATIO, 90, of="uses-90d", over="arr", per_how_many=1_000),
    ),
)
