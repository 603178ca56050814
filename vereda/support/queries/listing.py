"""Which tickets a list shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from vereda.support.contracts import Due, Priority, SlaOutcome, TicketState
from vereda.support.models.promises import SlaClock
from vereda.support.models.tickets import Ticket, TicketRows
from vereda.support.rules.outages import month_bounds

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

SOON = timedelta(hours=4)
"""What is due within this time is due soon."""

NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilter:
    """What a list of tickets is narrowed to; None is everything.

    `assignee`, `owner` (of the account) and `plan` may be NOBODY or "": without one. The months
    are named by their first day, in the workspace's time zone.
    """

    state: TicketState | None = None
    unresolved: bool = False
    priority: Priority | None = None
    assignee: UUID | str | None = None
    queue: UUID | None = None
    due: Due | None = None
    owner: UUID | str | None = None
    plan: str | None = None
    answered_from: date | None = None
    answered_to: date | None = None
    resolved_from: date | None = None
    resolved_to: date | None = None
    reopened: bool | None = None
    rated: bool | None = None
    sla: SlaOutcome | None = None


def tickets_matching(workspace: Workspace, asked: TicketFilter, *, now: datetime) -> TicketRows:
    """The tickets of the workspace that fit, unordered, with account, person, assignee, queue."""
    rows = Ticket.objects.of(workspace).select_related(
        "account", "person", "assignee__user", "queue"
    )
    if asked.unresolved:
        rows = rows.unresolved()
    return rows.filter(
        _plain(asked),
        _people(asked),
        _due(asked, now),
        _times(asked, workspace),
        _outcome(asked, workspace),
    )


def _plain(asked: TicketFilter) -> Q:
    wanted = {
        "state": asked.state,
        "priority": asked.priority,
        "queue": asked.queue,
        "account__plan": asked.plan,
    }
    return Q(**{column: value for column, value in wanted.items() if value is not None})


def _people(asked: TicketFilter) -> Q:
    matching = Q()
    for column, value in (("assignee", asked.assignee), ("account__owner", asked.owner)):
        if value == NOBODY:
            matching &= Q(**{f"{column}__isnull": True})
        elif value is not None:
            matching &= Q(**{column: value})
    return matching


def _due(asked: TicketFilter, now: datetime) -> Q:
    if asked.due is Due.OVERDUE:
        return Q(due_at__lt=now)
    if asked.due is Due.SOON:
        return Q(due_at__gte=now, due_at__lt=now + SOON)
    return Q()


def _times(asked: TicketFilter, workspace: Workspace) -> Q:
    """Whole months, from the first of one to the end of another."""
    matching = Q()
    spans = (
        ("first_response_at", asked.answered_from, asked.answered_to),
        ("resolved_at", asked.resolved_from, asked.resolved_to),
    )
    for column, first, last in spans:
        if first is not None:
            since, _end = month_bounds(first, zone=workspace.time_zone)
            matching &= Q(**{f"{column}__gte": since})
        if last is not None:
            _start, until = month_bounds(last, zone=workspace.time_zone)
            matching &= Q(**{f"{column}__lt": until})
    return matching


def _outcome(asked: TicketFilter, workspace: Workspace) -> Q:
    matching = Q()
    if asked.reopened is not None:
        matching &= Q(reopen_count__gt=0) if asked.reopened else Q(reopen_count=0)
    if asked.rated is not None:
        matching &= Q(satisfaction__isnull=not asked.rated)
    if asked.sla is None:
        return matching
    clocks = SlaClock.objects.of(workspace).filter(ticket=OuterRef("pk"))
    broken = clocks.filter(breached_at__isnull=False)
    told = Q(sla_met=asked.sla is SlaOutcome.KEPT) & ~Q(Exists(clocks))
    if asked.sla is SlaOutcome.BROKEN:
        return matching & (Q(Exists(broken)) | told)
    if asked.sla is SlaOutcome.KEPT:
        return matching & ((Q(Exists(clocks)) & ~Q(Exists(broken))) | told)
    return matching & (Q(Exists(clocks)) | Q(sla_met__isnull=False))
