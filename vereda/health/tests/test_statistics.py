"""The statistics of a score, beside scikit-learn, scipy and numpy."""

import random

import numpy as np
import pytest
from scipy import special, stats
from sklearn.metrics import roc_auc_score

from vereda.health.rules.statistics import (
    auc_difference,
    auc_interval,
    auc_variance,
    beta_quantile,
    beta_share,
    exact_binomial,
    median_interval,
    newcombe_interval,
    normal_quantile,
    ranked,
    student_quantile,
    student_tail,
    wilson,
)
from vereda.health.testing import known


def some_rows(seed, *, count=400, customers=90, levels=40):
    """Risks with many ties, who departed, and whose rows they are; and a second ranking."""
    chance = random.Random(seed)  # noqa: S311 - simulation
    owners = [chance.randrange(customers) for _ in range(count)]
    inclined = [chance.gauss(0, 1) for _ in range(customers)]
    risks = [float(round((inclined[who] + chance.gauss(0, 1)) * levels / 6)) for who in owners]
    others = [inclined[who] + chance.gauss(0, 2) for who in owners]
    departed = [chance.random() < 1 / (1 + np.exp(2 - inclined[who])) for who in owners]
    return risks, others, departed, owners


def placements(risks, departed):
    """The matrix of all pairs, obviously: 1 where the departed row is riskier, half for ties."""
    risks, departed = np.array(risks), np.array(departed)
    gone, stayed = risks[departed][:, None], risks[~departed][None, :]
    return (gone > stayed) + 0.5 * (gone == stayed)


