"""Measuring: the values of metrics follow the events.

All of them are computed once a day, because windows move. In between, only accounts and people
whom new events say something about are computed again, and accounts whose terms changed. Only
values that changed are written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from vereda.customers.queries.accounts import accounts_by_external_id
from vereda.events.contracts.arriving import workspace_key
from vereda.events.contracts.facts import MetricsMeasured
from vereda.events.contracts.measuring import MetricDefinition, Per
from vereda.events.models.folding import FoldCursor
from vereda.events.models.metrics import MeasureCursor, Metric, MetricValue
from vereda.events.queries.metrics import (
    Answers,
    account_answers,
    metric_definitions,
    person_answers,
)
from vereda.events.rules.metrics import Answer, follows_custom_fields, follows_terms
from vereda.events.store.current import event_store
from vereda.foundation.criteria import one_of_many
from vereda.foundation.facts import announce
from vereda.foundation.many_rows import NewRows
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace

WRITTEN_TOGETHER: Final = 2_000
OWNER: Final = {Per.ACCOUNT: "account_id", Per.PERSON: "person_id"}


def measure_all(
    workspace: Workspace | UUID, *, now: datetime, slugs: Collection[str] | None = None
) -> int:
    """Compute every metric (or those) for everybody; answers how many values are different now.

    `measuring_state` tells how far it is meanwhile.
    """
    workspace_id = id_of(workspace)
    cursor = _measure_cursor(workspace_id)
    through = _folded_through(workspace_id)
    metrics = _metrics(workspace_id, slugs)
    MeasureCursor.objects.of(workspace_id).filter(pk=cursor.pk).update(
        started_at=now, done=0, total=0
    )
    changed = 0
    for per in Per:
        of_kind = [metric for metric in metrics if metric.per == per.value]
        if of_kind:
            answers = _answers(workspace_id, of_kind, per, on=now.date())
            writing = Writing(workspace_id, of_kind, per, now.date(), now)
            changed += _write_all(writing, answers, cursor)
            if per is Per.PERSON:
                _forget_silent_people(workspace_id, of_kind, answers)
    told: dict[str, object] = {"started_at": None, "measured_at": now}
    if slugs is None:
        told |= {"on": now.date(), "through": through}
    MeasureCursor.objects.of(workspace_id).filter(pk=cursor.pk).update(**told)
    return changed


def measure_touched(workspace: Workspace | UUID, *, now: datetime) -> int:
    """Compute the metrics of those whom events said something about since the last time.

    Answers how many values are different now. Before the first whole run it does nothing.
    """
    workspace_id = id_of(workspace)
    cursor = MeasureCursor.objects.of(workspace_id).exclude(on=None).first()
    through = _folded_through(workspace_id)
    if cursor is None or cursor.through >= through:
        return 0
    changed, in_use = 0, _metrics(workspace_id, None)
    for per in Per:
        metrics = [one for one in in_use if one.per == per.value]
        if metrics:
            keys = event_store().touched(
                workspace_key(workspace_id), after=cursor.through, through=through, per=per
            )
            changed += _measure_keys(workspace_id, metrics, per, keys, now=now)
    MeasureCursor.objects.of(workspace_id).filter(pk=cursor.pk, through__lt=through).update(
        through=through, measured_at=now
    )
    return changed


def measure_accounts(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID], now: datetime
) -> int:
    """Compute the metrics of these accounts: what they are made of changed."""
    workspace_id = id_of(workspace)
    metrics = [one for one in _metrics(workspace_id, None) if one.per == Per.ACCOUNT.value]
    return _measure_ids(workspace_id, metrics, account_ids, now=now)


def _measure_ids(
    workspace_id: UUID,
    metrics: Sequence[Metric],
    account_ids: Collection[UUID],
    *,
    now: datetime,
) -> int:
    if not metrics or not account_ids:
        return 0
    answers = _answers(workspace_id, metrics, Per.ACCOUNT, on=now.date(), ids=account_ids)
    writing = Writing(workspace_id, metrics, Per.ACCOUNT, now.date(), now)
    if gone := set(account_ids) - answers.keys():
        _forget_absorbed(workspace_id, sorted(gone))
    return _write_all(writing, answers, None)


def measure_against_terms(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID], now: datetime
) -> int:
    """Compute what is compared with seats or ARR for these accounts: what was agreed changed.

    All of them are one question to the store; without such metrics there is none. Answers how
    many values are different now.
    """
    return _measure_compared(id_of(workspace), follows_terms, account_ids, now=now)


def measure_against_custom_fields(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID], now: datetime
) -> int:
    """The same of what is compared with the workspace's own fields: somebody changed one."""
    return _measure_compared(id_of(workspace), follows_custom_fields, account_ids, now=now)


def _measure_compared(
    workspace_id: UUID,
    is_compared: Callable[[MetricDefinition], bool],
    account_ids: Collection[UUID],
    *,
    now: datetime,
) -> int:
    metrics = [one for one in _metrics(workspace_id, None) if is_compared(one.defined)]
    if not metrics or not account_ids:
        return 0
    answers = _answers(workspace_id, metrics, Per.ACCOUNT, on=now.date(), ids=account_ids)
    return _write_all(Writing(workspace_id, metrics, Per.ACCOUNT, now.date(), now), answers, None)


@transaction.atomic
def forget_metrics_of(person: Person) -> int:
    """Remove what metrics say about a person; how many values went."""
    rows = MetricValue.objects.of(person.workspace_id).filter(person=person)
    return rows.delete()[0]


