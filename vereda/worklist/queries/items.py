"""Alerts and tasks alike: what can be done with either."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.tasks import Task
from vereda.worklist.queries.alerts import alert_with_key
from vereda.worklist.queries.tasks import task_with_key

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

Item: TypeAlias = Alert | Task


def item_with_key(workspace: Workspace | UUID, key: str) -> Item:
    """The alert or task a person means by AL-12 or K-12, or `Missing`."""
    return alert_with_key(workspace, key) if key.startswith("AL") else task_with_key(workspace, key)
