"""What either side says: it came true, it did not and why not, or no longer either.

Our word and the customer's are kept apart and counted apart; where both spoke, theirs rules.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.outcomes.actions.noticing import refresh_outcomes
from vereda.outcomes.actions.promising import locked_outcome, person_in
from vereda.outcomes.contracts import (
    OutcomeChanged,
    OutcomeIsDropped,
    OutcomeNotVerified,
    OutcomeVerified,
    Side,
    VerdictKind,
    WhyNot,
    WrongVerdict,
)
from vereda.outcomes.models.outcomes import Outcome, Verdict
from vereda.outcomes.queries.outcomes import view_of
from vereda.worklist.queries.ranks import today_at
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member


def verify_outcome(outcome: Outcome, *, by: Member, now: datetime, words: str = "") -> Verdict:
    """We say that the benefit came true. Refused while nothing was ever measured and no word of
    ours says how we know."""
    return _say(outcome, kind=VerdictKind.VERIFIED, by=by, person=None, words=words, now=now)


def deny_outcome(
    outcome: Outcome, *, reason: WhyNot, by: Member, now: datetime, words: str = ""
) -> Verdict:
    """We say that it did not come true, and why not."""
    return _say(
        outcome,
        kind=VerdictKind.NOT_VERIFIED,
        by=by,
        person=None,
        words=words,
        now=now,
        reason=reason,
    )


def confirm_outcome(
    outcome: Outcome, *, person: Person, now: datetime, words: str = "", by: Member | None = None
) -> Verdict:
    """A person of the customer says that it came true, themselves or to a member (`by`)."""
    return _say(outcome, kind=VerdictKind.VERIFIED, by=by, person=person, words=words, now=now)


def dispute_outcome(
    outcome: Outcome,
    *,
    person: Person,
    reason: WhyNot,
    now: datetime,
    words: str = "",
    by: Member | None = None,
) -> Verdict:
    """A person of the customer says that it did not, and why not, themselves or to a member."""
    return _say(
        outcome,
        kind=VerdictKind.NOT_VERIFIED,
        by=by,
        person=person,
        words=words,
        now=now,
        reason=reason,
    )


def take_back_verdict(
    outcome: Outcome, *, now: datetime, by: Member | None = None, person: Person | None = None
) -> Verdict:
    """A side no longer says what it said; nothing is erased."""
    return _say(outcome, kind=VerdictKind.TAKEN_BACK, by=by, person=person, words="", now=now)


@transaction.atomic
def _say(
    outcome: Outcome,
    *,
    kind: VerdictKind,
    by: Member | None,
    person: Person | None,
    words: str,
    now: datetime,
    reason: WhyNot | None = None,
) -> Verdict:
    row = locked_outcome(outcome)
    if row.dropped_at is not None:
        raise OutcomeIsDropped(_("%s is no longer pursued.") % row.key)
    if by is None and person is None:
        raise WrongVerdict(_("Somebody says it: one of ours, or one of theirs."))
    side = Side.US if person is None else Side.CUSTOMER
    _refuse_wrong_word(row, kind=kind, side=side, words=words, reason=reason, now=now)
    verdict: Verdict = Verdict.objects.of(row.workspace_id).create(
        outcome=row,
        kind=kind,
        side=side,
        reason=reason or "",
        words=words.strip(),
        on=today_at(row.workspace, now=now),
        at=now,
        member=by,
        person=None if person is None else person_in(row.account, person.pk),
    )
    record(
        by,
        "verified"
        if kind is VerdictKind.VERIFIED
        else "did not verify"
        if kind is VerdictKind.NOT_VERIFIED
        else "took back a word about",
        row,
        side=side,
        reason=reason or "",
    )
    _announce_word(row, verdict)
    refresh_outcomes(row.workspace, ids=[row.pk], now=now)
    return verdict


def _refuse_wrong_word(
    row: Outcome,
    *,
    kind: VerdictKind,
    side: Side,
    words: str,
    reason: WhyNot | None,
    now: datetime,
) -> None:
    view = view_of(row, today=today_at(row.workspace, now=now))
    standing_word = view.ours if side is Side.US else view.theirs
    if kind is VerdictKind.TAKEN_BACK and standing_word is None:
        raise WrongVerdict(_("Nothing was said that could be taken back."))
    unproven = kind is VerdictKind.VERIFIED and side is Side.US and not view.measurements
    if unproven and not words.strip():
        raise WrongVerdict(_("Nothing was measured: say how we know that it came true."))
    if reason is WhyNot.OTHER and not words.strip():
        raise WrongVerdict(_("Say what the reason is."))


def _announce_word(row: Outcome, verdict: Verdict) -> None:
    ids = {
        "workspace_id": row.workspace_id,
        "account_id": row.account_id,
        "outcome_id": row.pk,
    }
    match VerdictKind(verdict.kind):
        case VerdictKind.VERIFIED:
            announce(OutcomeVerified(**ids, side=verdict.side))
        case VerdictKind.NOT_VERIFIED:
            announce(OutcomeNotVerified(**ids, side=verdict.side, reason=verdict.reason))
        case VerdictKind.TAKEN_BACK:
            announce(OutcomeChanged(**ids))
