"""Makers for tests: `a_subscription(acme, account)`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from vereda.foundation.testing import MORNING
from vereda.revenue.actions.subscriptions import start_subscription
from vereda.revenue.contracts import BillingPeriod
from vereda.revenue.models import Subscription

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account

LAST_MARCH = date(2026, 3, 1)


def a_subscription(
    account: Account, *, started_on: date = LAST_MARCH, **terms: Any
) -> Subscription:
    """A subscription of the account: Pro, 10 seats, 1,000.00 a month since March."""
    wanted = {
        "plan": "Pro",
        "seats": 10,
        "amount_minor": 100_000,
        "period": BillingPeriod.MONTHLY,
        **terms,
    }
    return start_subscription(account, started_on=started_on, by=None, now=MORNING, **wanted)
