"""What became of a letter: noted line by line, and its end."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from vereda.foundation.facts import announce
from vereda.messaging.contracts import (
    DeliveryOutcome,
    LetterKind,
    LetterReturned,
    LetterState,
    LetterStopped,
    StopReason,
)
from vereda.messaging.models.letters import Delivery, Message

if TYPE_CHECKING:
    from vereda.workspaces.models import Member


@transaction.atomic
def end_letter(message: Message, *, reason: StopReason, by: Member | None, now: datetime) -> bool:
    """The letter will not leave, for that reason; False when it was decided already."""
    rows = Message.objects.of(message.workspace_id).undecided().filter(pk=message.pk)
    stopped = rows.update(
        state=LetterState.STOPPED,
        stopped_because=reason,
        held_because="",
        settled_at=now,
        updated_at=now,
    )
    if not stopped:
        return False
    message.state, message.stopped_because = LetterState.STOPPED, reason
    note_delivery(message, DeliveryOutcome.STOPPED, by=by, now=now)
    announce(
        LetterStopped(
            workspace_id=message.workspace_id,
            message_id=message.pk,
            person_id=message.person_id,
            kind=LetterKind(message.kind),
            reason=reason,
            about=message.about,
            thing_id=message.thing_id,
        )
    )
    return True


def tell_of_return(message: Message) -> None:
    """Tell that a letter did not arrive."""
    announce(
        LetterReturned(
            workspace_id=message.workspace_id, message_id=message.pk, person_id=message.person_id
        )
    )


def note_delivery(
    message: Message,
    outcome: DeliveryOutcome,
    *,
    now: datetime,
    words: str = "",
    by: Member | None = None,
) -> None:
    """One more line of what became of a letter."""
    Delivery.objects.of(message.workspace_id).create(
        message=message, at=now, outcome=outcome, words=words[:200], by=by
    )
