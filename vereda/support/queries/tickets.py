"""Asking about tickets; nothing here writes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.ids import number_in
from vereda.foundation.paging import Order
from vereda.foundation.scoping import found
from vereda.foundation.upserting import said_outside
from vereda.support.contracts import TicketState, TicketSummary
from vereda.support.models.tickets import Ticket, TicketRows
from vereda.support.rules.tickets import RECENT, summary_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

TOLD = (
    "account",
    "number",
    "external_id",
    "subject",
    "priority",
    "opened_at",
    "resolved_at",
    "person__number",
    "person__name",
    "person__email",
)

ORDERS = {
    "opened": Order.on("opened", "opened_at", descending=True),
    "oldest": Order.on("oldest", "opened_at"),
    "priority": Order.on("priority", "priority_order", descending=True),
    "due": Order.on_nullable("due", "due_at"),
}


def ticket_with_key(workspace: Workspace | UUID, key: str) -> Ticket:
    """The ticket a person means by T-12, or `Missing`."""
    return found(all_tickets(workspace).filter(number=number_in(key, "T")))


def all_tickets(workspace: Workspace | UUID) -> TicketRows:
    """Every ticket of the workspace, unordered, with its account and person."""
    return Ticket.objects.of(workspace).select_related(
        "account", "person", "assignee__user", "queue"
    )


def keys_of_tickets(workspace: Workspace | UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """What people call each of these tickets: T-12."""
    return {row.pk: row.key for row in Ticket.objects.of(workspace).filter(pk__in=ids)}


def tickets_with_external_ids(
    workspace: Workspace | UUID, external_ids: Collection[str]
) -> dict[str, Ticket]:
    """The tickets that another system calls so, by that name."""
    rows = Ticket.objects.of(workspace).filter(said_outside(external_ids))
    return {row.external_id: row for row in rows}


def has_tickets(workspace: Workspace | UUID) -> bool:
    """Did a ticket ever come in?"""
    return Ticket.objects.of(workspace).exists()


def tickets_of_accounts(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, limit: int
) -> list[Ticket]:
    """The newest tickets of these accounts."""
    return list(all_tickets(workspace).filter(in_accounts(account_ids)).newest()[:limit])


def ticket_summary(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, now: datetime
) -> TicketSummary:
    """How support went for these accounts lately; one query."""
    rows = Ticket.objects.of(workspace).filter(in_accounts(account_ids))
    lately = Q(opened_at__gt=now - RECENT) | ~Q(state=TicketState.RESOLVED)
    columns = (
        "state",
        "opened_at",
        "first_response_at",
        "resolved_at",
        "satisfaction",
        "due_at",
    )
    return summary_of(rows.filter(lately).only(*columns), now=now)


def ticket_news(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, before: datetime, limit: int
) -> tuple[list[Ticket], list[Ticket]]:
    """Tickets opened, and tickets resolved, earlier than `before`; each limited, newest first.

    They carry what a timeline says: of the person only the name.
    """
    rows = Ticket.objects.of(workspace).filter(in_accounts(account_ids))
    rows = rows.select_related("person").only(*TOLD)
    opened = rows.filter(opened_at__lt=before).newest()[:limit]
    resolved = rows.filter(resolved_at__lt=before).order_by("-resolved_at", "-id")[:limit]
    return list(opened), list(resolved)


def resolved_per_month(workspace: Workspace, *, since: date) -> dict[date, int]:
    """How many tickets were resolved in each month of the workspace's calendar; one query."""
    zone = ZoneInfo(workspace.time_zone)
    start = datetime.combine(since, time(), zone)
    rows = Ticket.objects.of(workspace).filter(resolved_at__gte=start).order_by()
    counted = rows.annotate(month=TruncMonth("resolved_at", tzinfo=zone)).values_list("month")
    return {month.date(): count for month, count in counted.annotate(Count("pk"))}


def opening_times(
    workspace: Workspace | UUID, external_ids: Collection[str]
) -> dict[str, datetime]:
    """When each of the tickets with these outside ids was opened."""
    rows = Ticket.objects.of(workspace).filter(said_outside(external_ids))
    return dict(rows.values_list("external_id", "opened_at"))


def tickets_asked_by(person_id: UUID, *, workspace: Workspace | UUID) -> TicketRows:
    """The tickets a person opened, the newest first."""
    return all_tickets(workspace).filter(person=person_id).newest()
