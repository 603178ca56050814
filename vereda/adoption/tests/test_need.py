"""Needed or nice to have: gaps, returns by themselves, and an honest unknown."""

# ruff: noqa: S311 - simulation
import random
from datetime import date, timedelta

import pytest

from vereda.adoption.contracts import GapKind, Need, Push
from vereda.adoption.rules.closures import closures_in
from vereda.adoption.rules.likeness import possible_needs
from vereda.adoption.rules.need import (
    ForcedGap,
    gap_from_outside,
    necessity_of,
    own_absence,
    share_between,
    with_push,
)
from vereda.foundation.ids import new_id

DAY = date(2026, 5, 1)
TODAY = date(2026, 11, 2)


def later(days):
    return DAY + timedelta(days=days)


def gaps(returned, count, *, called=0):
    made = [
        ForcedGap(
            kind=GapKind.OUTAGE,
            since_on=DAY,
            until_on=DAY,
            back_on=None,
            returned=place < returned,
            decided_on=DAY,
        )
        for place in range(count)
    ]
    return (
        made
        + [
            ForcedGap(
                kind=GapKind.OUTAGE,
                since_on=DAY,
                until_on=DAY,
                back_on=None,
                returned=False,
                decided_on=DAY,
                push=Push.CALL,
            )
        ]
        * called
    )


@pytest.mark.parametrize(
    ("returned", "count", "expected"),
    [
        (0, 0, Need.UNKNOWN),
        (3, 3, Need.UNKNOWN),
        (4, 4, Need.NEEDED),
        (0, 4, Need.NICE),
        (5, 9, Need.UNKNOWN),
        (14, 18, Need.NEEDED),
    ],
)
def test_the_verdict_needs_the_whole_range_on_one_side(returned, count, expected):
    assert necessity_of(gaps(returned, count)).need is expected


def test_gaps_in_which_we_called_do_not_count():
    told = necessity_of(gaps(4, 4, called=10))

    assert (told.gaps, told.returned, told.need) == (4, 4, Need.NEEDED)


def outage(before, after, *, usual=2.0, today=TODAY, until=1):
    return gap_from_outside(
        GapKind.OUTAGE,
        DAY,
        later(until),
        before_on=None if before is None else later(before),
        after_on=None if after is None else later(after),
        usual=usual,
        today=today,
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(-1, 2, True), (-7, 8, True), (-1, 9, False), (-1, None, False)],
)
def test_who_used_it_before_an_outage_returns_within_the_grace_or_not(before, after, expected):
    assert outage(before, after).returned is expected


@pytest.mark.parametrize("before", [None, -8])
def test_an_outage_says_nothing_of_who_was_not_using_it(before):
    assert outage(before, 2) is None


def test_soon_after_an_outage_nothing_is_known_of_who_is_not_back():
    assert outage(-1, None, today=later(8)).returned is None
    assert outage(-1, None, today=later(9)).returned is False


@pytest.mark.parametrize(
    ("back", "today", "expected"),
    [(20, 200, True), (63, 200, False), (None, 30, None), (None, 57, False)],
)
def test_an_absence_ends_by_itself_or_lasts_too_long(back, today, expected):
    gap = own_absence(DAY, None if back is None else later(back), usual=2.0, today=later(today))

    assert gap is not None
    assert gap.returned is expected


def test_a_usual_interval_is_no_absence():
    assert own_absence(DAY, later(13), usual=1.0, today=TODAY) is None
    assert own_absence(DAY, later(27), usual=7.0, today=TODAY) is None
    assert own_absence(DAY, later(28), usual=7.0, today=TODAY) is not None


def test_the_share_has_wilsons_interval():
    assert share_between(8, of=10) == pytest.approx((0.8, 0.4901625, 0.9433178), abs=1e-6)
    assert share_between(0, of=0) is None


def test_a_verdict_is_rarely_wrong_where_nothing_is_true():
    """Who comes back in half of all cases is called neither, at least 19 times in 20."""
    dice, wrong = random.Random(5), 0
    for _ in range(400):
        returned = sum(dice.random() < 0.5 for _ in range(20))
        wrong += necessity_of(gaps(returned, 20)).need is not Need.UNKNOWN

    assert wrong <= 400 * 0.05 + 8


def test_closed_days_are_long_runs_with_a_holiday():
    holidays = {date(2025, 12, 25), date(2025, 12, 26), date(2026, 4, 3), date(2026, 5, 1)}

    found = closures_in(holidays, since=date(2025, 12, 1), until=date(2026, 6, 30))

    assert found == [(date(2025, 12, 25), date(2025, 12, 28))]


@pytest.mark.parametrize(
    ("pushed", "counts"),
    [(-9, True), (-6, False), (0, False), (1, False), (2, True)],
)
def test_a_return_within_a_week_of_a_call_or_letter_is_not_by_themselves(pushed, counts):
    """The outage was today and they came back tomorrow."""
    gap = outage(-1, 1, until=0)

    told = with_push(gap, [(later(pushed), Push.LETTER)])

    assert (told.push is None) is counts
    assert necessity_of([told]).gaps == int(counts)


@pytest.mark.parametrize(("pushed", "counts"), [(-1, True), (0, False), (8, False), (9, True)])
def test_who_did_not_come_back_was_not_pushed_by_what_came_later(pushed, counts):
    """Seven days after an outage it is decided; whoever is called then was gone already."""
    gap = outage(-1, 30)

    assert gap.decided_on == later(8)
    assert (with_push(gap, [(later(pushed), Push.CALL)]).push is None) is counts


def test_of_several_the_last_push_is_told():
    gap = outage(-1, 3)

    told = with_push(gap, [(later(1), Push.LETTER), (later(2), Push.CALL), (later(5), Push.CALL)])

    assert (told.push, told.pushed_on) == (Push.CALL, later(2))


# --- What an account may need ----------------------------------------------------------


def test_features_of_accounts_like_this_one_are_told_if_most_use_them():
    mine, wanted, rare = new_id(), new_id(), new_id()
    others = {new_id(): {mine, wanted} for _ in range(11)}
    others |= {new_id(): {mine, rare}}
    others |= {new_id(): {rare} for _ in range(30)}

    (need,) = possible_needs([mine], others)

    assert (need.feature_id, need.using, need.alike) == (wanted, 11, 12)
    assert need.share.low > 0.5


def test_of_few_accounts_alike_nothing_is_inferred():
    mine, wanted = new_id(), new_id()

    assert possible_needs([mine], {new_id(): {mine, wanted} for _ in range(7)}) == []
    assert possible_needs([], {new_id(): {wanted} for _ in range(30)}) == []
