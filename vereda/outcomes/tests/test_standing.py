"""Where an outcome stands: the line, its tolerance, silence, and the words of both sides."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.outcomes.contracts import (
    OPEN_STATES,
    Direction,
    Line,
    Measured,
    OutcomeState,
    Unknown,
    VerdictKind,
    WhyNot,
    Word,
)
from vereda.outcomes.rules.standing import (
    days_behind_line,
    is_reached,
    patience_of,
    share_expected,
    share_walked,
    standing_on,
)

START = date(2026, 1, 1)
DUE = START + timedelta(days=100)
LINE = Line(
    direction=Direction.MORE,
    baseline=Decimal(20),
    target=Decimal(80),
    starts_on=START,
    due_on=DUE,
)
FALLING = Line(
    direction=Direction.LESS,
    baseline=Decimal(80),
    target=Decimal(20),
    starts_on=START,
    due_on=DUE,
)
YES = Word(kind=VerdictKind.VERIFIED, on=DUE)
NO = Word(kind=VerdictKind.NOT_VERIFIED, on=DUE, reason=WhyNot.NOT_ADOPTED)


def day(number: int) -> date:
    return START + timedelta(days=number)


def measured(value: str, on: int) -> Measured:
    return Measured(value=Decimal(value), on=day(on))


def stands(value: str, on: int, *, today: int | None = None, line: Line = LINE):
    return standing_on(day(on if today is None else today), line=line, last=measured(value, on))


# --- By example -----------------------------------------------------------------


def test_what_nobody_measured_is_promised_and_then_unknown():
    assert standing_on(day(25), line=LINE, last=None).state is OutcomeState.PROMISED
    late = standing_on(day(26), line=LINE, last=None)
    assert (late.state, late.unknown) == (OutcomeState.UNKNOWN, Unknown.NEVER_MEASURED)


def test_half_way_at_half_time_is_on_the_way():
    standing = stands("50", 50)
    assert standing.state is OutcomeState.ON_THE_WAY
    assert (standing.share, standing.expected, standing.days_behind) == (0.5, 0.5, 0)


def test_the_tolerance_is_still_on_the_way_and_a_hair_more_is_behind():
    assert stands("41", 50).state is OutcomeState.ON_THE_WAY
    late = stands("40.9999", 50)
    assert late.state is OutcomeState.BEHIND
    assert late.days_behind == 16


def test_a_falling_line_is_the_same_the_other_way_round():
    assert stands("59", 50, line=FALLING).state is OutcomeState.ON_THE_WAY
    assert stands("59.0001", 50, line=FALLING).state is OutcomeState.BEHIND
    assert stands("20", 50, line=FALLING).state is OutcomeState.REACHED


def test_a_week_that_passes_puts_nobody_behind():
    assert stands("50", 50, today=57).state is OutcomeState.ON_THE_WAY


def test_a_measurement_speaks_for_a_quarter_of_the_line_and_then_nothing_is_known():
    assert stands("50", 50, today=75).state is OutcomeState.ON_THE_WAY
    old = stands("50", 50, today=76)
    assert (old.state, old.unknown) == (OutcomeState.UNKNOWN, Unknown.TOO_OLD)
    assert old.share == 0.5


def test_on_its_day_there_is_no_tolerance_any_more():
    assert stands("79.9999", 100).state is OutcomeState.BEHIND
    assert stands("79.9999", 99, today=101).state is OutcomeState.BEHIND
    assert stands("80", 100).state is OutcomeState.REACHED


def test_after_its_day_it_is_behind_by_the_days_since_it_should_have_been_there():
    assert stands("74", 100, today=110).days_behind == 20


def test_what_was_measured_on_its_day_or_later_speaks_for_good():
    assert stands("70", 100, today=900).state is OutcomeState.BEHIND
    assert stands("80", 100, today=900).state is OutcomeState.REACHED


def test_without_a_start_only_the_end_can_be_told():
    line = Line(
        direction=Direction.MORE, baseline=None, target=Decimal(80), starts_on=START, due_on=DUE
    )
    unknown = stands("50", 50, line=line)
    assert (unknown.state, unknown.unknown) == (OutcomeState.UNKNOWN, Unknown.NO_BASELINE)
    assert stands("80", 50, line=line).state is OutcomeState.REACHED
    assert stands("79", 100, line=line).state is OutcomeState.BEHIND


def test_a_promise_to_keep_what_is_there_is_behind_as_soon_as_it_is_not():
    line = Line(
        direction=Direction.MORE,
        baseline=Decimal(99),
        target=Decimal(99),
        starts_on=START,
        due_on=DUE,
    )
    assert stands("99", 50, line=line).state is OutcomeState.ON_THE_WAY
    assert stands("98", 50, line=line).state is OutcomeState.BEHIND
    assert stands("99", 100, line=line).state is OutcomeState.REACHED


def test_before_it_starts_nothing_is_behind():
    assert stands("0", -5).state is OutcomeState.PROMISED


@pytest.mark.parametrize(
    ("ours", "theirs", "state"),
    [
        (YES, None, OutcomeState.VERIFIED),
        (NO, None, OutcomeState.NOT_VERIFIED),
        (None, YES, OutcomeState.VERIFIED),
        (None, NO, OutcomeState.NOT_VERIFIED),
        (YES, NO, OutcomeState.NOT_VERIFIED),
        (NO, YES, OutcomeState.VERIFIED),
    ],
)
def test_a_word_rules_over_the_line_and_the_customers_over_ours(ours, theirs, state):
    standing = standing_on(day(50), line=LINE, last=measured("50", 50), ours=ours, theirs=theirs)
    assert standing.state is state
    assert standing.share == 0.5


def test_what_was_dropped_is_dropped_whatever_was_said():
    standing = standing_on(day(50), line=LINE, last=None, theirs=YES, dropped=True)
    assert standing.state is OutcomeState.DROPPED


# --- Whatever the numbers -------------------------------------------------------

VALUES = st.decimals(
    min_value=-10_000, max_value=10_000, places=4, allow_nan=False, allow_infinity=False
)
DAYS = st.integers(min_value=-50, max_value=900)
LENGTHS = st.integers(min_value=1, max_value=800)
TOLERANCES = st.integers(min_value=0, max_value=50)


@st.composite
def lines(draw, *, known=None):
    """Lines whichever way, some that keep what is, some without a start."""
    start, target = draw(VALUES), draw(VALUES)
    more = target >= start
    if start == target:
        more = draw(st.booleans())
    with_start = draw(st.booleans()) if known is None else known
    return Line(
        direction=Direction.MORE if more else Direction.LESS,
        baseline=start if with_start else None,
        target=target,
        starts_on=START,
        due_on=START + timedelta(days=draw(LENGTHS)),
        tolerance_percent=draw(TOLERANCES),
    )


@given(lines(), VALUES, DAYS, st.integers(min_value=0, max_value=400))
def test_every_outcome_stands_somewhere_and_says_why_nothing_is_known(line, value, on, after):
    standing = standing_on(day(on + after), line=line, last=Measured(value=value, on=day(on)))
    assert standing.state in OPEN_STATES
    assert (standing.unknown is not None) == (standing.state is OutcomeState.UNKNOWN)


@given(lines(), VALUES, DAYS)
def test_reached_is_exactly_the_whole_way(line, value, on):
    standing = standing_on(day(on), line=line, last=Measured(value=value, on=day(on)))
    share = share_walked(line, value)
    assert share is None or (share >= 1) == is_reached(line, value)
    assert (standing.state is OutcomeState.REACHED) <= is_reached(line, value)


GOODNESS = {
    OutcomeState.BEHIND: 0,
    OutcomeState.PROMISED: 1,
    OutcomeState.ON_THE_WAY: 1,
    OutcomeState.REACHED: 2,
}


@given(lines(known=True), VALUES, VALUES, DAYS)
def test_a_better_value_never_stands_worse(line, one, other, on):
    worse, better = sorted((one, other), reverse=line.direction is Direction.LESS)
    low = standing_on(day(on), line=line, last=Measured(value=worse, on=day(on)))
    high = standing_on(day(on), line=line, last=Measured(value=better, on=day(on)))
    assert GOODNESS[low.state] <= GOODNESS[high.state]
    assert (low.days_behind or 0) >= (high.days_behind or 0)


@given(lines(known=True), VALUES, DAYS, st.integers(min_value=0, max_value=300))
def test_the_same_value_later_is_never_less_behind(line, value, on, after):
    early = standing_on(day(on), line=line, last=Measured(value=value, on=day(on)))
    late = standing_on(day(on + after), line=line, last=Measured(value=value, on=day(on + after)))
    assert (early.days_behind or 0) <= (late.days_behind or 0)


@given(lines(known=True), VALUES, DAYS)
def test_a_mirror_changes_nothing(line, value, on):
    mirrored = Line(
        direction=Direction.LESS if line.direction is Direction.MORE else Direction.MORE,
        baseline=None if line.baseline is None else -line.baseline,
        target=-line.target,
        starts_on=line.starts_on,
        due_on=line.due_on,
        tolerance_percent=line.tolerance_percent,
    )
    here = standing_on(day(on), line=line, last=Measured(value=value, on=day(on)))
    there = standing_on(day(on), line=mirrored, last=Measured(value=-value, on=day(on)))
    assert here == there


@given(lines(known=True), VALUES, DAYS)
def test_behind_is_exactly_more_than_the_tolerance_below_the_line(line, value, on):
    standing = standing_on(day(on), line=line, last=Measured(value=value, on=day(on)))
    share = share_walked(line, value)
    allowed = 0 if day(on) >= line.due_on else line.tolerance_percent
    assert share is not None
    short = share_expected(line, day(on)) - share > Fraction(allowed, 100)
    has_begun = day(on) > line.starts_on
    assert (standing.state is OutcomeState.BEHIND) == (short and has_begun)


@given(lines(known=True), st.integers(min_value=0, max_value=800))
def test_a_value_on_the_line_is_no_day_behind(line, on):
    share = share_expected(line, day(on))
    assert days_behind_line(line, share=share, on=min(day(on), line.due_on)) == 0


@given(lines())
def test_patience_lies_between_two_weeks_and_sixty_days(line):
    assert timedelta(days=14) <= patience_of(line) <= timedelta(days=60)
