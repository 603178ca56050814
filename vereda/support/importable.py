"""Tickets from files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vereda.foundation.importing import (
    Change,
    FieldType,
    IdentityKey,
    ImportChoice,
    ImportField,
    ImportRow,
    RowProblem,
    RowResult,
    UndoResult,
    WithoutNewFields,
    results_by_line,
)
from vereda.support import wording
from vereda.support.actions.upserts import undo_ticket_upsert, upsert_tickets
from vereda.support.contracts import Priority, TicketIn, TicketState
from vereda.support.queries.tickets import opening_times

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

PRIORITY_WORDS: Mapping[Priority, tuple[str, ...]] = {
    Priority.LOW: ("baja", "4 - low", "p4", "minor", "4"),
    Priority.NORMAL: ("medium", "media", "moderate", "3 - moderate", "p3", "3"),
    Priority.HIGH: ("alta", "2 - high", "p2", "major", "2"),
    Priority.URGENT: ("urgente", "critical", "crítica", "1 - critical", "p1", "blocker", "1"),
}
STATE_WORDS: Mapping[TicketState, tuple[str, ...]] = {
    TicketState.OPEN: (
        "new",
        "active",
        "in progress",
        "awaiting problem",
        "awaiting vendor",
        "reopened",
        "abierto",
        "nuevo",
        "en curso",
    ),
    TicketState.WAITING: (
        "pending",
        "on hold",
        "awaiting user info",
        "awaiting evidence",
        "pendiente",
        "en espera",
    ),
    TicketState.RESOLVED: ("closed", "solved", "done", "cerrado", "resuelto"),
}
MOST_WAIT = Decimal(10**7)
SPANS = {
    "first_response_minutes": ("first_response_at", "minutes"),
    "resolution_hours": ("resolved_at", "hours"),
}


class TicketsKind(WithoutNewFields):
    """Tickets, recognised by their id in the system they come from."""

    name = "tickets"
    label = _("Tickets")
    permission = "support.import_tickets"

    def fields(self, workspace: UUID) -> tuple[ImportField, ...]:
        """Everything a column can be mapped to; a wait may stand in for a time."""
        return (*_who_and_what(), *_when(), *_how_it_went())

    def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:
        """By the id in the other system."""
        return (IdentityKey("external_id", _("Ticket id"), ("external_id",)),)

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
        """One result per row."""
        known = opening_times(workspace, [str(row.values["external_id"]) for row in rows])
        told = [ticket_in(row, opened=known) for row in rows]
        store = partial(upsert_tickets, workspace, by=by, now=now, dry_run=dry_run)
        return results_by_line(rows, told, upsert=store)

    def undo(
        self,
        workspace: UUID,
        changes: Sequence[Change],
        *,
        import_id: UUID,
        by: Member | None,
        now: datetime,
    ) -> UndoResult:
        """Created tickets gone, changed ones as before."""
        return undo_ticket_upsert(workspace, changes, by=by, now=now)

    def results_url(self, workspace_slug: str) -> str | None:
        """The list of tickets."""
        return reverse("support:tickets", kwargs={"workspace": workspace_slug})


def _who_and_what() -> tuple[ImportField, ...]:
    return (
        ImportField(
            "external_id",
            _("Ticket id"),
            required=True,
            aliases=("ticket id", "ticket", "number", "número", "incident", "id"),
            max_length=200,
        ),
        ImportField(
            "account",
            _("Account"),
            FieldType.REFERENCE,
            required=True,
            refers_to="accounts",
            aliases=("account id", "account", "customer", "company", "cliente", "cuenta"),
        ),
        ImportField(
            "person",
            _("Asked by"),
            FieldType.REFERENCE,
            refers_to="people",
            aliases=("person", "requester", "contact", "caller", "email", "solicitante"),
        ),
        ImportField(
            "subject",
            _("Subject"),
            aliases=("subject", "title", "summary", "asunto", "título"),
            max_length=300,
        ),
        ImportField(
            "priority",
            _("Priority"),
            FieldType.CHOICE,
            choices=tuple(
                ImportChoice(str(each), str(label), PRIORITY_WORDS[each])
                for each, label in wording.PRIORITIES.items()
            ),
            aliases=("priority", "prioridad", "severity", "urgency"),
        ),
        ImportField(
            "state",
            _("State"),
            FieldType.CHOICE,
            choices=tuple(
                ImportChoice(str(each), str(label), STATE_WORDS[each])
                for each, label in wording.STATES.items()
            ),
            aliases=("state", "status", "incident state", "estado"),
        ),
    )


def _when() -> tuple[ImportField, ...]:
    return (
        ImportField(
            "opened_at",
            _("Opened"),
            FieldType.INSTANT,
            required=True,
            aliases=("opened at", "submitted at", "created at", "abierto", "fecha de apertura"),
        ),
        ImportField(
            "first_response_at",
            _("First response"),
            FieldType.INSTANT,
            aliases=("first response at", "answered at", "primera respuesta"),
        ),
        ImportField(
            "first_response_minutes",
            _("Minutes to the first response"),
            FieldType.DECIMAL,
            aliases=("first response time minutes", "first response minutes", "minutos respuesta"),
        ),
        ImportField(
            "resolved_at",
            _("Resolved"),
            FieldType.INSTANT,
            aliases=("resolved at", "closed at", "solved at", "resuelto", "fecha de cierre"),
        ),
        ImportField(
            "resolution_hours",
            _("Hours to the resolution"),
            FieldType.DECIMAL,
            aliases=("resolution time hours", "resolution hours", "horas resolución"),
        ),
    )


def _how_it_went() -> tuple[ImportField, ...]:
    return (
        ImportField(
            "reopen_count",
            _("Times reopened"),
            FieldType.INTEGER,
            aliases=("reopen count", "reopened", "reaperturas"),
        ),
        ImportField(
            "satisfaction",
            _("Satisfaction (1 to 5)"),
            FieldType.DECIMAL,
            aliases=("satisfaction score", "satisfaction", "csat", "satisfacción"),
        ),
        ImportField(
            "escalated",
            _("Escalated"),
            FieldType.BOOLEAN,
            aliases=("escalation flag", "escalated", "escalado"),
        ),
        ImportField(
            "sla_met",
            _("Within the SLA"),
            FieldType.BOOLEAN,
            aliases=("made sla", "sla met", "cumple sla"),
        ),
    )


def ticket_in(row: ImportRow, *, opened: Mapping[str, datetime]) -> TicketIn | RowProblem:
    """What the row says, or what is wrong with it.

    A wait counts from the opening; a time that is there as well comes first.
    """
    values: dict[str, Any] = dict(row.values)
    if "subject" in values:
        values["subject"] = values["subject"] or ""
    for name in ("priority", "state", "opened_at", "reopen_count", "escalated"):
        if name in values and values[name] is None:
            del values[name]
    start = values.get("opened_at") or opened.get(values["external_id"])
    problem = _add_waits(values, start=start) or _whole_satisfaction(values)
    return problem or TicketIn(**_worded(values))


def _add_waits(values: dict[str, Any], *, start: datetime | None) -> RowProblem | None:
    """Put the times that follow from waits where no time was given."""
    for name, (column, unit) in SPANS.items():
        wait = values.pop(name, None)
        if wait is None or values.get(column) is not None or start is None:
            continue
        if not 0 <= wait <= MOST_WAIT:
            sentence = _("A wait is a number from 0.")
            return RowProblem("impossible_wait", sentence, name, str(wait)[:60])
        values[column] = start + timedelta(**{unit: float(wait)})
    return None


def _whole_satisfaction(values: dict[str, Any]) -> RowProblem | None:
    """Files write 4.0 and mean 4; 4.5 is refused rather than rounded."""
    satisfaction = values.get("satisfaction")
    if satisfaction is None:
        return None
    if satisfaction % 1:
        sentence = _("Satisfaction is a whole number from 1 to 5.")
        return RowProblem("unknown_satisfaction", sentence, "satisfaction", str(satisfaction)[:60])
    values["satisfaction"] = int(satisfaction)
    return None


def _worded(values: dict[str, Any]) -> dict[str, Any]:
    for name in ("account", "person"):
        if name in values:
            values[f"{name}_id"] = values.pop(name)
    if "priority" in values:
        values["priority"] = Priority(values["priority"])
    if "state" in values:
        values["state"] = TicketState(values["state"])
    return values
