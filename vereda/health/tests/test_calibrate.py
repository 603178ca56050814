"""Probabilities and how true they came, beside scikit-learn."""

import random

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from vereda.health.rules.calibrating import (
    calibration_of,
    fitted_curve,
    isotonic_curve,
    platt_curve,
)
from vereda.health.testing import known


def some_rows(seed, count=600):
    chance = random.Random(seed)  # noqa: S311 - simulation
    risks = [float(chance.randrange(100)) for _ in range(count)]
    departed = [bool(chance.random() < (risk / 100) ** 2) for risk in risks]
    return risks, departed


@pytest.mark.parametrize("seed", range(4))
def test_the_free_curve_is_scikit_learns(seed):
    risks, departed = some_rows(seed)
    theirs = IsotonicRegression(out_of_bounds="clip").fit(risks, departed)
    asked = [-5.0, *np.linspace(0, 99, 400), 200.0]

    curve = isotonic_curve(risks, departed)

    assert [curve.at(risk) for risk in asked] == pytest.approx(theirs.predict(asked), abs=1e-9)


@pytest.mark.parametrize(("seed", "count"), [(1, 600), (2, 60), (3, 25)])
def test_the_s_is_scikit_learns_on_platts_targets(seed, count):
    risks, departed = some_rows(seed, count)
    gone = sum(departed)
    high, low = (gone + 1) / (gone + 2), 1 / (count - gone + 2)
    weight = np.where(departed, high, low)
    theirs = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000)
    theirs.fit(
        np.array([*risks, *risks])[:, None] / 100,
        [True] * count + [False] * count,
        sample_weight=[*weight, *(1 - weight)],
    )

    curve = platt_curve(risks, departed)

    expected = theirs.predict_proba(np.array([0.0, 0.3, 1.0])[:, None])[:, 1]
    assert [curve.at(risk) for risk in (0.0, 30.0, 100.0)] == pytest.approx(expected, abs=1e-6)


def test_the_s_of_rows_in_perfect_order_stays_finite():
    curve = platt_curve([0.0, 0.0, 100.0, 100.0], [False, False, True, True])

    assert curve.at(0.0) == pytest.approx(0.25)
    assert curve.at(100.0) == pytest.approx(0.75)


def test_one_risk_for_all_has_one_probability():
    curve = platt_curve([50.0] * 10, [True] + [False] * 9)

    assert curve.at(0.0) == curve.at(99.0) == pytest.approx((2 / 3 + 9 / 11) / 10)


def test_few_departures_get_an_s_and_many_a_free_rise():
    few, many = some_rows(1, 100), some_rows(1, 2_000)

    assert fitted_curve(*few).line is not None
    assert fitted_curve(*many).corners


def test_the_mean_squared_error_is_scikit_learns_and_the_bins_add_up():
    risks, departed = some_rows(7)
    told = [(risk / 100) ** 2 for risk in risks]

    found = known(calibration_of(told, departed, base=0.3))

    assert found.brier == pytest.approx(brier_score_loss(departed, told), abs=1e-12)
    assert found.brier_of_base == pytest.approx(
        brier_score_loss(departed, [0.3] * len(told)), abs=1e-12
    )
    assert sum(each.rows for each in found.bins) == 600
    assert sum(each.departed for each in found.bins) == sum(departed) == found.departed
    assert len(found.bins) == 10
    assert found.is_good


def test_probabilities_twice_too_high_are_not_good():
    risks, departed = some_rows(7)

    assert not known(calibration_of([risk / 100 for risk in risks], departed, base=0.3)).is_good


def test_the_error_is_the_mean_distance_of_bins_by_their_rows():
    found = known(
        calibration_of([0.1] * 10 + [0.5] * 10, [True] * 2 + [False] * 18, base=0.1, bins=2)
    )

    assert [(each.rows, each.departed) for each in found.bins] == [(10, 2), (10, 0)]
    assert found.error == pytest.approx((1 + 5) / 20)


def test_nothing_to_judge_is_no_calibration():
    assert calibration_of([], [], base=0.1) is None
