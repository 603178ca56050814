"""What has to be said yes to again, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from vereda.revenue.contracts import BillingPeriod
from vereda.revenue.queries.departures import paid_subscriptions
from vereda.revenue.queries.exchange import rates_of
from vereda.revenue.rules.terms import renewal_after, yearly_minor

if TYPE_CHECKING:
    from uuid import UUID

    from vereda.revenue.models import SubscriptionRows
    from vereda.revenue.rules.exchange import RateBook
    from vereda.workspaces.models import Workspace

ALL_MONTHS = 12
DAY = timedelta(days=1)
COLUMNS = (
    "id",
    "account_id",
    "number",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A day on which an account has to say yes again to a subscription, or has said no already.

    `arr_minor` is what is at stake in the workspace's currency at the rate of the first day that
    was asked about; None when the subscription's currency has no rate. `notice` is the day they
    cancelled: then `day` is the first day without it.
    """

    account_id: UUID
    subscription_id: UUID
    subscription_number: int
    plan: str
    day: date
    arr_minor: int | None
    amount_minor: int
    currency: str
    auto_renew: bool
    notice: date | None

    @property
    def subscription_key(self) -> str:
        """What people call the subscription by: S-12."""
        return f"S-{self.subscription_number}"


def renewals_between(
    workspace: Workspace, *, since: date, until: date, accounts: Q | None = None
) -> list[Renewal]:
    """The renewals from `since` up to but without `until` of what runs then, by day; two queries.

    As is known now: what was cancelled is there with its last day. `accounts` is a condition on
    subscriptions, such as `Q(account__owner=…)`.
    """
    book = rates_of(workspace)
    rows = paid_subscriptions(workspace).filter(accounts or Q(), started_on__lt=until)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=since)).filter(_may_renew(since, until))
    told = [
        _renewal(terms, day=day, book=book, on=since)
        for terms in _terms(rows)
        for day in _days_of(terms, since=since, until=until)
    ]
    return sorted(told, key=lambda each: (each.day, each.subscription_number))


def _may_renew(since: date, until: date) -> Q:
    """Leaves out at the database what certainly does not renew in those days."""
    told = Q(renews_on__gte=since, renews_on__lt=until)
    ending = Q(ends_on__gte=since, ends_on__lt=until)
    rolled = Q(renews_on__lt=since, auto_renew=True)
    yearly = Q(renews_on=None, ends_on=None, period=BillingPeriod.YEARLY)
    months = _months_in(since, until)
    if len(months) < ALL_MONTHS:
        rolled &= Q(renews_on__month__in=months)
        yearly &= Q(started_on__month__in=months)
    return told | ending | rolled | yearly


def _months_in(since: date, until: date) -> set[int]:
    """The months of the year that the days fall into, and the one before: 29 February rolls."""
    span = (until.year - since.year) * 12 + until.month - since.month
    return {(since.month - 2 + step) % 12 + 1 for step in range(min(span + 2, ALL_MONTHS))}


def _terms(rows: SubscriptionRows) -> Iterator[Any]:
    return rows.values_list(*COLUMNS, named=True).iterator()


def _days_of(terms: Any, *, since: date, until: date) -> Iterator[date]:
    """The days of one subscription in that time."""
    if terms.cancelled_on is not None:
        if terms.ends_on is not None and since <= terms.ends_on < until:
            yield terms.ends_on
        return
    on = max(since, terms.started_on)
    while (day := renewal_after(terms, on=on)) is not None and day < until:
        if day >= since:
            yield day
        if day == terms.ends_on or not terms.auto_renew:
            return
        on = day + DAY


def _renewal(terms: Any, *, day: date, book: RateBook, on: date) -> Renewal:
    yearly = yearly_minor(terms.amount_minor, period=terms.period)
    return Renewal(
        account_id=terms.account_id,
        subscription_id=terms.id,
        subscription_number=terms.number,
        plan=terms.plan,
        day=day,
        arr_minor=book.at_home(yearly, currency=terms.currency, day=on),
        amount_minor=terms.amount_minor,
        currency=terms.currency,
        auto_renew=terms.auto_renew,
        notice=terms.cancelled_on,
    )
