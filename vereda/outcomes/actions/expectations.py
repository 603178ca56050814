"""What customers are told to expect, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.foundation.scoping import found
from vereda.outcomes.actions.promising import person_in
from vereda.outcomes.contracts import (
    ExpectationIsSettled,
    ExpectationSet,
    ExpectationSettled,
    ExpectationStep,
    WrongExpectation,
)
from vereda.outcomes.models.expectations import Expectation
from vereda.worklist.queries.ranks import today_at
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from uuid import UUID

    from vereda.customers.models.accounts import Account
    from vereda.outcomes.models.outcomes import Outcome
    from vereda.workspaces.models import Member


@transaction.atomic
def set_expectation(
    account: Account,
    *,
    step: ExpectationStep,
    words: str,
    by: Member | None,
    now: datetime,
    set_on: date | None = None,
    by_on: date | None = None,
    person_id: UUID | None = None,
    outcome: Outcome | None = None,
) -> Expectation:
    """We told the customer what to expect, today or on an earlier day; perhaps until a day."""
    today = today_at(account.workspace, now=now)
    day = set_on or today
    if not words.strip():
        raise WrongExpectation(_("Say what they may expect."))
    if day > today:
        raise WrongExpectation(_("It was said today or earlier."))
    if by_on is not None and by_on < day:
        raise WrongExpectation(_("What is expected comes on the day it is said or later."))
    if outcome is not None and outcome.account_id != account.pk:
        raise WrongExpectation(_("That benefit was promised to somebody else."))
    row: Expectation = Expectation.objects.of(account.workspace_id).create(
        account=account,
        outcome=outcome,
        step=step,
        words=words.strip(),
        set_on=day,
        by_on=by_on,
        member=by,
        person=None if person_id is None else person_in(account, person_id),
    )
    record(by, "set an expectation of", account, step=step)
    announce(
        ExpectationSet(workspace_id=row.workspace_id, account_id=account.pk, expectation_id=row.pk)
    )
    return row


def meet_expectation(
    expectation: Expectation, *, by: Member | None, now: datetime, words: str = ""
) -> Expectation:
    """It came as it was said."""
    return _settle_expectation(expectation, met=True, by=by, words=words, now=now)


def miss_expectation(
    expectation: Expectation, *, by: Member | None, now: datetime, words: str
) -> Expectation:
    """It did not come; the words say what the customer was told then."""
    if not words.strip():
        raise WrongExpectation(_("Say what was different, and what the customer was told."))
    return _settle_expectation(expectation, met=False, by=by, words=words, now=now)


@transaction.atomic
def _settle_expectation(
    expectation: Expectation, *, met: bool, by: Member | None, words: str, now: datetime
) -> Expectation:
    rows = Expectation.objects.of(expectation.workspace_id).filter(pk=expectation.pk)
    today = today_at(expectation.workspace, now=now)
    changed = rows.filter(met_on=None, missed_on=None).update(
        met_on=today if met else None,
        missed_on=None if met else today,
        settled_words=words.strip(),
        settled_by=by,
        updated_at=now,
    )
    if not changed:
        raise ExpectationIsSettled(_("Somebody said already what came of it."))
    row = found(rows.select_related("account"))
    record(by, "met an expectation of" if met else "missed an expectation of", row.account)
    announce(
        ExpectationSettled(
            workspace_id=row.workspace_id,
            account_id=row.account_id,
            expectation_id=row.pk,
            met=met,
        )
    )
    return row
