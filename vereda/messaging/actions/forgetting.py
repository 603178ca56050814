"""Forgetting what was written to people and by them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from vereda.messaging.actions.deciding import settle_answer
from vereda.messaging.actions.settling import end_letter
from vereda.messaging.contracts import AnswerDecision, StopReason
from vereda.messaging.letterbox import burn_raw_letter
from vereda.messaging.models.letters import Message
from vereda.messaging.models.people import Preference, Suppression
from vereda.messaging.models.replies import InboundFile, InboundLetter, ReplyAddress

_NO_WORDS: dict[str, Any] = {"subject": "", "text": "", "html": "", "sent_to": ""}
_NO_LETTER: dict[str, Any] = {
    "sender": "",
    "recipients": [],
    "subject": "",
    "text": "",
    "own_words": "",
    "message_ref": "",
    "stored_as": "",
}


@transaction.atomic
def forget_letters(person_id: UUID, *, workspace: UUID, email: str, now: datetime) -> int:
    """Empty the letters to and from somebody; answers how many rows went or lost their words.

    That a letter left, when and of what kind stays, without a word of it. An address that must not
    be written to is still recognised by its mark, so that nobody imports and writes to it again.
    """
    letters = Message.objects.of(workspace).to_person(person_id)
    for message in letters.undecided().order_by("pk"):
        end_letter(message, reason=StopReason.ERASED, by=None, now=now)
    touched = letters.update(**_NO_WORDS, updated_at=now)
    theirs = Q(person=person_id) | Q(person__merged_into=person_id)
    theirs |= Q(sender=email) if email else Q()
    letters_in = InboundLetter.objects.of(workspace).filter(theirs)
    for letter in letters_in.waiting_for_member().order_by("pk"):
        settle_answer(letter, decision=AnswerDecision.SET_ASIDE, by=None, now=now)
    came = letters_in.values_list("pk", flat=True)
    touched += burn_letters(workspace, list(came), words=True, now=now)
    for model in (Preference, ReplyAddress):
        touched += model.objects.of(workspace).filter(person=person_id).delete()[0]
    marked = Suppression.objects.of(workspace).filter(address=email) if email else None
    return touched + (marked.update(address="", updated_at=now) if marked else 0)


def burn_letters(workspace: UUID, ids: Collection[UUID], *, words: bool, now: datetime) -> int:
    """Take the raw bytes of letters that came in, and their words when asked; what became of them
    stays. Answers how many."""
    letters = InboundLetter.objects.of(workspace).filter(pk__in=ids)
    names = [name for name in letters.values_list("stored_as", flat=True) if name]
    if words:
        InboundFile.objects.of(workspace).filter(letter__in=ids).update(name="")
    count = letters.update(**(_NO_LETTER if words else {"stored_as": ""}), updated_at=now)
    transaction.on_commit(partial(_burn, names))
    return count


def _burn(names: list[str]) -> None:
    for name in names:
        burn_raw_letter(name)
