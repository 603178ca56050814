"""What an audience may ask about use: what was done how often, not for how long, metrics.

Days are whole UTC days, today included. Who did what is asked of the store by the keys accounts
and people have in their product; the answer travels into the rows' database as one parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vereda.customers.queries.people import person_keys_of_all
from vereda.events.contracts.measuring import Measure, MetricDefinition, Per
from vereda.events.metric_wording import measured_words
from vereda.events.models.metrics import Metric, MetricValue
from vereda.events.queries.metrics import (
    account_answers,
    event_names_of_features,
    feature_slugs,
    metrics_in,
    person_answers,
)
from vereda.events.queries.single_events import names_of_events
from vereda.foundation.criteria import (
    About,
    AskedCriterion,
    Comparison,
    Criterion,
    Parameter,
    ValueKind,
    one_of_many,
)
from vereda.foundation.errors import Refused
from vereda.foundation.wording import number_words, percent_words

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

GROUP: Final = gettext_lazy("Usage")
METRICS: Final = gettext_lazy("Metrics")
EXTENT: Final = (Comparison.AT_LEAST, Comparison.AT_MOST)
LONGEST: Final = 400
MOST_NAMES: Final = 200
PERS: Final = {About.ACCOUNTS: Per.ACCOUNT, About.PEOPLE: Per.PERSON}

Names = Callable[[AskedCriterion], tuple[str, ...]]
Answers = dict[UUID, dict[str, float]]


class EventsCriteria:
    """What was done how often and how long ago, for the first time, and every metric."""

    def criteria(self, workspace: Workspace, *, about: About) -> Sequence[Criterion]:
        """What can be asked; a query for features, one for metrics."""
        event = Parameter(
            name="event",
            label=gettext_lazy("Event"),
            kind=ValueKind.TEXT,
            choices=KnownNames(workspace),
        )
        feature = Parameter(
            name="feature",
            label=gettext_lazy("Feature"),
            kind=ValueKind.CHOICE,
            choices=dict(feature_slugs(workspace)),
        )
        return [
            *_of_use(about, event, feature),
            *(
                each
                for metric in metrics_in(workspace, per=PERS[about])
                for each in _of_metric(about, metric)
            ),
        ]


class KnownNames(Mapping[str, str]):
    """The names that events came under, the most used first; asked for when somebody looks."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._names: list[str] | None = None

    def __getitem__(self, name: str) -> str:
        if name not in self._told():
            raise KeyError(name)
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(self._told())

    def __len__(self) -> int:
        return len(self._told())

    def _told(self) -> list[str]:
        if self._names is None:
            told = dict.fromkeys(each.name for each in names_of_events(self._workspace))
            self._names = list(told)[:MOST_NAMES]
        return self._names


# --- What was done ------------------------------------------------------------------------


def _event_named(asked: AskedCriterion) -> tuple[str, ...]:
    return (str(asked.parameters["event"]),)


def _events_of_feature(asked: AskedCriterion) -> tuple[str, ...]:
    slug = str(asked.parameters["feature"])
    names = tuple(event_names_of_features(asked.workspace).get(slug, ()))
    if not names:
        raise Refused(_("The feature “%s” has no events.") % slug)
    return names


def _any_event(_asked: AskedCriterion) -> tuple[str, ...]:
    return ()


def _of_use(about: About, event: Parameter, feature: Parameter) -> Iterator[Criterion]:
    days = Parameter(
        name="days",
        label=gettext_lazy("In so many days"),
        kind=ValueKind.NUMBER,
        default="30",
    )
    kinds: tuple[tuple[str, Names, tuple[Parameter, ...]], ...] = (
        ("", _event_named, (event,)),
        ("_feature", _events_of_feature, (feature,)),
        ("_anything", _any_event, ()),
    )
    for suffix, names, parameters in kinds:
        yield _use_criterion(
            about,
            f"events.did{suffix}",
            DID[suffix],
            parameters=(*parameters, days),
            comparisons=EXTENT,
            matching=partial(_did_matching, names),
            told=partial(_did_told, names),
        )
        yield _use_criterion(
            about,
            f"events.idle{suffix}",
            IDLE[suffix],
            parameters=parameters,
            comparisons=EXTENT,
            matching=partial(_idle_matching, names),
            told=partial(_idle_told, names),
        )
        yield _use_criterion(
            about,
            f"events.first{suffix}",
            FIRST[suffix],
            parameters=parameters,
            comparisons=EXTENT,
            matching=partial(_first_matching, names),
            told=partial(_first_told, names),
        )


DID: Final = {
    "": gettext_lazy("Times an event was done"),
    "_feature": gettext_lazy("Times a feature was used"),
    "_anything": gettext_lazy("Times anything was done"),
}
IDLE: Final = {
    "": gettext_lazy("Days since an event was last done"),
    "_feature": gettext_lazy("Days since a feature was last used"),
    "_anything": gettext_lazy("Days since anything was last done"),
}
FIRST: Final = {
    "": gettext_lazy("Days since an event was first done"),
    "_feature": gettext_lazy("Days since a feature was first used"),
    "_anything": gettext_lazy("Days since anything was first done"),
}


