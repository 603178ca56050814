"""Asking for audiences themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from vereda.audiences.models import Audience, AudienceRows
from vereda.foundation.criteria import About
from vereda.foundation.ids import number_in
from vereda.foundation.scoping import found

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def audience_with_key(workspace: Workspace | UUID, key: str) -> Audience:
    """The audience a person means by AU-3, or `Missing`."""
    return found(Audience.objects.of(workspace).filter(number=number_in(key, "AU")))


def audience_with_id(workspace: Workspace | UUID, audience_id: UUID) -> Audience:
    """The audience with that id, or `Missing`."""
    return found(Audience.objects.of(workspace).filter(pk=audience_id))


def live_audiences(workspace: Workspace | UUID, *, about: About | None = None) -> AudienceRows:
    """The audiences that are in use, by name."""
    rows = Audience.objects.of(workspace).live().order_by("name", "pk")
    return rows if about is None else rows.filter(about=about)


def archived_audiences(workspace: Workspace | UUID) -> AudienceRows:
    """The audiences that were put away, the last one first."""
    rows = Audience.objects.of(workspace).filter(archived_at__isnull=False)
    return rows.order_by("-archived_at", "pk")


def audiences_by_slug(workspace: Workspace | UUID) -> dict[str, Audience]:
    """Every audience by its short name, archived ones too."""
    return {row.slug: row for row in Audience.objects.of(workspace)}
