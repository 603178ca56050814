"""The shifted-beta-geometric model against its paper, and its intervals against simulation."""

from collections import Counter
from random import Random

import pytest

from vereda.revenue.rules.lifetime import (
    Beta,
    Lifetimes,
    fitted_model,
    lifetimes_from,
    lowest_point,
    periods_worth,
)

# Fader and Hardie (2007), table 1: of 1,000 customers each, how many are left after 1 to 7 years.
HIGH_END = [1_000, 869, 743, 653, 593, 551, 517, 491]
REGULAR = [1_000, 631, 468, 382, 326, 289, 262, 241]


def survivors(counts):
    left = Counter({year: counts[year - 1] - counts[year] for year in range(1, len(counts))})
    return Lifetimes(left, Counter({len(counts) - 1: counts[-1]}))


@pytest.mark.parametrize(
    ("counts", "alpha", "beta"), [(HIGH_END, 0.668, 3.806), (REGULAR, 0.704, 1.182)]
)
def test_the_papers_parameters(counts, alpha, beta):
    model = fitted(survivors(counts))

    assert model.beta == pytest.approx((alpha, beta), abs=5e-4)


def fitted(lifetimes):
    model = fitted_model(lifetimes)
    assert model is not None
    return model


def test_the_papers_projection():
    beta = fitted(survivors(REGULAR)).beta

    # The paper's figure: after 12 years 17.3 % of the regular customers were really left.
    assert beta.survival(12)[12] == pytest.approx(0.173, abs=0.01)
    assert beta.first_loss == pytest.approx(0.373, abs=0.001)


def test_retention_rises_with_time_although_nobody_changes():
    beta = Beta(0.7, 1.2)

    rates = [beta.retention(period) for period in range(1, 20)]

    assert rates == sorted(rates)
    assert rates[0] == pytest.approx(1.2 / 1.9)


def test_below_the_stated_number_nothing_is_told():
    nineteen = Lifetimes(Counter({1: 9}), Counter({2: 10}))
    hardly_any_left = Lifetimes(Counter({1: 4}), Counter({2: 100}))

    assert fitted_model(nineteen) is None
    assert fitted_model(hardly_any_left) is None


def test_few_customers_are_told_with_a_wide_interval():
    # The shares of the paper's regular customers, with 1,000 and with 40 of them.
    many = fitted(survivors(REGULAR))
    few = fitted(survivors([40, 25, 19, 15, 13, 12, 10, 10]))

    def fifth_year(beta):
        return beta.survival(5)[5]

    wide, narrow = few.interval(fifth_year), many.interval(fifth_year)
    assert narrow.low < fifth_year(many.beta) < narrow.high
    assert wide.high - wide.low > 4 * (narrow.high - narrow.low)
    # Counting the fifth year alone would give 0.056; seven years together know more.
    assert 0.03 < narrow.high - narrow.low < 0.056


def simulated(seed, *, customers, periods):
    random, told = Random(seed), Lifetimes()  # noqa: S311 - no secret
    for _customer in range(customers):
        churn = random.betavariate(1.0, 3.0)
        lived = next((age for age in range(1, periods + 1) if random.random() < churn), None)
        (told.left if lived else told.staying)[lived or periods] += 1
    return told


def test_intervals_hold_what_they_promise():
    true = periods_worth(Beta(1.0, 3.0), periods=6, discount=0.1)

    def worth(beta):
        return periods_worth(beta, periods=6, discount=0.1)

    intervals = [
        fitted(simulated(seed, customers=200, periods=6)).interval(worth) for seed in range(120)
    ]
    held = sum(each.low <= true <= each.high for each in intervals)

    # 95 % promised; chance leaves room for 107 of 120. All 120 would be an interval too wide.
    assert 107 <= held < 120


def test_periods_worth_by_hand():
    # S = 1, 1/2, 1/2 * 2/3 = 1/3; discounted by 0 % and by 100 %.
    even = Beta(1.0, 1.0)

    assert periods_worth(even, periods=3, discount=0) == pytest.approx(1 + 1 / 2 + 1 / 3)
    assert periods_worth(even, periods=2, discount=1) == pytest.approx(1 + 1 / 4)
    # Who has lived one period stays with 2/3.
    assert periods_worth(even, periods=2, discount=0, lived=1) == pytest.approx(1 + 2 / 3)


def test_whole_periods_count():
    told = lifetimes_from([(0, True), (2, True), (2, False), (0, False)])

    assert told == Lifetimes(Counter({1: 1, 3: 1}), Counter({2: 1}))


def test_the_simplex_finds_the_bottom_of_a_curved_valley():
    # Rosenbrock's function is lowest at 1, 1.
    found = lowest_point(
        lambda at: (1 - at[0]) ** 2 + 100 * (at[1] - at[0] ** 2) ** 2, start=(-1.2, 1.0)
    )

    assert found == pytest.approx((1, 1), abs=1e-4)


@pytest.mark.parametrize("times", [10, 100, 1_000])
def test_an_interval_is_as_wide_as_many_customers_make_it(times):
    """It was told between two points of a grid that the region had become smaller than."""
    few = survivors(REGULAR)
    many = Lifetimes(
        Counter({period: number * times for period, number in few.left.items()}),
        Counter({period: number * times for period, number in few.staying.items()}),
    )

    narrow = fitted(many).interval(lambda beta: beta.first_loss)

    wide = fitted(few).interval(lambda beta: beta.first_loss)
    assert narrow.low < fitted(many).beta.first_loss < narrow.high
    assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(times**0.5, rel=0.1)
