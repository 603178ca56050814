"""The log of who came and went."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from vereda.audiences.models import AudienceChange

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@transaction.atomic
def forget_old_changes(workspace: Workspace | UUID, *, before: datetime) -> int:
    """Let the lines of a workspace go that are older; answers how many."""
    return AudienceChange.objects.of(workspace).filter(happened_at__lt=before).delete()[0]
