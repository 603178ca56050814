from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.revenue.contracts import BillingPeriod, Movement, TermsProblem
from vereda.revenue.rules.terms import (
    LARGEST_AMOUNT,
    MOST_ARR,
    MOST_SEATS,
    PERIODS_A_YEAR,
    arr_by_currency,
    arr_on,
    headline_of,
    month_starts,
    movement_between,
    problem_in,
    renewal_after,
)

MARCH = date(2026, 3, 1)
JUNE = date(2026, 6, 1)
SEPTEMBER = date(2026, 9, 1)


@dataclass(frozen=True)
class A:
    """Terms as a test writes them."""

    plan: str = "Pro"
    seats: int | None = 10
    amount_minor: int = 1_000
    period: str = BillingPeriod.MONTHLY
    currency: str = "EUR"
    started_on: date = MARCH
    ends_on: date | None = None
    renews_on: date | None = None
    cancelled_on: date | None = None
    trial: bool = False
    auto_renew: bool = True


@pytest.mark.parametrize(
    ("period", "yearly"),
    [("monthly", 12_000), ("quarterly", 4_000), ("half_yearly", 2_000), ("yearly", 1_000)],
)
def test_every_period_makes_a_year(period, yearly):
    assert arr_on(A(period=period), JUNE) == yearly


def test_it_counts_from_its_first_day_up_to_but_without_its_last():
    terms = A(ends_on=JUNE)

    days = [MARCH - timedelta(1), MARCH, JUNE - timedelta(1), JUNE]
    assert [arr_on(terms, day) for day in days] == [0, 12_000, 12_000, 0]


def test_a_trial_is_worth_nothing():
    assert arr_on(A(trial=True), JUNE) == 0


def test_currencies_are_not_added_to_each_other():
    terms = [A(), A(amount_minor=500), A(currency="USD", period="yearly")]

    assert arr_by_currency(terms, on=JUNE) == {"EUR": 18_000, "USD": 1_000}


@given(
    amounts=st.lists(st.integers(0, 10**12), max_size=6),
    period=st.sampled_from(list(PERIODS_A_YEAR)),
    day=st.dates(date(2025, 1, 1), date(2028, 1, 1)),
)
def test_a_change_of_terms_never_counts_a_day_twice(amounts, period, day):
    changes = [date(2026, 1, 1) + timedelta(30 * place) for place in range(len(amounts) + 1)]
    stretches = [
        A(amount_minor=amount, period=period, started_on=start, ends_on=end)
        for amount, start, end in zip(amounts, changes, changes[1:], strict=False)
    ]

    counted = [terms for terms in stretches if arr_on(terms, day)]

    assert len(counted) <= 1


@pytest.mark.parametrize(
    ("terms", "renewal"),
    [
        (A(renews_on=SEPTEMBER), SEPTEMBER),
        (A(renews_on=date(2026, 5, 1)), date(2027, 5, 1)),
        (A(renews_on=date(2026, 5, 1), auto_renew=False), date(2026, 5, 1)),
        (A(ends_on=SEPTEMBER), SEPTEMBER),
        (A(period="yearly"), date(2027, 3, 1)),
        (A(period="yearly", started_on=date(2024, 2, 29)), date(2027, 2, 28)),
        (A(), None),
        (A(ends_on=JUNE), None),
        (A(renews_on=SEPTEMBER, cancelled_on=MARCH), None),
        (A(trial=True, period="yearly"), None),
    ],
)
def test_when_it_renews(terms, renewal):
    assert renewal_after(terms, on=JUNE) == renewal


def test_the_headline_speaks_one_currency_and_of_what_runs():
    terms = [
        A(plan="Basic", amount_minor=100, seats=5, renews_on=SEPTEMBER),
        A(plan="Pro", amount_minor=900, seats=None),
        A(plan="Old", ends_on=JUNE),
        A(plan="Far", currency="USD", seats=3),
    ]

    figures = headline_of(terms, on=JUNE, home_currency="EUR")

    assert (figures.arr_minor, figures.currency) == (12_000, "EUR")
    assert (figures.plan, figures.seats) == ("Far, Pro, Basic", 8)
    assert figures.renewal_on == SEPTEMBER


def test_an_account_without_terms_has_no_arr_and_one_whose_terms_ended_has_none_left():
    never = headline_of([], on=JUNE, home_currency="EUR")
    ended = headline_of([A(ends_on=JUNE)], on=JUNE, home_currency="EUR")

    assert (never.arr_minor, ended.arr_minor) == (None, 0)


@pytest.mark.parametrize(
    ("before", "after", "movement"),
    [
        (None, A(), Movement.STARTED),
        (A(), A(amount_minor=1_100), Movement.UPGRADED),
        (A(), A(amount_minor=900), Movement.DOWNGRADED),
        (A(trial=True), A(), Movement.UPGRADED),
        (A(), A(seats=12), Movement.UPGRADED),
        (A(), A(plan="Other"), Movement.CHANGED),
        (A(), A(currency="USD", amount_minor=5), Movement.CHANGED),
    ],
)
def test_what_a_change_is_called(before, after, movement):
    assert movement_between(before, after) == movement


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"ends_on": date(2026, 2, 1)}, TermsProblem.ENDS_BEFORE_START),
        ({"cancelled_on": date(2026, 2, 1)}, TermsProblem.CANCELLED_BEFORE_START),
        ({"amount_minor": -1}, TermsProblem.NEGATIVE_AMOUNT),
        ({"amount_minor": 10**16}, TermsProblem.AMOUNT_TOO_LARGE),
        ({"seats": -1}, TermsProblem.NEGATIVE_SEATS),
        ({"currency": "ZZZ"}, TermsProblem.UNKNOWN_CURRENCY),
    ],
)
def test_terms_that_make_no_sense(wrong, problem):
    terms = {**A().__dict__, **wrong}

    found = problem_in(terms, currencies={"EUR"})

    assert found is not None
    assert found[0] is problem


def test_the_months_of_a_chart_end_today():
    assert month_starts(until=date(2026, 2, 10), months=3) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 2, 10),
    ]


def test_nonsense_in_a_file_never_outgrows_the_columns_of_an_account():
    terms = [A(amount_minor=LARGEST_AMOUNT, seats=MOST_SEATS) for _ in range(2_000)]

    figures = headline_of(terms, on=JUNE, home_currency="EUR")

    assert (figures.seats, figures.arr_minor) == (MOST_SEATS, MOST_ARR)