def _use_criterion(about: About, name: str, label: Any, **rest: Any) -> Criterion:
    return Criterion(
        name=name,
        label=label,
        group=GROUP,
        about=about,
        kind=ValueKind.NUMBER,
        by_time=True,
        **rest,
    )


def _count(window: int, names: tuple[str, ...], per: Per) -> MetricDefinition:
    return MetricDefinition(measure=Measure.COUNT, window=window, events=names, per=per)


def _counted(
    asked: AskedCriterion,
    ids: Collection[UUID] | None,
    definitions: Mapping[str, MetricDefinition],
) -> Answers:
    """What the store answers about each, with what it says of the span before under `…_before`.

    Who is left out did nothing.
    """
    today = asked.now.astimezone(UTC).date()
    told = (
        account_answers(
            asked.workspace, list(definitions), definitions=definitions, on=today, account_ids=ids
        )
        if asked.about is About.ACCOUNTS
        else _person_answers(asked, ids, definitions, today)
    )
    return {
        pk: {
            word: float(value or 0)
            for name, (now, before) in answers.items()
            for word, value in ((name, now), (f"{name}_before", before))
        }
        for pk, answers in told.items()
    }


def _person_answers(
    asked: AskedCriterion,
    ids: Collection[UUID] | None,
    definitions: Mapping[str, MetricDefinition],
    today: date,
) -> dict[UUID, dict[str, tuple[float | None, float | None]]]:
    keys = None
    if ids is not None:
        held = person_keys_of_all(asked.workspace, ids).values()
        keys = [key for each in held for key in each]
    return person_answers(
        asked.workspace, list(definitions), definitions=definitions, on=today, keys=keys
    )


def _whole_days(value: object, *, most: int = LONGEST - 1) -> int:
    if not isinstance(value, Decimal):
        raise TypeError("days are a number")
    if value != value.to_integral_value() or not 0 <= value <= most:
        raise Refused(_("Days of use are a whole number up to %d.") % most)
    return int(value)


def _number(asked: AskedCriterion) -> float:
    if not isinstance(asked.value, Decimal):
        raise TypeError("a number was expected")
    return float(asked.value)


def _window_of(asked: AskedCriterion) -> int:
    return max(1, _whole_days(asked.parameters["days"], most=LONGEST))


def _did_matching(names: Names, asked: AskedCriterion) -> Q:
    wanted = {"now": _count(_window_of(asked), names(asked), PERS[asked.about])}
    counts = _counted(asked, asked.among, wanted)
    least = asked.comparison is Comparison.AT_LEAST
    number = _number(asked)
    if least and number <= 0:
        return Q(pk__isnull=False)
    if least:
        return one_of_many([pk for pk, told in counts.items() if told["now"] >= number])
    more = [pk for pk, told in counts.items() if told["now"] > number]
    return Q(pk__isnull=number < 0) & ~one_of_many(more)


def _did_told(names: Names, asked: AskedCriterion, ids: Collection[UUID]) -> dict[UUID, str]:
    days = _window_of(asked)
    counts = _counted(asked, ids, {"now": _count(days, names(asked), PERS[asked.about])})
    told: dict[UUID, str] = {}
    for pk in ids:
        count = int(counts.get(pk, {}).get("now", 0))
        words = ngettext(
            "Did %(what)s %(count)s time in %(days)s days",
            "Did %(what)s %(count)s times in %(days)s days",
            count,
        )
        told[pk] = words % {
            "what": _what(asked),
            "count": number_words(count),
            "days": number_words(days),
        }
    return told


def _what(asked: AskedCriterion) -> str:
    named = asked.parameters.get("event") or asked.parameters.get("feature")
    return f"“{named}”" if named else _("something")


def _idle_matching(names: Names, asked: AskedCriterion) -> Q:
    """At least so many days ago or never; or at most so many days ago."""
    days = _whole_days(asked.value)
    long_ago = asked.comparison is Comparison.AT_LEAST
    window = days if long_ago else days + 1
    if window == 0:
        return Q(pk__isnull=False)
    counts = _counted(asked, asked.among, {"now": _count(window, names(asked), PERS[asked.about])})
    lately = one_of_many([pk for pk, told in counts.items() if told["now"] > 0])
    return ~lately if long_ago else lately


def _idle_told(names: Names, asked: AskedCriterion, ids: Collection[UUID]) -> dict[UUID, str]:
    definition = MetricDefinition(
        measure=Measure.TIME_SINCE, window=LONGEST, events=names(asked), per=PERS[asked.about]
    )
    since = _counted(asked, ids, {"now": definition})
    told: dict[UUID, str] = {}
    for pk in ids:
        days = int(since.get(pk, {}).get("now", LONGEST))
        if days >= LONGEST:
            told[pk] = _("Did not do %(what)s in %(days)s days") % {
                "what": _what(asked),
                "days": number_words(LONGEST),
            }
        else:
            words = ngettext(
                "Last did %(what)s %(days)s day ago", "Last did %(what)s %(days)s days ago", days
            )
            told[pk] = words % {"what": _what(asked), "days": number_words(days)}
    return told


