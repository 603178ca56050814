"""Asking how a workspace writes, and which keys its mail server may sign with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from vereda.messaging.models.settings import InboundKey, LetterSetting

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def letter_setting(workspace: Workspace | UUID) -> LetterSetting:
    """The workspace's settings; the usual ones, not stored, when nobody chose any."""
    return LetterSetting.objects.of(workspace).first() or LetterSetting()


def valid_inbound_keys(workspace: Workspace | UUID, *, now: datetime) -> list[InboundKey]:
    """The keys that sign at this moment, the newest first: one, or two during a rotation."""
    rows = InboundKey.objects.of(workspace).filter(Q(ends_at=None) | Q(ends_at__gt=now))
    return list(rows.select_related("by__user").order_by("-begun_at", "-pk"))
