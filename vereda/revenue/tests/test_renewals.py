from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from vereda.customers.testing import an_account
from vereda.revenue.actions.rates import put_exchange_rates
from vereda.revenue.contracts import BillingPeriod, RateIn
from vereda.revenue.queries.renewals import renewals_between
from vereda.revenue.testing import a_subscription

pytestmark = pytest.mark.django_db
QUARTER: dict[str, Any] = {"since": date(2026, 10, 1), "until": date(2027, 1, 1)}
YEARLY = {"period": BillingPeriod.YEARLY, "amount_minor": 600_000}


def days_of(workspace, **span):
    return [each.day for each in renewals_between(workspace, **span or QUARTER)]


def test_a_told_day_an_anniversary_and_a_fixed_end_are_renewals(acme, cantera):
    a_subscription(cantera, renews_on=date(2026, 10, 1))
    a_subscription(cantera, started_on=date(2024, 11, 5), **YEARLY)
    a_subscription(cantera, ends_on=date(2026, 12, 31))

    assert days_of(acme.workspace) == [
        date(2026, 10, 1),
        date(2026, 11, 5),
        date(2026, 12, 31),
    ]


def test_what_lies_outside_ended_or_never_renews_is_none(acme, cantera):
    a_subscription(cantera, renews_on=date(2027, 1, 1))
    a_subscription(cantera, started_on=date(2024, 9, 5), **YEARLY)
    a_subscription(cantera, ends_on=date(2026, 9, 30))
    a_subscription(cantera)
    a_subscription(cantera, trial=True, ends_on=date(2026, 11, 1))

    assert days_of(acme.workspace) == []


def test_a_renewal_rolls_to_the_next_year_when_it_renews_by_itself(acme, cantera):
    a_subscription(cantera, started_on=date(2023, 11, 5), renews_on=date(2024, 11, 5))
    a_subscription(
        cantera, started_on=date(2023, 11, 6), renews_on=date(2024, 11, 6), auto_renew=False
    )

    assert days_of(acme.workspace) == [date(2026, 11, 5)]


def test_the_29th_of_february_renews_on_the_28th(acme, cantera):
    a_subscription(cantera, started_on=date(2024, 2, 29), **YEARLY)

    found = days_of(acme.workspace, since=date(2026, 2, 1), until=date(2026, 3, 1))

    assert found == [date(2026, 2, 28)]


def test_two_years_have_two_anniversaries(acme, cantera):
    a_subscription(cantera, started_on=date(2024, 11, 5), **YEARLY)

    found = days_of(acme.workspace, since=date(2026, 1, 1), until=date(2028, 1, 1))

    assert found == [date(2026, 11, 5), date(2027, 11, 5)]


def test_what_was_cancelled_is_there_with_its_last_day(acme, cantera):
    a_subscription(
        cantera,
        started_on=date(2025, 11, 5),
        ends_on=date(2026, 11, 5),
        cancelled_on=date(2026, 6, 1),
        **YEARLY,
    )

    (told,) = renewals_between(acme.workspace, **QUARTER)

    assert (told.day, told.notice) == (date(2026, 11, 5), date(2026, 6, 1))


def test_money_is_told_in_the_workspaces_currency(acme, cantera, delfos):
    put_exchange_rates(
        acme.workspace,
        [RateIn(currency="USD", on=date(2026, 1, 1), rate=Decimal("0.9"))],
        by=acme.admin,
    )
    a_subscription(cantera, renews_on=date(2026, 10, 1), currency="USD")
    a_subscription(delfos, renews_on=date(2026, 10, 2), currency="GBP")

    told = renewals_between(acme.workspace, **QUARTER)

    assert [(each.account_id, each.arr_minor) for each in told] == [
        (cantera.pk, 1_080_000),
        (delfos.pk, None),
    ]


def test_it_costs_two_queries_and_asks_only_its_own(acme, globex, django_assert_num_queries):
    for number in range(4):
        account = an_account(acme, name=f"Renewing {number}")
        a_subscription(account, renews_on=date(2026, 10, 1))
    a_subscription(an_account(globex), renews_on=date(2026, 10, 1))

    with django_assert_num_queries(2):
        assert len(renewals_between(acme.workspace, **QUARTER)) == 4
