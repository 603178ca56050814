"""The invented tickets as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext, gettext_noop, pgettext

from vereda.foundation.working_hours import WeeklySpan
from vereda.sample.contracts import InventedTicket, World
from vereda.support.actions.commitments import commit_to
from vereda.support.actions.outages import put_outage
from vereda.support.actions.promises import publish_policy, put_business_hours
from vereda.support.actions.queues import add_repair_rule
from vereda.support.actions.tickets import assign_ticket, hold_ticket, reopen_ticket
from vereda.support.actions.upserts import upsert_tickets
from vereda.support.contracts import (
    Clock,
    Deed,
    Extent,
    Moment,
    Priority,
    TicketIn,
    TicketState,
)
from vereda.support.queries.tickets import all_tickets

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

ESCALATED_AFTER_HOURS = 96
PROMISED_HOURS = {
    Priority.URGENT: (1, 8),
    Priority.HIGH: (4, 18),
    Priority.NORMAL: (9, 45),
    Priority.LOW: (18, 90),
}
"""Working hours to the first response and to the fix."""

BACK_HOURS = (3, 5, 22, 30, 72, 100)
"""How many hours ago tickets came back."""

HOLIDAYS = (
    (1, 1, gettext_noop("New Year")),
    (1, 6, gettext_noop("Epiphany")),
    (5, 1, gettext_noop("Labour Day")),
    (8, 15, gettext_noop("Assumption")),
    (10, 12, gettext_noop("National Day")),
    (11, 1, gettext_noop("All Saints")),
    (12, 8, gettext_noop("Immaculate Conception")),
    (12, 25, gettext_noop("Christmas")),
)


def store_sample_tickets(
    workspace: Workspace,
    *,
    world: World,
    account_ids: Mapping[str, UUID],
    person_ids: Mapping[str, UUID],
    by: Member,
    now: datetime,
) -> None:
    """Every ticket, asked by somebody who was at the account that day, and what was promised."""
    with translation.override(workspace.language):
        promise_sample_times(workspace, by=by, now=now)
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
    with translation.override(workspace.language):
        bring_back_sample_tickets(workspace, by=by, now=now)
        note_sample_promises(workspace, by=by, now=now)


def bring_back_sample_tickets(workspace: Workspace, *, by: Member, now: datetime) -> None:
    """The last tickets that were resolved days ago came back within these hours: some work."""
    settled = all_tickets(workspace).filter(
        resolved_at__lt=now - timedelta(hours=BACK_HOURS[-1] + 1), account__archived_at=None
    )
    tickets = list(settled.order_by("-opened_at", "pk")[: len(BACK_HOURS)])
    for ticket, hours in zip(tickets, BACK_HOURS, strict=False):
        reopen_ticket(ticket, by=None, now=now - timedelta(hours=hours))
    for ticket in tickets[:2]:
        assign_ticket(ticket, to=by, queue=None, by=by, now=now - timedelta(hours=1))
    for ticket in tickets[2:3]:
        hold_ticket(ticket, by=by, now=now - timedelta(hours=2), reason=gettext("The log file"))


def promise_sample_times(workspace: Workspace, *, by: Member, now: datetime) -> None:
    """Office hours where the workspace is, and what is promised in them."""
    hours = put_business_hours(
        workspace,
        None,
        name=gettext("Office hours"),
        time_zone=workspace.time_zone,
        spans=[WeeklySpan(weekday, 9 * 60, 18 * 60) for weekday in range(5)],
        holidays=[
            (date(year, month, day), gettext(name))
            for year in (now.year - 1, now.year, now.year + 1)
            for month, day, name in HOLIDAYS
        ],
        by=by,
    )
    publish_policy(
        workspace,
        None,
        name=gettext("Everybody"),
        hours=hours,
        targets={
            priority: {Clock.FIRST_RESPONSE: response * 60, Clock.FIX: fix * 60}
            for priority, (response, fix) in PROMISED_HOURS.items()
        },
        warn_percent=80,
        by=by,
        now=now,
    )
    for deed in (Deed.ESCALATE, Deed.TELL):
        add_repair_rule(
            workspace,
            moment=Moment.BREACHED,
            deed=deed,
            priorities=[Priority.URGENT],
            by=by,
        )


def note_sample_promises(workspace: Workspace, *, by: Member, now: datetime) -> None:
    """Engineering's word about the oldest open ticket, and an outage that customers heard of."""
    tickets = list(all_tickets(workspace).unresolved().order_by("opened_at", "pk")[:2])
    if tickets:
        commit_to(
            tickets,
            promise=gettext("Exports no longer stop at 10,000 rows"),
            team=gettext("Engineering"),
            due_at=now + timedelta(days=3),
            by=by,
            now=now - timedelta(days=4),
        )
    started_at = (now - timedelta(days=24)).replace(minute=0, second=0, microsecond=0)
    put_outage(
        workspace,
        None,
        service=pgettext("what broke", "Export"),
        extent=Extent.FULL,
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=95),
        product=None,
        cause=gettext("A disk ran full."),
        published_at=started_at + timedelta(minutes=20),
        published_how=gettext("On the status page"),
        by=by,
        now=now,
    )


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
