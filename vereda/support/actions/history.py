"""Keeping the history of tickets in step with the tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from vereda.support.contracts import MoveKind, TicketState
from vereda.support.models.tickets import Ticket, TicketMove
from vereda.support.queries.history import moves_of_tickets
from vereda.support.rules.clocks import STATE_AFTER, Turn
from vereda.support.rules.history import history_edits

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


def keep_history(
    workspace: Workspace | UUID,
    tickets: Sequence[Ticket],
    *,
    by: Member | None,
    now: datetime,
    reason: str = "",
    taking_back: bool = False,
) -> None:
    """Add, move and drop what makes each ticket's history agree with it; four statements."""
    known = moves_of_tickets(workspace, [row.pk for row in tickets], kinds=KEPT)
    added: list[TicketMove] = []
    retimed: list[TicketMove] = []
    dropped: list[UUID] = []
    for ticket in tickets:
        moves = known.get(ticket.pk, [])
        edits = history_edits(
            [Turn(move.at, MoveKind(move.kind)) for move in moves],
            opened_at=ticket.opened_at,
            answered_at=ticket.first_response_at,
            resolved_at=ticket.resolved_at,
            state=TicketState(ticket.state),
            now=now,
            taking_back=taking_back,
        )
        for turn in edits.added:
            told = reason if turn.kind in STATE_AFTER else ""
            added.append(a_move(ticket, turn.kind, at=turn.at, by=by, reason=told))
        for place, at in edits.retimed.items():
            moves[place].at = at
            retimed.append(moves[place])
        dropped += [moves[place].pk for place in edits.dropped]
    rows = TicketMove.objects.of(workspace)
    rows.bulk_create(added)
    if retimed:
        rows.bulk_update(retimed, ["at"])
    if dropped:
        rows.filter(pk__in=dropped).delete()


KEPT = (*STATE_AFTER, MoveKind.ANSWERED)


def a_move(
    ticket: Ticket, kind: MoveKind, *, at: datetime, by: Member | None, **told: Any
) -> TicketMove:
    """A row of a ticket's history, not stored yet."""
    return TicketMove(
        workspace_id=ticket.workspace_id, ticket=ticket, kind=kind, at=at, by=by, **told
    )


def note_move(
    ticket: Ticket, kind: MoveKind, *, now: datetime, by: Member | None, **told: Any
) -> None:
    """Add one thing that happened now to the history of a ticket."""
    a_move(ticket, kind, at=now, by=by, **told).save(force_insert=True)
