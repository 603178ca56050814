"""The value gap, what it is a year, and what a report may say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.foundation.intervals import share_interval
from vereda.outcomes.contracts import Direction, Per
from vereda.outcomes.rules.gaps import a_year, gain, mean_share, value_gap
from vereda.outcomes.rules.reporting import Counts, Worth, worth_of

VALUES = st.decimals(
    min_value=-10_000, max_value=10_000, places=4, allow_nan=False, allow_infinity=False
)


def gap(target, out_of_box, delivered, direction=Direction.MORE):
    return value_gap(
        direction=direction,
        target=Decimal(target),
        out_of_box=None if out_of_box is None else Decimal(out_of_box),
        delivered=None if delivered is None else Decimal(delivered),
    )


def test_the_gap_is_expected_minus_out_of_the_box_and_what_is_left_expected_minus_delivered():
    told = gap(80, 30, 60)
    assert (told.to_bridge, told.left, told.bridged) == (Decimal(50), Decimal(20), 0.6)


def test_where_less_is_better_the_gap_is_the_same_the_other_way_round():
    told = gap(20, 70, 40, Direction.LESS)
    assert (told.to_bridge, told.left, told.bridged) == (Decimal(50), Decimal(20), 0.6)


def test_what_is_unknown_is_not_zero():
    assert gap(80, None, None).to_bridge is None
    assert gap(80, 30, None).left is None
    assert gap(80, None, 60).bridged is None


def test_where_the_box_gives_all_there_is_nothing_to_bridge():
    assert gap(80, 90, 85).bridged is None


@given(st.sampled_from(Direction), VALUES, VALUES, VALUES)
def test_what_was_to_bridge_is_what_is_left_and_what_was_delivered(way, target, box, delivered):
    told = value_gap(direction=way, target=target, out_of_box=box, delivered=delivered)
    assert told.left is not None
    assert told.to_bridge == told.left + gain(way, since=box, to=delivered)


@given(st.sampled_from(Direction), VALUES, VALUES, VALUES)
def test_the_gap_is_closed_exactly_when_nothing_is_left(way, target, box, delivered):
    told = value_gap(direction=way, target=target, out_of_box=box, delivered=delivered)
    assert told.left is not None
    assert told.bridged is None or (told.bridged >= 1) == (told.left <= 0)


@given(st.lists(st.none() | st.floats(min_value=-5, max_value=5)))
def test_a_mean_of_shares_is_a_share_or_unknown(shares):
    mean = mean_share(shares)
    assert (mean is None) == all(share is None for share in shares)
    assert mean is None or 0 <= mean <= 1


@pytest.mark.parametrize(
    ("per", "value"), [(Per.WEEK, 520), (Per.MONTH, 120), (Per.YEAR, 10), (Per.ONCE, None)]
)
def test_what_comes_again_is_counted_by_the_year(per, value):
    assert a_year(Decimal(10), per) == value


def counts(**said):
    told = {"promised": 4, "verified": 0, "confirmed": 0, "not_verified": 0, "open": 4}
    return Counts(**{**told, "overdue": 0, **said})


@pytest.mark.parametrize(
    ("told", "proven", "cost", "worth"),
    [
        (counts(promised=0, open=0), {}, {"EUR": 10}, Worth.NOTHING_PROMISED),
        (counts(verified=1, open=3), {"EUR": 10}, {"EUR": 10}, Worth.PAID_BACK),
        (counts(verified=1, open=3), {"USD": 99}, {"EUR": 10}, Worth.PARTLY),
        (counts(verified=1, open=3), {"EUR": 10}, {"EUR": 10, "USD": 1}, Worth.PARTLY),
        (counts(verified=4, open=0), {}, {"EUR": 10}, Worth.ALL_VERIFIED),
        (counts(verified=4, open=0), {"EUR": 5}, {}, Worth.ALL_VERIFIED),
        (counts(), {}, {}, Worth.TOO_EARLY),
        (counts(overdue=1), {}, {}, Worth.NOT_PROVEN),
        (counts(not_verified=1, open=3), {}, {}, Worth.NOT_PROVEN),
    ],
)
def test_a_report_says_no_more_than_is_proven(told, proven, cost, worth):
    money = {each: Decimal(amount) for each, amount in proven.items()}
    paid = {each: Decimal(amount) for each, amount in cost.items()}
    assert worth_of(told, proven=money, cost=paid) is worth


def test_a_share_of_few_is_as_unsure_as_wilson_says():
    told = share_interval(1, of=2)
    assert told == pytest.approx((0.0945312, 0.9054688), abs=1e-6)
    assert share_interval(0, of=0) is None


@given(st.integers(min_value=0, max_value=500), st.integers(min_value=0, max_value=500))
def test_a_share_lies_inside_its_range(part, rest):
    told = share_interval(part, of=part + rest)
    assert (told is None) == (part + rest == 0)
    assert told is None or 0 <= told.low <= part / (part + rest) + 1e-12
    assert told is None or part / (part + rest) - 1e-12 <= told.high <= 1
