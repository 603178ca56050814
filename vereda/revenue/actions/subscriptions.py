"""Telling subscriptions: start, change, correct, end, and when they renew."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.foundation.races import refused_if_taken
from vereda.foundation.scoping import found
from vereda.revenue import wording
from vereda.revenue.actions.headlines import day_of, tell_money
from vereda.revenue.contracts import (
    BillingPeriod,
    Movement,
    NotRunning,
    SubscriptionChanged,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionTaken,
    TermsChangedMeanwhile,
    WrongTerms,
)
from vereda.revenue.models import Subscription
from vereda.revenue.queries.subscriptions import running_subscriptions
from vereda.revenue.rules.terms import movement_between, problem_in, renewal_after, runs_on
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Member

TERMS = (
    "product",
    "plan",
    "seats",
    "amount_minor",
    "period",
    "currency",
    "started_on",
    "ends_on",
    "renews_on",
    "cancelled_on",
    "trial",
    "auto_renew",
)


class TermsSaid(TypedDict, total=False):
    """Terms as a member types them; a key left out stays as it is, or takes its default."""

    product: str
    plan: str
    seats: int | None
    amount_minor: int
    period: BillingPeriod
    currency: str
    ends_on: date | None
    renews_on: date | None
    cancelled_on: date | None
    trial: bool
    auto_renew: bool


@transaction.atomic
def start_subscription(
    account: Account,
    *,
    started_on: date,
    by: Member | None,
    now: datetime,
    external_id: str = "",
    **terms: Unpack[TermsSaid],
) -> Subscription:
    """A new subscription of the account from that day on."""
    workspace = account.workspace
    row = Subscription(
        workspace=workspace,
        account=account,
        external_id=external_id,
        started_on=started_on,
        currency=workspace.currency,
    )
    _put_terms(row, dict(terms))
    _add(row)
    record(by, "started", row, account=account.key, **terms_of(row))
    announce(
        SubscriptionStarted(
            workspace_id=workspace.pk, account_id=account.pk, subscription_id=row.pk
        )
    )
    tell_money(workspace, account_ids=[account.pk], now=now)
    return row


@transaction.atomic
def change_subscription(
    subscription: Subscription,
    *,
    from_on: date,
    by: Member | None,
    now: datetime,
    version: int | None = None,
    **terms: Unpack[TermsSaid],
) -> Subscription:
    """The stretch with the new terms: it begins on `from_on`, and the one before it ends there.

    `version` is the one that was read: when somebody changed it since, nothing is written.
    Only what runs on that day can be changed. From its very first day on there is nothing before
    the change, so the terms themselves are corrected.
    """
    row = locked_subscription(subscription, version=version)
    if from_on == row.started_on:
        return correct_subscription(row, by=by, now=now, **terms)
    if not runs_on(row, from_on):
        raise NotRunning(_("%s does not run on that day, so its terms cannot change.") % row.key)
    after = Subscription(
        workspace=row.workspace, account=row.account, started_on=from_on, continues=row
    )
    _put_terms(after, {name: getattr(row, name) for name in TERMS if name != "started_on"} | terms)
    row.ends_on, row.version = from_on, row.version + 1
    row.save(update_fields=["ends_on", "version", "updated_at"])
    _add(after)
    movement = movement_between(row, after)
    record(by, "changed", after, before=terms_of(row), after=terms_of(after))
    _announce_change(after, movement)
    tell_money(row.workspace, account_ids=[row.account_id], now=now)
    return after


@transaction.atomic
def correct_subscription(
    subscription: Subscription,
    *,
    by: Member | None,
    now: datetime,
    started_on: date | None = None,
    version: int | None = None,
    **terms: Unpack[TermsSaid],
) -> Subscription:
    """The same subscription with what was noted wrongly put right, from its first day on."""
    row = locked_subscription(subscription, version=version)
    before = terms_of(row)
    row.started_on = started_on or row.started_on
    _put_terms(row, dict(terms))
    after = terms_of(row)
    if after == before:
        return row
    row.version += 1
    row.save()
    record(by, "corrected", row, before=before, after=after)
    _announce_change(row, Movement.CHANGED)
    tell_money(row.workspace, account_ids=[row.account_id], now=now)
    return row


@transaction.atomic
def end_subscription(
    subscription: Subscription,
    *,
    ends_on: date,
    by: Member | None,
    now: datetime,
    version: int | None = None,
) -> Subscription:
    """The subscription with a last day; `ends_on` is the first day without it."""
    row = locked_subscription(subscription, version=version)
    today = day_of(row.workspace, now=now)
    if row.ends_on is not None and row.ends_on <= today:
        raise NotRunning(_("%s has ended already.") % row.key)
    _put_terms(row, {"ends_on": ends_on, "cancelled_on": row.cancelled_on or min(today, ends_on)})
    row.version += 1
    row.save()
    record(by, "ended", row, ends_on=ends_on)
    announce(
        SubscriptionEnded(
            workspace_id=row.workspace_id,
            account_id=row.account_id,
            subscription_id=row.pk,
            ends_on=ends_on,
        )
    )
    tell_money(row.workspace, account_ids=[row.account_id], now=now)
    return row


def set_renewal(
    account: Account, *, renews_on: date | None, by: Member | None, now: datetime
) -> Subscription:
    """Say when the account renews: told of the running subscription that renews next."""
    today = day_of(account.workspace, now=now)
    running = running_subscriptions(account, on=today)
    if not running:
        raise NotRunning(
            _("%s has no running subscription that could renew. Add one on its Money tab.")
            % account.name
        )
    first = min(running, key=lambda row: renewal_after(row, on=today) or date.max)
    return correct_subscription(first, by=by, now=now, renews_on=renews_on)


def locked_subscription(subscription: Subscription, *, version: int | None) -> Subscription:
    """The subscription as it is now, held until the transaction ends; it must be that version."""
    rows = Subscription.objects.of(subscription.workspace_id).select_for_update()
    row = found(rows.filter(pk=subscription.pk))
    if version is not None and version != row.version:
        raise TermsChangedMeanwhile(
            _("Somebody changed %s while you had it open. Nothing of yours was stored.") % row.key
        )
    return row


def terms_of(row: Subscription) -> dict[str, Any]:
    """The row's terms as plain values."""
    return {name: getattr(row, name) for name in TERMS}


def _put_terms(row: Subscription, terms: dict[str, Any]) -> None:
    """Set the terms, or refuse with the sentence that says what does not fit."""
    for name, value in terms.items():
        setattr(row, name, value)
    problem = problem_in(terms_of(row), currencies=wording.known_currencies())
    if problem is not None:
        raise WrongTerms(wording.PROBLEMS[problem[0]])


def _add(row: Subscription) -> None:
    row.number = reserve_numbers(row.workspace_id, "S")[0]
    sentence = _("There is a subscription “%s” already.") % row.external_id
    with refused_if_taken(SubscriptionTaken(sentence)):
        row.save(force_insert=True)


def _announce_change(row: Subscription, movement: Movement) -> None:
    announce(
        SubscriptionChanged(
            workspace_id=row.workspace_id,
            account_id=row.account_id,
            subscription_id=row.pk,
            movement=movement,
        )
    )
