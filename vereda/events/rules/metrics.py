"""What a metric's definition must say, the spans it means on a day, and how ratios are made."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from vereda.events.contracts.measuring import (
    OF_ACCOUNTS_ONLY,
    OF_PROPERTY,
    RATIOS,
    Comparison,
    Measure,
    Measurement,
    MetricDefinition,
    Per,
    PropertyFilter,
    Unit,
)

Answer = tuple[float | None, float | None]

LONGEST: Final = {Unit.DAYS: 400, Unit.WEEKS: 57, Unit.MONTHS: 13}
MOST_NAMES: Final = 100
MOST_FILTERS: Final = 10
LONGEST_NAME: Final = 200
LONGEST_VALUE: Final = 500
LARGEST_SCALE: Final = 1_000_000_000
CUSTOM: Final = "custom."


class MetricProblem(StrEnum):
    """What may be wrong with a definition."""

    WINDOW = "window"
    TOO_MANY_NAMES = "too_many_names"
    NAME_TOO_LONG = "name_too_long"
    NO_PROPERTY = "no_property"
    NO_START = "no_start"
    NO_END = "no_end"
    UNKNOWN_FEATURE = "unknown_feature"
    ONLY_ACCOUNTS = "only_accounts"
    NO_PARTS = "no_parts"
    UNKNOWN_METRIC = "unknown_metric"
    RATIO_OF_RATIO = "ratio_of_ratio"
    OTHER_SUBJECT = "other_subject"
    UNKNOWN_FIELD = "unknown_field"
    SCALE = "scale"
    TOO_MANY_FILTERS = "too_many_filters"
    FILTER_WITHOUT_PROPERTY = "filter_without_property"
    FILTER_WITHOUT_VALUE = "filter_without_value"
    FILTER_WITHOUT_NUMBER = "filter_without_number"


def problem_in_metric(
    definition: MetricDefinition,
    *,
    metrics: Mapping[str, MetricDefinition],
    features: Collection[str],
    fields: Collection[str],
) -> MetricProblem | None:
    """The first thing that keeps a definition from being a metric; None: it is one.

    `metrics`, `features` and `fields` are the short names it may name.
    """
    return (
        _wrong_window(definition)
        or _wrong_names(definition)
        or _wrong_measure(definition, features)
        or _wrong_ratio(definition, metrics, fields)
        or _wrong_filters(definition)
    )


def _wrong_window(definition: MetricDefinition) -> MetricProblem | None:
    if not 1 <= definition.window <= LONGEST[definition.unit]:
        return MetricProblem.WINDOW
    return None


def _wrong_names(definition: MetricDefinition) -> MetricProblem | None:
    names = [*definition.events, *definition.ends_with, *definition.features]
    if len(names) > MOST_NAMES:
        return MetricProblem.TOO_MANY_NAMES
    if any(not 1 <= len(name) <= LONGEST_NAME for name in (*names, definition.property or "-")):
        return MetricProblem.NAME_TOO_LONG
    return None


def _wrong_measure(definition: MetricDefinition, features: Collection[str]) -> MetricProblem | None:
    measure = definition.measure
    if definition.per is Per.PERSON and measure in OF_ACCOUNTS_ONLY:
        return MetricProblem.ONLY_ACCOUNTS
    if measure in OF_PROPERTY and not definition.property:
        return MetricProblem.NO_PROPERTY
    if measure is Measure.DURATION and not definition.events:
        return MetricProblem.NO_START
    if measure is Measure.DURATION and not definition.ends_with:
        return MetricProblem.NO_END
    if not set(definition.features) <= set(features):
        return MetricProblem.UNKNOWN_FEATURE
    return None


def _wrong_ratio(
    definition: MetricDefinition,
    metrics: Mapping[str, MetricDefinition],
    fields: Collection[str],
) -> MetricProblem | None:
    if definition.measure not in RATIOS:
        return None
    if not 1 <= definition.per_how_many <= LARGEST_SCALE:
        return MetricProblem.SCALE
    if not definition.of or not definition.over:
        return MetricProblem.NO_PARTS
    if definition.measure is Measure.FIELD_RATIO and definition.over not in fields:
        return MetricProblem.UNKNOWN_FIELD
    wrong = (_wrong_part(part, definition, metrics) for part in parts_of(definition))
    return next(filter(None, wrong), None)


def _wrong_part(
    part: str, definition: MetricDefinition, metrics: Mapping[str, MetricDefinition]
) -> MetricProblem | None:
    if part not in metrics:
        return MetricProblem.UNKNOWN_METRIC
    if metrics[part].measure in RATIOS:
        return MetricProblem.RATIO_OF_RATIO
    return MetricProblem.OTHER_SUBJECT if metrics[part].per is not definition.per else None


def _wrong_filters(definition: MetricDefinition) -> MetricProblem | None:
    if len(definition.filters) > MOST_FILTERS:
        return MetricProblem.TOO_MANY_FILTERS
    return next(filter(None, map(_wrong_filter, definition.filters)), None)


def _wrong_filter(one: PropertyFilter) -> MetricProblem | None:
    if not 1 <= len(one.property) <= LONGEST_NAME:
        return MetricProblem.FILTER_WITHOUT_PROPERTY
    if one.comparison is Comparison.IS_SET:
        return None
    if not 1 <= len(one.value) <= LONGEST_VALUE:
        return MetricProblem.FILTER_WITHOUT_VALUE
    ordered = one.comparison in (Comparison.GREATER, Comparison.LESS)
    return MetricProblem.FILTER_WITHOUT_NUMBER if ordered and not _is_number(one.value) else None


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e300
    except ValueError:
        return False


def parts_of(definition: MetricDefinition) -> tuple[str, ...]:
    """The short names of the metrics it is made of."""
    if definition.measure is Measure.METRIC_RATIO:
        return definition.of, definition.over
    return (definition.of,) if definition.measure is Measure.FIELD_RATIO else ()


# --- Spans ----------------------------------------------------------------------------


def spans_on(definition: MetricDefinition, day: date) -> tuple[date, date, date]:
    """The day the period before begins, the window begins, and the day after `day`."""
    until = day + timedelta(days=1)
    match definition.unit:
        case Unit.DAYS:
            length = timedelta(days=definition.window)
        case Unit.WEEKS:
            length = timedelta(weeks=definition.window)
        case Unit.MONTHS:
            return (
                months_before(until, 2 * definition.window),
                months_before(until, definition.window),
                until,
            )
    return until - 2 * length, until - length, until


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months ago; the month's last where it has no such day."""
    number = day.year * 12 + day.month - 1 - months
    year, month = number // 12, number % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (after - timedelta(days=1)).day))