def _first_matching(names: Names, asked: AskedCriterion) -> Q:
    """The first time was at most (or at least) so many days ago; never is neither."""
    firsts = _firsts(names, asked, asked.among)
    recent = asked.comparison is Comparison.AT_MOST
    return one_of_many(
        [
            pk
            for pk, (lately, earlier) in firsts.items()
            if (lately > 0 and earlier <= 0 if recent else earlier > 0)
        ]
    )


def _first_told(names: Names, asked: AskedCriterion, ids: Collection[UUID]) -> dict[UUID, str]:
    days = _first_window(asked)
    firsts = _firsts(names, asked, ids)
    said = {"what": _what(asked), "days": number_words(days)}
    told: dict[UUID, str] = {}
    for pk in ids:
        lately, earlier = firsts.get(pk, (0.0, 0.0))
        if earlier > 0:
            told[pk] = _("First did %(what)s more than %(days)s days ago") % said
        elif lately > 0:
            told[pk] = _("First did %(what)s in the last %(days)s days") % said
        else:
            told[pk] = _("Never did %(what)s") % said
    return told


def _firsts(
    names: Names, asked: AskedCriterion, ids: Collection[UUID] | None
) -> dict[UUID, tuple[float, float]]:
    """How often each did it in the days meant, and before those: in 800 days, twice the longest."""
    per, window = PERS[asked.about], _first_window(asked)
    named = names(asked)
    wanted = {"lately": _count(window, named, per), "all": _count(LONGEST, named, per)}
    counts = _counted(asked, ids, wanted)
    return {
        pk: (told["lately"], told["all"] + told["all_before"] - told["lately"])
        for pk, told in counts.items()
    }


def _first_window(asked: AskedCriterion) -> int:
    days = _whole_days(asked.value)
    return max(1, days if asked.comparison is Comparison.AT_LEAST else days + 1)


# --- Metrics ------------------------------------------------------------------------------


def _of_metric(about: About, metric: Metric) -> Iterable[Criterion]:
    return (
        Criterion(
            name=f"events.metric.{metric.slug}",
            label=metric.name,
            group=METRICS,
            about=about,
            kind=ValueKind.NUMBER,
            comparisons=(*EXTENT, Comparison.KNOWN, Comparison.UNKNOWN),
            matching=partial(_metric_matching, metric),
            told=partial(_metric_told, metric),
        ),
        Criterion(
            name=f"events.fell.{metric.slug}",
            label=_("%s fell by (percent)") % metric.name,
            group=METRICS,
            about=about,
            kind=ValueKind.NUMBER,
            comparisons=(Comparison.AT_LEAST,),
            matching=partial(_fell_matching, metric),
            told=partial(_fell_told, metric),
        ),
    )


def _values(metric: Metric, asked: AskedCriterion, ids: Collection[UUID] | None) -> Any:
    rows = MetricValue.objects.of(asked.workspace).filter(metric=metric)
    return rows if ids is None else rows.filter(one_of_many(ids, column=asked.column))


def _metric_matching(metric: Metric, asked: AskedCriterion) -> Q:
    rows = _values(metric, asked, asked.among).filter(value__isnull=False)
    match asked.comparison:
        case Comparison.AT_LEAST:
            rows = rows.filter(value__gte=_number(asked))
        case Comparison.AT_MOST:
            rows = rows.filter(value__lte=_number(asked))
    holders = Q(pk__in=rows.values(asked.column))
    return ~holders if asked.comparison is Comparison.UNKNOWN else holders


def _metric_told(metric: Metric, asked: AskedCriterion, ids: Collection[UUID]) -> dict[UUID, str]:
    known = dict(_values(metric, asked, ids).values_list(asked.column, "value"))
    definition = metric.defined
    return {
        pk: _("%(label)s: %(value)s")
        % {
            "label": metric.name,
            "value": measured_words(definition, known.get(pk)) or _("not known"),
        }
        for pk in ids
    }


def _share_left(asked: AskedCriterion) -> float:
    percent = _number(asked)
    if not 0 < percent <= 100:
        raise Refused(_("A fall is more than 0 and at most 100 percent."))
    return 1 - percent / 100


def _fell_matching(metric: Metric, asked: AskedCriterion) -> Q:
    rows = _values(metric, asked, asked.among).filter(
        before__gt=0, value__lte=F("before") * _share_left(asked)
    )
    return Q(pk__in=rows.values(asked.column))


def _fell_told(metric: Metric, asked: AskedCriterion, ids: Collection[UUID]) -> dict[UUID, str]:
    definition = metric.defined
    told: dict[UUID, str] = {}
    columns = (asked.column, "value", "before")
    for pk, value, before in _values(metric, asked, ids).values_list(*columns):
        if value is not None and before:
            told[pk] = _("%(label)s: %(value)s, before that %(before)s (%(change)s)") % {
                "label": metric.name,
                "value": measured_words(definition, value),
                "before": measured_words(definition, before),
                "change": percent_words((value - before) / before),
            }
    return told
