"""Telling commitments: what another team promised about tickets, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.foundation.scoping import found
from vereda.support.contracts import (
    CommitmentDue,
    CommitmentMissed,
    CommitmentSettled,
    WrongCommitment,
)
from vereda.support.models.commitments import Commitment, CommitmentExtension, CommitmentTicket
from vereda.support.queries.commitments import accounts_of_commitment
from vereda.support.rules.commitments import look_at_commitment_on
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.support.models.tickets import Ticket
    from vereda.workspaces.models import Member


@transaction.atomic
def commit_to(
    tickets: Sequence[Ticket],
    *,
    promise: str,
    team: str,
    due_at: datetime,
    by: Member | None,
    now: datetime,
) -> Commitment:
    """A team's word about these tickets; the day must still come."""
    if due_at <= now:
        raise WrongCommitment(_("A promise is for a time that is still to come."))
    workspace = tickets[0].workspace
    row = Commitment(
        workspace=workspace,
        promise=promise,
        team=team,
        promised_at=now,
        due_at=due_at,
        by=by,
        number=reserve_numbers(workspace.pk, "C")[0],
        check_at=look_at_commitment_on(due_at, now=now),
    )
    row.save(force_insert=True)
    _add(row, tickets)
    record(by, "promised", row, tickets=[ticket.key for ticket in tickets])
    return row


@transaction.atomic
def add_to_commitment(commitment: Commitment, ticket: Ticket, *, by: Member | None) -> None:
    """Another ticket waits for the same promise."""
    row = _locked_commitment(commitment)
    if row.tickets.filter(ticket=ticket).exists():
        return
    _add(row, [ticket])
    record(by, "added to promise", row, ticket=ticket.key)


def _add(row: Commitment, tickets: Sequence[Ticket]) -> None:
    rows = [
        CommitmentTicket(workspace_id=row.workspace_id, commitment=row, ticket=ticket)
        for ticket in tickets
        if ticket.workspace_id == row.workspace_id
    ]
    CommitmentTicket.objects.of(row.workspace_id).bulk_create(rows)


def _locked_commitment(commitment: Commitment) -> Commitment:
    """The promise as it is now, if nobody kept it or took it back."""
    rows = Commitment.objects.of(commitment.workspace_id).select_for_update()
    row = found(rows.filter(pk=commitment.pk))
    if row.kept_at is not None or row.withdrawn_at is not None:
        raise WrongCommitment(_("%s is settled already.") % row.key)
    return row


@transaction.atomic
def keep_commitment(commitment: Commitment, *, by: Member | None, now: datetime) -> None:
    """It is done. After its time it is kept late."""
    row = _locked_commitment(commitment)
    row.kept_at = now
    if now > row.due_at:
        row.missed_at = row.missed_at or row.due_at
    record(by, "kept", row)
    _settle(row)


@transaction.atomic
def withdraw_commitment(
    commitment: Commitment, *, because: str, by: Member | None, now: datetime
) -> None:
    """It will not be done, and why."""
    row = _locked_commitment(commitment)
    row.withdrawn_at, row.withdrawn_because = now, because
    record(by, "took back", row)
    _settle(row)


def _settle(row: Commitment) -> None:
    row.check_at = None
    row.version += 1
    row.save()
    announce(
        CommitmentSettled(
            workspace_id=row.workspace_id,
            account_ids=accounts_of_commitment(row),
            commitment_id=row.pk,
        )
    )


@transaction.atomic
def extend_commitment(
    commitment: Commitment, *, due_at: datetime, reason: str, by: Member | None, now: datetime
) -> None:
    """A later time, with the reason. What was missed before stays missed."""
    row = _locked_commitment(commitment)
    if due_at <= max(row.due_at, now):
        raise WrongCommitment(_("The new time is later than the old one, and still to come."))
    CommitmentExtension(
        workspace_id=row.workspace_id,
        commitment=row,
        at=now,
        by=by,
        due_before=row.due_at,
        due_after=due_at,
        reason=reason,
    ).save(force_insert=True)
    if now > row.due_at:
        row.missed_at = row.missed_at or row.due_at
    row.due_at, row.check_at = due_at, look_at_commitment_on(due_at, now=now)
    row.version += 1
    row.save()
    record(by, "extended", row, reason=reason)
    announce(
        CommitmentSettled(
            workspace_id=row.workspace_id,
            account_ids=accounts_of_commitment(row),
            commitment_id=row.pk,
        )
    )


@transaction.atomic
def look_at_commitment(commitment: Commitment, *, now: datetime) -> bool:
    """Tell that a promise is due or missed; False when another process has just done so."""
    rows = Commitment.objects.of(commitment.workspace_id).awaited()
    claim = rows.filter(pk=commitment.pk, check_at=commitment.check_at)
    missed = now > commitment.due_at
    changed = {"missed_at": commitment.due_at} if missed and not commitment.missed_at else {}
    following = None if missed else commitment.due_at
    if not claim.update(check_at=following, updated_at=now, **changed):
        return False
    kind = CommitmentMissed if missed else CommitmentDue
    announce(
        kind(
            workspace_id=commitment.workspace_id,
            account_ids=accounts_of_commitment(commitment),
            commitment_id=commitment.pk,
        )
    )
    return True
