"""Asking for metrics and their values, those kept and those not even saved yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

from babel.numbers import get_currency_precision

from vereda.customers.contracts import FieldTarget, FieldType
from vereda.customers.queries.accounts import (
    external_ids_of,
    external_ids_of_all,
    listed_accounts,
)
from vereda.customers.queries.fields import custom_fields_of
from vereda.customers.queries.people import (
    people_by_external_id,
    person_keys_of,
    person_keys_of_all,
)
from vereda.events.contracts.answers import StoredEvent, UsageOfNameOnDay
from vereda.events.contracts.arriving import workspace_key
from vereda.events.contracts.measuring import Measured, Measurement, MetricDefinition, Per
from vereda.events.metric_wording import measured_words
from vereda.events.models.metrics import MeasureCursor, Metric, MetricRows, MetricValue
from vereda.events.rules.metrics import (
    CUSTOM,
    Answer,
    answer_of,
    fields_named,
    measurement_on,
    parts_of,
    with_parts,
)
from vereda.events.store.current import event_store
from vereda.events.store.shapes import answer_to_silence
from vereda.foundation.criteria import one_of_many
from vereda.foundation.scoping import found, id_of
from vereda.product.queries import feature_of_event, features_in

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace

WEEKS: Final = 13
TOGETHER: Final = 5_000
ARR, SEATS = "arr", "seats"
TRIED: Final = "\x00tried"

Id = TypeVar("Id", UUID, str)
Definitions = Mapping[str, MetricDefinition]
Answers = dict[UUID, dict[str, Answer]]


@dataclass(frozen=True, slots=True)
class MetricReading:
    """A metric with what it says about one account or person, and about the period before."""

    metric: Metric
    value: float | None
    before: float | None
    on: date | None

    @property
    def change(self) -> float | None:
        """The change as a share of what was before; None where it cannot be told."""
        if self.value is None or not self.before:
            return None
        return (self.value - self.before) / self.before

    @property
    def words(self) -> str:
        """The value with its unit; "" where nothing is known."""
        return measured_words(self.metric.defined, self.value)

    @property
    def words_before(self) -> str:
        """The same of the period before."""
        return measured_words(self.metric.defined, self.before)


def metrics_in(workspace: Workspace | UUID, *, per: Per | None = None) -> MetricRows:
    """The metrics in use, by name."""
    rows = Metric.objects.of(workspace).in_use().order_by("name", "pk")
    return rows if per is None else rows.filter(per=per.value)


def archived_metrics(workspace: Workspace | UUID) -> MetricRows:
    """The metrics no longer in use, by name."""
    return Metric.objects.of(workspace).filter(archived_at__isnull=False).order_by("name", "pk")


def metric_with_slug(workspace: Workspace | UUID, slug: str) -> Metric:
    """The metric with that short name, archived or not, or `Missing`."""
    return found(Metric.objects.of(workspace).filter(slug=slug))


def metric_definitions(workspace: Workspace | UUID) -> dict[str, MetricDefinition]:
    """How each metric is made, archived ones too: others may be made of them."""
    return {row.slug: row.defined for row in Metric.objects.of(workspace).order_by("slug")}


def event_names_of_features(workspace: Workspace | UUID) -> dict[str, list[str]]:
    """The event names of each feature offered that has any, by its short name."""
    names: dict[str, list[str]] = {}
    for name, meaning in feature_of_event(workspace).items():
        names.setdefault(meaning.feature, []).append(name)
    return names


def feature_slugs(workspace: Workspace | UUID) -> list[tuple[str, str]]:
    """The features offered: short name and name."""
    return [(feature.slug, feature.name) for feature in features_in(workspace)]


def measurable_fields(workspace: Workspace | UUID) -> dict[str, str]:
    """The fields of an account that a metric may be compared with, and what they are called."""
    custom = {
        f"{CUSTOM}{field.slug}": field.label
        for field in custom_fields_of(workspace, target=FieldTarget.ACCOUNT)
        if field.type == FieldType.NUMBER
    }
    return {ARR: "ARR", SEATS: "", **custom}


# --- Values kept ----------------------------------------------------------------------


def metric_values(
    workspace: Workspace | UUID,
    *,
    slugs: Collection[str] | None = None,
    account_ids: Collection[UUID] | None = None,
) -> dict[UUID, dict[str, float | None]]:
    """What metrics say about accounts, as last computed: by account and short name.

    None for either asks about all of them. An account that was never measured is not there; None
    as a value means that the events say nothing.
    """
    rows = MetricValue.objects.of(workspace).filter(metric__archived_at=None, person=None)
    if slugs is not None:
        rows = rows.filter(metric__slug__in=slugs)
    if account_ids is not None:
        rows = rows.filter(account__in=account_ids)
    values: dict[UUID, dict[str, float | None]] = {}
    for account_id, slug, value in rows.values_list("account_id", "metric__slug", "value"):
        if account_id is not None:
            values.setdefault(account_id, {})[slug] = value
    return values


def metrics_of_account(account: Account) -> list[MetricReading]:
    """Every metric about accounts with what it says about this one, by name."""
    rows = MetricValue.objects.of(account.workspace_id).filter(account=account)
    held = {row.metric_id: row for row in rows}
    return [
        _reading(metric, held.get(metric.pk))
        for metric in metrics_in(account.workspace_id, per=Per.ACCOUNT)
    ]


def _reading(metric: Metric, row: MetricValue | None) -> MetricReading:
    if row is None:
        return MetricReading(metric, None, None, None)
    return MetricReading(metric, row.value, row.before, row.on)


def count_measured(metric: Metric) -> int:
    """How many accounts or people have a value of it that is known."""
    rows = MetricValue.objects.of(metric.workspace_id).filter(metric=metric)
    return rows.filter(value__isnull=False).count()


def measuring_state(workspace: Workspace | UUID) -> MeasureCursor | None:
    """How far the values follow the events, and how far a run is; None before the first."""
    return MeasureCursor.objects.of(workspace).first()


def ranked_accounts(
    metric: Metric, *, descending: bool, limit: int, offset: int = 0
) -> list[tuple[UUID, float, float | None]]:
    """The accounts with a known value, the greatest or least first, with the one before."""
    rows = MetricValue.objects.of(metric.workspace_id).filter(
        metric=metric,
        person=None,
        value__isnull=False,
        account__archived_at=None,
        account__merged_into=None,
    )
    rows = rows.order_by("-value" if descending else "value", "account")
    told = rows.values_list("account_id", "value", "before")[offset : offset + limit]
    return [(pk, value, before) for pk, value, before in told if pk and value is not None]


def ranked_people(
    metric: Metric, *, descending: bool, limit: int, offset: int = 0
) -> list[tuple[UUID, float, float | None]]:
    """The people in the lists with a known value, the greatest or least first."""
    rows = MetricValue.objects.of(metric.workspace_id).filter(
        metric=metric,
        account=None,
        value__isnull=False,
        person__archived_at=None,
        person__merged_into=None,
        person__erased_at=None,
    )
    rows = rows.order_by("-value" if descending else "value", "person")
    told = rows.values_list("person_id", "value", "before")[offset : offset + limit]
    return [(pk, value, before) for pk, value, before in told if pk and value is not None]


# --- Values computed ------------------------------------------------------------------


def metric_history(
    workspace: Workspace | UUID,
    *,
    slugs: Collection[str],
    account_ids: Collection[UUID],
    on: date,
    weeks: int = WEEKS,
) -> dict[UUID, dict[str, list[tuple[date, float | None]]]]:
    """What metrics said about accounts at the end of each of the last weeks, the oldest first.

    Computed from the events as they are known now; fields of the account as they are today.
    """
    definitions = metric_definitions(workspace)
    known = [slug for slug in slugs if slug in definitions]
    history: dict[UUID, dict[str, list[tuple[date, float | None]]]] = {
        account_id: {slug: [] for slug in known} for account_id in account_ids
    }
    for week in range(weeks - 1, -1, -1):
        day = on - timedelta(weeks=week)
        answers = account_answers(
            workspace, known, definitions=definitions, on=day, account_ids=account_ids
        )
        for account_id, told in answers.items():
            for slug in known:
                history[account_id][slug].append((day, told[slug][0]))
    return history


def account_answers(
    workspace: Workspace | UUID,
    slugs: Sequence[str],
    *,
    definitions: Definitions,
    on: date,
    account_ids: Collection[UUID] | None = None,
) -> Answers:
    """Each listed account's values of these metrics on a day; None asks about all accounts."""
    rows = listed_accounts(workspace)
    if account_ids is None:
        ids = list(rows.values_list("pk", flat=True))
    else:
        ids = [pk for part in _parts(account_ids) for pk in _listed_among(workspace, part)]
    keys: dict[UUID, tuple[str, ...]] = {}
    for part in _parts(ids):
        keys |= external_ids_of_all(workspace, part)
    base = BaseAnswers(workspace, slugs, definitions, on=on, per=Per.ACCOUNT)
    base.ask(
        keys=None if account_ids is None else [key for several in keys.values() for key in several],
        together=[several for several in keys.values() if len(several) > 1],
    )
    figures = figures_compared_with(workspace, base.needed, ids)
    return {
        account_id: base.answers(keys.get(account_id, ()), figures.get(account_id, {}))
        for account_id in ids
    }


