"""Every page of the portal is shown as its workspace looks: its name, colour and logo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vereda.portal.queries.branding import branding_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def shown(
    request: HttpRequest,
    workspace: Workspace,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """The page, with the workspace and its branding in its context."""
    told = {"workspace": workspace, "brand": branding_of(workspace), **context}
    return render(request, f"portal/{template}", told, status=status)
