"""What months cost, and what is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from vereda.foundation.scoping import OwnedRows, found
from vereda.revenue.models import Assumption, MonthlyCost

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def monthly_costs(workspace: Workspace) -> OwnedRows[MonthlyCost]:
    """The months that anything was said about in the workspace's currency, the last first."""
    return MonthlyCost.objects.of(workspace).filter(currency=workspace.currency).order_by("-month")


def costs_by_month(workspace: Workspace, *, since: date, until: date) -> Mapping[date, MonthlyCost]:
    """What the months from `since` up to but without `until` cost, by their first day."""
    rows = monthly_costs(workspace).filter(month__gte=since, month__lt=until)
    return {row.month: row for row in rows}


def cost_of_month(workspace: Workspace, month: date) -> MonthlyCost:
    """What was said of that month, or `Missing`."""
    return found(monthly_costs(workspace).filter(month=month))


def assumption_of(workspace: Workspace) -> Assumption:
    """What the workspace assumes; the defaults, unsaved, where it said nothing."""
    return Assumption.objects.of(workspace).first() or Assumption(workspace=workspace)