def _measure_keys(
    workspace_id: UUID,
    metrics: Sequence[Metric],
    per: Per,
    keys: Collection[str],
    *,
    now: datetime,
) -> int:
    if not keys:
        return 0
    if per is Per.ACCOUNT:
        ids = set(accounts_by_external_id(workspace_id, keys).values())
        return _measure_ids(workspace_id, metrics, ids, now=now)
    slugs = [metric.slug for metric in metrics]
    definitions = metric_definitions(workspace_id)
    answers = person_answers(workspace_id, slugs, definitions=definitions, on=now.date(), keys=keys)
    return _write_all(Writing(workspace_id, metrics, per, now.date(), now), answers, None)


def _metrics(workspace_id: UUID, slugs: Collection[str] | None) -> list[Metric]:
    rows = Metric.objects.of(workspace_id).in_use().order_by("slug")
    return list(rows if slugs is None else rows.filter(slug__in=slugs))


def _answers(
    workspace_id: UUID,
    metrics: Sequence[Metric],
    per: Per,
    *,
    on: date,
    ids: Collection[UUID] | None = None,
) -> Answers:
    slugs, definitions = [one.slug for one in metrics], metric_definitions(workspace_id)
    if per is Per.PERSON:
        return person_answers(workspace_id, slugs, definitions=definitions, on=on)
    return account_answers(workspace_id, slugs, definitions=definitions, on=on, account_ids=ids)


def _measure_cursor(workspace_id: UUID) -> MeasureCursor:
    cursor, _ = MeasureCursor.objects.of(workspace_id).get_or_create(workspace_id=workspace_id)
    return cursor


def _folded_through(workspace_id: UUID) -> int:
    through = FoldCursor.objects.of(workspace_id).values_list("through", flat=True).first()
    return through or 0


@transaction.atomic
def _forget_absorbed(workspace_id: UUID, account_ids: Sequence[UUID]) -> None:
    """An account that went into another has no values of its own."""
    for part in _parts_of(account_ids):
        removed, _ = MetricValue.objects.of(workspace_id).filter(account__in=part).delete()
        if removed:
            announce(MetricsMeasured(workspace_id=workspace_id, account_ids=tuple(part)))


def _forget_silent_people(workspace_id: UUID, metrics: Sequence[Metric], answers: Answers) -> None:
    """A person who did nothing in any window has no values, rather than thousands of zeros."""
    rows = MetricValue.objects.of(workspace_id).filter(metric__in=metrics, account=None)
    held = set(rows.values_list("person_id", flat=True).distinct())
    for part in _parts_of(sorted(held - answers.keys())):
        with transaction.atomic():
            rows.filter(person__in=part).delete()
            announce(MetricsMeasured(workspace_id=workspace_id, person_ids=tuple(part)))


# --- Writing ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written: values of these metrics about accounts or people, on a day."""

    workspace_id: UUID
    metrics: Sequence[Metric]
    per: Per
    on: date
    now: datetime

    @property
    def owner(self) -> str:
        """The column that says whose value it is."""
        return OWNER[self.per]

    def news(self, owner_ids: Iterable[UUID]) -> MetricsMeasured:
        """The fact that something else is said about these."""
        told = tuple(dict.fromkeys(owner_ids))
        if self.per is Per.PERSON:
            return MetricsMeasured(workspace_id=self.workspace_id, person_ids=told)
        return MetricsMeasured(workspace_id=self.workspace_id, account_ids=told)


def _write_all(writing: Writing, answers: Answers, cursor: MeasureCursor | None) -> int:
    changed = done = 0
    for part in _parts_of(answers):
        told = {owner_id: answers[owner_id] for owner_id in part}
        changed += _write_values(writing, told)
        done += len(part)
        if cursor is not None:
            MeasureCursor.objects.of(writing.workspace_id).filter(pk=cursor.pk).update(
                done=done, total=len(answers)
            )
    return changed


@transaction.atomic
def _write_values(writing: Writing, answers: Mapping[UUID, Mapping[str, Answer]]) -> int:
    """Write the values that are new or different, and announce whose; answers how many."""
    owner = writing.owner
    rows = MetricValue.objects.of(writing.workspace_id)
    held: dict[tuple[UUID, UUID], tuple[UUID, float | None, float | None]] = {}
    mine = rows.filter(one_of_many(answers.keys(), column=owner), metric__in=writing.metrics)
    for pk, metric_id, owner_id, value, before in mine.values_list(
        "pk", "metric_id", owner, "value", "before"
    ):
        held[metric_id, owner_id] = (pk, value, before)
    new, changed = _differences(writing, answers, held)
    rows.bulk_create(new, ignore_conflicts=True)
    if changed:
        rows.bulk_update(changed, ["value", "before", "on", "computed_at"])
    if new or changed:
        announce(writing.news(getattr(row, owner) for row in (*new, *changed)))
    return len(new) + len(changed)


def _differences(
    writing: Writing,
    answers: Mapping[UUID, Mapping[str, Answer]],
    held: Mapping[tuple[UUID, UUID], tuple[UUID, float | None, float | None]],
) -> tuple[list[MetricValue], list[MetricValue]]:
    made = NewRows(
        MetricValue,
        workspace_id=writing.workspace_id,
        on=writing.on,
        computed_at=writing.now,
    )
    new, changed = [], []
    for owner_id, told in answers.items():
        for metric in writing.metrics:
            value, before = told[metric.slug]
            known = held.get((metric.pk, owner_id))
            if known is not None and known[1:] == (value, before):
                continue
            says = {writing.owner: owner_id, "value": value, "before": before}
            if known is None:
                new.append(made.make(metric_id=metric.pk, **says))
            else:
                changed.append(made.make(id=known[0], metric_id=metric.pk, **says))
    return new, changed


def _parts_of(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    rest = iter(ids)
    while part := list(islice(rest, WRITTEN_TOGETHER)):
        yield part
