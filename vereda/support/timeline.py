"""Tickets on the timeline of an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.foundation.timeline import TimelineEntry
from vereda.support.contracts import Priority
from vereda.support.models.tickets import Ticket
from vereda.support.queries.tickets import ticket_news

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

LOUD = frozenset({Priority.HIGH, Priority.URGENT})


class TicketsTimeline:
    """Tickets opened and resolved."""

    kinds = (("ticket", gettext_lazy("Tickets")),)

    def entries(
        self, workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest `limit` entries earlier than `before`; two queries."""
        opened, resolved = ticket_news(workspace, account_ids, before=before, limit=limit)
        told = [opening_entry(row, workspace) for row in opened]
        told += [resolution_entry(row, workspace) for row in resolved]
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


def url_of_ticket(row: Ticket, workspace: Workspace) -> str:
    """Where the ticket can be seen."""
    return reverse("support:ticket", kwargs={"workspace": workspace.slug, "ticket": row.key})
