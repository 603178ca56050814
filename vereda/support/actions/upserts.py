"""Many tickets at once, from files and programs, and taking them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from vereda.customers.contracts import UNSET
from vereda.customers.queries.accounts import account_ids_among
from vereda.customers.queries.people import person_ids_among
from vereda.foundation.facts import announce
from vereda.foundation.importing import Change, RowProblem, RowResult, UndoResult
from vereda.foundation.upserting import UPSERT_ROWS, UpsertBatch, undone_rows
from vereda.support import wording
from vereda.support.actions.clocks import wind_clocks
from vereda.support.actions.history import keep_history
from vereda.support.actions.tickets import TICKET_COLUMNS, locked_tickets
from vereda.support.contracts import Priority, TicketIn, TicketState, TicketsUpserted
from vereda.support.models.tickets import Ticket
from vereda.support.rules.tickets import ticket_problem
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.queries import workspace_itself

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

NEW_TICKET: Mapping[str, Any] = {
    **dict.fromkeys(TICKET_COLUMNS),
    "subject": "",
    "priority": Priority.NORMAL,
    "state": TicketState.OPEN,
    "reopen_count": 0,
    "escalated": False,
}


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
    home = workspace_itself(workspace)
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
    touched = [*batch.created, *batch.updated]
    keep_history(batch.workspace, touched, by=by, now=now)
    wind_clocks(batch.workspace, touched, now=now)
    record(by, "upserted tickets", batch.workspace, **batch.counts())
    ids = tuple(batch.touched)
    announce(TicketsUpserted(workspace_id=batch.workspace.pk, account_ids=ids))


@transaction.atomic
def undo_ticket_upsert(
    workspace: Workspace | UUID, changes: Sequence[Change], *, by: Member | None, now: datetime
) -> UndoResult:
    """Created tickets gone and changed ones as before, except what people changed since."""
    home = workspace_itself(workspace)
    result, touched = undone_rows(home, Ticket, changes, columns=TICKET_COLUMNS, now=now)
    restored = locked_tickets(home, [change.object_id for change in changes])
    keep_history(home, restored, by=by, now=now, taking_back=True)
    wind_clocks(home, restored, now=now)
    record(by, "undid tickets", home, undone=result.undone, kept=len(result.kept))
    announce(TicketsUpserted(workspace_id=home.pk, account_ids=tuple(touched)))
    return result
