"""States of tickets from files: logs in which one ticket has many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
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
    RowResult,
    UndoResult,
    WithoutNewFields,
)
from vereda.support import wording
from vereda.support.actions.states import note_ticket_states, undo_ticket_states
from vereda.support.contracts import TicketState, TicketStateIn
from vereda.support.importable import STATE_WORDS

if TYPE_CHECKING:
    from vereda.workspaces.models import Member


class TicketStatesKind(WithoutNewFields):
    """That a ticket was in a state at a time; what it was already adds nothing."""

    name = "ticket_states"
    label = _("Histories of tickets")
    permission = "support.import_tickets"

    def fields(self, workspace: UUID) -> tuple[ImportField, ...]:  # noqa: ARG002
        """A ticket, a state and a time."""
        return (
            ImportField(
                "external_id",
                _("Ticket id"),
                required=True,
                aliases=("ticket id", "ticket", "number", "número", "incident", "id"),
                max_length=200,
            ),
            ImportField(
                "state",
                _("State"),
                FieldType.CHOICE,
                required=True,
                choices=tuple(
                    ImportChoice(str(each), str(label), STATE_WORDS[each])
                    for each, label in wording.STATES.items()
                ),
                aliases=("state", "status", "incident state", "estado"),
            ),
            ImportField(
                "at",
                _("When"),
                FieldType.INSTANT,
                required=True,
                aliases=("at", "changed at", "sys updated at", "updated at", "fecha"),
            ),
        )

    def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:  # noqa: ARG002
        """One state of a ticket at one time."""
        told = ("external_id", "at", "state")
        return (IdentityKey("state_at", _("Ticket, time and state"), told),)

    def apply(
        self,
        workspace: UUID,
        rows: Sequence[ImportRow],
        *,
        identity: IdentityKey,  # noqa: ARG002
        import_id: UUID,  # noqa: ARG002
        by: Member | None,
        now: datetime,
        dry_run: bool,
    ) -> list[RowResult]:
        """One result per row."""
        said = [
            TicketStateIn(
                external_id=str(row.values["external_id"]),
                at=_instant(row),
                state=TicketState(str(row.values["state"])),
            )
            for row in rows
        ]
        results = note_ticket_states(workspace, said, by=by, now=now, dry_run=dry_run)
        return [replace(each, line=row.line) for each, row in zip(results, rows, strict=True)]

    def undo(
        self,
        workspace: UUID,
        changes: Sequence[Change],
        *,
        import_id: UUID,  # noqa: ARG002
        by: Member | None,
        now: datetime,
    ) -> UndoResult:
        """Everything the file told is forgotten."""
        return undo_ticket_states(workspace, changes, by=by, now=now)

    def results_url(self, workspace_slug: str) -> str | None:
        """The list of tickets."""
        return reverse("support:tickets", kwargs={"workspace": workspace_slug})


def _instant(row: ImportRow) -> datetime:
    at = row.values["at"]
    assert isinstance(at, datetime)  # noqa: S101 - required, and read as one
    return at
