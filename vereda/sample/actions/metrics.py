"""Fifteen metrics about the invented accounts, computed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import translation

from vereda.events.actions.definitions import notice_drift
from vereda.events.actions.measuring import measure_all
from vereda.events.actions.metrics import add_ready_metrics

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


def measure_sample(workspace: Workspace, *, by: Member, now: datetime) -> int:
    """The metrics to begin with, in the workspace's language; answers how many values there are."""
    with translation.override(workspace.language):
        add_ready_metrics(workspace, by=by)
    notice_drift(workspace, now=now)
    return measure_all(workspace, now=now)
