"""Asking about money; nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.contracts import MoneyFigures
from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.ids import number_in
from vereda.foundation.scoping import found
from vereda.foundation.upserting import said_outside
from vereda.revenue.models import ChurnEvent, ChurnRows, Subscription, SubscriptionRows
from vereda.revenue.queries.wins import wins_of_accounts
from vereda.revenue.rules.terms import (
    arr_by_currency,
    arr_on,
    headline_of,
    month_starts,
    runs_on,
)

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.revenue.models import Win
    from vereda.workspaces.models import Workspace

BATCH = 1_000
CHART_MONTHS = 24


@dataclass(frozen=True, slots=True)
class SubscriptionOnDay:
    """A subscription, and what it is worth on the day that was asked about."""

    subscription: Subscription
    arr_minor: int
    runs: bool


@dataclass(frozen=True, slots=True)
class MoneyOfAccount:
    """All about an account's money on a day.

    `arr` has one sum per currency. `history` is the ARR in `currency` at the first of each of the
    last 24 months and on the day itself; it is empty when nothing was ever paid in it.
    """

    on: date
    subscriptions: list[SubscriptionOnDay]
    churn: list[ChurnEvent]
    wins: list[Win]
    arr: dict[str, int]
    figures: MoneyFigures
    history: list[tuple[date, int]]


def subscription_with_key(workspace: Workspace | UUID, key: str) -> Subscription:
    """The subscription a person means by S-12, or `Missing`."""
    rows = Subscription.objects.of(workspace).select_related("account", "continues")
    return found(rows.filter(number=number_in(key, "S")))


def all_subscriptions(workspace: Workspace | UUID) -> SubscriptionRows:
    """Every subscription of the workspace, unordered, with its account."""
    return Subscription.objects.of(workspace).select_related("account", "continues")


def all_churn(workspace: Workspace | UUID) -> ChurnRows:
    """Every goodbye of the workspace, unordered, with its account."""
    return ChurnEvent.objects.of(workspace).select_related("account")


def keys_of_subscriptions(workspace: Workspace | UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """What people call each of these subscriptions: S-12."""
    return {row.pk: row.key for row in Subscription.objects.of(workspace).filter(pk__in=ids)}


def subscriptions_of_accounts(
    workspace: Workspace | UUID, account_ids: Collection[UUID]
) -> SubscriptionRows:
    """The subscriptions of these accounts, past ones too, the newest first."""
    rows = Subscription.objects.of(workspace).filter(in_accounts(account_ids))
    return rows.select_related("continues", "account").newest()


def money_news(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, until: date, limit: int
) -> tuple[list[Subscription], list[Subscription], list[ChurnEvent]]:
    """Subscriptions that started, those that ended, and goodbyes, up to that day; each limited."""
    rows = Subscription.objects.of(workspace).filter(in_accounts(account_ids))
    held = rows.select_related("continues").newest()
    started = held.filter(started_on__lte=until)[:limit]
    ended = held.filter(ends_on__lte=until, continued_by=None).order_by("-ends_on", "-id")[:limit]
    left = ChurnEvent.objects.of(workspace).filter(in_accounts(account_ids))
    goodbyes = left.filter(churned_on__lte=until).newest()[:limit]
    return list(started), list(ended), list(goodbyes)


def running_subscriptions(account: Account, *, on: date) -> list[Subscription]:
    """The account's subscriptions that run on that day, the newest first."""
    rows = subscriptions_of_accounts(account.workspace_id, [account.pk])
    return [row for row in rows if runs_on(row, on)]


def churn_of_accounts(workspace: Workspace | UUID, account_ids: Collection[UUID]) -> ChurnRows:
    """The goodbyes of these accounts, the last first."""
    rows = ChurnEvent.objects.of(workspace).filter(in_accounts(account_ids))
    return rows.select_related("account").newest()


def arr_of_accounts(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, on: date
) -> dict[UUID, dict[str, int]]:
    """The ARR of each of these accounts on any day, by currency; {} where nothing is paid."""
    return {
        account_id: arr_by_currency(terms, on=on)
        for account_id, terms in terms_by_account(workspace, account_ids)
    }


def figures_of_accounts(
    workspace: Workspace, account_ids: Collection[UUID], *, on: date
) -> dict[UUID, MoneyFigures]:
    """What lists show of each of these accounts on that day."""
    return {
        account_id: headline_of(terms, on=on, home_currency=workspace.currency)
        for account_id, terms in terms_by_account(workspace, account_ids)
    }


def terms_by_account(
    workspace: Workspace | UUID, account_ids: Collection[UUID]
) -> Iterator[tuple[UUID, list[Subscription]]]:
    """Each account with its subscriptions; one query per thousand accounts."""
    for ids in in_batches(account_ids):
        held: dict[UUID, list[Subscription]] = {account_id: [] for account_id in ids}
        for row in Subscription.objects.of(workspace).filter(account__in=ids):
            held[row.account_id].append(row)
        yield from held.items()


def in_batches(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    """The ids in lists of up to a thousand."""
    ordered = list(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def periods_by_external_id(
    workspace: Workspace | UUID, external_ids: Collection[str]
) -> dict[str, str]:
    """How often each of the subscriptions with these outside ids is paid."""
    rows = Subscription.objects.of(workspace).filter(said_outside(external_ids))
    return dict(rows.values_list("external_id", "period"))


def accounts_by_subscription(
    workspace: Workspace | UUID, external_ids: Collection[str]
) -> dict[str, UUID]:
    """The ids of the accounts that hold the subscriptions with these outside ids."""
    rows = Subscription.objects.of(workspace).filter(said_outside(external_ids))
    return dict(rows.values_list("external_id", "account"))


def account_ids_with_terms(workspace: Workspace | UUID) -> Iterable[UUID]:
    """The ids of all accounts that ever had a subscription."""
    rows = Subscription.objects.of(workspace).order_by("account").values_list("account", flat=True)
    return rows.distinct().iterator()


def money_of_account(
    workspace: Workspace, account_ids: Collection[UUID], *, on: date
) -> MoneyOfAccount:
    """All about the money of an account (or of several as one) on a day; three queries."""
    rows = list(subscriptions_of_accounts(workspace, account_ids))
    figures = headline_of(rows, on=on, home_currency=workspace.currency)
    return MoneyOfAccount(
        on=on,
        subscriptions=[SubscriptionOnDay(row, arr_on(row, on), runs_on(row, on)) for row in rows],
        churn=list(churn_of_accounts(workspace, account_ids)),
        wins=list(wins_of_accounts(workspace, account_ids)),
        arr=arr_by_currency(rows, on=on),
        figures=figures,
        history=arr_history(rows, until=on, currency=figures.currency),
    )


def arr_history(
    rows: Collection[Subscription], *, until: date, currency: str, months: int = CHART_MONTHS
) -> list[tuple[date, int]]:
    """ARR in one currency at the first of each month; from the first month that paid anything."""
    days = month_starts(until=until, months=months)
    points = [(day, arr_by_currency(rows, on=day).get(currency, 0)) for day in days]
    first = next((place for place, (_, minor) in enumerate(points) if minor), None)
    return [] if first is None else points[max(0, first - 1) :]
