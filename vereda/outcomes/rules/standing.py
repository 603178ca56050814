"""Where a promised benefit stands: the line from baseline to target, the last measurement, words.

The line is straight between `starts_on` and `due_on`. A measurement is compared with what the line
asked of its own day, never of a later one: nobody is behind because a week passed since. When that
measurement has become too old, nothing is known, and that is said. Shares are exact fractions
inside; only what is shown is rounded.
"""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from vereda.outcomes.contracts import (
    Direction,
    Line,
    Measured,
    OutcomeState,
    Standing,
    Unknown,
    VerdictKind,
    Word,
)

LEAST_PATIENCE_DAYS = 14
MOST_PATIENCE_DAYS = 60
PATIENCE_PART = 4

WORDS_OF_STATE = {
    VerdictKind.VERIFIED: OutcomeState.VERIFIED,
    VerdictKind.NOT_VERIFIED: OutcomeState.NOT_VERIFIED,
}


def standing_on(
    today: date,
    *,
    line: Line,
    last: Measured | None,
    ours: Word | None = None,
    theirs: Word | None = None,
    dropped: bool = False,
) -> Standing:
    """Where it stands. The customer's last word rules; without one, ours; without either, the line.

    last: the last measurement up to today.
    """
    known = _by_line(today, line=line, last=last)
    if dropped:
        return _as(known, OutcomeState.DROPPED)
    word = theirs or ours
    if word is not None and word.kind in WORDS_OF_STATE:
        return _as(known, WORDS_OF_STATE[word.kind])
    return known


def patience_of(line: Line) -> timedelta:
    """How long a measurement speaks: a quarter of the line, between 14 and 60 days."""
    quarter = (line.due_on - line.starts_on).days // PATIENCE_PART
    return timedelta(days=min(MOST_PATIENCE_DAYS, max(LEAST_PATIENCE_DAYS, quarter)))


def is_reached(line: Line, value: Decimal) -> bool:
    """Whether the value is the target or better."""
    if line.direction is Direction.MORE:
        return value >= line.target
    return value <= line.target


def keeps_what_is(line: Line) -> bool:
    """Whether the promise is to keep what there was: there is no way to walk."""
    return line.baseline == line.target


def share_walked(line: Line, value: Decimal) -> Fraction | None:
    """How much of the way the value has walked; None where nobody knows where it began."""
    if line.baseline is None:
        return None
    if keeps_what_is(line):
        return Fraction(int(is_reached(line, value)))
    return Fraction(value - line.baseline) / Fraction(line.target - line.baseline)


def share_expected(line: Line, on: date) -> Fraction:
    """How much of the way the line asks for on that day, from 0 to 1."""
    if keeps_what_is(line):
        return Fraction(1)
    walked, whole = (on - line.starts_on).days, (line.due_on - line.starts_on).days
    return max(Fraction(0), min(Fraction(1), Fraction(walked, whole)))


def days_behind_line(line: Line, *, share: Fraction, on: date) -> int:
    """How long before that day the line asked for this share; 0 where it did not yet."""
    whole = (line.due_on - line.starts_on).days
    return max(0, ceil((on - line.starts_on).days - min(share, Fraction(1)) * whole))


def _by_line(today: date, *, line: Line, last: Measured | None) -> Standing:
    patience = patience_of(line)
    if last is None:
        waits = today <= min(line.starts_on + patience, line.due_on)
        state = OutcomeState.PROMISED if waits else OutcomeState.UNKNOWN
        return Standing(state=state, unknown=Unknown.NEVER_MEASURED)
    share = share_walked(line, last.value)
    asked_on = today if today > line.due_on else last.on
    fresh_until = None if last.on >= line.due_on else last.on + patience
    state, unknown = _judged(today, line=line, last=last, share=share, fresh_until=fresh_until)
    return Standing(
        state=state,
        share=None if share is None else float(share),
        expected=float(share_expected(line, asked_on)),
        days_behind=_days(line, share=share, on=asked_on, value=last.value),
        unknown=unknown,
        fresh_until=fresh_until,
    )


def _judged(
    today: date, *, line: Line, last: Measured, share: Fraction | None, fresh_until: date | None
) -> tuple[OutcomeState, Unknown | None]:
    if fresh_until is not None and today > fresh_until:
        return OutcomeState.UNKNOWN, Unknown.TOO_OLD
    is_due = today > line.due_on or last.on >= line.due_on
    if is_reached(line, last.value):
        kept = keeps_what_is(line) and not is_due
        return (OutcomeState.ON_THE_WAY if kept else OutcomeState.REACHED), None
    if is_due:
        return OutcomeState.BEHIND, None
    if share is None:
        return OutcomeState.UNKNOWN, Unknown.NO_BASELINE
    if last.on <= line.starts_on:
        return OutcomeState.PROMISED, None
    tolerated = share_expected(line, last.on) - Fraction(line.tolerance_percent, 100)
    return (OutcomeState.BEHIND if share < tolerated else OutcomeState.ON_THE_WAY), None


def _days(line: Line, *, share: Fraction | None, on: date, value: Decimal) -> int | None:
    if is_reached(line, value):
        return 0
    return None if share is None else days_behind_line(line, share=share, on=on)


def _as(known: Standing, state: OutcomeState) -> Standing:
    return Standing(
        state=state,
        share=known.share,
        expected=known.expected,
        days_behind=known.days_behind,
        unknown=known.unknown,
        fresh_until=known.fresh_until,
    )