@pytest.mark.parametrize("seed", range(12))
def test_auc_is_scikit_learns(seed):
    risks, _, departed, owners = some_rows(seed)

    assert known(ranked(risks, departed, owners)).auc == pytest.approx(
        roc_auc_score(departed, risks), abs=1e-12
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_variance_of_one_row_each_is_delongs(seed):
    risks, others, departed, _ = some_rows(seed)
    pairs, other_pairs = placements(risks, departed), placements(others, departed)
    gone, stayed = pairs.shape

    cov10 = np.cov(pairs.mean(axis=1), other_pairs.mean(axis=1))
    cov01 = np.cov(pairs.mean(axis=0), other_pairs.mean(axis=0))
    both = cov10 / gone + cov01 / stayed

    first, second = known(ranked(risks, departed)), known(ranked(others, departed))
    difference, variance = auc_difference(first, second)
    assert auc_variance(first) == pytest.approx(both[0, 0], abs=1e-12)
    assert variance == pytest.approx(both[0, 0] + both[1, 1] - 2 * both[0, 1], abs=1e-12)
    assert difference == pytest.approx(pairs.mean() - other_pairs.mean(), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_variance_of_grouped_rows_is_near_that_of_drawing_customers_again(seed):
    risks, _, departed, owners = some_rows(seed, count=900, customers=150)
    rng = np.random.default_rng(seed)
    of = {who: [at for at, owner in enumerate(owners) if owner == who] for who in set(owners)}
    customers = sorted(of)

    drawn = []
    for _ in range(400):
        rows = [at for who in rng.choice(customers, len(customers)) for at in of[who]]
        drawn.append(roc_auc_score([departed[at] for at in rows], [risks[at] for at in rows]))

    grouped = auc_variance(known(ranked(risks, departed, owners))) ** 0.5
    alone = auc_variance(known(ranked(risks, departed))) ** 0.5
    assert grouped == pytest.approx(np.std(drawn), rel=0.15)
    assert grouped > 1.1 * alone


def test_no_auc_where_nobody_or_everybody_departed():
    assert ranked([1.0, 2.0], [False, False]) is None
    assert ranked([1.0, 2.0], [True, True]) is None


def test_an_auc_of_one_departure_says_nothing():
    interval = auc_interval(known(ranked([9.0, 1.0, 2.0, 3.0], [True, False, False, False])))

    assert (interval.low, interval.high) == (0.0, 1.0)


def test_three_departures_in_perfect_order_leave_a_wide_interval():
    interval = auc_interval(known(ranked([9.0, 8.0, 7.0, *range(5)], [True] * 3 + [False] * 5)))

    assert interval.value == interval.high == 1.0
    assert interval.low < 0.65


def test_newcombes_ends_solve_their_equation():
    found = newcombe_interval(0.8, departed=12, stayed=40)

    for end in (found.low, found.high):
        middle = 26 - 1
        variance = end * (1 - end) * (1 + middle * ((1 - end) / (2 - end) + end / (1 + end))) / 480
        assert abs(end - 0.8) == pytest.approx(stats.norm.ppf(0.975) * variance**0.5, abs=1e-9)


@pytest.mark.parametrize("departures", [6, 12, 40])
def test_the_interval_holds_the_truth_as_often_as_it_says(departures):
    chance = random.Random(departures)  # noqa: S311 - simulation
    truth = stats.norm.cdf(1 / 2**0.5)  # of two normals one apart
    departed = [True] * departures + [False] * 5 * departures

    held = 0
    for _ in range(400):
        risks = [chance.gauss(1.0 if left else 0.0, 1.0) for left in departed]
        interval = auc_interval(known(ranked(risks, departed)))
        held += interval.low <= truth <= interval.high

    assert 0.93 <= held / 400 <= 1.0


@pytest.mark.parametrize(("found", "of"), [(0, 10), (7, 10), (10, 10), (3, 250), (1, 1)])
def test_shares_are_scipys(found, of):
    theirs = stats.binomtest(found, of)
    score, exact = theirs.proportion_ci(method="wilson"), theirs.proportion_ci(method="exact")

    assert wilson(found, of).low == pytest.approx(score.low, abs=1e-9)
    assert wilson(found, of).high == pytest.approx(score.high, abs=1e-9)
    assert exact_binomial(found, of).low == pytest.approx(exact.low, abs=1e-9)
    assert exact_binomial(found, of).high == pytest.approx(exact.high, abs=1e-9)


def test_shares_of_nothing_are_unknown():
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    assert (exact_binomial(0, 0).low, exact_binomial(0, 0).high) == (0.0, 1.0)


@pytest.mark.parametrize("first", [0.5, 2.0, 33.5])
@pytest.mark.parametrize("second", [0.5, 7.0, 80.0])
@pytest.mark.parametrize("at", [0.001, 0.3, 0.97])
def test_distributions_are_scipys(first, second, at):
    assert beta_share(at, first, second) == pytest.approx(
        special.betainc(first, second, at), abs=1e-11
    )
    assert beta_quantile(at, first, second) == pytest.approx(
        stats.beta.ppf(at, first, second), abs=1e-9
    )


@pytest.mark.parametrize("freedom", [1, 4, 29, 400])
def test_quantiles_are_scipys(freedom):
    assert student_quantile(0.975, freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-9)
    assert student_tail(1.7, freedom) == pytest.approx(stats.t.sf(1.7, freedom), abs=1e-11)
    assert student_tail(-0.4, freedom) == pytest.approx(stats.t.sf(-0.4, freedom), abs=1e-11)
    assert normal_quantile(0.995) == pytest.approx(stats.norm.ppf(0.995), abs=1e-12)


@pytest.mark.parametrize("count", [6, 9, 10, 25, 60])
def test_the_interval_of_a_median_has_at_least_its_confidence(count):
    found = known(median_interval([float(each) for each in range(count)]))

    place = int(found.low)
    assert 1 - 2 * stats.binom.cdf(place, count, 0.5) >= 0.95
    assert 1 - 2 * stats.binom.cdf(place + 1, count, 0.5) < 0.95
    assert found.high == count - 1 - place
    assert found.value == (count - 1) / 2


def test_the_median_of_few_lies_between_the_smallest_and_the_largest():
    assert median_interval([]) is None
    found = known(median_interval([40.0, 10.0, 31.0]))
    assert (found.value, found.low, found.high) == (31.0, 10.0, 40.0)
