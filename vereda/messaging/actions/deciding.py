"""Saying of an answer that nobody vouches for whether the person wrote it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.messaging.actions.reading import tell_of_answer
from vereda.messaging.contracts import AnswerDecided, AnswerDecision, AnswerSettled
from vereda.messaging.models.replies import InboundLetter
from vereda.messaging.queries.replies import files_of_letter
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member


@transaction.atomic
def accept_answer(letter: InboundLetter, *, by: Member, now: datetime) -> None:
    """A member knows that the person wrote it: it counts like one that was verified, and gives
    what it was asked for. `AnswerDecided` for whoever is second."""
    settle_answer(letter, decision=AnswerDecision.THEIRS, by=by, now=now)
    record(by, "vouched for", letter)
    if letter.address is not None:
        kept = [each.file_id for each in files_of_letter(letter) if each.file_id is not None]
        tell_of_answer(letter, letter.address, file_ids=kept)


@transaction.atomic
def set_answer_aside(letter: InboundLetter, *, by: Member, now: datetime) -> None:
    """It is not theirs, or nothing follows from it; it stays where it is, to be read."""
    settle_answer(letter, decision=AnswerDecision.SET_ASIDE, by=by, now=now)
    record(by, "set aside", letter)


def settle_answer(
    letter: InboundLetter, *, decision: AnswerDecision, by: Member | None, now: datetime
) -> None:
    """The letter waits for nobody any more; `AnswerDecided` where it did not."""
    rows = InboundLetter.objects.of(letter.workspace_id).filter(pk=letter.pk)
    theirs = decision is AnswerDecision.THEIRS
    settled = rows.waiting_for_member().update(
        decision=decision, decided_at=now, decided_by=by, verified=theirs, updated_at=now
    )
    if not settled:
        raise AnswerDecided(_("A member has said already what this answer is."))
    letter.refresh_from_db()
    announce(
        AnswerSettled(
            workspace_id=letter.workspace_id,
            letter_id=letter.pk,
            person_id=letter.person_id,
            account_id=letter.account_id,
        )
    )
