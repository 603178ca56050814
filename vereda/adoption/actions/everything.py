"""All of adoption for one workspace."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from vereda.adoption.actions.measuring import measure_adoption
from vereda.adoption.actions.purchases import refresh_purchases
from vereda.adoption.actions.sentinel import watch_for_first_uses

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def adoption_of_day(workspace: Workspace, *, now: datetime) -> int:
    """Purchases, first uses, patterns, intervals, alarms; how much is different."""
    sold = refresh_purchases(workspace)
    measured = measure_adoption(workspace, now=now)
    return sold + measured + watch_for_first_uses(workspace, now=now)
