"""Telling about events: what they mean, and once a day what drifted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import (
    accounts_by_external_id,
    accounts_with_ids,
    external_ids_of_all,
)
from vereda.events.contracts.arriving import workspace_key
from vereda.events.contracts.drifting import DriftKind
from vereda.events.contracts.measuring import Measure, Measurement
from vereda.events.models.definitions import Definition, Drift
from vereda.events.queries.definitions import (
    days_of_events,
    definitions_by_name,
    properties_of_newest,
)
from vereda.events.rules.drifting import account_is_silent, has_stopped, types_learned
from vereda.events.store.current import event_store
from vereda.foundation.errors import Refused
from vereda.foundation.scoping import id_of
from vereda.workspaces.actions.audit import record
from vereda.workspaces.queries import write_keys_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

LOOKED_BACK: Final = 90
SAMPLED: Final = 10_000
MOST_EVENTS: Final = 500
KEY_PATIENCE: Final = timedelta(days=3)
SUBJECT: Final = 420


@transaction.atomic
def describe_event(
    workspace: Workspace,
    *,
    name: str,
    description: str,
    owner: Member | None,
    expected_days: int | None,
    by: Member,
) -> Definition:
    """Say what an event means, who owns it, and after how many quiet days it is missed."""
    definition = _definition_of(workspace, name)
    definition.description = description.strip()
    definition.owner = owner
    definition.expected_days = expected_days
    definition.save()
    record(by, "described", definition)
    return definition


@transaction.atomic
def retire_event(workspace: Workspace, *, name: str, by: Member, now: datetime) -> None:
    """It is not sent any more, and that is meant: nobody is warned that it stopped."""
    definition = _definition_of(workspace, name)
    if definition.retired_at is None:
        definition.retired_at = now
        definition.save(update_fields=["retired_at", "updated_at"])
        rows = Drift.objects.of(workspace).open()
        rows.filter(kind=DriftKind.EVENT_STOPPED, subject=name[:SUBJECT]).update(ended_at=now)
        record(by, "retired", definition)


@transaction.atomic
def expect_event_again(workspace: Workspace, *, name: str, by: Member) -> None:
    """It is sent again, and missed when it stops."""
    definition = _definition_of(workspace, name)
    if definition.retired_at is not None:
        definition.retired_at = None
        definition.save(update_fields=["retired_at", "updated_at"])
        record(by, "expected", definition)


@transaction.atomic
def accept_drift(drift: Drift, *, by: Member, now: datetime) -> None:
    """It is meant so: a property has its new type from now on, anything else is no longer told."""
    if drift.kind == DriftKind.PROPERTY_CHANGED:
        name, _separator, property_name = drift.subject.partition("\n")
        definition = _definition_of(drift.workspace, name)
        definition.properties = {**definition.properties, property_name: drift.now}
        definition.save(update_fields=["properties", "updated_at"])
    elif drift.kind == DriftKind.EVENT_STOPPED:
        retire_event(drift.workspace, name=drift.subject, by=by, now=now)
    else:
        raise Refused(_("It ends by itself, as soon as events arrive again."))
    Drift.objects.of(drift.workspace_id).filter(pk=drift.pk).update(ended_at=now)
    record(by, "accepted", drift)


def _definition_of(workspace: Workspace, name: str) -> Definition:
    row, _made = Definition.objects.of(workspace).get_or_create(
        name=name, defaults={"workspace_id": workspace.pk}
    )
    return row


# --- Once a day -------------------------------------------------------------------------

Subject = tuple[DriftKind, str]
Told = tuple[str, str, datetime | None]


@transaction.atomic
def notice_drift(workspace: Workspace, *, now: datetime) -> int:
    """Compare events with their own habits; answers how much is newly not as it used to be."""
    found: dict[Subject, Told] = {}
    today = now.date()
    found.update(_stopped_events(workspace, today=today))
    found.update(_changed_properties(workspace))
    found.update(_silent_accounts(workspace, today=today))
    found.update(_stopped_keys(workspace, now=now))
    held = {(row.kind, row.subject): row for row in Drift.objects.of(workspace).open()}
    gone = [row.pk for key, row in held.items() if key not in found]
    Drift.objects.of(workspace).filter(pk__in=gone).update(ended_at=now)
    new = [
        Drift(
            workspace_id=id_of(workspace),
            kind=kind.value,
            subject=subject,
            was=was,
            now=is_now,
            last_seen_at=last_seen_at,
            noticed_at=now,
        )
        for (kind, subject), (was, is_now, last_seen_at) in found.items()
        if (kind, subject) not in held
    ]
    Drift.objects.of(workspace).bulk_create(new)
    return len(new)


def _stopped_events(workspace: Workspace, *, today: date) -> Iterator[tuple[Subject, Told]]:
    definitions = definitions_by_name(workspace)
    until = today + timedelta(days=1)
    days = days_of_events(workspace, since=until - timedelta(days=LOOKED_BACK), until=until)
    for name, seen in list(days.items())[:MOST_EVENTS]:
        definition = definitions.get(name)
        expected = definition.expected_days if definition else None
        retired = definition is not None and definition.retired_at is not None
        if not retired and has_stopped(seen, today=today, expected_days=expected):
            yield (DriftKind.EVENT_STOPPED, name[:SUBJECT]), ("", "", _noon(max(seen)))


def _changed_properties(workspace: Workspace) -> Iterator[tuple[Subject, Told]]:
    """Learns types on the way: what was never seen before is remembered."""
    definitions = definitions_by_name(workspace)
    for name, seen in properties_of_newest(workspace, limit=SAMPLED).items():
        definition = definitions.get(name)
        known = definition.properties if definition else {}
        types, changed = types_learned(seen, known=known)
        if types != known:
            definition = definition or _definition_of(workspace, name)
            definition.properties = types
            definition.save(update_fields=["properties", "updated_at"])
        for property_name, (was, is_now) in changed.items():
            subject = f"{name}\n{property_name}"[:SUBJECT]
            yield (DriftKind.PROPERTY_CHANGED, subject), (was, is_now, None)


def _silent_accounts(workspace: Workspace, *, today: date) -> Iterator[tuple[Subject, Told]]:
    until = today + timedelta(days=1)
    since = until - timedelta(days=LOOKED_BACK)
    questions = [
        Measurement(measure=measure, before=since, since=since, until=until)
        for measure in (Measure.ACTIVE_DAYS, Measure.GAP, Measure.TIME_SINCE)
    ]
    quiet_days: dict[str, float] = {}
    silent: dict[str, float] = {}
    for one in event_store().measure(workspace_key(id_of(workspace)), questions=questions):
        active, gap, quiet = one.values
        quiet_days[one.key] = quiet or 0
        if quiet is not None and account_is_silent(
            active_days=active, gap=gap, since=quiet, window=LOOKED_BACK
        ):
            silent[one.key] = quiet
    ids = accounts_by_external_id(workspace, list(silent))
    accounts = accounts_with_ids(workspace, set(ids.values()))
    own = external_ids_of_all(workspace, set(ids.values()))
    for key, account_id in ids.items():
        account = accounts[account_id]
        last_of_all = min(quiet_days.get(each, LOOKED_BACK) for each in own[account_id])
        if account.archived_at is None and last_of_all == silent[key]:
            last = _noon(today - timedelta(days=int(silent[key])))
            yield (DriftKind.ACCOUNT_SILENT, account.key), ("", "", last)


def _stopped_keys(workspace: Workspace, *, now: datetime) -> Iterator[tuple[Subject, Told]]:
    for key in write_keys_of(workspace):
        used = key.last_used_at
        if used is not None and key.works(now=now) and now - used > KEY_PATIENCE:
            yield (DriftKind.KEY_STOPPED, f"{key.label}\n{key.prefix}"[:SUBJECT]), ("", "", used)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)
