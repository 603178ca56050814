"""Makers for tests: `a_letter(acme, person)`, `a_reply(address, ...)`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from vereda.foundation.ids import new_id
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.sending import send_letter
from vereda.messaging.contracts import LetterKind

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.messaging.models.letters import Message
    from vereda.workspaces.models import Member, Workspace


class Company(Protocol):
    """A workspace of the cast and the member who makes things in it."""

    @property
    def workspace(self) -> Workspace:
        """The workspace."""

    @property
    def owner(self) -> Member:
        """Its owner."""


def a_letter(
    company: Company,
    person: Person,
    *,
    kind: LetterKind = LetterKind.REQUEST,
    now: datetime = MORNING,
    **said: Any,
) -> Message:
    """A letter to the person, ordered in the morning."""
    values: dict[str, Any] = {
        "key": f"letter {new_id()}",
        "subject": "The plan of the warehouse",
        "text": "Please send us the plan.\n\nhttps://acme.example/plan",
        **said,
    }
    return send_letter(company.workspace, person=person, kind=kind, now=now, **values)
