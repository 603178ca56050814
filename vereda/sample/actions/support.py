"""The invented tickets as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.sample.contracts import InventedTicket, World
from vereda.support.actions.upserts import upsert_tickets
from vereda.support.contracts import Priority, TicketIn, TicketState

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

ESCALATED_AFTER_HOURS = 96


def store_sample_tickets(
    workspace: Workspace,
    *,
    world: World,
    account_ids: Mapping[str, UUID],
    person_ids: Mapping[str, UUID],
    by: Member,
    now: datetime,
) -> None:
    """Every ticket, asked by somebody who was at the account that day."""
    rows = [
        _ticket_row(
            ticket,
            account_id=account_ids[ticket.account_external_id],
            person_id=person_ids[ticket.person_external_id],
            now=now,
        )
        for account in world.accounts
        for ticket in account.tickets
    ]
    upsert_tickets(workspace, rows, by=by, now=now)


def _ticket_row(
    ticket: InventedTicket, *, account_id: UUID, person_id: UUID, now: datetime
) -> TicketIn:
    waited = (ticket.answered_at or now) - ticket.opened_at
    return TicketIn(
        external_id=ticket.external_id,
        account_id=account_id,
        person_id=person_id,
        subject=ticket.subject,
        priority=Priority(ticket.priority),
        state=_state(ticket),
        opened_at=ticket.opened_at,
        first_response_at=ticket.answered_at,
        resolved_at=ticket.resolved_at,
        satisfaction=ticket.satisfaction,
        escalated=waited.total_seconds() > ESCALATED_AFTER_HOURS * 3600,
    )


def _state(ticket: InventedTicket) -> TicketState:
    """Who has to do something: nobody, the customer who was answered, or we."""
    if ticket.resolved_at:
        return TicketState.RESOLVED
    return TicketState.WAITING if ticket.answered_at else TicketState.OPEN
