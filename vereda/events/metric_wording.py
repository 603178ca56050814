"""Metrics and drift in words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from vereda.events.contracts.drifting import DriftKind, PropertyType
from vereda.events.contracts.measuring import Comparison, Measure, MetricDefinition, Per, Unit
from vereda.events.rules.metrics import MetricProblem
from vereda.foundation.wording import number_words, percent_words

MEASURES: Final[Mapping[Measure, Promise]] = {
    Measure.COUNT: _("How much was done"),
    Measure.PEOPLE: _("How many different people did it"),
    Measure.ACTIVE_DAYS: _("On how many days it was done"),
    Measure.SEAT_SHARE: _("Which share of the paid seats did it"),
    Measure.BREADTH: _("How many features were used"),
    Measure.TIME_SINCE: _("How many days ago it was last done"),
    Measure.GAP: _("How many days usually pass between uses"),
    Measure.DURATION: _("How long it usually takes from a start to an end"),
    Measure.SUM: _("A property added up"),
    Measure.AVERAGE: _("A property on average"),
    Measure.MINIMUM: _("The least value of a property"),
    Measure.MAXIMUM: _("The greatest value of a property"),
    Measure.METRIC_RATIO: _("One metric divided by another"),
    Measure.FIELD_RATIO: _("A metric divided by a field of the account"),
}

UNITS: Final[Mapping[Unit, Promise]] = {
    Unit.DAYS: _("days"),
    Unit.WEEKS: _("weeks"),
    Unit.MONTHS: _("months"),
}

PERS: Final[Mapping[Per, Promise]] = {Per.ACCOUNT: _("each account"), Per.PERSON: _("each person")}

COMPARISONS: Final[Mapping[Comparison, Promise]] = {
    Comparison.EQUALS: _("is"),
    Comparison.NOT: _("is not"),
    Comparison.CONTAINS: _("contains"),
    Comparison.GREATER: _("is greater than"),
    Comparison.LESS: _("is less than"),
    Comparison.IS_SET: _("is there"),
}

METRIC_PROBLEMS: Final[Mapping[MetricProblem, Promise]] = {
    MetricProblem.WINDOW: _(
        "A window is at least 1 day and at most 400 days, 57 weeks or 13 months."
    ),
    MetricProblem.TOO_MANY_NAMES: _("A metric names at most 100 events and features."),
    MetricProblem.NAME_TOO_LONG: _("A name of an event or property has 1 to 200 characters."),
    MetricProblem.NO_PROPERTY: _("Say which property is added up, averaged or compared."),
    MetricProblem.NO_START: _("Say which event starts it."),
    MetricProblem.NO_END: _("Say which event ends it."),
    MetricProblem.UNKNOWN_FEATURE: _("One of the features is not among those offered."),
    MetricProblem.ONLY_ACCOUNTS: _("This is said of accounts, not of single people."),
    MetricProblem.NO_PARTS: _("Say what is divided, and by what."),
    MetricProblem.UNKNOWN_METRIC: _("There is no metric with one of these short names."),
    MetricProblem.RATIO_OF_RATIO: _("A ratio is made of numbers that are no ratios themselves."),
    MetricProblem.OTHER_SUBJECT: _("Both metrics must be about accounts, or both about people."),
    MetricProblem.UNKNOWN_FIELD: _("The account has no field of numbers with this name."),
    MetricProblem.SCALE: _("“For how many” is at least 1 and at most 1,000,000,000."),
    MetricProblem.TOO_MANY_FILTERS: _("A metric has at most 10 conditions."),
    MetricProblem.FILTER_WITHOUT_PROPERTY: _(
        "Each condition names a property, of 1 to 200 characters."
    ),
    MetricProblem.FILTER_WITHOUT_VALUE: _("Each condition needs a value, of 1 to 500 characters."),
    MetricProblem.FILTER_WITHOUT_NUMBER: _("“Greater” and “less” compare with a number."),
}

FIELDS: Final[Mapping[str, Promise]] = {"arr": _("ARR"), "seats": _("Seats")}

DRIFTS: Final[Mapping[DriftKind, Promise]] = {
    DriftKind.EVENT_STOPPED: _("An event stopped"),
    DriftKind.PROPERTY_CHANGED: _("A property changed its type"),
    DriftKind.ACCOUNT_SILENT: _("An account went silent"),
    DriftKind.KEY_STOPPED: _("A key stopped sending"),
}

PROPERTY_TYPES: Final[Mapping[PropertyType, Promise]] = {
    PropertyType.TEXT: _("text"),
    PropertyType.NUMBER: _("number"),
    PropertyType.YES_NO: _("yes or no"),
    PropertyType.LIST: _("list"),
    PropertyType.OBJECT: _("object"),
    PropertyType.NOTHING: _("nothing"),
}

READY_WORDS: Final = (
    gettext_noop("Uses in 90 days"),
    gettext_noop("How much was done."),
    gettext_noop("Uses in 28 days"),
    gettext_noop("How much was done lately."),
    gettext_noop("Active people in 90 days"),
    gettext_noop("Different people who did anything."),
    gettext_noop("Active people in 28 days"),
    gettext_noop("Different people who did anything lately."),
    gettext_noop("Active people in 7 days"),
    gettext_noop("Different people who did anything this week."),
    gettext_noop("Active days in 90 days"),
    gettext_noop("Days on which anybody did anything."),
    gettext_noop("Active days in 28 days"),
    gettext_noop("Days on which anybody did anything lately."),
    gettext_noop("Share of seats active"),
    gettext_noop("People active in 28 days, of the seats that are paid."),
    gettext_noop("Features used in 90 days"),
    gettext_noop("How many of the product's features were used."),
    gettext_noop("Features used in 28 days"),
    gettext_noop("How many of the product's features were used lately."),
    gettext_noop("Days since last use"),
    gettext_noop("How long nobody has done anything; 90 means 90 or more."),
    gettext_noop("Days between uses"),
    gettext_noop("The usual wait from one day of use to the next."),
    gettext_noop("Uses per person"),
    gettext_noop("Uses in 28 days for each active person."),
    gettext_noop("Stickiness"),
    gettext_noop("Of the people active in 28 days, how many were in the last 7."),
    gettext_noop("Uses per 1,000 of ARR"),
    gettext_noop("Uses in 90 days for every thousand paid in a year."),
)
"""What `rules.defaults` says, marked here because rules know no Django."""

MOST_SAID: Final = 3


def measured_words(definition: MetricDefinition, value: float | None) -> str:
    """A value with its unit: 31%, 12 days, 2.5 hours, 48; "" where nothing is known."""
    if value is None:
        return ""
    number = number_words(value, decimals=2)
    match definition.measure:
        case Measure.SEAT_SHARE:
            return percent_words(value)
        case Measure.TIME_SINCE | Measure.GAP | Measure.ACTIVE_DAYS:
            return ngettext("%s day", "%s days", 1 if value == 1 else 2) % number
        case Measure.DURATION:
            return ngettext("%s hour", "%s hours", 1 if value == 1 else 2) % number
    return number


def definition_words(
    definition: MetricDefinition, *, names: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """How a metric is made, as short phrases: what, of which events, on which conditions, when.

    `names` says what the metrics that a ratio is made of are called, by slug.
    """
    phrases = [str(MEASURES[definition.measure])]
    if definition.is_ratio:
        parts = {
            "of": names.get(definition.of, definition.of),
            "over": names.get(definition.over) or str(FIELDS.get(definition.over, definition.over)),
        }
        phrases = [gettext("%(of)s divided by %(over)s") % parts]
        if definition.per_how_many > 1:
            scale = number_words(definition.per_how_many, decimals=0)
            phrases.append(gettext("for every %s") % scale)
        return phrases
    if definition.property:
        phrases.append(definition.property)
    if definition.measure is Measure.DURATION:
        both = {"start": _listed(definition.events), "end": _listed(definition.ends_with)}
        phrases.append(gettext("from %(start)s to %(end)s") % both)
    elif definition.measure is Measure.BREADTH:
        phrases.append(_listed(definition.features) or gettext("all features"))
    else:
        phrases.append(_listed(definition.events) or gettext("any use"))
    phrases += [
        f"{one.property} {COMPARISONS[one.comparison]} {one.value}".strip()
        for one in definition.filters
    ]
    window = {"count": definition.window, "unit": UNITS[definition.unit]}
    phrases.append(gettext("in the last %(count)s %(unit)s") % window)
    return phrases


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:MOST_SAID])
    return f"{shown}, +{len(names) - MOST_SAID}" if len(names) > MOST_SAID else shown
