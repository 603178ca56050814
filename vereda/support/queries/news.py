"""What happened about tickets beside their opening and resolution, for timelines."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models.functions import Coalesce

from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.scoping import id_of
from vereda.support.contracts import MoveKind
from vereda.support.models.commitments import Commitment
from vereda.support.models.promises import SlaClock
from vereda.support.models.tickets import TicketMove
from vereda.support.queries.commitments import commitments_of_accounts

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


TICKET: Final = ("ticket__account", "ticket__number", "ticket__subject", "ticket__external_id")
BY: Final = ("by__user__name", "by__user__email")
"""What a timeline says of a ticket and of who did something about it."""


def breaches_before(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, before: datetime, limit: int
) -> list[SlaClock]:
    """The last promised times that were broken to these accounts; one query."""
    # Told by an expression: by the column, a database would go through everybody's breaches.
    rows = SlaClock.objects.of(workspace).filter(
        in_accounts(account_ids, column="ticket__account"),
        ticket__workspace=id_of(workspace),
    )
    late = rows.annotate(late_at=Coalesce("breached_at", "breached_at")).filter(late_at__lt=before)
    told = late.select_related("ticket").only("clock", "breached_at", *TICKET)
    return list(told.order_by("-late_at", "-pk")[:limit])


def escalations_before(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, before: datetime, limit: int
) -> list[TicketMove]:
    """The last tickets of these accounts that were escalated; one query."""
    rows = TicketMove.objects.of(workspace).filter(
        in_accounts(account_ids, column="ticket__account"),
        kind=MoveKind.ESCALATED,
        at__lt=before,
    )
    told = rows.select_related("ticket", "by__user").only("at", *TICKET, *BY)
    return list(told.order_by("-at", "-pk")[:limit])


def commitment_news(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, before: datetime, limit: int
) -> dict[str, list[Commitment]]:
    """The last commitments that were made, kept and missed for these accounts, by the column of
    the time; four queries, or one where nothing was ever promised."""
    rows = commitments_of_accounts(workspace, account_ids).select_related("by__user")
    if rows.query.is_empty():
        return {}
    return {
        column: list(rows.filter(**{f"{column}__lt": before}).order_by(f"-{column}", "-pk")[:limit])
        for column in ("promised_at", "kept_at", "missed_at")
    }
