"""How letters to people at customers look.

Whoever sends letters stands below the capability that keeps a workspace's name, colour and logo:
that one offers its look, and `config/wiring.py` names it as LETTER_LOOK.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLook:
    """What stands above the words of a letter.

    accent: the colour of names and links, readable on white; "" is the usual one. logo: a PNG, or
    nothing.
    """

    name: str
    accent: str = ""
    logo: bytes = b""


def look_of_letters(workspace: Workspace) -> LetterLook:
    """How letters of that workspace look; its name alone where nobody offers more."""
    wiring = import_module(settings.VEREDA_WIRING)
    offered: Callable[[Workspace], LetterLook] | None = getattr(wiring, "LETTER_LOOK", None)
    return LetterLook(name=workspace.name) if offered is None else offered(workspace)
