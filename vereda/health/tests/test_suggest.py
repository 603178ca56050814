"""Weights that the past suggests, on simulated customers of which the truth is known."""

import random
from datetime import date, timedelta
from uuid import UUID

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from vereda.customers.contracts import HealthBand
from vereda.health.contracts import CurvePoint, Factor, Pace, ScoreRules, Shape
from vereda.health.rules.scoring import share_earned
from vereda.health.rules.snapshots import Observed, snapshot_days
from vereda.health.rules.suggesting import Example, suggested_rules, suggestion_of

# ruff: noqa: S311 - simulation

DAYS = snapshot_days(date(2023, 1, 31), date(2025, 12, 31), pace=Pace.MONTHLY)
UNTIL = date(2026, 1, 31)


def factor(name, weight):
    points = (CurvePoint(0, 0.0), CurvePoint(10, 1.0))
    return Factor(name=name, input=f"events.{name}", points=points, weight=weight)


RULES = ScoreRules(factors=(factor("truth", 10), factor("noise", 40), factor("backwards", 50)))


def examples(seed, *, customers=60, unknown=0.0):
    """`truth` keeps customers, `noise` does nothing, `backwards` drives them away."""
    chance = random.Random(seed)
    found = []
    for number in range(customers):
        for on in DAYS:
            shares = [chance.random() for _ in range(3)]
            odds = 0.12 * 4 ** (2 * (0.5 - shares[0])) * 4 ** (2 * (shares[2] - 0.5))
            leaves = chance.random() < odds / (1 + odds)
            weights = [each.weight for each in RULES.factors]
            score = sum(w * s for w, s in zip(weights, shares, strict=True))
            told = tuple(None if chance.random() < unknown else share for share in shares)
            row = Observed(
                account_id=UUID(int=number),
                on=on,
                score=score,
                band=HealthBand.WATCH,
                days_left=15 if leaves else None,
            )
            found.append(Example(row=row, shares=told))
            if leaves:
                break
    return found


def suggestion(seed, **asked):
    told = examples(seed, **{"customers": 400} | asked)
    return suggestion_of(RULES, told, horizon=30, known_until=UNTIL, judged_from=date(2023, 9, 30))


def test_what_matters_gains_weight_and_what_points_backwards_is_turned():
    found = suggestion(1)

    by_name = {each.name: each for each in found.weights}
    assert by_name["backwards"].turned
    assert not by_name["truth"].turned
    assert by_name["noise"].after < 15 < 30 < by_name["truth"].after
    assert sum(each.after for each in found.weights) == pytest.approx(100, abs=2)
    assert found.auc_before < 0.5 < 0.65 < found.auc_after
    assert found.gain.low > 0.1


def test_the_weights_are_those_of_scikit_learn_on_the_earlier_rows():
    found = suggestion(2)

    learned = [
        each
        for each in examples(2, customers=400)
        if each.row.on + timedelta(days=30) <= date(2023, 9, 30)
    ]
    model = LogisticRegression(C=found.strength, max_iter=5_000, tol=1e-10)
    model.fit([each.shares for each in learned], [each.row.days_left == 15 for each in learned])
    pulls = abs(model.coef_[0])
    assert found.learned_rows == len(learned)
    assert [each.after for each in found.weights] == pytest.approx(
        100 * pulls / pulls.sum(), abs=0.51
    )


def test_its_gain_is_that_of_the_rules_it_becomes():
    found = suggestion(3)
    rules = suggested_rules(RULES, found.weights)
    judged = [each for each in examples(3, customers=400) if each.row.on >= date(2023, 9, 30)]

    scores = [
        sum(
            one.weight * share_earned(one, value * 10)
            for one, value in zip(smooth(rules), each.shares, strict=True)
        )
        for each in judged
    ]
    departed = [each.row.days_left == 15 for each in judged]

    assert found.auc_after == pytest.approx(
        roc_auc_score(departed, [-score for score in scores]), abs=2e-3
    )


def smooth(rules):
    """The factors as lines, of which value / 10 is the share."""
    return [
        Factor(
            name=each.name,
            input=each.input,
            points=each.points,
            weight=each.weight,
            shape=Shape.LINE,
        )
        for each in rules.factors
    ]


def test_turning_round_keeps_thresholds_and_gives_the_rest_of_the_points():
    found = suggestion(1)

    rules = suggested_rules(RULES, found.weights)

    assert rules.factors[0].points == RULES.factors[0].points
    assert rules.factors[2].points == (CurvePoint(0, 1.0), CurvePoint(10, 0.0))
    assert rules.bands == RULES.bands


def test_unknown_inputs_are_no_hindrance():
    found = suggestion(4, unknown=0.3)

    assert {each.name for each in found.weights if each.turned} == {"backwards"}
    assert found.gain.low > 0


def test_few_departures_suggest_nothing():
    assert suggestion(1, customers=8) is None
