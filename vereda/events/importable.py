"""Usage that comes from files: counts per day, or single events."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vereda.customers.queries.accounts import external_ids_of_all
from vereda.customers.queries.people import person_keys_of_all
from vereda.events.actions.storing import remove_events_from, store_events
from vereda.events.contracts.answers import StoredEvent
from vereda.events.contracts.arriving import Kind, NewEvent
from vereda.events.queries.single_events import events_with_messages
from vereda.foundation.importing import (
    Change,
    FieldType,
    IdentityKey,
    ImportField,
    ImportRow,
    Outcome,
    RowProblem,
    RowResult,
    UndoResult,
    WithoutNewFields,
    journal_value,
    rejected,
)

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)

ACCOUNT: Final = ImportField(
    "account",
    _("Account"),
    FieldType.REFERENCE,
    required=True,
    refers_to="accounts",
    aliases=("account id", "customer", "company", "cuenta", "cliente"),
)
PERSON: Final = ImportField(
    "person",
    _("Person"),
    FieldType.REFERENCE,
    refers_to="people",
    aliases=("user id", "user", "usuario", "persona"),
)


class _EventRows(WithoutNewFields):
    """What daily counts and single events share: rows become events, and only ever new ones."""

    permission = "events.import_usage"

    def apply(
        self,
        workspace: UUID,
        rows: Sequence[ImportRow],
        *,
        identity: IdentityKey,
        import_id: UUID,
        by: Member | None,
        now: datetime,
        dry_run: bool,
    ) -> list[RowResult]:
        """Store the rows that are new; a row that is stored already is unchanged."""
        source = f"import:{import_id.hex}"
        keys = _Keys(workspace, rows)
        events = [self._event(row, identity, keys, source=source, now=now) for row in rows]
        stored = {
            event.message_id: event
            for event in events_with_messages(
                workspace, messages=[event.message_id for event in events if event]
            )
        }
        results = [
            _result(workspace, row, event, stored, source, now=now)
            for row, event in zip(rows, events, strict=True)
        ]
        new = [
            event
            for event, result in zip(events, results, strict=True)
            if event and result.outcome is Outcome.CREATED and event.message_id not in stored
        ]
        if new and not dry_run:
            store_events(workspace, new, now=now)
        return results

    def undo(
        self,
        workspace: UUID,
        changes: Sequence[Change],
        *,
        import_id: UUID,
        by: Member | None,
        now: datetime,
    ) -> UndoResult:
        """Everything the import stored goes."""
        remove_events_from(workspace, source=f"import:{import_id.hex}")
        return UndoResult(undone=len(changes))

    def results_url(self, workspace_slug: str) -> str | None:
        """The last events to arrive."""
        return reverse("live_events", args=[workspace_slug])

    def _event(
        self,
        row: ImportRow,
        identity: IdentityKey,
        keys: _Keys,
        *,
        source: str,
        now: datetime,
    ) -> NewEvent | None:
        raise NotImplementedError


class UsageKind(_EventRows):
    """How often a feature was used on a day, by an account and perhaps a person."""

    name = "usage"
    label = _("Usage per day")

    def fields(self, workspace: UUID) -> tuple[ImportField, ...]:
        """An account, a day and a feature at least."""
        return (
            ImportField(
                "usage_id",
                _("Usage id"),
                FieldType.TEXT,
                aliases=("usage id", "id"),
                max_length=200,
            ),
            ACCOUNT,
            PERSON,
            ImportField(
                "day",
                _("Day"),
                FieldType.DATE,
                required=True,
                aliases=("usage date", "date", "day", "fecha", "día"),
            ),
            ImportField(
                "feature",
                _("Feature"),
                FieldType.TEXT,
                required=True,
                aliases=("feature name", "feature", "event", "función", "funcionalidad"),
                max_length=200,
            ),
            ImportField(
                "count",
                _("How often"),
                FieldType.INTEGER,
                aliases=("usage count", "count", "uses", "veces", "usos"),
            ),
            ImportField(
                "duration_seconds",
                _("Seconds of use"),
                FieldType.INTEGER,
                aliases=("usage duration secs", "duration", "duración"),
            ),
            ImportField(
                "errors", _("Errors"), FieldType.INTEGER, aliases=("error count", "errores")
            ),
        )

    def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:
        """The file's own id, or one row per account, day and feature."""
        return (
            IdentityKey("usage_id", _("Usage id"), ("usage_id",)),
            IdentityKey(
                "day_and_feature",
                _("Account, day and feature"),
                ("account", "day", "feature"),
                help=_("For files with one row per account, day and feature."),
            ),
        )

    def _event(
        self,
        row: ImportRow,
        identity: IdentityKey,
        keys: _Keys,
        *,
        source: str,
        now: datetime,
    ) -> NewEvent | None:
        values = row.values
        day, count = values["day"], values.get("count")
        if not isinstance(day, date) or not keys.account_of(row):
            return None
        said = {name: values[name] for name in ("duration_seconds", "errors") if values.get(name)}
        return NewEvent(
            message_id=_message_id("usage", row, identity),
            kind=Kind.TRACK,
            name=str(values["feature"]),
            occurred_at=datetime.combine(day, time(12), tzinfo=UTC),
            received_at=now,
            account_key=keys.account_of(row),
            person_key=keys.person_of(row),
            count=count if isinstance(count, int) else 1,
            properties=msgspec.json.encode(said).decode() if said else "",
            source=source,
        )


