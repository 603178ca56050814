"""Ordering letters: once by key, stopped while they wait, sent again only by a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vereda.customers.queries.people import language_of_person
from vereda.messaging.actions.settling import end_letter, note_delivery
from vereda.messaging.contracts import (
    DeliveryOutcome,
    LetterGone,
    LetterKind,
    LetterState,
    StopReason,
    WrongLetter,
)
from vereda.messaging.models.letters import Message
from vereda.messaging.posting import deliver_message
from vereda.messaging.queries.people import why_not
from vereda.messaging.rules.kinds import RULES
from vereda.messaging.rules.retries import PATIENCE
from vereda.messaging.rules.text import SUBJECT_LENGTH, fits_in_header
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.messaging.models.replies import ReplyAddress
    from vereda.workspaces.models import Member, Workspace

KEY_LENGTH = 200
TEXT_LENGTH = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The thing that a letter is about, named by the capability that knows it."""

    kind: str
    thing_id: UUID


@transaction.atomic
def send_letter(
    workspace: Workspace,
    *,
    person: Person,
    kind: LetterKind,
    key: str,
    subject: str,
    text: str,
    html: str = "",
    language: str = "",
    account: Account | None = None,
    about: About | None = None,
    reply_to: ReplyAddress | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    by: Member | None = None,
    now: datetime,
) -> Message:
    """A letter to one person, queued in this transaction; the same one again for the same key.

    `text` is the letter; `html` a fragment of the same, made by a template that escapes (without
    it the text is shown). Both stand as they are: nothing in them is filled in. Who must not or
    cannot be written to gets none: the letter is kept as stopped, with the reason. What is over
    the person's weekly budget is held back until it fits, or until `expires_at`.
    """
    _refuse_wrong(subject, text=text, key=key)
    rows = Message.objects.of(workspace)
    if (ordered := rows.filter(key=key).first()) is not None:
        return ordered
    person = person.merged_into or person
    message = Message(
        workspace=workspace,
        person=person,
        account=account,
        by=by,
        kind=kind,
        key=key,
        subject=subject,
        text=text,
        html=html,
        language=language or language_of_person(person, workspace),
        about=about.kind if about else "",
        thing_id=about.thing_id if about else None,
        reply_to=reply_to,
        asked_at=now,
        due_at=not_before or now + PATIENCE,
        expires_at=expires_at or (not_before or now) + RULES[kind].stays,
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:  # another process ordered it in the same moment
        return rows.get(key=key)
    note_delivery(message, DeliveryOutcome.ASKED, by=by, now=now)
    if (reason := why_not(person, kind=kind)) is not None:
        end_letter(message, reason=reason, by=None, now=now)
    elif not_before is None or not_before <= now:
        deliver_message.enqueue(str(workspace.pk), str(message.pk))
    return message


def stop_letter(message: Message, *, by: Member | None, now: datetime) -> None:
    """The letter does not leave; `LetterGone` when it has left already."""
    reason = StopReason.BY_MEMBER if by else StopReason.NOT_NEEDED
    if not end_letter(message, reason=reason, by=by, now=now):
        raise LetterGone(_("This letter has left, or was stopped, already."))
    if by:
        record(by, "stopped", message)


def stop_letters_about(
    workspace: Workspace | UUID,
    *,
    about: str,
    thing_id: UUID,
    kind: LetterKind | None = None,
    now: datetime,
) -> int:
    """What they are about was done: letters that still wait (of that kind, or any) do not leave;
    answers how many."""
    rows = Message.objects.of(workspace).undecided().filter(about=about, thing_id=thing_id)
    rows = rows.filter(kind=kind) if kind is not None else rows
    return sum(
        end_letter(each, reason=StopReason.NOT_NEEDED, by=None, now=now)
        for each in rows.order_by("pk")
    )


@transaction.atomic
def resend_letter(message: Message, *, by: Member, now: datetime) -> None:
    """A letter that may not have left, or was refused, is tried once more, whatever it costs."""
    rows = Message.objects.of(message.workspace_id).filter(
        pk=message.pk, state__in=[LetterState.UNCLEAR, LetterState.FAILED]
    )
    expires_at = now + RULES[LetterKind(message.kind)].stays
    if not rows.update(
        state=LetterState.WAITING, tries=0, due_at=now, expires_at=expires_at, updated_at=now
    ):
        raise LetterGone(_("Only a letter that is unclear or was refused can be sent again."))
    note_delivery(message, DeliveryOutcome.AGAIN, by=by, now=now)
    record(by, "sent again", message)
    deliver_message.enqueue(str(message.workspace_id), str(message.pk))


@transaction.atomic
def order_again(message: Message, *, now: datetime) -> int:
    """A task for a letter that is due; 0 when somebody was quicker. One that was ordered just now
    has its own."""
    rows = Message.objects.of(message.workspace_id).undecided()
    rows = rows.filter(pk=message.pk, due_at=message.due_at)
    if not rows.update(due_at=now + PATIENCE):
        return 0
    deliver_message.enqueue(str(message.workspace_id), str(message.pk))
    return 1


def _refuse_wrong(subject: str, *, text: str, key: str) -> None:
    if not subject.strip() or len(subject) > SUBJECT_LENGTH or not fits_in_header(subject):
        raise WrongLetter(_("The subject is one line of up to 200 characters."))
    if not text.strip() or len(text) > TEXT_LENGTH:
        raise WrongLetter(_("The letter is empty, or longer than 100,000 characters."))
    if not key or len(key) > KEY_LENGTH:
        raise WrongLetter(_("Each letter is ordered under a key of up to 200 characters."))
