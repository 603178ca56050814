"""Winding the clocks of tickets: whatever changed, they are told anew from the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.facts import announce
from vereda.support.contracts import Clock, SlaBreached, SlaCleared, SlaWarned, TicketState
from vereda.support.models.promises import SlaClock, SlaPolicy
from vereda.support.models.tickets import Ticket, TicketMove
from vereda.support.queries.history import moves_of_tickets, turns_of
from vereda.support.queries.promises import (
    asked_of_accounts,
    clocks_of_tickets,
    policies_in_force,
)
from vereda.support.rules.clocks import (
    ClockReading,
    clock_reading,
    next_check,
    run_of,
    warning_after,
)
from vereda.support.rules.policies import AskedOf, ask_about_accounts, policy_for

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

WOUND = (
    "policy",
    "target_minutes",
    "target_since_at",
    "used_seconds",
    "running_since_at",
    "paused_at",
    "stopped_at",
    "due_at",
    "warn_at",
    "breached_at",
    "check_at",
)


@dataclass(frozen=True, slots=True)
class _Workshop:
    """What winding needs to know: which promises are in force, and whose tickets they are."""

    policies: Sequence[SlaPolicy]
    accounts: Mapping[UUID, AskedOf]
    now: datetime

    def policy(self, ticket: Ticket, clock: Clock) -> SlaPolicy | None:
        """The promise that the ticket comes under today."""
        account = self.accounts.get(ticket.account_id, AskedOf())
        return policy_for(self.policies, priority=ticket.priority, clock=clock, account=account)


def wind_clocks(
    workspace: Workspace | UUID,
    tickets: Sequence[Ticket],
    *,
    now: datetime,
    retold: bool = False,
) -> None:
    """Tell the clocks of these tickets anew; a constant number of statements.

    A new ticket comes under the promises in force. One whose priority changed comes under what
    they say about the new one; if they say nothing, under what it was. What is breached stays so,
    unless the past itself was `retold`: then clocks that have stopped are judged by it.
    """
    policies = list(policies_in_force(workspace))
    clocks = clocks_of_tickets(workspace, [row.pk for row in tickets])
    if not policies and not clocks:
        return
    accounts = asked_of_accounts(workspace, tickets) if ask_about_accounts(policies) else {}
    workshop = _Workshop(policies, accounts, now)
    moves = moves_of_tickets(workspace, [row.pk for row in tickets])
    wound: list[tuple[Ticket, SlaClock]] = []
    for ticket in tickets:
        known = clocks.get(ticket.pk, {})
        wound += [
            (ticket, row)
            for clock in Clock
            if (row := _set(ticket, known.get(clock), clock=clock, workshop=workshop))
        ]
    for _ticket, row in wound if retold else ():
        row.breached_at = None if row.stopped_at else row.breached_at
    _tell_all(workspace, wound, moves=moves)
    _tell_due_times(workspace, tickets, wound)


def _set(
    ticket: Ticket, row: SlaClock | None, *, clock: Clock, workshop: _Workshop
) -> SlaClock | None:
    """The clock with its promise: a new one, or the one there is with what holds today."""
    if row is None:
        nobody_knows = ticket.state == TicketState.RESOLVED and ticket.resolved_at is None
        policy = None if nobody_knows else workshop.policy(ticket, clock)
        return None if policy is None else _new_clock(ticket, policy, clock=clock)
    if row.policy.target_minutes(ticket.priority, clock) == row.target_minutes:
        return row
    policy = workshop.policy(ticket, clock)
    if policy is not None:
        row.policy, row.target_since_at = policy, workshop.now
        row.target_minutes = policy.target_minutes(ticket.priority, clock) or row.target_minutes
    return row


def _new_clock(ticket: Ticket, policy: SlaPolicy, *, clock: Clock) -> SlaClock:
    return SlaClock(
        workspace_id=ticket.workspace_id,
        ticket=ticket,
        clock=clock,
        policy=policy,
        target_minutes=policy.target_minutes(ticket.priority, clock) or 1,
        target_since_at=ticket.opened_at,
    )


def _tell_all(
    workspace: Workspace | UUID,
    wound: Sequence[tuple[Ticket, SlaClock]],
    *,
    moves: Mapping[UUID, list[TicketMove]],
) -> None:
    """Read every clock from its history, store it, and announce what ended or began again."""
    fresh = [row for _, row in wound if row._state.adding]
    known = [row for _, row in wound if not row._state.adding]
    stood = {row.pk: row.stopped_at for row in known}
    for _, row in wound:
        put_reading(row, reading_of(row, moves=moves.get(row.ticket_id, [])))
    rows = SlaClock.objects.of(workspace)
    rows.bulk_create(fresh)
    if known:
        rows.bulk_update(known, WOUND)
    for ticket, row in wound:
        if row.pk in stood and (row.warned_at or row.breached_at):
            _announce_turning(ticket, row, stood=stood[row.pk])


def _announce_turning(ticket: Ticket, row: SlaClock, *, stood: datetime | None) -> None:
    """A late clock that stops is cleared; one that runs again is late again."""
    if stood is None and row.stopped_at is not None:
        announce_clock(SlaCleared, ticket, row)
    elif stood is not None and row.stopped_at is None and row.breached_at is not None:
        announce_clock(SlaBreached, ticket, row)


def announce_clock(
    kind: type[SlaWarned] | type[SlaBreached] | type[SlaCleared], ticket: Ticket, row: SlaClock
) -> None:
    """Tell what happened to a promise."""
    announce(
        kind(
            workspace_id=ticket.workspace_id,
            account_id=ticket.account_id,
            ticket_id=ticket.pk,
            clock=Clock(row.clock),
        )
    )


def reading_of(row: SlaClock, *, moves: Sequence[TicketMove]) -> ClockReading:
    """How the clock stands by its ticket's history."""
    target = timedelta(minutes=row.target_minutes)
    return clock_reading(
        run_of(turns_of(moves), clock=Clock(row.clock), pauses=row.policy.pauses),
        target=target,
        hours=row.policy.hours.hours,
        warn_after=warning_after(
            target,
            percent=row.policy.warn_percent,
            minutes_before=row.policy.warn_minutes,
        ),
        target_since_at=row.target_since_at,
    )


