"""Promising a benefit, wording it better, moving it with a reason, dropping it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from vereda.customers.queries.people import people_of
from vereda.events.contracts.measuring import Per
from vereda.events.queries.metrics import metric_values, metrics_in
from vereda.foundation.errors import Missing
from vereda.foundation.facts import announce
from vereda.foundation.scoping import found
from vereda.outcomes.actions.noticing import refresh_outcomes
from vereda.outcomes.contracts import (
    OutcomeChanged,
    OutcomeChangedMeanwhile,
    OutcomeIsDropped,
    OutcomePromised,
    OutcomeSaid,
    WrongOutcome,
)
from vereda.outcomes.models.outcomes import Amendment, Outcome
from vereda.outcomes.queries.outcomes import outcomes_in
from vereda.outcomes.rules.saying import decimal_of, rounded, wrong_with
from vereda.outcomes.wording import WRONGS
from vereda.product.queries import features_in, products_in
from vereda.worklist.queries.ranks import today_at
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member

MOVED: Final = ("baseline", "target", "out_of_box", "starts_on", "due_on")
"""What the proof of a promise hangs on: none of it moves without a reason that stays."""
FIXED: Final = ("unit", "unit_words", "currency", "per", "direction")
"""What the values mean: it cannot become another when there are values."""


@transaction.atomic
def promise_outcome(
    account: Account,
    *,
    said: OutcomeSaid,
    by: Member | None,
    now: datetime,
    promised_on: date | None = None,
) -> Outcome:
    """The account was promised a benefit, today or on an earlier day.

    Where a metric measures it and nobody said where it starts, it starts at what the metric says.
    """
    today = today_at(account.workspace, now=now)
    day = promised_on or today
    if day > today:
        raise WrongOutcome(_("A promise was made today or earlier."))
    row = Outcome(
        workspace=account.workspace,
        account=account,
        promised_on=day,
        recorded_at=now,
        promised_by=by,
        state_since_on=today,
    )
    _put(row, _with_start(account, said))
    row.number = reserve_numbers(account.workspace_id, "B")[0]
    row.save(force_insert=True)
    record(by, "promised", row, account=account.key, target=row.target, due_on=row.due_on)
    announce(OutcomePromised(**_ids(row)))
    refresh_outcomes(account.workspace, ids=[row.pk], now=now)
    row.refresh_from_db(fields=["state", "state_since_on"])
    return row


@transaction.atomic
def edit_outcome(
    outcome: Outcome,
    *,
    said: OutcomeSaid,
    version: int,
    by: Member | None,
    now: datetime,
    because: str = "",
) -> Outcome:
    """The promise as it is said now. Moving a number or a day of it needs a reason, which stays.

    Filling in what was unknown is no move. What the values mean cannot change once there are any.
    """
    row = locked_outcome(outcome)
    if row.version != version:
        raise OutcomeChangedMeanwhile(_("Somebody changed %s meanwhile. Look again.") % row.key)
    _refuse_dropped(row)
    before = {name: getattr(row, name) for name in (*MOVED, *FIXED)}
    _put(row, said)
    if any(getattr(row, name) != before[name] for name in FIXED) and row.measurements.exists():
        raise WrongOutcome(
            _("There are measurements already: promise a new benefit instead of another unit.")
        )
    moved = [name for name in MOVED if before[name] not in (None, getattr(row, name))]
    if moved:
        _amend(row, before=before, because=because, by=by, now=now)
    row.version += 1
    row.save()
    record(by, "edited", row, moved=moved)
    announce(OutcomeChanged(**_ids(row)))
    refresh_outcomes(row.workspace, ids=[row.pk], now=now)
    return row


def _amend(
    row: Outcome, *, before: dict[str, Any], because: str, by: Member | None, now: datetime
) -> None:
    if not because.strip():
        raise WrongOutcome(_("Say why the promise is moved: the customer reads it."))
    kept = {name: before[name] for name in MOVED}
    Amendment.objects.of(row.workspace_id).create(
        outcome=row, at=now, member=by, because=because.strip()[:500], **kept
    )


@transaction.atomic
def drop_outcome(outcome: Outcome, *, because: str, by: Member | None, now: datetime) -> None:
    """Nobody pursues it any more, and why. It stays in the report as dropped."""
    row = locked_outcome(outcome)
    _refuse_dropped(row)
    if not because.strip():
        raise WrongOutcome(_("Say why the benefit is no longer pursued."))
    row.dropped_at, row.dropped_because = now, because.strip()[:500]
    record(by, "dropped", row)
    _changed(row, now=now)


@transaction.atomic
def pursue_outcome(outcome: Outcome, *, by: Member | None, now: datetime) -> None:
    """Take up again what was dropped."""
    row = locked_outcome(outcome)
    if row.dropped_at is None:
        raise WrongOutcome(_("%s is being pursued already.") % row.key)
    row.dropped_at, row.dropped_because = None, ""
    record(by, "took up again", row)
    _changed(row, now=now)


def _changed(row: Outcome, *, now: datetime) -> None:
    row.version += 1
    row.save()
    announce(OutcomeChanged(**_ids(row)))
    refresh_outcomes(row.workspace, ids=[row.pk], now=now)


def locked_outcome(outcome: Outcome) -> Outcome:
    """The row as it is now, nobody else's to change until this transaction ends."""
    rows = outcomes_in(outcome.workspace_id).select_for_update(of=("self",))
    return found(rows.filter(pk=outcome.pk))


