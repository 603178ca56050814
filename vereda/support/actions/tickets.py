"""Telling one ticket."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.criteria import one_of_many
from vereda.foundation.facts import announce
from vereda.foundation.races import refused_if_taken
from vereda.foundation.scoping import found, id_of
from vereda.support import wording
from vereda.support.actions.clocks import wind_clocks
from vereda.support.actions.history import keep_history, note_move
from vereda.support.contracts import (
    AlreadyResolved,
    MoveKind,
    NotResolved,
    Priority,
    TicketChangedMeanwhile,
    TicketEscalated,
    TicketIn,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketState,
    TicketTaken,
    WrongTicket,
    WrongTurn,
)
from vereda.support.models.tickets import Ticket, TicketMove
from vereda.support.rules.tickets import ticket_problem
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.support.models.repairs import TicketQueue
    from vereda.workspaces.models import Member, Workspace

TICKET_COLUMNS = tuple(field.name for field in fields(TicketIn) if field.name != "external_id")


class TicketSaid(TypedDict, total=False):
    """What a member may say about a ticket; a key left out stays as it is."""

    person: Person | None
    subject: str
    priority: Priority
    state: TicketState
    opened_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    satisfaction: int | None
    escalated: bool
    sla_met: bool | None


@transaction.atomic
def open_ticket(
    account: Account,
    *,
    by: Member | None,
    now: datetime,
    external_id: str = "",
    **said: Unpack[TicketSaid],
) -> Ticket:
    """A new ticket of the account; opened now unless said."""
    row = Ticket(
        workspace=account.workspace, account=account, external_id=external_id, opened_at=now
    )
    _put_said(row, said)
    row.number = reserve_numbers(row.workspace_id, "T")[0]
    with refused_if_taken(TicketTaken(_("There is a ticket “%s” already.") % external_id)):
        row.save(force_insert=True)
    record(by, "opened", row, account=account.key)
    _keep_time(row, by=by, now=now)
    announce(TicketOpened(**_told(row)))
    if row.escalated:
        note_move(row, MoveKind.ESCALATED, now=now, by=by)
        announce(TicketEscalated(**_told(row)))
    return row


@transaction.atomic
def edit_ticket(
    ticket: Ticket,
    *,
    by: Member | None,
    now: datetime,
    version: int | None = None,
    **said: Unpack[TicketSaid],
) -> Ticket:
    """The ticket with what was said; a resolution or a reopening is announced as such.

    `version` is the one that was read: when somebody changed the ticket since, nothing is written.
    """
    row = locked_ticket(ticket)
    if version is not None and version != row.version:
        raise TicketChangedMeanwhile(
            _("Somebody changed %s while you had it open. Nothing of yours was stored.") % row.key
        )
    before = ticket_state_of(row)
    _put_said(row, said)
    was, is_now = before["state"], row.state
    if is_now == TicketState.RESOLVED:
        row.resolved_at = row.resolved_at or max(now, row.opened_at)
    elif was == TicketState.RESOLVED:
        row.resolved_at, row.reopen_count = None, row.reopen_count + 1
    after = ticket_state_of(row)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return row
    row.version += 1
    row.save()
    record(by, "edited", row, fields=changed)
    _note_edit(row, before=before, by=by, now=now)
    _keep_time(row, by=by, now=now)
    _announce_turn(row, was=was)
    return row


def locked_ticket(ticket: Ticket) -> Ticket:
    """The ticket as it is now, for nobody else until the transaction ends."""
    rows = Ticket.objects.of(ticket.workspace_id).select_for_update()
    return found(rows.filter(pk=ticket.pk))


def locked_tickets(workspace: Workspace | UUID, ids: Collection[UUID]) -> list[Ticket]:
    """Those tickets as they are now, for nobody else until the transaction ends."""
    rows = Ticket.objects.of(workspace).select_for_update()
    return list(rows.filter(one_of_many(ids)).order_by("pk"))


def _note_edit(row: Ticket, *, before: Mapping[str, Any], by: Member | None, now: datetime) -> None:
    """What an edit changed beside the state: another priority, an escalation."""
    if before["priority"] != row.priority:
        told = {"before": before["priority"], "after": row.priority}
        note_move(row, MoveKind.PRIORITY, now=now, by=by, **told)
    if row.escalated and not before["escalated"]:
        note_move(row, MoveKind.ESCALATED, now=now, by=by)
        announce(TicketEscalated(**_told(row)))


def _keep_time(row: Ticket, *, by: Member | None, now: datetime, reason: str = "") -> None:
    """Bring the ticket's history and clocks up to what it says."""
    keep_history(row.workspace_id, [row], by=by, now=now, reason=reason)
    wind_clocks(row.workspace_id, [row], now=now)


@transaction.atomic
def resolve_ticket(ticket: Ticket, *, by: Member | None, now: datetime) -> None:
    """Close the ticket; whoever is second is refused."""
    row = locked_ticket(ticket)
    if row.state == TicketState.RESOLVED:
        raise AlreadyResolved(_("Somebody has resolved %s already.") % row.key)
    was = row.state
    row.state, row.resolved_at = TicketState.RESOLVED, max(now, row.opened_at)
    record(by, "resolved", row)
    _store_turn(row, by=by, now=now)
    _announce_turn(row, was=was)
    ticket.refresh_from_db()


@transaction.atomic
def reopen_ticket(ticket: Ticket, *, by: Member | None, now: datetime) -> None:
    """Open it again: what had been resolved was not."""
    row = locked_ticket(ticket)
    if row.state != TicketState.RESOLVED:
        raise NotResolved(_("%s is open already.") % row.key)
    row.state, row.resolved_at = TicketState.OPEN, None
    row.reopen_count += 1
    record(by, "reopened", row)
    _store_turn(row, by=by, now=now)
    _announce_turn(row, was=TicketState.RESOLVED)
    ticket.refresh_from_db()


