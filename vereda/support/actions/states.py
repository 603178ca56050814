"""States that tickets were in, from files and programs: their history before they came here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from vereda.foundation.facts import announce
from vereda.foundation.importing import (
    Change,
    ImportRow,
    Outcome,
    RowProblem,
    RowResult,
    UndoResult,
    journal_value,
    rejected,
)
from vereda.support.actions.clocks import wind_clocks
from vereda.support.actions.history import KEPT, a_move
from vereda.support.actions.tickets import locked_tickets
from vereda.support.contracts import TicketStateIn, TicketsUpserted
from vereda.support.models.tickets import Ticket, TicketMove
from vereda.support.queries.history import moves_of_tickets, turns_of
from vereda.support.queries.tickets import tickets_with_external_ids
from vereda.support.rules.history import Observation, turns_observed
from vereda.workspaces.actions.audit import record
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

UNKNOWN = RowProblem(
    "unknown_ticket",
    gettext_lazy("No ticket has that id. Import the tickets first."),
    "external_id",
)


@transaction.atomic
def note_ticket_states(
    workspace: UUID,
    rows: Sequence[TicketStateIn],
    *,
    by: Member | None,
    now: datetime,
    dry_run: bool = False,
) -> list[RowResult]:
    """One result per row, in their order (`line` is its index); a dry run writes nothing.

    What a ticket was already is unchanged. A constant number of statements.
    """
    tickets = tickets_with_external_ids(workspace, {row.external_id for row in rows})
    known = moves_of_tickets(workspace, [row.pk for row in tickets.values()], kinds=KEPT)
    by_ticket: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        by_ticket.setdefault(row.external_id, []).append(index)
    results = [rejected(ImportRow(index, {}), UNKNOWN) for index in range(len(rows))]
    moves: list[TicketMove] = []
    touched: list[Ticket] = []
    for external_id, places in by_ticket.items():
        ticket = tickets.get(external_id)
        if ticket is None:
            continue
        added = turns_observed(
            turns_of(known.get(ticket.pk, [])),
            [Observation(rows[place].at, rows[place].state) for place in places],
            opened_at=ticket.opened_at,
            resolved_at=ticket.resolved_at,
        )
        fresh = [
            None if turn is None else a_move(ticket, turn.kind, at=turn.at, by=None)
            for turn in added
        ]
        for place, move in zip(places, fresh, strict=True):
            results[place] = _result(place, rows[place], ticket, move)
        moves += [move for move in fresh if move is not None]
        touched += [ticket] if any(fresh) else []
    if moves and not dry_run:
        TicketMove.objects.of(workspace).bulk_create(moves)
        record(by, "told states", workspace_with_id(workspace), count=len(moves))
        _follow(workspace, touched, now=now)
    return results


def _result(index: int, row: TicketStateIn, ticket: Ticket, move: TicketMove | None) -> RowResult:
    if move is None:
        return RowResult(index, Outcome.UNCHANGED, ticket.pk)
    after = {"at": journal_value(row.at), "state": str(row.state)}
    return RowResult(index, Outcome.CREATED, move.pk, after=after)


def _follow(workspace: UUID, tickets: Sequence[Ticket], *, now: datetime) -> None:
    """What follows from another history: clocks and news."""
    wind_clocks(workspace, tickets, now=now, retold=True)
    ids = tuple({ticket.account_id for ticket in tickets})
    announce(TicketsUpserted(workspace_id=workspace, account_ids=ids))


@transaction.atomic
def undo_ticket_states(
    workspace: UUID, changes: Sequence[Change], *, by: Member | None, now: datetime
) -> UndoResult:
    """What was told is forgotten again."""
    rows = TicketMove.objects.of(workspace).filter(pk__in=[each.object_id for each in changes])
    ids = set(rows.values_list("ticket_id", flat=True))
    gone, _by_kind = rows.delete()
    tickets = locked_tickets(workspace, ids)
    record(by, "undid states", workspace_with_id(workspace), count=gone)
    _follow(workspace, tickets, now=now)
    return UndoResult(gone)
