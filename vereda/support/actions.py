"""Telling tickets: the only place that writes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers.contracts import UNSET
from vereda.customers.queries.accounts import account_ids_among
from vereda.customers.queries.people import person_ids_among
from vereda.foundation.facts import announce
from vereda.foundation.importing import Change, RowProblem, RowResult, UndoResult
from vereda.foundation.scoping import found, id_of
from vereda.foundation.upserting import UPSERT_ROWS, UpsertBatch, undone_rows
from vereda.support import wording
from vereda.support.contracts import (
    AlreadyResolved,
    NotResolved,
    Priority,
    TicketChangedMeanwhile,
    TicketIn,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketState,
    TicketsUpserted,
    WrongTicket,
)
from vereda.support.models import Ticket
from vereda.support.rules import ticket_problem
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member, Workspace

TICKET_COLUMNS = tuple(field.name for field in fields(TicketIn) if field.name != "external_id")
NEW_TICKET: Mapping[str, Any] = {
    **dict.fromkeys(TICKET_COLUMNS),
    "subject": "",
    "priority": Priority.NORMAL,
    "state": TicketState.OPEN,
    "reopen_count": 0,
    "escalated": False,
}


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
    row.save(force_insert=True)
    record(by, "opened", row, account=account.key)
    announce(TicketOpened(workspace_id=row.workspace_id, account_id=account.pk, ticket_id=row.pk))
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
    rows = Ticket.objects.of(ticket.workspace_id).select_for_update()
    row = found(rows.filter(pk=ticket.pk))
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
    _announce_turn(row, was=was)
    return row


@transaction.atomic
def resolve_ticket(ticket: Ticket, *, by: Member | None, now: datetime) -> None:
    """Close the ticket; whoever is second is refused."""
    rows = Ticket.objects.of(ticket.workspace_id).filter(pk=ticket.pk).unresolved()
    if not rows.update(
        state=TicketState.RESOLVED, resolved_at=now, version=F("version") + 1, updated_at=now
    ):
        raise AlreadyResolved(_("Somebody has resolved %s already.") % ticket.key)
    record(by, "resolved", ticket)
    ticket.refresh_from_db()
    _announce_turn(ticket, was=TicketState.OPEN)


@transaction.atomic
def reopen_ticket(ticket: Ticket, *, by: Member | None, now: datetime) -> None:
    """Open it again: what had been resolved was not."""
    rows = Ticket.objects.of(ticket.workspace_id).filter(pk=ticket.pk, state=TicketState.RESOLVED)
    if not rows.update(
        state=TicketState.OPEN,
        resolved_at=None,
        reopen_count=F("reopen_count") + 1,
        version=F("version") + 1,
        updated_at=now,
    ):
        raise NotResolved(_("%s is open already.") % ticket.key)
    record(by, "reopened", ticket)
    ticket.refresh_from_db()
    _announce_turn(ticket, was=TicketState.RESOLVED)


def _announce_turn(row: Ticket, *, was: str) -> None:
    """Tell of a resolution or a reopening, if that is what happened."""
    turned = (was == TicketState.RESOLVED) != (row.state == TicketState.RESOLVED)
    if turned and row.state == TicketState.RESOLVED:
        announce(
            TicketResolved(
                workspace_id=row.workspace_id, account_id=row.account_id, ticket_id=row.pk
            )
        )
    elif turned:
        announce(
            TicketReopened(
                workspace_id=row.workspace_id, account_id=row.account_id, ticket_id=row.pk
            )
        )


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


# --- Many at once ---------------------------------------------------------------


def upsert_tickets(
    workspace: Workspace | UUID,
    rows: Sequence[TicketIn],
    *,
    by: Member | None,
    now: datetime,
    dry_run: bool = False,
) -> list[RowResult]:
    """One result per row, in their order (`line` is its index); a dry run writes nothing.

    A constant number of queries per thousand rows.
    """
    home = workspace_with_id(workspace) if isinstance(workspace, UUID) else workspace
    results: list[RowResult] = []
    for start in range(0, len(rows), UPSERT_ROWS):
        part = [_with_state(row) for row in rows[start : start + UPSERT_ROWS]]
        batch = UpsertBatch(home, Ticket, columns=TICKET_COLUMNS, unsaid=UNSET, offset=start)
        known = _known_ids(home, part)
        batch.settle(
            part,
            defaults=NEW_TICKET,
            judge=lambda wanted, said, known=known: _judge_ticket(  # type: ignore[misc]
                wanted, said, known=known
            ),
        )
        results += batch.results
        if batch and not dry_run:
            _store_tickets(batch, by=by, now=now)
    return results


def _with_state(row: TicketIn) -> TicketIn:
    """A ticket that has the time of its resolution, and no state said, is resolved."""
    if row.state is not UNSET or row.resolved_at in (UNSET, None):
        return row
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    return TicketIn(**{**values, "state": TicketState.RESOLVED})


def _known_ids(workspace: Workspace, rows: Sequence[TicketIn]) -> Collection[UUID]:
    """Which of the accounts and people that the rows name are of this workspace; two queries."""
    accounts = {row.account_id for row in rows if isinstance(row.account_id, UUID)}
    people = {row.person_id for row in rows if isinstance(row.person_id, UUID)}
    return account_ids_among(workspace, accounts) | person_ids_among(workspace, people)


def _judge_ticket(
    wanted: Mapping[str, Any], said: Mapping[str, Any], *, known: Collection[UUID]
) -> RowProblem | None:
    stored = "account_id" not in said and wanted["account_id"] is not None
    if not stored and wanted["account_id"] not in known:
        sentence = gettext_lazy("No account of this workspace has that id.")
        return RowProblem("unknown_account", sentence, "account")
    if said.get("person_id") is not None and said["person_id"] not in known:
        sentence = gettext_lazy("Nobody of this workspace has that id.")
        return RowProblem("unknown_person", sentence, "person")
    if wanted["opened_at"] is None:
        sentence = gettext_lazy("A ticket needs the time it was opened.")
        return RowProblem("no_opening", sentence, "opened_at")
    problem = ticket_problem(wanted)
    if problem is None:
        return None
    kind, column = problem
    return RowProblem(str(kind), str(wording.TIME_PROBLEMS[kind]), column, str(wanted[column])[:60])


@transaction.atomic
def _store_tickets(batch: UpsertBatch, *, by: Member | None, now: datetime) -> None:
    if batch.created:
        numbers = reserve_numbers(batch.workspace, "T", count=len(batch.created))
        for row, number in zip(batch.created, numbers, strict=True):
            row.number = number
    batch.store(now=now)
    record(by, "upserted tickets", batch.workspace, **batch.counts())
    ids = tuple(batch.touched)
    announce(TicketsUpserted(workspace_id=batch.workspace.pk, account_ids=ids))


@transaction.atomic
def undo_ticket_upsert(
    workspace: Workspace | UUID, changes: Sequence[Change], *, by: Member | None, now: datetime
) -> UndoResult:
    """Created tickets gone and changed ones as before, except what people changed since."""
    home = workspace_with_id(workspace) if isinstance(workspace, UUID) else workspace
    result, touched = undone_rows(home, Ticket, changes, columns=TICKET_COLUMNS, now=now)
    record(by, "undid tickets", home, undone=result.undone, kept=len(result.kept))
    announce(TicketsUpserted(workspace_id=home.pk, account_ids=tuple(touched)))
    return result


@transaction.atomic
def forget_asker(person_id: UUID, *, workspace: Workspace | UUID, by: Member | None) -> int:
    """Tickets of somebody erased: kept for the account's record, without who and in what words."""
    rows = Ticket.objects.of(workspace).filter(person=person_id)
    count: int = rows.update(person=None, subject="")
    if count:
        record(by, "forgot asker", workspace_with_id(id_of(workspace)), tickets=count)
    return count
