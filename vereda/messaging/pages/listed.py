"""How a letter, whichever way it went, is shown as a line of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """A letter in a list: what it says, whom it went to or came from, what became of it and why.

    `kind` is "" where the list does not tell kinds, `warning` where nothing is to be seen to.
    """

    url: str
    subject: str
    who: str
    who_url: str
    tone: str
    state: str
    because: str
    at: datetime
    kind: str = ""
    warning: str = ""


def person_url(person: Person, workspace: Workspace) -> str:
    """The letters of that person."""
    return reverse("messaging:person", args=[workspace.slug, person.key])
