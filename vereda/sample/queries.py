"""Asking about the sample: is it here, is it on its way."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from vereda.foundation.errors import Missing
from vereda.sample.contracts import SAMPLE_SLUG
from vereda.sample.models import SampleLoad
from vereda.workspaces.queries import workspace_with_slug

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def sample_exists() -> bool:
    """Is there a workspace with the sample's name?"""
    try:
        workspace_with_slug(SAMPLE_SLUG)
    except Missing:
        return False
    return True


def latest_sample_load(workspace: Workspace) -> SampleLoad | None:
    """The last load that somebody here asked for."""
    return SampleLoad.objects.of(workspace).order_by("-id").first()


def running_sample_load(workspace: Workspace, *, since: datetime) -> SampleLoad | None:
    """The load that is on its way; one begun before `since` is taken for dead."""
    rows = SampleLoad.objects.of(workspace).on_their_way().filter(created_at__gt=since)
    return rows.order_by("-id").first()