@transaction.atomic
def answer_ticket(ticket: Ticket, *, by: Member | None, now: datetime) -> None:
    """Note that the customer got the first answer."""
    row = locked_ticket(ticket)
    if row.first_response_at is not None:
        raise WrongTurn(_("%s has its first response already.") % row.key)
    row.first_response_at = max(now, row.opened_at)
    record(by, "answered", row)
    _store_turn(row, by=by, now=now)
    ticket.refresh_from_db()


@transaction.atomic
def hold_ticket(ticket: Ticket, *, by: Member | None, now: datetime, reason: str = "") -> None:
    """Wait for the customer: the clocks stand still. What we ask is a first response too."""
    row = locked_ticket(ticket)
    if row.state != TicketState.OPEN:
        raise WrongTurn(_("Only an open ticket can wait for the customer."))
    row.state = TicketState.WAITING
    row.first_response_at = row.first_response_at or max(now, row.opened_at)
    record(by, "put on hold", row)
    _store_turn(row, by=by, now=now, reason=reason)
    ticket.refresh_from_db()


@transaction.atomic
def resume_ticket(ticket: Ticket, *, by: Member | None, now: datetime) -> None:
    """The customer answered: it is our turn again, and the clocks run on."""
    row = locked_ticket(ticket)
    if row.state != TicketState.WAITING:
        raise WrongTurn(_("%s does not wait for the customer.") % row.key)
    row.state = TicketState.OPEN
    record(by, "resumed", row)
    _store_turn(row, by=by, now=now)
    ticket.refresh_from_db()


def _store_turn(row: Ticket, *, by: Member | None, now: datetime, reason: str = "") -> None:
    """Store a ticket whose state or times turned, with its history and clocks."""
    row.version += 1
    row.save()
    _keep_time(row, by=by, now=now, reason=reason)


@transaction.atomic
def assign_ticket(
    ticket: Ticket,
    *,
    to: Member | None,
    queue: TicketQueue | None,
    by: Member | None,
    now: datetime,
) -> bool:
    """Give the ticket to a member and a queue, or to nobody; answers whether anything changed."""
    row = locked_ticket(ticket)
    if to is not None and (to.workspace_id != row.workspace_id or to.left_at is not None):
        raise WrongTurn(_("This member does not work here."))
    if queue is not None and queue.workspace_id != row.workspace_id:
        raise WrongTurn(_("This queue is not of this workspace."))
    given, queued = row.assignee_id != (to and to.pk), row.queue_id != (queue and queue.pk)
    row.assignee, row.queue = to, queue
    if given or queued:
        row.version += 1
        row.save()
        record(by, "assigned", row, to=to.name if to else "", queue=queue.name if queue else "")
    if queued:
        note_move(row, MoveKind.QUEUED, now=now, by=by, queue=queue)
    if given:
        note_move(row, MoveKind.ASSIGNED, now=now, by=by, member=to)
    ticket.refresh_from_db()
    return given or queued


@transaction.atomic
def escalate_ticket(ticket: Ticket, *, by: Member | None, now: datetime, reason: str = "") -> bool:
    """Mark that somebody who can do more must look at it; False when it was so already."""
    row = locked_ticket(ticket)
    if row.escalated:
        return False
    row.escalated = True
    row.version += 1
    row.save()
    record(by, "escalated", row)
    note_move(row, MoveKind.ESCALATED, now=now, by=by, reason=reason)
    announce(TicketEscalated(**_told(row)))
    ticket.refresh_from_db()
    return True


def _announce_turn(row: Ticket, *, was: str) -> None:
    """Tell of a resolution or a reopening, if that is what happened."""
    turned = (was == TicketState.RESOLVED) != (row.state == TicketState.RESOLVED)
    if turned and row.state == TicketState.RESOLVED:
        announce(TicketResolved(**_told(row)))
    elif turned:
        announce(TicketReopened(**_told(row)))


def _told(row: Ticket) -> dict[str, UUID]:
    """What facts about a ticket say."""
    return {
        "workspace_id": row.workspace_id,
        "account_id": row.account_id,
        "ticket_id": row.pk,
    }


def _put_said(row: Ticket, said: TicketSaid) -> None:
    """Set the values, or refuse with the sentence that says what does not fit."""
    for name, value in said.items():
        setattr(row, name, value)
    if "resolved_at" in said and "state" not in said and row.resolved_at is not None:
        row.state = TicketState.RESOLVED
    problem = ticket_problem(ticket_state_of(row))
    if problem is not None:
        raise WrongTicket(wording.TIME_PROBLEMS[problem[0]])
    if row.person is not None and row.person.workspace_id != row.workspace_id:
        raise WrongTicket(_("This person is not of this workspace."))


def ticket_state_of(row: Ticket) -> dict[str, Any]:
    """What can be said about the ticket, as plain values."""
    return {name: getattr(row, name) for name in TICKET_COLUMNS}


@transaction.atomic
def forget_asker(person_id: UUID, *, workspace: Workspace | UUID, by: Member | None) -> int:
    """Tickets of somebody erased: kept for the account's record, without who and in what words."""
    rows = Ticket.objects.of(workspace).filter(person=person_id)
    TicketMove.objects.of(workspace).filter(ticket__in=rows).update(reason="")
    count: int = rows.update(person=None, subject="")
    if count:
        record(by, "forgot asker", workspace_with_id(id_of(workspace)), tickets=count)
    return count
