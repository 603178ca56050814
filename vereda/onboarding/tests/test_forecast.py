"""Forecasts: honest about what is not known, and right as often as they say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.onboarding.contracts.templates import SetNumber
from vereda.onboarding.rules.forecasts import NEEDED, Past, forecast_of, prediction_interval

TODAY = date(2026, 6, 1)
SOLD = SetNumber.FIRST_CONTACT


def past(*plans: tuple[float, float, float], running: int = 0) -> Past:
    """Plans that took so many days in each of three sets."""
    return Past(
        finished=[dict(zip(SetNumber, days, strict=False)) for days in plans], running=running
    )


TEN = past(*((float(days), 2.0, 3.0) for days in range(1, 11)))


def test_eight_finished_plans_are_too_few_to_say_anything():
    found = forecast_of(
        set_now=SetNumber.NEEDS, days_in_set=0, goal=SOLD, past=past(*[(1, 1, 1)] * 8), today=TODAY
    )
    assert (found.known, found.compared, found.needed) == (False, 8, NEEDED)
    assert found.soonest_on is found.likely_on is found.latest_on is None


def test_the_middle_and_the_edges_are_those_of_the_plans_before():
    found = forecast_of(set_now=SetNumber.NEEDS, days_in_set=0, goal=SOLD, past=TEN, today=TODAY)
    # 6 to 15 days: the shortest and longest of ten, and the middle of 10 and 11, rounded up.
    assert (found.soonest_on, found.likely_on, found.latest_on) == (
        date(2026, 6, 7),
        date(2026, 6, 12),
        date(2026, 6, 16),
    )


def test_only_plans_that_stayed_as_long_in_the_set_are_compared():
    found = forecast_of(set_now=SetNumber.NEEDS, days_in_set=1.5, goal=SOLD, past=TEN, today=TODAY)
    assert found.compared == 9
    assert found.soonest_on == date(2026, 6, 7)


def test_a_later_set_counts_only_what_is_left():
    found = forecast_of(set_now=SOLD, days_in_set=1.0, goal=SOLD, past=TEN, today=TODAY)
    assert found.likely_on == date(2026, 6, 3)


@given(st.lists(st.floats(0, 1_000), min_size=NEEDED + 1, max_size=60, unique=True))
def test_the_interval_holds_at_least_eight_of_ten_plans_that_could_have_been_any(values):
    held = 0
    for place, value in enumerate(values):
        low, high = prediction_interval(sorted(values[:place] + values[place + 1 :]))
        held += low <= value <= high
    assert held >= 0.8 * len(values) - 1e-9


@pytest.mark.parametrize(("count", "ranks"), [(9, (0, 8)), (18, (0, 17)), (19, (1, 17))])
def test_the_interval_is_as_narrow_as_its_promise_allows(count, ranks):
    values = [float(value) for value in range(count)]
    assert prediction_interval(values) == (values[ranks[0]], values[ranks[1]])
