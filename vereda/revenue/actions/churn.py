"""Telling a goodbye."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.actions.accounts import edit_account
from vereda.customers.contracts import CommercialStatus
from vereda.foundation.facts import announce
from vereda.revenue import wording
from vereda.revenue.actions.headlines import day_of
from vereda.revenue.actions.subscriptions import end_subscription
from vereda.revenue.contracts import ChurnReason, ChurnRecorded, WrongTerms
from vereda.revenue.models import ChurnEvent
from vereda.revenue.queries.subscriptions import running_subscriptions
from vereda.revenue.rules.terms import arr_by_currency, headline_currency
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Member


@transaction.atomic
def record_churn(
    account: Account,
    *,
    churned_on: date,
    reason: ChurnReason,
    by: Member | None,
    now: datetime,
    comment: str = "",
    refund_minor: int | None = None,
) -> ChurnEvent:
    """The account's goodbye: what still runs ends that day, and so does its active status.

    What is lost is the ARR of the day itself, in the currency most of it was paid in.
    """
    if refund_minor is not None and refund_minor < 0:
        raise WrongTerms(_("A refund is a positive amount."))
    running = running_subscriptions(account, on=churned_on)
    currency = headline_currency([row.currency for row in running], home=account.workspace.currency)
    row: ChurnEvent = ChurnEvent.objects.of(account.workspace_id).create(
        account=account,
        churned_on=churned_on,
        reason=reason,
        comment=comment,
        refund_minor=refund_minor,
        lost_arr_minor=arr_by_currency(running, on=churned_on).get(currency, 0),
        currency=currency,
        reactivation=ChurnEvent.objects.of(account.workspace_id)
        .filter(account=account, churned_on__lt=churned_on)
        .exists(),
    )
    today = day_of(account.workspace, now=now)
    for subscription in running:
        if subscription.ends_on is None or subscription.ends_on > today:
            end_subscription(subscription, ends_on=churned_on, by=by, now=now)
    if churned_on <= today:
        edit_account(account, by=by, now=now, status=CommercialStatus.CHURNED)
    record(by, "recorded churn", row, account=account.key, reason=str(wording.REASONS[reason]))
    announce(ChurnRecorded(workspace_id=row.workspace_id, account_id=account.pk, churn_id=row.pk))
    return row
