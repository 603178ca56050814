"""Curves are those of Kaplan and Meier with Greenwood's interval, as lifelines has them."""

import warnings
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vereda.adoption.rules.survival import Spell, curve_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter  # type: ignore[import-untyped]

SPELLS = st.lists(st.builds(Spell, st.integers(0, 60), st.booleans()), min_size=1, max_size=80)


def by_lifelines(spells):
    """Days, share left, and its interval, as lifelines fits it."""
    fitter = KaplanMeierFitter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter.fit([each.days for each in spells], [each.happened for each in spells])
    shares = fitter.survival_function_["KM_estimate"]
    interval = fitter.confidence_interval_
    return {
        int(day): (
            float(shares[day]),
            float(interval.loc[day].iloc[0]),
            float(interval.loc[day].iloc[1]),
        )
        for day in shares.index
    }


@settings(max_examples=60, deadline=None)
@given(SPELLS)
def test_it_is_the_curve_of_lifelines(spells):
    theirs = by_lifelines(spells)

    for step in curve_of(spells).steps:
        share, low, high = theirs[step.days]
        assert step.remaining == pytest.approx(share, abs=1e-9)
        if 0 < step.remaining < 1:
            assert step.low == pytest.approx(low, abs=1e-9)
            assert step.high == pytest.approx(high, abs=1e-9)
            assert not isnan(low)


def test_a_thousand_spells_agree_to_the_ninth_decimal():
    spells = [Spell((7 * n * n) % 211, happened=n % 3 != 0) for n in range(1000)]

    theirs = by_lifelines(spells)

    steps = [step for step in curve_of(spells).steps if 0 < step.remaining < 1]
    assert len(steps) > 50
    worst = max(
        abs(mine - other)
        for step in steps
        for mine, other in zip(
            (step.remaining, step.low, step.high), theirs[step.days], strict=True
        )
    )
    assert worst <= 1e-9


def test_the_median_and_its_interval():
    curve = curve_of([Spell(days, happened=True) for days in range(1, 11)])

    assert curve.median == 5
    assert curve.median_interval == (1, 8)
    assert (curve.count, curve.happened) == (10, 10)


def test_where_not_half_got_there_is_no_median():
    curve = curve_of([Spell(2, happened=True), *[Spell(9, happened=False)] * 5])

    assert curve.median is None
    assert curve.share_by(2) == pytest.approx(1 / 6)
    assert curve.share_by(1) == 0
    assert curve.share_by(10) is None


def test_nobody_has_no_curve():
    curve = curve_of([])

    assert (curve.count, curve.median, curve.share_by(5), curve.at(5)) == (0, None, None, None)
