"""Tickets on the timeline of an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.foundation.timeline import TimelineEntry
from vereda.support.contracts import Clock, Priority
from vereda.support.models.commitments import Commitment
from vereda.support.models.promises import SlaClock
from vereda.support.models.tickets import Ticket, TicketMove
from vereda.support.queries.news import breaches_before, commitment_news, escalations_before
from vereda.support.queries.tickets import ticket_news

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

LOUD = frozenset({Priority.HIGH, Priority.URGENT})


class TicketsTimeline:
    """Tickets opened, escalated, late and resolved, and what was promised about them."""

    kinds = (("ticket", gettext_lazy("Tickets")),)

    def entries(
        self, workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest `limit` entries earlier than `before`; eight queries."""
        span: dict[str, Any] = {"before": before, "limit": limit}
        opened, resolved = ticket_news(workspace, account_ids, **span)
        told = [opening_entry(row, workspace) for row in opened]
        told += [resolution_entry(row, workspace) for row in resolved]
        late = breaches_before(workspace, account_ids, **span)
        told += [breach_entry(row, workspace) for row in late]
        escalated = escalations_before(workspace, account_ids, **span)
        told += [escalation_entry(row, workspace) for row in escalated]
        for column, rows in commitment_news(workspace, account_ids, **span).items():
            told += [commitment_entry(row, column, workspace) for row in rows]
        return sorted(told, key=lambda entry: (entry.at, entry.key), reverse=True)[:limit]


def opening_entry(row: Ticket, workspace: Workspace) -> TimelineEntry:
    """Somebody asked for help."""
    words = _("Ticket %(key)s: %(subject)s") % {"key": row.key, "subject": row.called}
    loud = row.priority in LOUD
    return TimelineEntry(
        at=row.opened_at,
        key=f"opened-{row.key}",
        kind="ticket",
        account_id=row.account_id,
        title=f"{words} · {row.get_priority_display()}" if loud else words,
        icon="ticket",
        url=url_of_ticket(row, workspace),
        actor=row.person.called if row.person else "",
        major=loud,
    )


def resolution_entry(row: Ticket, workspace: Workspace) -> TimelineEntry:
    """The ticket was resolved, and how long that took."""
    assert row.resolved_at is not None  # noqa: S101 - asked only for those that are
    return TimelineEntry(
        at=row.resolved_at,
        key=f"resolved-{row.key}",
        kind="ticket",
        account_id=row.account_id,
        title=_("Ticket %(key)s resolved in %(span)s: %(subject)s")
        % {"key": row.key, "span": row.resolution_words, "subject": row.called},
        icon="circle-check",
        url=url_of_ticket(row, workspace),
    )


def breach_entry(row: SlaClock, workspace: Workspace) -> TimelineEntry:
    """A promised time was broken."""
    assert row.breached_at is not None  # noqa: S101 - asked only for those that are
    words = {
        Clock.FIRST_RESPONSE: _(
            "Ticket %(key)s was not answered in the time promised: %(subject)s"
        ),
        Clock.FIX: _("Ticket %(key)s was not resolved in the time promised: %(subject)s"),
    }
    ticket = row.ticket
    return TimelineEntry(
        at=row.breached_at,
        key=f"late-{row.clock}-{ticket.key}",
        kind="ticket",
        account_id=ticket.account_id,
        title=words[Clock(row.clock)] % {"key": ticket.key, "subject": ticket.called},
        icon="timer",
        url=url_of_ticket(ticket, workspace),
        major=True,
    )


def escalation_entry(move: TicketMove, workspace: Workspace) -> TimelineEntry:
    """A ticket was escalated, by somebody or by a rule."""
    ticket = move.ticket
    told = {"key": ticket.key, "subject": ticket.called}
    return TimelineEntry(
        at=move.at,
        key=f"escalated-{move.pk}",
        kind="ticket",
        account_id=ticket.account_id,
        title=_("Ticket %(key)s escalated: %(subject)s") % told,
        icon="arrow-up-right",
        url=url_of_ticket(ticket, workspace),
        actor=move.by.name if move.by else "",
        major=True,
    )


def commitment_entry(row: Commitment, column: str, workspace: Workspace) -> TimelineEntry:
    """A team promised something, kept it, or let the day pass."""
    words = {
        "promised_at": _("%(team)s promised: %(promise)s"),
        "kept_at": _("%(team)s kept what was promised: %(promise)s"),
        "missed_at": _("%(team)s missed the date of what was promised: %(promise)s"),
    }
    names = {"workspace": workspace.slug, "commitment": row.key}
    return TimelineEntry(
        at=getattr(row, column),
        key=f"{column}-{row.key}",
        kind="ticket",
        title=words[column] % {"team": row.team, "promise": row.promise},
        icon="handshake",
        url=reverse("support:commitment", kwargs=names),
        actor=row.by.name if row.by and column == "promised_at" else "",
        major=column == "missed_at",
    )


def url_of_ticket(row: Ticket, workspace: Workspace) -> str:
    """Where the ticket can be seen."""
    return reverse("support:ticket", kwargs={"workspace": workspace.slug, "ticket": row.key})
