"""Writing to people at customers about what waits for them: once when asked, seldom after that."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from vereda.messaging.actions.addresses import reply_address
from vereda.messaging.actions.sending import About, send_letter, stop_letters_about
from vereda.messaging.contracts import LetterKind, LetterState
from vereda.messaging.queries.letters import letter_with_id, letters_about
from vereda.messaging.queries.people import why_not
from vereda.messaging.queries.settings import letter_setting
from vereda.onboarding.actions.items import note_reminder
from vereda.onboarding.contracts.templates import ItemKind
from vereda.onboarding.queries.items import is_told_by_letter
from vereda.portal.letters import steps_words
from vereda.portal.queries.asking import Waiting, due_again, waiting_for
from vereda.portal.queries.telling import STEPS, newly_asked, steps_to_tell

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.messaging.models.letters import Message
    from vereda.messaging.models.replies import ReplyAddress

ITEM: Final = "onboarding.item"
"""What answers to a letter about one step are about."""

ON_THEIR_WAY: Final = (LetterState.WAITING, LetterState.HELD, LetterState.SENDING)

BY_LETTER: Final = frozenset({ItemKind.VALUE, ItemKind.CHOICE, ItemKind.FILE, ItemKind.EXPORT})
"""What can be given by answering a letter. Approving and doing need a press on their page."""


@transaction.atomic
def write_about_asked(person: Person, *, now: datetime) -> Message | None:
    """One letter with everything that they were asked for and not told of; None where nothing."""
    told = newly_asked(person, now=now)
    if not told:
        return None
    newest = max(each.turned_at for each in told)
    key = f"steps asked {person.pk} {newest.isoformat()}"
    asked = Waiting(steps=tuple(told), benefits=())
    return _ordered(person, asked, kind=LetterKind.REQUEST, key=key, now=now)


@transaction.atomic
def remind_person(person: Person, *, now: datetime) -> Message | None:
    """One letter with everything that waits for them in all plans, and with the benefits about
    which they are asked, if it is time for any of it. At most one a day, and none while one waits
    to leave; None where there is nothing, or they want none.

    It is no reminder until it has left: `note_reminders_sent`.
    """
    key = f"steps digest {person.pk} {now:%Y-%m-%d}"
    letters = letters_about(person.workspace_id, about=STEPS, thing_id=person.pk)
    waiting = due_again(person, now=now)
    if waiting is None or letters.filter(key=key).exists():
        return None
    if letters.filter(kind=LetterKind.DIGEST, state__in=ON_THEIR_WAY).exists():
        return None
    if why_not(person, kind=LetterKind.DIGEST) is not None:
        return None
    return _ordered(person, waiting, kind=LetterKind.DIGEST, key=key, now=now)


@transaction.atomic
def note_reminders_sent(workspace_id: UUID, message_id: UUID, *, now: datetime) -> int:
    """The digest has left: of each item in it that still waits it is noted that they were
    reminded, once for each letter; of how many."""
    message = letter_with_id(workspace_id, message_id)
    told = [
        each.step.item
        for each in steps_to_tell(message.person, now=now)
        if each.turned_at <= message.asked_at and not is_told_by_letter(each.step.item, message.pk)
    ]
    for item in told:
        note_reminder(item, person=message.person, letter_id=message.pk, now=now)
    return len(told)


def stop_writing_when_done(person: Person, *, now: datetime) -> int:
    """Nothing is theirs to do any more: letters that still wait do not leave; how many. A digest
    stays while they are asked about a benefit."""
    waiting = waiting_for(person, now=now)
    if waiting is not None and waiting.steps:
        return 0
    return stop_letters_about(
        person.workspace_id,
        about=STEPS,
        thing_id=person.pk,
        kind=LetterKind.REQUEST if waiting is not None else None,
        now=now,
    )


def _ordered(
    person: Person, waiting: Waiting, *, kind: LetterKind, key: str, now: datetime
) -> Message:
    address = _where_to_answer(person, waiting)
    words = steps_words(
        person,
        [each.step for each in waiting.steps],
        benefits=[view.outcome for view in waiting.benefits],
        by_answering=address is not None,
        again=kind is LetterKind.DIGEST,
    )
    return send_letter(
        person.workspace,
        person=person,
        kind=kind,
        key=key,
        subject=words.subject,
        text=words.text,
        account=waiting.account,
        about=About(kind=STEPS, thing_id=person.pk),
        reply_to=address,
        now=now,
    )


def _where_to_answer(person: Person, waiting: Waiting) -> ReplyAddress | None:
    """An address of its own where it is clear what an answer gives: when one thing waits."""
    told = waiting.steps
    only = told[0].step if len(told) == 1 and not waiting.benefits else None
    if only is None or only.asks.kind not in BY_LETTER:
        return None
    if not letter_setting(person.workspace_id).reply_domain:
        return None
    return reply_address(
        person.workspace,
        about=ITEM,
        thing_id=only.item.pk,
        person=person,
        account=only.plan.account,
    )
