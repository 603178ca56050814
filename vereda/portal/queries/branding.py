"""How a workspace's portal looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vereda.foundation.errors import Missing
from vereda.portal.models import Branding

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def branding_of(workspace: Workspace) -> Branding:
    """The workspace's name, colour and whether there is a logo; the usual ones, not stored, where
    nobody chose any. Without the bytes of the logo."""
    row = Branding.objects.of(workspace).defer("logo").first()
    if row is None:
        return Branding(workspace=workspace)
    row.workspace = workspace
    return row


def logo_of(workspace: Workspace) -> bytes:
    """The picture (PNG), or `Missing`."""
    body = Branding.objects.of(workspace).values_list("logo", flat=True).first()
    if not body:
        raise Missing("logo")
    return bytes(body)