def person_answers(
    workspace: Workspace | UUID,
    slugs: Sequence[str],
    *,
    definitions: Definitions,
    on: date,
    keys: Collection[str] | None = None,
) -> Answers:
    """The values of these metrics on a day for everybody who did anything; a person is one."""
    base = BaseAnswers(workspace, slugs, definitions, on=on, per=Per.PERSON)
    base.ask(keys=keys, together=())
    holders: dict[str, UUID] = {}
    for named in _parts(base.measured_keys()):
        holders |= people_by_external_id(workspace, named)
    own: dict[UUID, tuple[str, ...]] = {}
    for people in _parts(sorted(set(holders.values()))):
        own |= person_keys_of_all(workspace, people)
    several = [each for each in own.values() if len(each) > 1]
    if several:
        base.ask(keys=[key for each in several for key in each], together=several)
    return {person_id: base.answers(held, {}) for person_id, held in own.items()}


@dataclass(frozen=True, slots=True)
class MetricTrial:
    """What a definition would say about one account or person, and the rows it says it from."""

    value: float | None
    before: float | None
    parts: list[tuple[str, float | None, float | None]]
    since: date
    days: list[UsageOfNameOnDay]
    events: list[StoredEvent]


def tried_metric(
    workspace: Workspace | UUID,
    definition: MetricDefinition,
    *,
    account: Account | None = None,
    person: Person | None = None,
    on: date,
    limit: int = 20,
) -> MetricTrial:
    """The definition's answer about one account or person on a day; nothing is kept.

    Events are the latest in the window that count; days those of both windows, where the
    definition needs no properties. A ratio has its two parts instead.
    """
    definitions = {**metric_definitions(workspace), TRIED: definition}
    slugs = [TRIED, *parts_of(definition)]
    asked = [slug for slug in slugs if slug in definitions]
    if account is not None:
        keys = external_ids_of(account)
        answers = account_answers(
            workspace, asked, definitions=definitions, on=on, account_ids=[account.pk]
        )
        told = answers.get(account.pk, {})
    elif person is not None:
        keys = person_keys_of(person)
        answers = person_answers(workspace, asked, definitions=definitions, on=on, keys=keys)
        told = answers.get(person.pk, {})
    else:
        keys, told = (), {}
    value, before = told.get(TRIED, (None, None))
    parts = [(slug, *told[slug]) for slug in asked[1:] if slug in told]
    since, days, events = on, [], []
    if not definition.is_ratio:
        features = event_names_of_features(workspace)
        question = measurement_on(definition, on, features=features)
        since = question.since
        days = _days_behind(workspace, question, keys, definition.per)
        events = event_store().events_behind(
            workspace_key(id_of(workspace)),
            question=question,
            keys=keys,
            per=definition.per,
            limit=limit,
        )
    return MetricTrial(value, before, parts, since, days, events)


