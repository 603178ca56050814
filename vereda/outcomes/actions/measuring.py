"""Measuring outcomes: by us, by the customer, and by the metrics of the workspace."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.queries.files import file_with_id
from vereda.events.queries.metrics import metric_values
from vereda.foundation.facts import announce
from vereda.outcomes.actions.noticing import refresh_outcomes
from vereda.outcomes.actions.promising import locked_outcome, person_in
from vereda.outcomes.contracts import (
    MeasuredBy,
    OutcomeIsDropped,
    OutcomeMeasured,
    OutcomesMeasured,
    WrongMeasurement,
)
from vereda.outcomes.models.outcomes import Measurement, Outcome
from vereda.outcomes.queries.measuring import last_by_metric, outcomes_by_metric
from vereda.outcomes.rules.saying import decimal_of, is_storable, rounded
from vereda.worklist.queries.ranks import today_at
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member, Workspace

AT_ONCE: Final = 500
AGAIN_AFTER: Final = timedelta(days=7)
"""A metric that says the same is written down again so often, so that silence is not age."""
OLDEST: Final = timedelta(days=3_660)


@transaction.atomic
def measure_outcome(
    outcome: Outcome,
    *,
    value: Decimal,
    on: date,
    now: datetime,
    by: Member | None = None,
    person: Person | None = None,
    words: str = "",
    file_id: UUID | None = None,
) -> Measurement:
    """What the value was on a day, as a member or a person of the customer says; with evidence.

    Where both are named, the person said it and the member wrote it down.

    Nothing is overwritten: of several about one day the last one said counts.
    """
    row = locked_outcome(outcome)
    if row.dropped_at is not None:
        raise OutcomeIsDropped(_("%s is no longer pursued.") % row.key)
    _refuse_wrong_measurement(value, on=on, today=today_at(row.workspace, now=now))
    if by is None and person is None:
        raise WrongMeasurement(_("Somebody measures: one of ours, or one of theirs."))
    measurement: Measurement = Measurement.objects.of(row.workspace_id).create(
        outcome=row,
        value=rounded(value),
        on=on,
        at=now,
        source=MeasuredBy.MEMBER if person is None else MeasuredBy.CUSTOMER,
        member=by,
        person=None if person is None else person_in(row.account, person.pk),
        words=words.strip(),
        file=None if file_id is None else file_with_id(row.account, file_id),
    )
    record(by, "measured", row, value=measurement.value, on=on)
    announce(
        OutcomeMeasured(workspace_id=row.workspace_id, account_id=row.account_id, outcome_id=row.pk)
    )
    refresh_outcomes(row.workspace, ids=[row.pk], now=now)
    return measurement


def _refuse_wrong_measurement(value: Decimal, *, on: date, today: date) -> None:
    if not is_storable(value):
        raise WrongMeasurement(_("A value has at most 11 digits before the decimal point."))
    if on > today:
        raise WrongMeasurement(_("What was measured was measured today or earlier."))
    if on < today - OLDEST:
        raise WrongMeasurement(_("What was measured was measured in the last ten years."))


# --- By metrics -----------------------------------------------------------------


def take_measurements(
    workspace: Workspace, *, now: datetime, account_ids: Collection[UUID] | None = None
) -> int:
    """Let metrics measure the outcomes bound to them, of these accounts (None: all).

    At most one measurement a day and outcome, whoever asks how often: none where the metric says
    nothing, or the same as less than a week ago. Answers how many were taken.
    """
    outcomes = list(outcomes_by_metric(workspace, account_ids=account_ids))
    taken = 0
    for start in range(0, len(outcomes), AT_ONCE):
        taken += _take_part(workspace, outcomes[start : start + AT_ONCE], now=now)
    return taken


@transaction.atomic
def _take_part(workspace: Workspace, outcomes: Sequence[Outcome], *, now: datetime) -> int:
    today = today_at(workspace, now=now)
    values = _values_of(workspace, outcomes)
    last = last_by_metric(workspace, [row.pk for row in outcomes])
    due = [
        Measurement(
            workspace=workspace,
            outcome=row,
            value=value,
            on=today,
            at=now,
            source=MeasuredBy.METRIC,
        )
        for row in outcomes
        if (value := values.get(row.pk)) is not None
        and _is_news(value, last=last.get(row.pk), today=today)
    ]
    if due:
        Measurement.objects.of(workspace).bulk_create(due, ignore_conflicts=True)
        ids = [measurement.outcome_id for measurement in due]
        accounts = sorted({row.account_id for row in outcomes if row.pk in set(ids)})
        record(None, "took measurements", workspace, outcomes=len(due))
        announce(OutcomesMeasured(workspace_id=workspace.pk, account_ids=tuple(accounts)))
        refresh_outcomes(workspace, ids=ids, now=now)
    return len(due)


def _values_of(workspace: Workspace, outcomes: Sequence[Outcome]) -> Mapping[UUID, Decimal]:
    """What the metric of each outcome says about its account."""
    told = metric_values(
        workspace,
        slugs={row.metric.slug for row in outcomes if row.metric is not None},
        account_ids={row.account_id for row in outcomes},
    )
    values = {}
    for row in outcomes:
        said = told.get(row.account_id, {}).get(row.metric.slug) if row.metric else None
        if said is not None:
            values[row.pk] = decimal_of(said)
    return values


def _is_news(value: Decimal, *, last: tuple[date, Decimal] | None, today: date) -> bool:
    if last is None:
        return True
    on, before = last
    return on < today and (value != before or today - on >= AGAIN_AFTER)
