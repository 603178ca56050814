"""Makers for tests: `a_letter(acme, person)`, `a_sent_letter(acme, person)`, `a_reply(address)`."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from vereda.foundation.ids import new_id
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.addresses import reply_address
from vereda.messaging.actions.delivering import note_letter_left, take_letter
from vereda.messaging.actions.reading import read_inbound
from vereda.messaging.actions.receiving import receive_letter
from vereda.messaging.actions.sending import send_letter
from vereda.messaging.contracts import LetterKind
from vereda.messaging.keyed import reply_token

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.messaging.models.letters import Message
    from vereda.messaging.models.replies import InboundLetter, ReplyAddress
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


def a_sent_letter(
    company: Company, person: Person, *, now: datetime = MORNING, **said: Any
) -> Message:
    """A letter that the mail server took at once."""
    message = a_letter(company, person, now=now, **said)
    taken = take_letter(company.workspace.pk, message.pk, now=now)
    if taken is None:
        raise AssertionError("the letter must not leave")
    note_letter_left(taken, now=now)
    message.refresh_from_db()
    return message


def an_address(
    company: Company,
    person: Person,
    *,
    thing_id: UUID | None = None,
    account: Account | None = None,
) -> ReplyAddress:
    """Where the person's answers about a thing arrive."""
    return reply_address(
        company.workspace,
        about="test.thing",
        thing_id=thing_id or new_id(),
        person=person,
        account=account,
    )


def a_mail(address: ReplyAddress, *, text: str = "We send it tomorrow.", sender: str = "") -> bytes:
    """An answer to that address, as it comes off the wire."""
    letter = EmailMessage()
    letter["From"] = sender or address.person.email
    letter["To"] = f"reply+{reply_token(address)}@reply.acme.example"
    letter["Subject"] = "Re: The plan"
    letter["Message-ID"] = f"<{new_id()}@cantera.example>"
    letter.set_content(text)
    return letter.as_bytes()


def a_reply(
    address: ReplyAddress, *, now: datetime = MORNING, vouched: bool = True, **said: Any
) -> InboundLetter:
    """An answer that came in and was read."""
    letter = receive_letter(
        address.workspace,
        delivery_id=f"msg_{new_id()}",
        raw=a_mail(address, **said),
        vouched=vouched,
        now=now,
    )
    read_inbound(address.workspace_id, letter.pk, now=now)
    letter.refresh_from_db()
    return letter
