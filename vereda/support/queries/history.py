"""Asking what happened to tickets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.criteria import one_of_many
from vereda.support.contracts import MoveKind
from vereda.support.models.tickets import Ticket, TicketMove
from vereda.support.rules.clocks import Turn

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def moves_of_tickets(
    workspace: Workspace | UUID,
    ticket_ids: Collection[UUID],
    *,
    kinds: Collection[MoveKind] = tuple(MoveKind),
) -> dict[UUID, list[TicketMove]]:
    """What happened to each of these tickets, in order; one query."""
    rows = TicketMove.objects.of(workspace).filter(
        one_of_many(ticket_ids, column="ticket"), kind__in=kinds
    )
    told: dict[UUID, list[TicketMove]] = defaultdict(list)
    for move in rows:
        told[move.ticket_id].append(move)
    for moves in told.values():
        moves.sort(key=_place)
    return told


def _place(move: TicketMove) -> tuple[datetime, bool, UUID]:
    """Where it stands in a history: what happened at one instant, in the order it was told."""
    return move.at, move.kind != MoveKind.OPENED, move.pk


def history_of_ticket(ticket: Ticket) -> list[TicketMove]:
    """Everything that happened to a ticket, the newest first, with who did it; one query."""
    rows = TicketMove.objects.of(ticket.workspace_id).filter(ticket=ticket)
    moves = list(rows.select_related("by__user", "member__user", "queue"))
    moves.sort(key=_place, reverse=True)
    return moves


def turns_of(moves: Collection[TicketMove]) -> list[Turn]:
    """The same for the rules of clocks."""
    return [Turn(move.at, MoveKind(move.kind)) for move in moves]
