"""Makers for tests: `a_subscription(acme, account)`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from vereda.foundation.testing import MORNING
from vereda.revenue.actions.rates import put_exchange_rates
from vereda.revenue.actions.subscriptions import start_subscription
from vereda.revenue.actions.wins import note_win
from vereda.revenue.contracts import BillingPeriod, RateIn, WinKind, WinReason
from vereda.revenue.models import ExchangeRate, Subscription, Win
from vereda.revenue.queries.exchange import exchange_rates

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.testing import Company

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


def a_win(account: Account, *, happened_on: date = LAST_MARCH, **said: Any) -> Win:
    """A win of the account in March, for the value they saw."""
    wanted = {"kind": WinKind.WIN, "reason": WinReason.VALUE, **said}
    return note_win(account, happened_on=happened_on, by=None, **wanted)


def a_rate(
    company: Company, *, currency: str = "USD", rate: str = "0.9", source: str = ""
) -> ExchangeRate:
    """What a dollar is worth since March."""
    told = RateIn(currency=currency, on=LAST_MARCH, rate=Decimal(rate), source=source)
    put_exchange_rates(company.workspace, [told], by=company.owner)
    return exchange_rates(company.workspace).get(currency=currency, on=LAST_MARCH)
