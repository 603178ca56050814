"""What comes first, and why."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.worklist.contracts import AlertReason, TaskPriority
from vereda.worklist.rules.ranking import (
    SEVERITY,
    TASK_SEVERITY,
    Rank,
    day_to_act,
    rank_for,
    stake_points,
    urgency_points,
)
from vereda.worklist.rules.workdays import working_days_after

TODAY = date(2026, 11, 2)
money = st.one_of(st.none(), st.floats(0, 1e9))
days = st.one_of(st.none(), st.integers(-400, 400).map(lambda n: TODAY + timedelta(days=n)))


@pytest.mark.parametrize(
    ("money", "points"),
    [
        (None, 0),
        (0, 0),
        (100, 0),
        (1_000, 20),
        (10_000, 40),
        (84_000, 58),
        (100_000, 60),
        (1e9, 60),
    ],
)
def test_money_counts_by_orders_of_magnitude(money, points):
    assert stake_points(money) == points


@pytest.mark.parametrize(
    ("left", "points"), [(-30, 40), (0, 40), (1, 40), (2, 39), (41, 20), (79, 1), (80, 0), (300, 0)]
)
def test_a_day_counts_more_the_nearer_it_is(left, points):
    assert urgency_points(TODAY + timedelta(days=left), today=TODAY) == points


def test_no_day_is_no_urgency():
    assert urgency_points(None, today=TODAY) == 0


def test_a_rank_is_the_sum_of_what_it_shows():
    rank = rank_for(
        at_stake=84_000,
        due_on=TODAY + timedelta(days=41),
        severity=SEVERITY[AlertReason.USAGE_FELL],
        since_on=TODAY - timedelta(days=9),
        today=TODAY,
    )
    assert rank == Rank(stake=58, urgency=20, severity=20, staleness=3)
    assert rank.points == 101


@given(money, money, days, days, st.integers(0, 40), st.integers(0, 90), st.integers(0, 90))
def test_more_to_lose_or_less_time_never_ranks_lower(one, two, day, other, severity, age, more):
    small, large = sorted((one or 0.0, two or 0.0))
    near, far = sorted((day or date.max, other or date.max))

    def points(stake, due, waited):
        return rank_for(
            at_stake=stake,
            due_on=None if due == date.max else due,
            severity=severity,
            since_on=TODAY - timedelta(days=waited),
            today=TODAY,
        ).points

    assert points(large, near, age + more) >= points(small, far, age)


def test_every_reason_and_priority_has_its_severity():
    assert set(SEVERITY) == set(AlertReason)
    assert set(TASK_SEVERITY) == set(TaskPriority)


def test_the_day_to_act_is_the_reasons_own_before_the_renewal():
    renewal = TODAY + timedelta(days=200)
    assert day_to_act({"renewal_on": "2026-12-01"}, renewal_on=renewal, today=TODAY) == date(
        2026, 12, 1
    )
    assert day_to_act({"ended_on": "2026-11-30"}, renewal_on=renewal, today=TODAY) == date(
        2026, 11, 30
    )
    assert day_to_act({"score": 3}, renewal_on=renewal, today=TODAY) == renewal


def test_a_renewal_that_has_passed_gives_other_reasons_no_urgency():
    assert day_to_act({}, renewal_on=TODAY - timedelta(days=1), today=TODAY) is None


FRIDAY, SATURDAY, MONDAY = date(2026, 11, 6), date(2026, 11, 7), date(2026, 11, 9)


@pytest.mark.parametrize(
    ("start", "after", "due"),
    [
        (TODAY, 0, TODAY),
        (TODAY, 3, date(2026, 11, 5)),
        (TODAY, 5, MONDAY),
        (FRIDAY, 1, MONDAY),
        (SATURDAY, 0, MONDAY),
        (SATURDAY, 1, date(2026, 11, 10)),
        (TODAY, 12, date(2026, 11, 18)),
    ],
)
def test_a_task_is_due_so_many_working_days_after_the_start(start, after, due):
    assert working_days_after(start, days=after) == due


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 260))
def test_working_days_agree_with_counting_them_one_by_one(start, after):
    day = start
    while day.weekday() > 4:
        day += timedelta(days=1)
    left = after
    while left:
        day += timedelta(days=1)
        left -= day.weekday() <= 4
    assert working_days_after(start, days=after) == day