def _days_behind(
    workspace: Workspace | UUID, question: Measurement, keys: Sequence[str], per: Per
) -> list[UsageOfNameOnDay]:
    if not question.from_roll_up:
        return []
    grouped = [name for group in question.groups for name in group]
    names = [*question.names, *grouped] or ([] if question.groups else None)
    return event_store().usage_per_day_and_name(
        workspace_key(id_of(workspace)),
        since=question.before,
        until=question.until,
        accounts=keys if per is Per.ACCOUNT else None,
        people=keys if per is Per.PERSON else None,
        names=names,
    )


class BaseAnswers:
    """What the store answers for some metrics, and the ratios made of it."""

    def __init__(
        self,
        workspace: Workspace | UUID,
        slugs: Sequence[str],
        definitions: Definitions,
        *,
        on: date,
        per: Per,
    ) -> None:
        self._workspace = workspace_key(id_of(workspace))
        self._per = per
        self._definitions = definitions
        self._slugs = slugs
        needed = with_parts(slugs, definitions)
        self.needed = [definitions[slug] for slug in needed]
        features = event_names_of_features(workspace)
        self._base: dict[str, Measurement] = {
            slug: measurement_on(definitions[slug], on, features=features)
            for slug in needed
            if not definitions[slug].is_ratio
        }
        self._silence = {slug: answer_to_silence(question) for slug, question in self._base.items()}
        self._measured: dict[str, Measured] = {}

    def ask(self, *, keys: Collection[str] | None, together: Sequence[Sequence[str]]) -> None:
        """Let the store answer; what it answered before about these keys is replaced."""
        if not self._base:
            return
        found = event_store().measure(
            self._workspace,
            questions=self.questions,
            per=self._per,
            keys=keys,
            together=together,
        )
        self.take(found)

    @property
    def questions(self) -> list[Measurement]:
        """What the store is asked."""
        return list(self._base.values())

    def take(self, found: Iterable[Measured]) -> None:
        """These are the store's answers; others about the same keys are replaced."""
        self._measured |= {one.key: one for one in found}

    def measured_keys(self) -> list[str]:
        """Whom the store said anything about."""
        return list(self._measured)

    def answers(
        self, keys: Sequence[str], figures: Mapping[str, float | None]
    ) -> dict[str, Answer]:
        """The values for whoever has these keys."""
        measured = next((self._measured[key] for key in keys if key in self._measured), None)
        if measured is None:
            base = self._silence
        else:
            pairs = zip(measured.values, measured.before, strict=True)
            base = dict(zip(self._base, pairs, strict=True))
        return {
            slug: answer_of(self._definitions[slug], slug, answers=base, figures=figures)
            for slug in self._slugs
        }


