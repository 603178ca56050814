"""How past renewals went, and what that makes others expect."""

from datetime import date
from uuid import UUID

import pytest

from vereda.revenue.contracts import BillingPeriod
from vereda.revenue.queries.forecast import PastRenewals, expected_by_period, expected_renewals
from vereda.revenue.queries.renewals import Renewal
from vereda.revenue.rules.renewing import (
    PaidStretch,
    RenewalDone,
    RenewalRate,
    renewal_rates,
    renewals_done,
)

YEARLY, MONTHLY = BillingPeriod.YEARLY, BillingPeriod.MONTHLY
SPAN = {"since": date(2020, 1, 1), "until": date(2026, 1, 1)}


def stretch(since, until, *, plan="Pro", period=YEARLY, renews_on=None, product="App"):
    return PaidStretch(product, plan, period, since, until, renews_on)


def done(*stretches):
    return list(renewals_done(stretches, **SPAN))


def test_each_anniversary_it_outlives_was_renewed():
    assert done(stretch(date(2023, 3, 1), None)) == [
        RenewalDone(date(2024, 3, 1), "Pro", renewed=True),
        RenewalDone(date(2025, 3, 1), "Pro", renewed=True),
    ]


def test_the_end_on_an_anniversary_is_one_renewal_that_failed():
    assert done(stretch(date(2023, 3, 1), date(2025, 3, 10))) == [
        RenewalDone(date(2024, 3, 1), "Pro", renewed=True),
        RenewalDone(date(2025, 3, 10), "Pro", renewed=False),
    ]


def test_an_end_in_between_failed_on_its_day():
    assert done(stretch(date(2024, 3, 1), date(2025, 9, 1))) == [
        RenewalDone(date(2025, 3, 1), "Pro", renewed=True),
        RenewalDone(date(2025, 9, 1), "Pro", renewed=False),
    ]


def test_what_follows_within_a_month_goes_on_and_the_plan_before_was_up():
    told = done(
        stretch(date(2023, 3, 1), date(2024, 3, 1), plan="Basic"),
        stretch(date(2024, 3, 20), None, plan="Pro"),
    )

    assert told == [
        RenewalDone(date(2024, 3, 1), "Basic", renewed=True),
        RenewalDone(date(2025, 3, 1), "Pro", renewed=True),
    ]


def test_another_product_does_not_renew_it():
    told = done(
        stretch(date(2024, 3, 1), date(2025, 3, 1)),
        stretch(date(2025, 3, 1), None, product="Other"),
    )

    assert told == [RenewalDone(date(2025, 3, 1), "Pro", renewed=False)]


def test_what_is_paid_monthly_has_no_renewals_unless_it_was_told_one():
    assert done(stretch(date(2023, 3, 1), date(2024, 6, 1), period=MONTHLY)) == []
    assert (
        len(done(stretch(date(2024, 3, 1), None, period=MONTHLY, renews_on=date(2025, 3, 1)))) == 1
    )


def test_rates_by_plan():
    told = [
        RenewalDone(date(2025, 1, 1), "Pro", renewed=True),
        RenewalDone(date(2025, 1, 2), "Pro", renewed=False),
        RenewalDone(date(2025, 1, 3), "Basic", renewed=True),
    ]

    assert renewal_rates(told) == {"Pro": RenewalRate(1, 2), "Basic": RenewalRate(1, 1)}


def a_renewal(day=date(2026, 5, 1), *, plan="Pro", arr_minor=1_000, notice=None):
    return Renewal(
        account_id=UUID(int=1),
        subscription_id=UUID(int=2),
        subscription_number=1,
        plan=plan,
        day=day,
        arr_minor=arr_minor,
        amount_minor=1_000,
        currency="EUR",
        auto_renew=True,
        notice=notice,
    )


PAST = PastRenewals({"Pro": RenewalRate(8, 10), "Rare": RenewalRate(0, 9)}, RenewalRate(9, 20))


@pytest.mark.parametrize(
    ("renewal", "share", "expected", "own"),
    [
        (a_renewal(), 0.8, 800, True),
        (a_renewal(plan="Rare"), 0.45, 450, False),
        (a_renewal(notice=date(2026, 2, 1)), 0.0, 0, True),
        (a_renewal(arr_minor=None), 0.8, None, True),
    ],
    ids=["its own plan", "a plan of few", "cancelled", "no exchange rate"],
)
def test_what_is_expected(renewal, share, expected, own):
    (told,) = expected_renewals([renewal], past=PAST)

    assert (told.share, told.expected_minor, told.own) == (share, expected, own)


def test_without_a_past_nothing_is_expected():
    past = PastRenewals({}, RenewalRate(0, 0))

    (told,) = expected_renewals([a_renewal()], past=past)

    assert (told.share, told.expected_minor) == (None, None)


def test_periods_add_up():
    days = [date(2026, 1, 5), date(2026, 3, 31), date(2026, 4, 1)]
    told = expected_renewals(
        [*(a_renewal(day) for day in days), a_renewal(date(2026, 4, 2), arr_minor=None)], past=PAST
    )

    quarters = expected_by_period(told, months=3)

    assert [
        (each.starts_on, each.renewals, each.unknown, each.at_stake_minor, each.expected_minor)
        for each in quarters
    ] == [
        (date(2026, 1, 1), 2, 0, 2_000, 1_600),
        (date(2026, 4, 1), 2, 1, 1_000, 800),
    ]
