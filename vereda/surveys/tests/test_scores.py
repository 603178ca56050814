"""Numbers made of few answers: golden intervals, their edges, and how often they hold."""

from math import isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.surveys.contracts import AnswerProblem, Part, SurveyKind
from vereda.surveys.rules.scores import (
    net_score,
    part_of,
    result_of,
    scores_in,
    scores_of,
    share_of,
    unfit_answer,
)

COUNT = st.integers(0, 5_000)


def close(estimate, expected, *, within=5e-7):
    return all(
        isclose(got, wanted, abs_tol=within)
        for got, wanted in zip((estimate.value, estimate.low, estimate.high), expected, strict=True)
    )


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # Worked out apart, in decimals, from the variance of +1, 0 and -1 written at length.
        ((3, 3, 4), (0.1, -0.360639, 0.514486)),
        ((0, 0, 10), (1.0, 0.475036, 1.0)),
        ((10, 0, 0), (-1.0, -1.0, -0.475036)),
        ((200, 300, 500), (0.3, 0.250770, 0.347435)),
        ((0, 5, 0), (0.0, -0.300057, 0.300057)),
        ((1, 0, 0), (-1.0, -0.984986, 0.484986)),
    ],
)
def test_net_scores_have_the_adjusted_wald_interval(counts, expected):
    low, middle, high = counts

    assert close(net_score(low=low, middle=middle, high=high), expected)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
        (81, 263, (0.3080, 0.2553, 0.3662)),
        (15, 148, (0.1014, 0.0624, 0.1605)),
        (0, 20, (0.0, 0.0, 0.1611)),
        (1, 29, (0.0345, 0.0061, 0.1718)),
        (20, 20, (1.0, 0.8389, 1.0)),
    ],
)
def test_shares_have_wilsons_interval(part, whole, expected):
    assert close(share_of(part, whole), expected, within=6e-5)


def test_nothing_has_no_number():
    assert net_score(low=0, middle=0, high=0) is None
    assert share_of(0, 0) is None
    assert result_of({}, kind=SurveyKind.NPS).headline is None
    assert result_of({}, kind=SurveyKind.CSAT).mean is None


@given(COUNT, COUNT, COUNT)
def test_the_interval_holds_the_number_unless_it_is_at_the_edge(low, middle, high):
    estimate = net_score(low=low, middle=middle, high=high)
    if estimate is not None:
        assert -1 <= estimate.low < estimate.high <= 1
        assert estimate.low <= estimate.value <= estimate.high or abs(estimate.value) > 0.5
        share = share_of(high, low + middle + high)
        assert share is not None
        assert 0 <= share.low <= share.value <= share.high <= 1


@given(COUNT, COUNT, COUNT)
def test_turning_the_scale_round_turns_the_interval_round(low, middle, high):
    here, there = (
        net_score(low=low, middle=middle, high=high),
        net_score(low=high, middle=middle, high=low),
    )
    if here is not None and there is not None:
        assert isclose(here.low, -there.high, abs_tol=1e-12)
        assert isclose(here.value, -there.value, abs_tol=1e-12)


@pytest.mark.parametrize("size", [10, 25, 60, 200])
@pytest.mark.parametrize(
    "shares", [(0.2, 0.3, 0.5), (0.05, 0.15, 0.8), (0.45, 0.45, 0.1), (0.1, 0.8, 0.1)]
)
def test_the_interval_holds_the_truth_as_often_as_it_says(size, shares):
    random = Random(size * 7 + 1)  # noqa: S311 - a simulation, the same each time
    truth, held, rounds = shares[2] - shares[0], 0, 2_000
    for _ in range(rounds):
        drawn = random.choices(("low", "middle", "high"), shares, k=size)
        estimate = net_score(
            low=drawn.count("low"), middle=drawn.count("middle"), high=drawn.count("high")
        )
        assert estimate is not None
        held += estimate.low <= truth <= estimate.high

    assert held / rounds >= 0.93


@pytest.mark.parametrize(
    ("kind", "low", "middle", "high"),
    [
        (SurveyKind.NPS, [0, 1, 2, 3, 4, 5, 6], [7, 8], [9, 10]),
        (SurveyKind.CSAT, [1, 2], [3], [4, 5]),
        (SurveyKind.CES, [1, 2, 3], [4], [5, 6, 7]),
        (SurveyKind.SMILE, [1], [2], [3]),
    ],
)
def test_every_score_lies_in_one_part_of_its_scale(kind, low, middle, high):
    assert scores_in(Part.LOW, kind=kind) == low
    assert scores_in(Part.MIDDLE, kind=kind) == middle
    assert scores_in(Part.HIGH, kind=kind) == high
    assert sorted(low + middle + high) == list(scores_of(kind))
    assert part_of(high[0], kind=kind) is Part.HIGH


def test_a_result_counts_what_was_given():
    result = result_of({0: 1, 6: 2, 7: 1, 9: 3, 10: 3}, kind=SurveyKind.NPS)

    assert (result.low, result.middle, result.high, result.answers) == (3, 1, 6, 10)
    assert result.net is not None
    assert result.net.value == pytest.approx(0.3)
    assert result.headline is result.net
    assert result.mean == pytest.approx((0 + 12 + 7 + 27 + 30) / 10)
    assert result.counts[5] == 0
    assert not result.is_few


def test_other_scales_lead_with_the_share_of_the_satisfied():
    result = result_of({1: 1, 5: 3}, kind=SurveyKind.CSAT)

    assert result.headline is result.satisfied
    assert result.satisfied is not None
    assert result.satisfied.value == 0.75
    assert result.is_few


@pytest.mark.parametrize(
    ("kind", "score", "comment", "problem"),
    [
        (SurveyKind.NPS, 10, "", None),
        (SurveyKind.NPS, 11, "", AnswerProblem.OUTSIDE_SCALE),
        (SurveyKind.CSAT, 0, "", AnswerProblem.OUTSIDE_SCALE),
        (SurveyKind.NPS, None, "words", AnswerProblem.NO_SCORE),
        (SurveyKind.OPEN, None, "words", None),
        (SurveyKind.OPEN, None, "  ", AnswerProblem.NOTHING_SAID),
        (SurveyKind.OPEN, 3, "words", AnswerProblem.SCORE_OF_WORDS),
    ],
)
def test_what_cannot_be_an_answer(kind, score, comment, problem):
    told = unfit_answer(kind=kind, score=score, comment=comment)

    assert (told[0] if told else None) is problem
