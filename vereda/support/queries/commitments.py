"""Asking about commitments."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch

from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.ids import number_in
from vereda.foundation.paging import Order
from vereda.foundation.scoping import found, id_of
from vereda.support.contracts import CommitmentState
from vereda.support.models.commitments import (
    Commitment,
    CommitmentExtension,
    CommitmentRows,
    CommitmentTicket,
)

if TYPE_CHECKING:
    from vereda.support.models.tickets import Ticket
    from vereda.workspaces.models import Workspace

SOONEST = Order.on("due", "due_at")
LATEST = Order.on("late", "due_at", descending=True)


def all_commitments(workspace: Workspace | UUID) -> CommitmentRows:
    """Every commitment, unordered, with its tickets and their accounts."""
    tickets = CommitmentTicket.objects.of(workspace).select_related("ticket__account")
    rows = Commitment.objects.of(workspace).select_related("by__user")
    return rows.prefetch_related(Prefetch("tickets", queryset=tickets.order_by("ticket__number")))


def commitments_in_state(
    workspace: Workspace | UUID, *, state: CommitmentState | None, now: datetime
) -> CommitmentRows:
    """Those that stand so; None is all that somebody waits for, missed ones included."""
    rows = all_commitments(workspace)
    match state:
        case None:
            return rows.awaited()
        case CommitmentState.OPEN:
            return rows.awaited().filter(due_at__gte=now)
        case CommitmentState.MISSED:
            return rows.awaited().filter(due_at__lt=now)
        case CommitmentState.WITHDRAWN:
            return rows.filter(withdrawn_at__isnull=False)
        case CommitmentState.KEPT:
            return rows.filter(kept_at__isnull=False, missed_at=None)
        case CommitmentState.KEPT_LATE:
            return rows.filter(kept_at__isnull=False, missed_at__isnull=False)


def commitment_with_key(workspace: Workspace | UUID, key: str) -> Commitment:
    """The commitment a person means by C-12, or `Missing`."""
    return found(all_commitments(workspace).filter(number=number_in(key, "C")))


def commitments_of_ticket(ticket: Ticket) -> list[Commitment]:
    """What was promised about a ticket, the newest first; two queries."""
    rows = all_commitments(ticket.workspace_id).filter(tickets__ticket=ticket)
    return list(rows.order_by("-promised_at", "-pk"))


def extensions_of(commitment: Commitment) -> list[CommitmentExtension]:
    """The later dates it was given, the newest first."""
    rows = CommitmentExtension.objects.of(commitment.workspace_id).filter(commitment=commitment)
    return list(rows.select_related("by__user").order_by("-at", "-pk"))


def accounts_of_commitment(commitment: Commitment) -> tuple[UUID, ...]:
    """The accounts whose tickets wait for it."""
    rows = CommitmentTicket.objects.of(commitment.workspace_id).filter(commitment=commitment)
    ids = rows.order_by("ticket__account").values_list("ticket__account", flat=True)
    return tuple(ids.distinct())


def commitments_of_accounts(
    workspace: Workspace | UUID, account_ids: Collection[UUID]
) -> CommitmentRows:
    """The commitments that tickets of these accounts wait for, each once; one query so far."""
    waiting = CommitmentTicket.objects.of(workspace).filter(
        in_accounts(account_ids, column="ticket__account"), ticket__workspace=id_of(workspace)
    )
    # Asked first: told as a question within, a database would go through all commitments.
    ids = set(waiting.values_list("commitment", flat=True))
    rows = Commitment.objects.of(workspace)
    return rows.filter(pk__in=ids) if ids else rows.none()
