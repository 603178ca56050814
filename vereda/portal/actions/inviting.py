"""A member shows somebody the way to their page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.messaging.actions.addresses import reply_address
from vereda.messaging.actions.composing import CONVERSATION
from vereda.messaging.actions.sending import About, send_letter
from vereda.messaging.contracts import LetterKind
from vereda.messaging.queries.people import why_not
from vereda.messaging.wording import STOPS
from vereda.portal.contracts import CannotInvite
from vereda.portal.letters import invitation_words
from vereda.portal.queries.visits import is_welcome
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.messaging.models.letters import Message
    from vereda.workspaces.models import Member


@transaction.atomic
def invite_to_portal(person: Person, *, account: Account, by: Member, now: datetime) -> Message:
    """A letter that leads the person to their page; the same one however often it is asked for
    within a day. `CannotInvite` says why somebody cannot be written to."""
    if not is_welcome(person):
        raise CannotInvite(_("This person has no page: they are not in the lists any more."))
    reason = why_not(person, kind=LetterKind.PERSONAL)
    if reason is not None:
        raise CannotInvite(_("This letter cannot leave: %s.") % STOPS[reason])
    words = invitation_words(person, by=by)
    message = send_letter(
        by.workspace,
        person=person,
        kind=LetterKind.PERSONAL,
        key=f"portal invitation {person.pk} {now:%Y-%m-%d}",
        subject=words.subject,
        text=words.text,
        account=account,
        about=About(kind=CONVERSATION, thing_id=person.pk),
        reply_to=reply_address(
            by.workspace, about=CONVERSATION, thing_id=person.pk, person=person, account=account
        ),
        by=by,
        now=now,
    )
    record(by, "invited to the portal", person)
    return message
