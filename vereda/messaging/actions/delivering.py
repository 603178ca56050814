"""What the task of a letter does: weigh it, take it in hand, note what the mail server said.

A letter is claimed in a transaction of its own before the mail server is spoken to: of two tasks
one gets it, and a machine that stops in between leaves an unclear letter and no second one.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from vereda.foundation.facts import announce
from vereda.messaging.actions.settling import end_letter, note_delivery, tell_of_return
from vereda.messaging.contracts import (
    DeliveryOutcome,
    HoldReason,
    LetterKind,
    LetterSent,
    LetterState,
    StopReason,
)
from vereda.messaging.keyed import mark_of_address
from vereda.messaging.models.letters import Message
from vereda.messaging.models.people import Preference
from vereda.messaging.queries.people import next_letter_at, why_not
from vereda.messaging.rules.addresses import deliverable_address
from vereda.messaging.rules.kinds import RULES
from vereda.messaging.rules.retries import next_try_at


@transaction.atomic
def take_letter(workspace_id: UUID, message_id: UUID, *, now: datetime) -> Message | None:
    """The letter, claimed for this task and addressed; None when it must not leave (now).

    Here everything is asked again that may have changed since it was ordered: what the person
    wants, whether they are still there, and what they have had this week.
    """
    rows = Message.objects.of(workspace_id).undecided().select_for_update(of=("self",))
    message = rows.select_related("person", "workspace").filter(pk=message_id).first()
    if message is None or message.workspace.suspended_at is not None:
        return None
    kind, person = LetterKind(message.kind), message.person
    reason = StopReason.TOO_LATE if message.expires_at <= now else why_not(person, kind=kind)
    if reason is not None:
        end_letter(message, reason=reason, by=None, now=now)
        return None
    if not RULES[kind].free:
        lock_person(message)
        if (free_at := next_letter_at(person, now=now)) is not None:
            hold_letter(message, until=free_at, because=HoldReason.BUDGET, now=now)
            return None
    return message if _claim(message, now=now) else None


def lock_person(message: Message) -> None:
    """Until the transaction ends, no other letter is weighed against this person's budget."""
    rows = Preference.objects.of(message.workspace_id)
    row, _made = rows.get_or_create(
        person=message.person, defaults={"workspace_id": message.workspace_id}
    )
    list(rows.select_for_update().filter(pk=row.pk).values("pk"))


def hold_letter(message: Message, *, until: datetime, because: HoldReason, now: datetime) -> None:
    """The letter waits, visibly; one line for as long as the reason stays the same."""
    first = message.held_because != because
    rows = Message.objects.of(message.workspace_id).filter(pk=message.pk)
    rows.update(state=LetterState.HELD, held_because=because, due_at=until, updated_at=now)
    if first and because is HoldReason.BUDGET:
        note_delivery(message, DeliveryOutcome.HELD, now=now)


def _claim(message: Message, *, now: datetime) -> bool:
    address = deliverable_address(message.person.email) or ""
    mark = mark_of_address(message.person.email, workspace_id=message.workspace_id)
    rows = Message.objects.of(message.workspace_id).undecided().filter(pk=message.pk)
    try:
        with transaction.atomic():
            taken = rows.update(
                state=LetterState.SENDING,
                held_because="",
                claimed_at=now,
                sent_to=address,
                reader_mark=mark if message.kind == LetterKind.NEWS else "",
                tries=message.tries + 1,
                updated_at=now,
            )
    except IntegrityError:  # the same news has gone to this mailbox under another name
        end_letter(message, reason=StopReason.SAME_ADDRESS, by=None, now=now)
        return False
    message.sent_to, message.tries, message.claimed_at = address, message.tries + 1, now
    return bool(taken)


@transaction.atomic
def note_letter_left(message: Message, *, now: datetime) -> None:
    """The mail server took it."""
    if not _settle(message, LetterState.SENT, now=now):
        return
    note_delivery(message, DeliveryOutcome.SENT, now=now)
    announce(
        LetterSent(
            workspace_id=message.workspace_id,
            message_id=message.pk,
            person_id=message.person_id,
            kind=LetterKind(message.kind),
            about=message.about,
            thing_id=message.thing_id,
        )
    )


@transaction.atomic
def note_letter_put_off(message: Message, *, words: str, now: datetime) -> None:
    """The mail server did not take it, and may later; given up after a day and a half."""
    again = next_try_at(message.tries, now=now)
    if again is None:
        note_letter_refused(message, words=words, now=now)
        return
    rows = Message.objects.of(message.workspace_id).filter(pk=message.pk)
    rows.filter(state=LetterState.SENDING).update(
        state=LetterState.HELD,
        held_because=HoldReason.SERVER,
        claimed_at=None,
        reader_mark="",
        due_at=again,
        updated_at=now,
    )
    note_delivery(message, DeliveryOutcome.PUT_OFF, words=words, now=now)


@transaction.atomic
def note_letter_refused(message: Message, *, words: str, now: datetime) -> None:
    """The mail server will never take it."""
    _settle(message, LetterState.FAILED, now=now)
    note_delivery(message, DeliveryOutcome.REFUSED, words=words, now=now)
    tell_of_return(message)


@transaction.atomic
def note_letter_unclear(message: Message, *, words: str, now: datetime) -> None:
    """It may have left: the connection broke after the letter was handed over."""
    if _settle(message, LetterState.UNCLEAR, now=now):
        note_delivery(message, DeliveryOutcome.UNCLEAR, words=words, now=now)


def _settle(message: Message, state: LetterState, *, now: datetime) -> bool:
    rows = Message.objects.of(message.workspace_id).filter(pk=message.pk)
    rows = rows.filter(state=LetterState.SENDING)
    return bool(rows.update(state=state, settled_at=now, updated_at=now))
