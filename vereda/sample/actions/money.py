"""The invented money as rows: subscriptions with their history, and goodbyes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from vereda.revenue.actions.subscriptions import change_subscription, correct_subscription
from vereda.revenue.actions.upserts import upsert_churn, upsert_subscriptions
from vereda.revenue.contracts import BillingPeriod, ChurnIn, ChurnReason, SubscriptionIn
from vereda.revenue.queries.subscriptions import subscriptions_of_accounts
from vereda.sample.contracts import InventedAccount, InventedSubscription, World
from vereda.sample.rules.catalogue import product_named

if TYPE_CHECKING:
    from vereda.revenue.models import Subscription
    from vereda.workspaces.models import Member, Workspace

MONTHS = {BillingPeriod.MONTHLY: 1, BillingPeriod.YEARLY: 12}


def store_first_terms(
    workspace: Workspace,
    *,
    world: World,
    account_ids: Mapping[str, UUID],
    by: Member,
    now: datetime,
) -> None:
    """The terms every subscription began with; those that were never changed are complete."""
    rows = [
        _first_row(chain, account_ids[account.company.external_id])
        for account in world.accounts
        for chain in chains_of_terms(account)
    ]
    upsert_subscriptions(workspace, rows, by=by, now=now)


def chains_of_terms(account: InventedAccount) -> list[list[InventedSubscription]]:
    """Terms that follow each other, a list per product; a trial that led on begins the first."""
    chains: dict[str, list[InventedSubscription]] = {}
    for terms in sorted(account.subscriptions, key=lambda row: row.started_on):
        chains.setdefault(terms.product_key, []).append(terms)
    return list(chains.values())


def _first_row(chain: list[InventedSubscription], account_id: UUID) -> SubscriptionIn:
    first, alone = chain[0], len(chain) == 1
    period = _period(first)
    return SubscriptionIn(
        external_id=first.external_id,
        account_id=account_id,
        product=product_named(first.product_key).name,
        plan=first.plan,
        seats=first.seats,
        amount_minor=first.monthly_minor * MONTHS[period],
        period=period,
        currency=first.currency,
        started_on=first.started_on,
        ends_on=first.ends_on if alone else None,
        renews_on=first.renews_on if alone else None,
        trial=first.is_trial,
    )


def _period(terms: InventedSubscription) -> BillingPeriod:
    return BillingPeriod.YEARLY if terms.pays_yearly else BillingPeriod.MONTHLY


@transaction.atomic
def change_sample_terms(
    workspace: Workspace,
    *,
    account: InventedAccount,
    account_id: UUID,
    by: Member,
    now: datetime,
) -> None:
    """What became of the account's subscriptions: renewals, more seats, fewer, the end."""
    stored = {row.external_id: row for row in subscriptions_of_accounts(workspace, [account_id])}
    for chain in chains_of_terms(account):
        row = stored[chain[0].external_id]
        for terms in chain[1:]:
            row = _changed(row, terms, by=by, now=now)
        ends_on = chain[-1].ends_on
        if len(chain) > 1 and ends_on:
            cancelled_on = min(ends_on, account.life.decided_to_leave_on or ends_on)
            _closed(row, ends_on=ends_on, cancelled_on=cancelled_on, by=by, now=now)


def _changed(
    row: Subscription, terms: InventedSubscription, *, by: Member, now: datetime
) -> Subscription:
    period = _period(terms)
    return change_subscription(
        row,
        from_on=terms.started_on,
        plan=terms.plan,
        seats=terms.seats,
        amount_minor=terms.monthly_minor * MONTHS[period],
        period=period,
        renews_on=terms.renews_on,
        trial=False,
        by=by,
        now=now,
    )


def _closed(
    row: Subscription, *, ends_on: date, cancelled_on: date, by: Member, now: datetime
) -> None:
    correct_subscription(
        row,
        ends_on=ends_on,
        cancelled_on=max(cancelled_on, row.started_on),
        renews_on=None,
        auto_renew=False,
        by=by,
        now=now,
    )


def store_sample_churn(
    workspace: Workspace,
    *,
    world: World,
    account_ids: Mapping[str, UUID],
    by: Member,
    now: datetime,
) -> None:
    """The goodbyes of those that have left."""
    rows = [
        ChurnIn(
            external_id=goodbye.external_id,
            account_id=account_ids[goodbye.account_external_id],
            churned_on=goodbye.left_on,
            reason=ChurnReason(goodbye.reason),
            comment=goodbye.comment,
            lost_arr_minor=goodbye.lost_monthly_minor * 12,
            currency=goodbye.currency,
        )
        for account in world.accounts
        if (goodbye := account.churn)
    ]
    upsert_churn(workspace, rows, by=by, now=now)