def measurement_on(
    definition: MetricDefinition, day: date, *, features: Mapping[str, Collection[str]]
) -> Measurement:
    """What the store is asked for a metric that is no ratio, on a day.

    `features` are the event names of each feature, by its short name.
    """
    before, since, until = spans_on(definition, day)
    chosen = definition.features or tuple(sorted(features))
    share = definition.measure is Measure.SEAT_SHARE
    breadth = definition.measure is Measure.BREADTH
    duration = definition.measure is Measure.DURATION
    return Measurement(
        measure=Measure.PEOPLE if share else definition.measure,
        before=before,
        since=since,
        until=until,
        names=() if breadth else definition.events,
        groups=tuple(tuple(sorted(features.get(slug, ()))) for slug in chosen) if breadth else (),
        filters=definition.filters,
        of_property=definition.property if definition.measure in OF_PROPERTY else "",
        ends=definition.ends_with if duration else (),
    )


# --- Ratios ---------------------------------------------------------------------------


def answer_of(
    definition: MetricDefinition,
    slug: str,
    *,
    answers: Mapping[str, Answer],
    figures: Mapping[str, float | None],
) -> Answer:
    """A metric's value and the one before, from what the store answered and what was agreed.

    `answers` are those of every metric that is no ratio; `figures` the account's fields.
    """
    match definition.measure:
        case Measure.SEAT_SHARE:
            now, before = answers[slug]
            seats = figures.get("seats")
            return share(now, seats), share(before, seats)
        case Measure.METRIC_RATIO:
            over, over_before = answers[definition.over]
        case Measure.FIELD_RATIO:
            over = over_before = figures.get(definition.over)
        case _:
            return answers[slug]
    now, before = answers[definition.of]
    scale = definition.per_how_many
    return share(now, over, scale=scale), share(before, over_before, scale=scale)


def share(part: float | None, whole: float | None, *, scale: int = 1) -> float | None:
    """The part per `scale` of the whole; None where either is unknown or the whole is nothing."""
    if part is None or not whole:
        return None
    return part / whole * scale


def fields_named(metrics: Iterable[MetricDefinition]) -> frozenset[str]:
    """The fields of accounts that these metrics are compared with."""
    definitions = list(metrics)
    named = {one.over for one in definitions if one.measure is Measure.FIELD_RATIO}
    if any(one.measure is Measure.SEAT_SHARE for one in definitions):
        named.add("seats")
    return frozenset(named)


def follows_terms(definition: MetricDefinition) -> bool:
    """Is it compared with what was agreed, such as seats or ARR, not with a field of one's own?"""
    return any(not field.startswith(CUSTOM) for field in fields_named([definition]))


def follows_custom_fields(definition: MetricDefinition) -> bool:
    """Is it compared with a field that the workspace defined for its accounts?"""
    return any(field.startswith(CUSTOM) for field in fields_named([definition]))


def with_parts(wanted: Collection[str], definitions: Mapping[str, MetricDefinition]) -> list[str]:
    """These metrics and those they are made of, each once."""
    needed = dict.fromkeys(wanted)
    for slug in wanted:
        needed |= dict.fromkeys(parts_of(definitions[slug]))
    return [slug for slug in needed if slug in definitions]
