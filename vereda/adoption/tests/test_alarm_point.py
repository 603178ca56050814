"""The point of the alarm is learned, and keeps the stated rate of false alarms."""

# ruff: noqa: S311 - simulation
import random
from datetime import date

import pytest

from vereda.adoption.rules.sentinel import WAITS, alarm_point, stated_wait
from vereda.adoption.rules.survival import Spell, curve_of
from vereda.adoption.rules.tables import spell_until
from vereda.product.contracts import InnovationLevel, PriceClass


def point_of(spells, rate=0.1):
    return alarm_point(curve_of(spells), false_alarms=rate, otherwise=30)


def test_the_point_is_the_ordered_time_that_bounds_the_next_beginner():
    beginners = [Spell(days, happened=True) for days in range(1, 20)]

    point = point_of(beginners)

    assert (point.days, point.learned, point.beginners) == (18, True, 19)


def test_those_who_never_begin_do_not_move_it():
    beginners = [Spell(days, happened=True) for days in range(1, 20)]

    assert point_of([*beginners, *[Spell(400, happened=False)] * 30]).days == 18


@pytest.mark.parametrize(("count", "learned"), [(0, False), (8, False), (9, True)])
def test_with_too_few_the_stated_days_hold(count, learned):
    point = point_of([Spell(5 + n, happened=True) for n in range(count)])

    assert (point.learned, point.beginners) == (learned, count)
    assert point.days == (5 + count - 1 if learned else 30)


def test_a_smaller_rate_waits_longer_and_needs_more():
    beginners = [Spell(days, happened=True) for days in range(1, 40)]

    assert point_of(beginners, 0.05).days > point_of(beginners, 0.2).days
    assert not point_of(beginners[:18], 0.05).learned


def test_the_newer_and_dearer_the_sooner():
    waits = [
        stated_wait(innovation, price)
        for innovation, price in (
            (InnovationLevel.FAMILIAR, PriceClass.LOW),
            (InnovationLevel.FAMILIAR, PriceClass.HIGH),
            (InnovationLevel.NEW_TO_ALL, PriceClass.HIGH),
        )
    ]

    assert waits == [WAITS[0], WAITS[2], WAITS[4]]
    assert waits == sorted(waits, reverse=True)


def first_use(dice, shape):
    """Days until a first use; None: never. A fifth never begin."""
    if dice.random() < 0.2:
        return None
    return int(dice.weibullvariate(12, shape))


@pytest.mark.parametrize("shape", [0.6, 1.0, 2.5])
@pytest.mark.parametrize("rate", [0.1, 0.2])
def test_false_alarms_stay_within_the_stated_rate(shape, rate):
    """Customers who came one after the other over a year, and a year that is watched in full."""
    dice, early, beginners = random.Random(20261122), 0, 0
    for _ in range(150):
        spells = []
        for _ in range(60):
            days, watched = first_use(dice, shape), dice.randrange(120, 480)
            known = None if days is None or days > watched else days
            spells.append(
                Spell(watched, happened=False) if known is None else Spell(known, happened=True)
            )
        point = point_of(spells, rate)
        assert point.learned
        for _ in range(40):
            days = first_use(dice, shape)
            beginners += days is not None
            early += days is not None and days > point.days

    assert beginners > 4000
    assert early / beginners <= rate + 0.01
    assert early / beginners >= rate / 3


def test_spells_are_followed_only_as_far_as_anything_is_known():
    start, today = date(2026, 1, 1), date(2026, 3, 1)

    assert spell_until(start, date(2026, 1, 4), watched_until=today) == Spell(3, happened=True)
    assert spell_until(start, date(2025, 12, 1), watched_until=today) == Spell(0, happened=True)
    assert spell_until(start, None, watched_until=today) == Spell(59, happened=False)
    assert spell_until(start, None, watched_until=today, known_after=21) == Spell(
        38, happened=False
    )
    assert spell_until(start, None, watched_until=today, known_after=60) is None
    assert spell_until(start, date(2026, 2, 20), watched_until=date(2026, 2, 1)) == Spell(
        31, happened=False
    )
