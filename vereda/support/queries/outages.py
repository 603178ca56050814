"""Asking about outages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from vereda.foundation.ids import number_in
from vereda.foundation.paging import Order
from vereda.foundation.scoping import found, id_of
from vereda.support.contracts import Extent
from vereda.support.models.outages import Outage, OutagePolicy
from vereda.support.rules.outages import Downtime, availability_in, month_bounds

if TYPE_CHECKING:
    from vereda.foundation.scoping import OwnedRows
    from vereda.workspaces.models import Workspace

NEWEST_OUTAGE = Order.on("newest", "started_at", descending=True)


def all_outages(workspace: Workspace | UUID) -> OwnedRows[Outage]:
    """Every outage, unordered."""
    return Outage.objects.of(workspace).select_related("product", "by__user")


def outage_with_key(workspace: Workspace | UUID, key: str) -> Outage:
    """The outage a person means by OUT-3, or `Missing`."""
    return found(all_outages(workspace).filter(number=number_in(key, "OUT")))


def downtimes_between(
    workspace: Workspace | UUID, *, start: datetime, end: datetime
) -> list[Downtime]:
    """What was down at some time between two instants; one query."""
    rows = Outage.objects.of(workspace).filter(
        Q(ended_at=None) | Q(ended_at__gt=start), started_at__lt=end
    )
    columns = ("service", "extent", "started_at", "ended_at")
    return [
        Downtime(service, Extent(extent), since, until)
        for service, extent, since, until in rows.values_list(*columns)
    ]


def services_with_outages(workspace: Workspace | UUID) -> list[str]:
    """The services that were ever down, by name."""
    rows = Outage.objects.of(workspace).order_by("service")
    return list(rows.values_list("service", flat=True).distinct())


def worst_availability(
    workspace: Workspace, *, months: Collection[date], now: datetime
) -> dict[date, float]:
    """The share of each month in which the service that did worst then was there; two queries.

    Empty where nobody ever told of an outage: that nothing failed is not known then. Months begin
    at midnight of the workspace; the one that runs counts up to now.
    """
    bounds = {month: month_bounds(month, zone=workspace.time_zone) for month in months}
    services = services_with_outages(workspace)
    if not services or not bounds:
        return {}
    down = downtimes_between(workspace, start=min(bounds.values())[0], end=now)
    return {
        month: min(
            availability_in(down, service=service, start=start, end=min(end, now)).share
            for service in services
        )
        for month, (start, end) in bounds.items()
    }


def outage_policy_of(workspace: Workspace | UUID) -> OutagePolicy:
    """Whether outages are published; undecided, and not stored, where nobody said."""
    row = OutagePolicy.objects.of(workspace).select_related("by__user").first()
    return row or OutagePolicy(workspace_id=id_of(workspace))
