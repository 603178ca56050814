"""Patterns of use: when regular use begins, and which cadence use shows."""

# ruff: noqa: S311 - simulation
import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.adoption.rules.patterns import Uses, burstiness, cadence_shown, uses_on
from vereda.product.contracts import Cadence

START = date(2026, 1, 5)
UNTIL = date(2026, 11, 2)
LENGTH = (UNTIL - START).days


def used(days, period):
    return uses_on(days, period=period)


def days(*numbers):
    return [START + timedelta(days=number) for number in numbers]


def test_four_days_in_three_periods_make_a_pattern():
    assert used(days(0, 7, 14, 21), period=7).regular_since_on == START


@pytest.mark.parametrize(
    "numbers",
    [(0, 7, 14, 20), (0, 10, 21), (0, 7, 14, 25, 32), (0,), (0, 1, 2, 3, 4)],
    ids=["too short", "too few", "torn", "once", "one busy week"],
)
def test_less_makes_none(numbers):
    uses = used(days(*numbers), period=7)

    assert (uses.regular_since_on, uses.regular_days) == (None, 0)


def test_a_monthly_pattern_has_longer_intervals():
    uses = used(days(0, 200, 230, 262, 291), period=30)

    assert uses.regular_since_on == START + timedelta(days=200)
    assert used(days(0, 200, 230, 262, 291), period=7).regular_since_on is None


def test_a_pattern_may_begin_after_the_first_use():
    uses = used(days(0, 40, 47, 54, 63), period=7)

    assert uses.regular_since_on == START + timedelta(days=40)
    assert (uses.use_days, uses.longest_gap, uses.gap_squares) == (5, 40, 1600 + 49 + 49 + 81)


def test_burstiness_of_a_clock_is_minus_one_and_of_one_burst_near_one():
    clock = used(days(*range(0, 70, 7)), period=7)
    burst = used(days(*range(20), 300), period=7)

    assert burstiness(clock) == pytest.approx(-1)
    assert burstiness(burst) == pytest.approx(1, abs=0.1)
    assert burstiness(used(days(0, 1, 5), period=7)) is None


@given(st.sets(st.integers(0, 300), min_size=1))
def test_the_order_and_repetition_of_days_do_not_matter(numbers):
    held = days(*numbers)

    assert used(held[::-1] + held, period=7) == used(sorted(held), period=7)


@given(st.sets(st.integers(0, 300), min_size=4), st.sampled_from([1, 7, 30]))
def test_burstiness_lies_between_minus_one_and_one(numbers, period):
    irregular = burstiness(used(days(*numbers), period=period))

    assert irregular is None or -1 - 1e-9 <= irregular <= 1 + 1e-9


@given(st.sets(st.integers(0, 300), min_size=1), st.integers(0, 300))
def test_one_more_day_of_use_never_ends_a_pattern(numbers, more):
    before = used(days(*numbers), period=7)
    after = used(days(*numbers, more), period=7)

    if before.regular_since_on is not None:
        assert after.regular_since_on is not None
        assert after.regular_since_on <= before.regular_since_on


def test_who_used_it_once_lately_is_not_known_yet():
    uses = Uses(first_on=START, last_on=START, use_days=1)

    assert cadence_shown(uses, period=7, until=START + timedelta(days=27)) is None
    assert cadence_shown(uses, period=7, until=START + timedelta(days=28)) is Cadence.SINGLE_USE


# --- Synthetic users of known cadence ---------------------------------------------------


def once(dice):
    first = dice.randrange(LENGTH // 2)
    return {first, first + dice.randrange(3)}


def weekly(dice):
    first, held = dice.randrange(60), set()
    for start in range(first, LENGTH, 7):
        held |= {start + dice.randrange(7) for _ in range(dice.choice((1, 2, 3)))}
    return held


def now_and_then(dice):
    day, held = dice.randrange(30), set()
    while day < LENGTH:
        held.add(day)
        day += 1 + round(dice.expovariate(1 / 24))
    return held


def in_bursts(dice):
    held = set()
    for start in sorted(dice.sample(range(0, LENGTH - 10, 45), 4)):
        held |= {start + dice.randrange(9) for _ in range(7)}
    return held


USERS = {
    Cadence.SINGLE_USE: once,
    Cadence.REGULAR: weekly,
    Cadence.OCCASIONAL: now_and_then,
    Cadence.PATCH: in_bursts,
}


@pytest.mark.parametrize("cadence", USERS)
def test_synthetic_users_are_told_by_their_days(cadence):
    dice, right = random.Random(11), 0
    for _ in range(200):
        held = [number for number in USERS[cadence](dice) if number < LENGTH]
        shown = cadence_shown(used(days(*held), period=7), period=7, until=UNTIL)
        right += shown is cadence

    assert right >= {Cadence.OCCASIONAL: 170}.get(cadence, 190)


def test_a_regular_pattern_is_seen_when_it_began():
    dice, late = random.Random(12), []
    for _ in range(200):
        held = sorted(weekly(dice))
        uses = used(days(*held), period=7)
        late.append((uses.regular_since_on - uses.first_on).days if uses.regular_since_on else 999)

    assert sum(1 for delay in late if delay <= 28) >= 170
    assert max(late) < 999
