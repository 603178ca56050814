"""A letter that a member writes to one person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.queries.people import memberships_in
from vereda.foundation.ids import new_id
from vereda.messaging import wording
from vereda.messaging.actions.addresses import reply_address
from vereda.messaging.actions.sending import About, send_letter
from vereda.messaging.contracts import LetterKind, WrongLetter
from vereda.messaging.queries.people import why_not
from vereda.messaging.rules.text import filled, unknown_fields
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.messaging.models.letters import Message
    from vereda.workspaces.models import Member

CONVERSATION = "messaging.conversation"
"""What answers to letters written by hand are about: the person who wrote them."""


@transaction.atomic
def write_to_person(
    person: Person, *, subject: str, text: str, by: Member, now: datetime
) -> Message:
    """The letter, ordered; `WrongLetter` when this person cannot or must not be written to.

    The fields in it are filled in once, with what is known of the person, literally.
    """
    reason = why_not(person, kind=LetterKind.PERSONAL)
    if reason is not None:
        raise WrongLetter(_("This letter cannot leave: %s.") % wording.STOPS[reason])
    membership = memberships_in(person).filter(until_on=None).first()
    account = membership.account if membership else None
    values = {
        "name": person.called,
        "email": person.email,
        "account": account.name if account else "",
        "sender": by.name,
    }
    values = {name: " ".join(value.split()) for name, value in values.items()}
    if strange := unknown_fields(subject + text, values):
        raise WrongLetter(_("There is no such field: %s") % ", ".join(strange))
    address = reply_address(
        by.workspace, about=CONVERSATION, thing_id=person.pk, person=person, account=account
    )
    message = send_letter(
        by.workspace,
        person=person,
        kind=LetterKind.PERSONAL,
        key=f"by hand {new_id()}",
        subject=filled(subject, values),
        text=filled(text, values),
        account=account,
        about=About(kind=CONVERSATION, thing_id=person.pk),
        reply_to=address,
        by=by,
        now=now,
    )
    record(by, "wrote to", person)
    return message
