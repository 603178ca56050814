"""Lifetimes, revenue by age and times to pay, from subscriptions in the database."""

from collections import Counter
from datetime import date

import pytest

from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING
from vereda.revenue.queries.groups import Chosen
from vereda.revenue.queries.lifetimes import (
    LifePeriod,
    fitting_period,
    lifetimes_of,
    revenue_by_tenure,
    telling_lifetimes,
    times_to_pay,
    whole_months,
)
from vereda.revenue.rules.lifetime import Lifetimes
from vereda.revenue.testing import a_subscription

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)
YEAR, QUARTER, MONTH = LifePeriod.YEAR, LifePeriod.QUARTER, LifePeriod.MONTH


def test_whole_months_end_on_the_same_day_of_the_month():
    assert whole_months(date(2026, 1, 15), date(2026, 2, 14)) == 0
    assert whole_months(date(2026, 1, 15), date(2026, 2, 15)) == 1


def test_first_times_count_in_whole_years(acme):
    here, first_year, later = (an_account(acme, name=f"L {number}") for number in range(3))
    a_subscription(here, started_on=date(2024, 3, 1))
    # The day on which the first year ends still belongs to the end of the first year.
    a_subscription(first_year, started_on=date(2024, 3, 1), ends_on=date(2025, 3, 1))
    a_subscription(later, started_on=date(2024, 3, 1), ends_on=date(2025, 9, 1))
    a_subscription(later, started_on=date(2026, 1, 1))

    told = lifetimes_of(acme.workspace, today=TODAY, period=YEAR)

    assert told == Lifetimes(Counter({1: 1, 2: 1}), Counter({2: 1}))


def test_an_end_that_is_still_ahead_is_no_end(acme, cantera):
    a_subscription(cantera, started_on=date(2024, 3, 1), ends_on=date(2026, 9, 1))

    told = lifetimes_of(acme.workspace, today=TODAY, period=YEAR)

    assert told == Lifetimes(Counter(), Counter({2: 1}))


def test_only_the_chosen_accounts_count(acme, cantera, delfos):
    a_subscription(cantera, started_on=date(2024, 3, 1), plan="Pro")
    a_subscription(delfos, started_on=date(2024, 3, 1), plan="Basic")

    told = lifetimes_of(acme.workspace, today=TODAY, period=YEAR, chosen=Chosen(plan="Basic"))

    assert told.customers == 1


def test_a_shorter_period_is_taken_where_a_year_cannot_tell(acme):
    for number in range(25):
        account = an_account(acme, name=f"Short {number}")
        ends = {"ends_on": date(2026, 1, 1)} if number < 6 else {}
        a_subscription(account, started_on=date(2025, 9, 1), **ends)
    a_subscription(an_account(acme, name="First"), started_on=date(2023, 1, 1))

    period, told = telling_lifetimes(acme.workspace, today=TODAY)

    # The six that left after four months count among 7 that have a year, but among 26 of quarters.
    assert fitting_period(acme.workspace, today=TODAY) == YEAR
    assert (period, told.left.total(), told.customers) == (QUARTER, 6, 26)


def test_revenue_by_age_counts_who_left_as_nothing(acme, cantera, delfos):
    a_subscription(cantera, started_on=date(2025, 7, 1), amount_minor=100_000)
    a_subscription(
        delfos, started_on=date(2025, 7, 1), amount_minor=50_000, ends_on=date(2026, 7, 1)
    )

    told = revenue_by_tenure(acme.workspace, today=TODAY, period=YEAR)

    assert [
        (point.age, point.accounts, point.paying, point.of_all, point.of_paying) for point in told
    ] == [
        (0, 2, 2, 900_000, 900_000),
        (1, 2, 1, 600_000, 1_200_000),
    ]


def test_times_run_from_the_day_an_account_was_created(acme):
    tried = an_account(acme, name="Tried", created_on=date(2026, 1, 1))
    a_subscription(tried, started_on=date(2026, 1, 11), trial=True, ends_on=date(2026, 2, 1))
    a_subscription(tried, started_on=date(2026, 2, 10))
    an_account(acme, name="Open", created_on=date(2026, 3, 1))
    bought = an_account(acme, name="Bought before", created_on=date(2026, 4, 1))
    a_subscription(bought, started_on=date(2026, 3, 1))

    told = times_to_pay(acme.workspace, since=date(2025, 7, 1), today=TODAY)

    assert told.unknown == 1
    assert (told.revenue.ended, told.revenue.open, told.revenue.median) == (1, 1, 40)
    assert (told.close.ended, told.close.open, told.close.median) == (1, 1, 40)


def test_accounts_of_long_ago_are_left_out(acme):
    an_account(acme, name="Old", created_on=date(2020, 1, 1), now=MORNING)

    assert times_to_pay(acme.workspace, since=date(2025, 7, 1), today=TODAY).waits == []