def _listed_among(workspace: Workspace | UUID, ids: Collection[UUID]) -> list[UUID]:
    return list(listed_accounts(workspace).filter(one_of_many(ids)).values_list("pk", flat=True))


def figures_compared_with(
    workspace: Workspace | UUID, definitions: Iterable[MetricDefinition], ids: Sequence[UUID]
) -> dict[UUID, dict[str, float | None]]:
    """The fields of accounts that these metrics are compared with; money in whole units."""
    fields = fields_named(definitions)
    if not fields:
        return {}
    figures: dict[UUID, dict[str, float | None]] = {}
    columns = ("pk", "arr_minor", "currency", "seats", "custom")
    for part in _parts(ids):
        rows = listed_accounts(workspace).filter(one_of_many(part)).values_list(*columns)
        for pk, arr, currency, seats, custom in rows:
            known = {ARR: _whole_units(arr, currency), SEATS: _float_of(seats)}
            for name in fields - known.keys():
                known[name] = _float_of(custom.get(name.removeprefix(CUSTOM)))
            figures[pk] = known
    return figures


def _whole_units(minor: int | None, currency: str) -> float | None:
    return None if minor is None else float(minor / 10 ** get_currency_precision(currency or "EUR"))


def _float_of(value: object) -> float | None:
    try:
        return None if value is None else float(str(value))
    except ValueError:
        return None


def _parts(ids: Iterable[Id]) -> Iterator[list[Id]]:
    rest = iter(ids)
    while part := list(islice(rest, TOGETHER)):
        yield part
