"""What a score is, and what hiding an input does to it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.customers.contracts import HealthBand
from vereda.foundation.inputs import Reading
from vereda.health.contracts import (
    Bands,
    CurvePoint,
    Direction,
    Doubt,
    Factor,
    FactorState,
    ScoreRules,
    Shape,
)
from vereda.health.rules.scoring import GOODNESS, direction_of, scored, share_earned

TODAY = date(2026, 11, 2)


def a_factor(name="people", *, weight=10, shape=Shape.STEPS, fresh_days=None, points=None):
    curve = points or [(0, 0), (5, 0.5), (10, 1)]
    return Factor(
        name=name,
        input=f"test.{name}",
        points=tuple(CurvePoint(at, share) for at, share in curve),
        shape=shape,
        weight=weight,
        fresh_days=fresh_days,
    )


def read(**values):
    return {f"test.{name}": Reading(value, TODAY) for name, value in values.items()}


def score_of(factors, readings, **rules):
    chosen = ScoreRules(factors=tuple(factors), **rules)
    return scored(chosen, readings, on=TODAY, fresh_days={})


@pytest.mark.parametrize(
    ("value", "share"),
    [(-3, 0), (0, 0), (4.99, 0), (5, 0.5), (9.99, 0.5), (10, 1), (900, 1)],
)
def test_a_step_is_reached_at_its_threshold(value, share):
    assert share_earned(a_factor(), value) == share


@pytest.mark.parametrize(("value", "share"), [(-3, 0), (2.5, 0.25), (5, 0.5), (7, 0.7), (12, 1)])
def test_a_line_runs_from_threshold_to_threshold(value, share):
    assert share_earned(a_factor(shape=Shape.LINE), value) == share


@pytest.mark.parametrize(
    ("points", "direction"),
    [
        ([(0, 0), (1, 1)], Direction.MORE),
        ([(0, 1), (7, 0.5), (30, 0)], Direction.LESS),
        ([(0, 0), (5, 1), (9, 0)], Direction.MIXED),
        ([(0, 0.5)], Direction.NONE),
    ],
)
def test_the_curve_says_which_way_is_good(points, direction):
    assert direction_of(a_factor(points=points)) is direction


def test_weights_count():
    factors = [a_factor("people", weight=30), a_factor("depth", weight=10)]

    score = score_of(factors, read(people=10, depth=0))

    assert (score.value, score.exact, score.coverage, score.band) == (
        75,
        75.0,
        1.0,
        HealthBand.WATCH,
    )


@pytest.mark.parametrize(
    ("share", "band"),
    [
        (0.504, HealthBand.AT_RISK),
        (0.505, HealthBand.WATCH),
        (0.754, HealthBand.WATCH),
        (0.755, HealthBand.HEALTHY),
    ],
)
def test_the_colour_is_that_of_the_number_people_see(share, band):
    assert score_of([a_factor(points=[(0, share)])], read(people=1)).band is band


def test_what_is_unknown_lowers_coverage_and_not_the_score():
    factors = [a_factor("people", weight=90), a_factor("depth", weight=10)]

    score = score_of(factors, read(people=10))

    assert (score.value, score.coverage, score.band) == (100, 0.9, HealthBand.HEALTHY)


def test_too_little_known_has_no_colour():
    factors = [a_factor("people", weight=49), a_factor("depth", weight=51)]

    score = score_of(factors, read(people=10))

    assert (score.value, score.band, score.doubt) == (
        100,
        HealthBand.UNKNOWN,
        Doubt.TOO_LITTLE_KNOWN,
    )


def test_nothing_known_has_no_score():
    score = score_of([a_factor()], {})

    assert (score.value, score.exact, score.doubt) == (None, None, Doubt.NOTHING_KNOWN)


def test_healthy_is_held_back_to_what_is_sure():
    factors = [a_factor("people", weight=70), a_factor("depth", weight=30)]

    score = score_of(factors, read(people=10))

    assert (score.value, score.least, score.band, score.doubt) == (
        100,
        70,
        HealthBand.WATCH,
        Doubt.HELD_BACK,
    )


def test_what_is_unknown_makes_nobody_at_risk():
    factors = [a_factor("people", weight=70), a_factor("depth", weight=30)]

    score = score_of(factors, read(people=7) | {})

    assert (score.value, score.band) == (50, HealthBand.AT_RISK)
    better = score_of([*factors, a_factor("more", weight=70)], read(people=7, more=10))
    assert (better.value, better.least, better.band) == (75, 62, HealthBand.WATCH)
    doubtful = score_of(
        [a_factor("people", weight=70, points=[(0, 0.6)]), factors[1]], read(people=7)
    )
    assert (doubtful.value, doubtful.least, doubtful.band, doubtful.doubt) == (
        60,
        42,
        HealthBand.UNKNOWN,
        Doubt.UNDECIDED,
    )


def test_an_old_reading_is_shown_and_does_not_count():
    factors = [a_factor("people", weight=60), a_factor("nps", weight=40, fresh_days=90)]
    readings = read(people=10) | {"test.nps": Reading(0, TODAY - timedelta(days=91))}

    score = score_of(factors, readings)

    assert (score.value, score.coverage) == (100, 0.6)
    stale = score.factors[1]
    assert (stale.state, stale.value, stale.share, stale.earned) == (
        FactorState.STALE,
        0,
        0,
        None,
    )


def test_a_reading_is_fresh_on_its_last_day():
    readings = {"test.people": Reading(10, TODAY - timedelta(days=90))}

    score = score_of([a_factor(fresh_days=90)], readings)

    assert score.coverage == 1


def test_the_input_says_how_long_it_is_fresh_unless_the_card_does():
    readings = {"test.people": Reading(10, TODAY - timedelta(days=8))}
    rules = ScoreRules(factors=(a_factor(),))
    own = ScoreRules(factors=(a_factor(fresh_days=30),))

    assert scored(rules, readings, on=TODAY, fresh_days={"test.people": 7}).coverage == 0
    assert scored(own, readings, on=TODAY, fresh_days={"test.people": 7}).coverage == 1


# --- For every card and every reading -------------------------------------------------

shares = st.floats(0, 1)
curves = st.lists(
    st.tuples(st.integers(-50, 50), shares),
    min_size=1,
    max_size=5,
    unique_by=lambda point: point[0],
).map(sorted)


@st.composite
def cards(draw):
    count = draw(st.integers(1, 8))
    factors = [
        a_factor(
            f"f{index}",
            weight=draw(st.integers(1, 100)),
            shape=draw(st.sampled_from(Shape)),
            points=draw(curves),
        )
        for index in range(count)
    ]
    watch = draw(st.integers(1, 99))
    return ScoreRules(
        factors=tuple(factors),
        bands=Bands(watch, draw(st.integers(watch + 1, 100))),
        minimum_coverage=draw(st.floats(0.01, 1)),
    )


@st.composite
def hidings(draw):
    """A card, what is known, and less of it."""
    rules = draw(cards())
    names = [factor.name for factor in rules.factors]
    known = draw(st.lists(st.sampled_from(names), unique=True))
    kept = [name for name in known if draw(st.booleans())]
    values = {name: draw(st.floats(-60, 60)) for name in known}
    return rules, read(**values), read(**{name: values[name] for name in kept})


@given(hidings())
def test_hiding_an_input_never_improves_a_colour(hiding):
    rules, known, kept = hiding

    full = scored(rules, known, on=TODAY, fresh_days={})
    less = scored(rules, kept, on=TODAY, fresh_days={})

    # Nobody escapes from at risk to a better colour, and what is told good was good before.
    assert GOODNESS.get(less.band, 0) <= GOODNESS.get(full.band, 0)


@given(hidings())
def test_hiding_an_input_only_lowers_coverage_and_what_is_sure(hiding):
    rules, known, kept = hiding

    full = scored(rules, known, on=TODAY, fresh_days={})
    less = scored(rules, kept, on=TODAY, fresh_days={})

    assert less.coverage <= full.coverage
    assert less.least <= full.least


@given(hidings())
def test_what_is_missing_is_never_counted_as_bad(hiding):
    rules, known, _kept = hiding
    asked = tuple(factor for factor in rules.factors if factor.input in known)
    only_known = ScoreRules(factors=asked, bands=rules.bands)

    score = scored(rules, known, on=TODAY, fresh_days={})
    without = scored(only_known, known, on=TODAY, fresh_days={})

    assert score.exact == without.exact
    assert score.value is None or score.value >= score.least
    # A card that never asked for what is missing is no worse off.
    assert (score.band is HealthBand.AT_RISK) <= (without.band is HealthBand.AT_RISK)


@given(hidings())
def test_a_reading_that_grew_old_is_as_good_as_hidden(hiding):
    rules, known, kept = hiding
    aged = {
        name: reading if name in kept else Reading(reading.value, TODAY - timedelta(days=31))
        for name, reading in known.items()
    }
    fresh_days = dict.fromkeys(known, 30)

    old = scored(rules, aged, on=TODAY, fresh_days=fresh_days)
    hidden = scored(rules, kept, on=TODAY, fresh_days=fresh_days)

    assert (old.exact, old.band, old.coverage) == (hidden.exact, hidden.band, hidden.coverage)
