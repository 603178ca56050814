"""What the branding of a workspace offers to the letters that others send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vereda.foundation.letter_looks import LetterLook
from vereda.portal.queries.branding import branding_of, logo_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def letter_look(workspace: Workspace) -> LetterLook:
    """Name, colour and logo as customers see them on their page. Letters are read on white, and
    every colour that was chosen can be read there."""
    brand = branding_of(workspace)
    return LetterLook(
        name=brand.shown_name,
        accent=brand.accent,
        logo=logo_of(workspace) if brand.logo_digest else b"",
    )