class EventsKind(_EventRows):
    """Single events, as an export of another tool lists them."""

    name = "events"
    label = _("Events")

    def fields(self, workspace: UUID) -> tuple[ImportField, ...]:
        """A name and an instant, and whose it was."""
        return (
            ImportField(
                "message_id",
                _("Message id"),
                FieldType.TEXT,
                aliases=("message id", "event id", "uuid", "id"),
                max_length=200,
            ),
            ImportField(
                "name",
                _("Event"),
                FieldType.TEXT,
                required=True,
                aliases=("event", "event name", "name", "evento"),
                max_length=200,
            ),
            ImportField(
                "occurred_at",
                _("When"),
                FieldType.INSTANT,
                required=True,
                aliases=("timestamp", "time", "occurred at", "date", "fecha", "hora"),
            ),
            ACCOUNT,
            PERSON,
        )

    def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:
        """The file's own id, or the same event by the same account at the same instant."""
        return (
            IdentityKey("message_id", _("Message id"), ("message_id",)),
            IdentityKey(
                "instant", _("Account, event and time"), ("account", "name", "occurred_at")
            ),
        )

    def _event(
        self,
        row: ImportRow,
        identity: IdentityKey,
        keys: _Keys,
        *,
        source: str,
        now: datetime,
    ) -> NewEvent | None:
        at = row.values["occurred_at"]
        if not isinstance(at, datetime) or not keys.account_of(row):
            return None
        return NewEvent(
            message_id=_message_id("events", row, identity),
            kind=Kind.TRACK,
            name=str(row.values["name"]),
            occurred_at=at,
            received_at=now,
            account_key=keys.account_of(row),
            person_key=keys.person_of(row),
            source=source,
        )


class _Keys:
    """The names by which the store knows the accounts and people of these rows; two queries."""

    def __init__(self, workspace: UUID, rows: Iterable[ImportRow]) -> None:
        accounts = {row.values.get("account") for row in rows}
        people = {row.values.get("person") for row in rows}
        self._accounts = external_ids_of_all(workspace, _uuids(accounts))
        self._people = person_keys_of_all(workspace, _uuids(people))

    def account_of(self, row: ImportRow) -> str:
        """The account's first external id; "" when it has none."""
        account = row.values.get("account")
        return next(iter(self._accounts.get(account, ())), "") if isinstance(account, UUID) else ""

    def person_of(self, row: ImportRow) -> str:
        """The person's first external id; "" when none is named or known."""
        person = row.values.get("person")
        return next(iter(self._people.get(person, ())), "") if isinstance(person, UUID) else ""


def _uuids(values: Iterable[object]) -> set[UUID]:
    return {value for value in values if isinstance(value, UUID)}


def _message_id(kind: str, row: ImportRow, identity: IdentityKey) -> str:
    """The same for the same row in every import, so that none is stored twice."""
    named = "\x1f".join(str(journal_value(row.values.get(name))) for name in identity.fields)
    if len(identity.fields) == 1:
        return f"{kind}:{named}"
    return f"{kind}:{hashlib.sha256(named.encode()).hexdigest()}"


def _result(
    workspace: UUID,
    row: ImportRow,
    event: NewEvent | None,
    stored: dict[str, StoredEvent],
    source: str,
    *,
    now: datetime,
) -> RowResult:
    if event is None:
        return rejected(
            row,
            RowProblem(
                "account_without_id",
                _("This account has no external id, by which its events are found. Give it one."),
                field="account",
            ),
        )
    if event.count < 1:
        return rejected(
            row,
            RowProblem(
                "not_used",
                _("“How often” must be 1 or more."),
                field="count",
                found=str(event.count),
            ),
        )
    if not EARLIEST <= event.occurred_at <= now.replace(hour=23, minute=59, second=59):
        return rejected(
            row,
            RowProblem(
                "impossible_time",
                _("Usage lies between the year 2000 and today."),
                found=event.occurred_at.isoformat(),
            ),
        )
    before = stored.get(event.message_id)
    if before is not None and not _same(before, event):
        return rejected(
            row,
            RowProblem(
                "repeated_id",
                _("Another row with this id says something else; the first one is kept."),
                found=event.message_id.partition(":")[2],
            ),
        )
    object_id = uuid5(NAMESPACE_OID, f"{workspace}/{event.message_id}")
    if before is not None and before.source != source:
        return RowResult(row.line, Outcome.UNCHANGED, object_id)
    after = {name: journal_value(value) for name, value in row.values.items()}
    return RowResult(row.line, Outcome.CREATED, object_id, after=after)


def _same(before: StoredEvent, event: NewEvent) -> bool:
    return (
        before.name == event.name
        and before.count == event.count
        and before.occurred_at == event.occurred_at
        and before.account_key == event.account_key
    )
