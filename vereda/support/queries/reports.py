"""Asking how support went; two queries, whatever it is grouped by."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from vereda.support.contracts import Grouping
from vereda.support.models.promises import SlaClock
from vereda.support.models.tickets import Ticket
from vereda.support.rules.outages import month_bounds
from vereda.support.rules.reports import SupportFigures, TicketFigures, figures_by_group

if TYPE_CHECKING:
    from uuid import UUID

    from vereda.workspaces.models import Workspace

COLUMNS = (
    "pk",
    "opened_at",
    "first_response_at",
    "resolved_at",
    "reopen_count",
    "satisfaction",
    "sla_met",
    "priority",
    "account__plan",
    "account__owner_id",
    "assignee_id",
)
PLACES = {
    Grouping.PRIORITY: "priority",
    Grouping.PLAN: "account__plan",
    Grouping.OWNER: "account__owner_id",
    Grouping.ASSIGNEE: "assignee_id",
}
NOBODY_KNOWN = "nobody"


def support_figures(
    workspace: Workspace, *, grouping: Grouping, months: list[date]
) -> dict[Hashable, SupportFigures]:
    """The figures of these months, by group: a month by its first day, or a value.

    What was answered in these months counts for the first response, what was resolved in them for
    everything else.
    """
    since, _end = month_bounds(months[0], zone=workspace.time_zone)
    _start, until = month_bounds(months[-1], zone=workspace.time_zone)
    span = (since, until)
    rows = list(_tickets(workspace, span=span))
    promised = _promises(workspace, span=span)
    zone = ZoneInfo(workspace.time_zone)
    return figures_by_group(
        _figures(dict(zip(COLUMNS, row, strict=True)), promised, grouping, zone, span)
        for row in rows
    )


def _tickets(workspace: Workspace, *, span: tuple[datetime, datetime]) -> Any:
    in_time = Q(first_response_at__gte=span[0], first_response_at__lt=span[1])
    in_time |= Q(resolved_at__gte=span[0], resolved_at__lt=span[1])
    return Ticket.objects.of(workspace).filter(in_time).values_list(*COLUMNS)


def _promises(workspace: Workspace, *, span: tuple[datetime, datetime]) -> dict[UUID, bool]:
    """Whether every promise was kept, of the tickets resolved in that time that had one."""
    rows = SlaClock.objects.of(workspace).filter(
        ticket__resolved_at__gte=span[0], ticket__resolved_at__lt=span[1]
    )
    kept: dict[UUID, bool] = {}
    for ticket_id, breached_at in rows.values_list("ticket_id", "breached_at"):
        kept[ticket_id] = kept.get(ticket_id, True) and breached_at is None
    return kept


def _figures(
    row: dict[str, Any],
    promised: dict[UUID, bool],
    grouping: Grouping,
    zone: ZoneInfo,
    span: tuple[datetime, datetime],
) -> TicketFigures:
    def group(at: datetime | None) -> Hashable:
        return None if at is None or not span[0] <= at < span[1] else name(row, at)

    name = _namer(grouping, zone)
    return TicketFigures(
        opened_at=row["opened_at"],
        answered_at=row["first_response_at"],
        resolved_at=row["resolved_at"],
        reopened=row["reopen_count"] > 0,
        satisfaction=row["satisfaction"],
        kept=promised.get(row["pk"], row["sla_met"]),
        answered_group=group(row["first_response_at"]),
        resolved_group=group(row["resolved_at"]),
    )


def _namer(grouping: Grouping, zone: ZoneInfo) -> Callable[[dict[str, Any], datetime], Hashable]:
    if grouping is Grouping.MONTH:
        return lambda _row, at: at.astimezone(zone).date().replace(day=1)
    column = PLACES[grouping]
    return lambda row, _at: NOBODY_KNOWN if row[column] is None else row[column]
