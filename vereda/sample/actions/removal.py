"""Removing the sample: every row, every event, and the truth about them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from vereda.events.actions.storing import forget_events
from vereda.sample.contracts import TRUTH_FILE, NotTheSample
from vereda.workspaces.actions.workspaces import erase_workspace

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def remove_sample(workspace: Workspace) -> None:
    """Nothing of the invented company is left; refused for a workspace that is not one.

    Events go first: should that fail, the workspace is still there to be removed again.
    """
    if workspace.sample_loaded_at is None:
        raise NotTheSample(
            _("“%s” is not the sample company: nothing was removed.") % workspace.name
        )
    forget_events(workspace)
    erase_workspace(workspace)
    truth_path().unlink(missing_ok=True)


def truth_path() -> Path:
    """Where the hidden truth of the sample is kept, for whoever judges scores."""
    return Path(settings.HOME) / TRUTH_FILE
