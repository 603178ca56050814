"""How promised times go, against a second implementation that looks at every minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from vereda.foundation.tests.test_working_hours import (
    MINUTE,
    OFFICE,
    around_changes,
    is_worked,
    weeks,
)
from vereda.foundation.working_hours import Hours
from vereda.support.contracts import Clock, MoveKind
from vereda.support.rules.clocks import (
    Turn,
    clock_reading,
    run_of,
    used_at,
    warning_after,
)

MADRID = Hours(zone="Europe/Madrid", spans=OFFICE)
MONDAY = datetime(2026, 11, 2, 8, tzinfo=UTC)
"""Nine o'clock in Madrid."""

HOLDS, GOES_ON, ENDS, BACK = (
    MoveKind.WAITING,
    MoveKind.RESUMED,
    MoveKind.RESOLVED,
    MoveKind.REOPENED,
)


def in_order(turns):
    order = list(MoveKind)
    return sorted(turns, key=lambda turn: (turn.at, order.index(turn.kind)))


@st.composite
def lives(draw):
    """A ticket's life: it waits, goes on, is resolved, comes back, is answered somewhere."""
    at = opened = draw(around_changes)
    turns, state = [Turn(opened, MoveKind.OPENED)], "open"
    following = {
        "open": [(HOLDS, "waiting"), (ENDS, "resolved")],
        "waiting": [(GOES_ON, "open"), (ENDS, "resolved")],
        "resolved": [(BACK, "open")],
    }
    for _ in range(draw(st.integers(0, 5))):
        at += draw(st.integers(1, 20 * 60)) * MINUTE
        kind, state = draw(st.sampled_from(following[state]))
        turns.append(Turn(at, kind))
    if draw(st.booleans()):
        turns.append(Turn(opened + draw(st.integers(0, 3000)) * MINUTE, MoveKind.ANSWERED))
    return in_order(turns)


STATES = {HOLDS: "waiting", GOES_ON: "open", ENDS: "resolved", BACK: "open"}


def slowly_running(turns, *, clock, at):
    """Does the clock run in the minute that begins then?"""
    past = [turn for turn in turns if turn.at <= at]
    if clock is Clock.FIRST_RESPONSE and {MoveKind.ANSWERED, ENDS} & {turn.kind for turn in past}:
        return False
    states = [STATES[turn.kind] for turn in past if turn.kind in STATES]
    return not states or states[-1] == "open"


def slow_story(turns, *, clock, target, hours, now):
    """Used minutes, and whether the clock ever ran when all of the target was used, told by
    walking from the opening until now."""
    used, late, at = 0, False, turns[0].at
    while at <= now:
        runs = slowly_running(turns, clock=clock, at=at)
        late = late or (runs and used >= target)
        used += runs and at < now and is_worked(at, hours)
        at += MINUTE
    return used, late


@given(
    turns=lives(),
    hours=weeks(),
    target=st.integers(1, 900),
    clock=st.sampled_from(Clock),
)
@settings(max_examples=200, deadline=None)
def test_a_clock_tells_what_a_walk_through_its_minutes_tells(turns, hours, target, clock):
    now = turns[-1].at + 90 * MINUTE
    run = run_of(turns, clock=clock)
    reading = clock_reading(run, target=target * MINUTE, hours=hours, warn_after=target * MINUTE)

    used = used_at(now, used=reading.used, running_since_at=reading.running_since_at, hours=hours)
    late = reading.breached_at is not None or (reading.due_at is not None and reading.due_at <= now)
    slow_used, slow_late = slow_story(turns, clock=clock, target=target, hours=hours, now=now)
    assert (used, late) == (slow_used * MINUTE, slow_late)


def reading(turns, *, target, clock=Clock.FIX, warn=None, since=None):
    return clock_reading(
        run_of(in_order(turns), clock=clock),
        target=timedelta(hours=target),
        hours=MADRID,
        warn_after=timedelta(hours=warn or target),
        target_since_at=since,
    )


def at(hours):
    """So many hours after nine on Monday in Madrid."""
    return MONDAY + timedelta(hours=hours)


OPENED = Turn(MONDAY, MoveKind.OPENED)


def test_waiting_for_the_customer_stops_the_clock():
    told = reading([OPENED, Turn(at(1), HOLDS), Turn(at(5), GOES_ON)], target=4)

    assert (told.used, told.running_since_at) == (timedelta(hours=1), at(5))
    assert told.due_at == at(8)


def test_a_clock_that_waits_is_due_never_and_says_since_when():
    told = reading([OPENED, Turn(at(1), HOLDS)], target=4)

    assert (told.due_at, told.paused_at, told.used) == (None, at(1), timedelta(hours=1))


def test_reopening_goes_on_where_resolving_stopped():
    told = reading([OPENED, Turn(at(3), ENDS), Turn(at(26), BACK)], target=4)

    assert (told.used, told.due_at, told.breached_at) == (timedelta(hours=3), at(27), None)


def test_the_first_response_is_counted_once():
    turns = [OPENED, Turn(at(2), MoveKind.ANSWERED), Turn(at(3), ENDS), Turn(at(26), BACK)]

    told = reading(turns, target=4, clock=Clock.FIRST_RESPONSE)

    assert (told.used, told.stopped_at) == (timedelta(hours=2), at(2))


def test_resolving_without_an_answer_is_an_answer():
    told = reading([OPENED, Turn(at(2), ENDS)], target=4, clock=Clock.FIRST_RESPONSE)

    assert (told.used, told.stopped_at, told.breached_at) == (timedelta(hours=2), at(2), None)


def test_exactly_in_time_is_in_time_and_a_second_later_is_late():
    exact = reading([OPENED, Turn(at(4), ENDS)], target=4)
    late = reading([OPENED, Turn(at(4) + timedelta(seconds=1), ENDS)], target=4)

    assert (exact.breached_at, late.breached_at) == (None, at(4))


def test_what_was_late_before_a_pause_stays_late():
    told = reading([OPENED, Turn(at(6), HOLDS), Turn(at(7), GOES_ON)], target=4)

    assert told.breached_at == at(4)


def test_a_shorter_promise_is_late_from_when_it_was_made():
    told = reading([OPENED, Turn(at(6), ENDS)], target=1, since=at(3))

    assert told.breached_at == at(3)


def test_a_warning_comes_before_and_the_earlier_of_two_counts():
    target = timedelta(hours=4)

    assert warning_after(target, percent=75, minutes_before=None) == timedelta(hours=3)
    assert warning_after(target, percent=75, minutes_before=90) == timedelta(hours=2.5)
    assert warning_after(target, percent=None, minutes_before=600) == timedelta()
    assert warning_after(target, percent=None, minutes_before=None) == target
    assert reading([OPENED], target=4, warn=3).warn_at == at(3)
