"""What somebody at a customer says about a benefit that was promised to them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.outcomes.actions.promising import locked_outcome
from vereda.outcomes.actions.verdicts import confirm_outcome, dispute_outcome, take_back_verdict
from vereda.outcomes.contracts import VerdictKind, WhyNot
from vereda.outcomes.queries.outcomes import view_of
from vereda.portal.contracts import NotYourWord
from vereda.worklist.queries.ranks import today_at

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.outcomes.models.outcomes import Outcome, Verdict


@transaction.atomic
def say_about_benefit(
    outcome: Outcome,
    *,
    person: Person,
    reason: WhyNot | None = None,
    words: str = "",
    now: datetime,
) -> bool:
    """Their side's word: it came true, or with a reason, it did not. Said again it is the same
    word, not another; whether it was a new one."""
    row = locked_outcome(outcome)
    kind = VerdictKind.VERIFIED if reason is None else VerdictKind.NOT_VERIFIED
    said = (person.pk, str(kind), reason or "", words.strip())
    if _as_said(_their_word(row, now=now)) == said:
        return False
    if reason is None:
        confirm_outcome(row, person=person, words=words, now=now)
    else:
        dispute_outcome(row, person=person, reason=reason, words=words, now=now)
    return True


@transaction.atomic
def take_back_word(outcome: Outcome, *, person: Person, now: datetime) -> None:
    """They no longer say what they said; of a colleague's word that is not theirs to do."""
    row = locked_outcome(outcome)
    standing = _their_word(row, now=now)
    if standing is not None and standing.person_id != person.pk:
        raise NotYourWord(_("Somebody else of you said it. You can say what you think instead."))
    take_back_verdict(row, person=person, now=now)


def _their_word(row: Outcome, *, now: datetime) -> Verdict | None:
    return view_of(row, today=today_at(row.workspace, now=now)).theirs


def _as_said(verdict: Verdict | None) -> tuple[object, ...] | None:
    if verdict is None:
        return None
    return verdict.person_id, verdict.kind, verdict.reason, verdict.words
