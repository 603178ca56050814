"""Looking after letters: those held back, put off, forgotten by a task, or too late."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from vereda.foundation import clock
from vereda.messaging.actions.delivering import note_letter_unclear
from vereda.messaging.actions.forgetting import burn_letters
from vereda.messaging.actions.sending import order_again
from vereda.messaging.contracts import InboundState, LetterState
from vereda.messaging.models.letters import UNDECIDED, Message
from vereda.messaging.models.replies import InboundLetter

AT_ONCE = 200
MOST_A_NIGHT = 500
KEPT_RAW = timedelta(days=30)
LOST = timedelta(minutes=15)
"""A letter claimed longer ago than this is in nobody's hands any more."""


def look_after_letters() -> int:
    """Every few seconds: a task for each letter that is due; answers how many were ordered.

    Any number of processes may look at once: a letter is due again only after a while.
    """
    moment = clock.now()
    rows = Message.every_workspace.filter(state__in=UNDECIDED, due_at__lte=moment)
    due = rows.filter(workspace__suspended_at=None).order_by("due_at", "pk")
    ordered = 0
    for message in due[:AT_ONCE]:
        ordered += order_again(message, now=moment)
    _give_up_lost(now=moment)
    return ordered


def _give_up_lost(*, now: datetime) -> None:
    lost = Message.every_workspace.filter(state=LetterState.SENDING, claimed_at__lt=now - LOST)
    for message in lost.order_by("pk")[:AT_ONCE]:
        note_letter_unclear(message, words="", now=now)


def forget_old_letters() -> int:
    """Every night: a month after a letter came its raw bytes go; of a dropped one its words too.
    Answers how many letters."""
    moment = clock.now()
    old = InboundLetter.every_workspace.filter(received_at__lt=moment - KEPT_RAW)
    dropped = Q(state=InboundState.DROPPED)
    count = 0
    for chosen, words in (
        (old.filter(dropped).exclude(sender="", stored_as="", text=""), True),
        (old.exclude(dropped).exclude(stored_as=""), False),
    ):
        ids: dict[UUID, list[UUID]] = {}
        for workspace, pk in chosen.order_by("pk").values_list("workspace", "pk")[:MOST_A_NIGHT]:
            ids.setdefault(workspace, []).append(pk)
        for workspace, each in ids.items():
            with transaction.atomic():
                count += burn_letters(workspace, each, words=words, now=moment)
    return count
