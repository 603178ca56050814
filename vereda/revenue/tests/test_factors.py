"""What scores may know of money on a day: nothing that was learned later."""

from datetime import date
from decimal import Decimal

import pytest

from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING
from vereda.revenue.actions.rates import put_exchange_rates
from vereda.revenue.actions.subscriptions import change_subscription, correct_subscription
from vereda.revenue.contracts import BillingPeriod, RateIn
from vereda.revenue.factors import INPUTS, RevenueInputs
from vereda.revenue.testing import a_subscription

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)
NAMES = [told.name for told, _figure in INPUTS]
YEARLY = {"period": BillingPeriod.YEARLY, "amount_minor": 1_200_000}


def readings(account, *, on=DAY):
    told = RevenueInputs().readings(account.workspace, names=NAMES, account_ids=[account.pk], on=on)
    return {
        name.removeprefix("revenue."): rows[account.pk].value
        for name, rows in told.items()
        if account.pk in rows
    }


def test_every_input_of_a_running_contract(cantera):
    first = a_subscription(cantera, started_on=date(2025, 9, 1), **YEARLY)
    change_subscription(
        first, from_on=date(2026, 5, 1), amount_minor=1_800_000, seats=15, by=None, now=MORNING
    )

    # ARR 18,000 against 12,000 ninety days before; since 1 September 2025: 273 days, 92 to go.
    assert readings(cantera) == {
        "arr": 18_000.0,
        "arr_change_90d": 0.5,
        "seats": 15.0,
        "tenure_days": 273.0,
        "days_to_renewal": 92.0,
        "notice": 0.0,
    }


def test_an_account_that_never_paid_is_left_out(cantera, delfos):
    a_subscription(delfos, trial=True)

    assert readings(cantera) == {}
    assert readings(delfos) == {}


def test_after_the_end_there_is_nothing_but_the_loss(cantera):
    a_subscription(cantera, started_on=date(2025, 9, 1), ends_on=date(2026, 5, 1), **YEARLY)

    assert readings(cantera) == {"arr": 0.0, "arr_change_90d": -1.0}


def test_what_a_cancellation_changed_does_not_show_before_its_day(cantera, delfos):
    kept = a_subscription(
        cantera, started_on=date(2025, 9, 1), renews_on=date(2026, 9, 1), **YEARLY
    )
    cancelled = a_subscription(
        delfos, started_on=date(2025, 9, 1), renews_on=date(2026, 9, 1), **YEARLY
    )
    correct_subscription(
        cancelled,
        by=None,
        now=MORNING,
        ends_on=date(2026, 9, 1),
        cancelled_on=date(2026, 6, 2),
        renews_on=None,
        auto_renew=False,
    )

    assert kept.account == cantera
    assert readings(delfos) == readings(cantera)
    assert readings(delfos, on=date(2026, 6, 2))["notice"] == 1.0


def test_terms_that_start_later_do_not_show(cantera):
    a_subscription(cantera, started_on=date(2026, 6, 2), **YEARLY)

    assert readings(cantera) == {}


def test_the_rate_of_the_day_and_no_later_one(acme, cantera):
    a_subscription(cantera, started_on=date(2025, 9, 1), currency="USD", **YEARLY)
    rates = [("2025-01-01", "0.9"), ("2026-06-02", "0.5")]
    put_exchange_rates(
        acme.workspace,
        [
            RateIn(currency="USD", on=date.fromisoformat(on), rate=Decimal(rate))
            for on, rate in rates
        ],
        by=acme.admin,
    )

    assert readings(cantera)["arr"] == 10_800.0


def test_without_a_rate_the_money_is_unknown_but_not_the_days(cantera):
    a_subscription(cantera, started_on=date(2025, 9, 1), currency="USD", **YEARLY)

    told = readings(cantera)

    assert "arr" not in told
    assert told["tenure_days"] == 273.0


def test_the_day_of_the_year_of_terms_before_stands_for_an_emptied_renewal(cantera):
    first = a_subscription(
        cantera, started_on=date(2025, 9, 1), renews_on=date(2026, 7, 1), **YEARLY
    )
    change_subscription(
        first,
        from_on=date(2026, 5, 1),
        renews_on=None,
        cancelled_on=date(2026, 6, 20),
        by=None,
        now=MORNING,
    )

    assert readings(cantera)["days_to_renewal"] == 30.0


def test_a_thousand_accounts_cost_two_queries(acme, django_assert_num_queries):
    ids = [an_account(acme, name=f"Many {number}").pk for number in range(4)]

    with django_assert_num_queries(2):
        RevenueInputs().readings(acme.workspace, names=NAMES, account_ids=ids, on=DAY)


def test_names_of_others_are_left_out(acme):
    told = RevenueInputs().readings(
        acme.workspace, names=["support.open_tickets"], account_ids=[], on=DAY
    )

    assert told == {}