def put_reading(row: SlaClock, reading: ClockReading) -> None:
    """Set what the reading says, and when to look next.

    A breach that was found in a clock that has not stopped is left to the next look: it marks it,
    tells everybody and repairs.
    """
    row.used_seconds = int(reading.used.total_seconds())
    row.running_since_at = reading.running_since_at
    row.paused_at, row.stopped_at = reading.paused_at, reading.stopped_at
    row.due_at, row.warn_at = reading.due_at, reading.warn_at
    if reading.breached_at is not None and reading.stopped_at is not None:
        row.breached_at = row.breached_at or reading.breached_at
    row.check_at = next_check(
        due_at=reading.due_at,
        warn_at=reading.warn_at,
        warned_at=row.warned_at,
        breached_at=row.breached_at,
    )
    if reading.breached_at is not None and row.breached_at is None:
        row.check_at = reading.breached_at


def _tell_due_times(
    workspace: Workspace | UUID,
    tickets: Sequence[Ticket],
    wound: Sequence[tuple[Ticket, SlaClock]],
) -> None:
    """Say at each ticket when its next promised time is up."""
    dues: dict[UUID, list[datetime]] = {}
    for ticket, row in wound:
        if row.due_at is not None:
            dues.setdefault(ticket.pk, []).append(row.due_at)
    changed = []
    for ticket in tickets:
        due_at = min(dues.get(ticket.pk, []), default=None)
        if ticket.due_at != due_at:
            ticket.due_at = due_at
            changed.append(ticket)
    if changed:
        Ticket.objects.of(workspace).bulk_update(changed, ["due_at"])