def _refuse_dropped(row: Outcome) -> None:
    if row.dropped_at is not None:
        raise OutcomeIsDropped(_("%s is no longer pursued.") % row.key)


def _ids(row: Outcome) -> dict[str, UUID]:
    return {
        "workspace_id": row.workspace_id,
        "account_id": row.account_id,
        "outcome_id": row.pk,
    }


# --- From what is said to the row ---------------------------------------------


def _put(row: Outcome, said: OutcomeSaid) -> None:
    """Let the row say what was said; whatever it names belongs to its workspace."""
    starts_on = said.starts_on or row.promised_on
    _refuse_wrong(said, starts_on=starts_on)
    for each in fields(said):
        value = getattr(said, each.name)
        if not each.name.endswith("_id"):
            setattr(row, each.name, rounded(value) if isinstance(value, Decimal) else value)
    row.starts_on = starts_on
    row.benefit, row.unit_words = said.benefit.strip(), said.unit_words.strip()
    row.metric = _own(row.metric, metrics_in(row.workspace_id, per=Per.ACCOUNT), said.metric_id)
    row.feature = _own(row.feature, features_in(row.workspace_id), said.feature_id)
    row.product = _own(row.product, products_in(row.workspace_id), said.product_id)
    if row.feature is not None:
        row.product = row.feature.product
    row.owner = _own(row.owner, members_of(row.workspace), said.owner_id)
    row.said_by = _own_person(row, said.said_by_id)


def _refuse_wrong(said: OutcomeSaid, *, starts_on: date) -> None:
    wrong = wrong_with(said, starts_on=starts_on)
    if wrong is not None:
        raise WrongOutcome(str(WRONGS[wrong]))


def _own(current: Any, rows: QuerySet[Any], wanted: UUID | None) -> Any:
    """The row named, of those on offer; what is there already may stay when it no longer is."""
    if wanted is None:
        return None
    if current is not None and current.pk == wanted:
        return current
    return found(rows.filter(pk=wanted))


def _own_person(row: Outcome, wanted: UUID | None) -> Person | None:
    if wanted is None or (row.said_by is not None and row.said_by.pk == wanted):
        return row.said_by if wanted else None
    return person_in(row.account, wanted)


def person_in(account: Account, person_id: UUID) -> Person:
    """The person, who is in that account now; or `Missing`."""
    for membership in people_of(account):
        if membership.person_id == person_id:
            return membership.person
    raise Missing(str(person_id))


def _with_start(account: Account, said: OutcomeSaid) -> OutcomeSaid:
    """What was said, starting at what the metric says where nobody said where it starts."""
    if said.baseline is not None or said.metric_id is None:
        return said
    metric = found(metrics_in(account.workspace_id, per=Per.ACCOUNT).filter(pk=said.metric_id))
    told = metric_values(account.workspace_id, slugs=[metric.slug], account_ids=[account.pk])
    value = told.get(account.pk, {}).get(metric.slug)
    return said if value is None else replace(said, baseline=decimal_of(value))
