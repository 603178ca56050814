"""The two clocks, across zones, clock changes, holidays of both sides and reopenings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vereda.foundation.testing import MORNING
from vereda.foundation.working_hours import Hours, WeeklySpan
from vereda.onboarding.contracts.plans import Clocks, Entry, EntryKind, Interval, Owner
from vereda.onboarding.contracts.templates import ItemKind, Party, SetNumber
from vereda.onboarding.rules.clocks import Calendars, clocks_in, history_of, shared_days
from vereda.onboarding.rules.promises import promised_day
from vereda.onboarding.tests.test_gates import line

K = EntryKind
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE = tuple(WeeklySpan(weekday, 9 * 60, 17 * 60) for weekday in range(5))
MADRID = Hours(zone="Europe/Madrid", spans=OFFICE)
SANTIAGO = Hours(zone="America/Santiago", spans=OFFICE)
BOTH_MADRID = Calendars(ours=MADRID, theirs=MADRID)

LINES = (
    line("list", 1),
    line("set-up", 2, ItemKind.TASK, party=Party.US),
    line("opening", 3, ItemKind.MEETING, party=Party.US),
)


def at(day: int, hour: int = 8, *, month: int = 6) -> datetime:
    """A time in 2026, in UTC; 8 o'clock is 10 in Madrid in summer."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def told(*entries: tuple[datetime, EntryKind, str | None] | tuple[Any, ...]) -> list[Entry]:
    """What happened when; a fourth part says more."""
    return [
        Entry(
            number=number,
            at=each[0],
            told_at=each[0],
            kind=each[1],
            item=each[2],
            **(each[3] if len(each) > 3 else {}),
        )
        for number, each in enumerate(entries, start=1)
    ]


def clocks(
    *entries: Any, until: datetime, calendars: Calendars = BOTH_MADRID, lines: Any = LINES
) -> Clocks:
    """Both clocks of a standard plan."""
    history = history_of(lines, told(*entries), last_set=SetNumber.FIRST_CONTACT)
    return clocks_in(history, calendars=calendars, until=until)


# Monday 1 June, 10:00 in Madrid: they say yes, and are asked for one thing.
YES = ((at(1), K.AGREED, None), (at(1), K.REQUESTED, "list"))
GIVEN = (*YES, (at(8), K.SUBMITTED, "list"), (at(8), K.ACCEPTED, "list"))
DONE = (
    *GIVEN,
    (at(8), K.STARTED, "set-up"),
    (at(11), K.DONE, "set-up"),
    (at(11), K.DONE, "opening"),
)


def test_three_days_promised_and_a_week_waited_for_are_remembered_as_ten():
    found = clocks(*DONE, until=at(30))
    assert found.remembered == 10 * DAY
    assert found.held_by(Party.THEM) == 7 * DAY
    assert found.held_by(Party.US) == 3 * DAY


def test_the_promised_day_is_three_work_days_after_they_gave_it():
    promise: dict[str, Any] = {
        "work_days": 3,
        "made_at": at(1),
        "intervals": clocks(*DONE, until=at(30)).intervals,
        "calendars": BOTH_MADRID,
    }
    assert promised_day(accepted_at=None, **promise) is None
    assert promised_day(accepted_at=at(8), **promise) == date(2026, 6, 11)


def test_every_moment_has_one_owner_and_nothing_is_lost():
    found = clocks(*DONE, until=at(30))
    # Five days of theirs from 10 to 17 or 9 to 17; three of ours until Thursday at 10.
    assert found.them == 40 * HOUR
    assert found.work == 24 * HOUR
    assert found.us == found.third_party == timedelta()
    assert found.calendar == 10 * DAY - 64 * HOUR


def test_holidays_of_whoever_has_to_act_are_the_calendars():
    theirs = Hours(zone="Europe/Madrid", spans=OFFICE, holidays=frozenset({date(2026, 6, 3)}))
    ours = Hours(zone="Europe/Madrid", spans=OFFICE, holidays=frozenset({date(2026, 6, 9)}))
    found = clocks(*DONE, until=at(30), calendars=Calendars(ours=ours, theirs=theirs))
    assert (found.them, found.work) == (32 * HOUR, 16 * HOUR)
    assert found.remembered == 10 * DAY


def test_a_holiday_of_the_other_side_takes_nothing_from_who_has_to_act():
    theirs = Hours(zone="Europe/Madrid", spans=OFFICE, holidays=frozenset({date(2026, 6, 9)}))
    found = clocks(*DONE, until=at(30), calendars=Calendars(ours=MADRID, theirs=theirs))
    assert (found.them, found.work) == (40 * HOUR, 24 * HOUR)


def test_each_side_works_by_its_own_clock_on_the_wall():
    found = clocks(*DONE, until=at(30), calendars=Calendars(ours=MADRID, theirs=SANTIAGO))
    # Santiago opens at 13:00 UTC: of both Mondays at 8:00 UTC nothing had been lost or won.
    assert found.them == 40 * HOUR
    assert next(each.start for each in found.intervals if each.owner is Owner.THEM) == at(1, 13)


def test_a_night_in_which_clocks_go_back_is_an_hour_longer_and_counted():
    # Madrid, 25 October 2026: Friday 23 at 17:00 to Monday 26 at 9:00 is 65 hours, not 64.
    friday = datetime(2026, 10, 23, 15, tzinfo=UTC)
    monday = datetime(2026, 10, 26, 8, tzinfo=UTC)
    found = clocks((friday, K.AGREED, None), (friday, K.REQUESTED, "list"), until=monday)
    assert found.calendar == found.remembered == 65 * HOUR


def test_an_hour_that_does_not_exist_is_worked_by_nobody():
    # Madrid, 29 March 2026: 2:00 to 3:00 does not exist.
    night = Hours(zone="Europe/Madrid", spans=(WeeklySpan(6, 60, 4 * 60),))
    start, end = datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC)
    found = clocks(
        (start, K.AGREED, None), until=end, calendars=Calendars(ours=night, theirs=night)
    )
    assert (found.us, found.calendar) == (2 * HOUR, timedelta())


def test_time_before_anybody_was_asked_is_ours():
    found = clocks((at(1), K.AGREED, None), until=at(1, 10))
    assert found.us == 2 * HOUR
    assert found.intervals[0].evidence == 1


def test_what_they_gave_waits_for_us_until_we_accept_it():
    found = clocks(*YES, (at(2, 9), K.SUBMITTED, "list"), until=at(2, 11))
    assert found.us == 2 * HOUR
    assert found.intervals[-1].evidence == 3


def test_a_delay_moves_to_others_only_from_the_evidence_on():
    handed = {"to": Party.THIRD_PARTY, "because": "their provider says Friday"}
    found = clocks(
        *GIVEN,
        (at(8), K.STARTED, "set-up"),
        (at(9), K.HANDED_OVER, "set-up", handed),
        (at(10), K.HANDED_OVER, "set-up", {"to": Party.US, "because": "they did their part"}),
        until=at(10, 10),
    )
    assert found.work == 8 * HOUR + 2 * HOUR
    # A third party is at it around the clock: nobody knows its hours.
    assert found.third_party == DAY


def test_what_is_opened_again_belongs_to_us_and_leaves_no_hole():
    found = clocks(
        *DONE, (at(15), K.REOPENED, "opening", {"because": "the wrong hall"}), until=at(15, 10)
    )
    assert found.remembered == 14 * DAY + 2 * HOUR
    assert found.held_by(Party.US) == 7 * DAY + 2 * HOUR


def test_the_time_in_which_a_plan_was_stopped_is_ours():
    found = clocks(
        *YES,
        (at(2), K.STOPPED, None, {"because": "a merger"}),
        (at(9), K.RESUMED, None),
        until=at(9, 10),
    )
    assert found.held_by(Party.US) == 7 * DAY
    assert found.held_by(Party.THEM) == DAY + 2 * HOUR


def test_a_promised_day_moves_by_whole_days_of_ours_that_others_held():
    handed = {"to": Party.THEM, "because": "their network was closed"}
    held_up = clocks(
        *GIVEN,
        (at(8), K.STARTED, "set-up"),
        (at(9), K.HANDED_OVER, "set-up", handed),
        (at(11), K.DONE, "set-up"),
        until=at(12),
    )
    promise: dict[str, Any] = {
        "work_days": 3,
        "made_at": at(1),
        "accepted_at": at(8),
        "calendars": BOTH_MADRID,
    }
    assert promised_day(intervals=held_up.intervals, **promise) == date(2026, 6, 15)


def test_a_promised_day_is_one_on_which_they_work_too():
    theirs = Hours(zone="Europe/Madrid", spans=OFFICE, holidays=frozenset({date(2026, 6, 11)}))
    found = promised_day(
        work_days=3,
        made_at=at(1),
        accepted_at=at(8),
        intervals=(),
        calendars=Calendars(ours=MADRID, theirs=theirs),
    )
    assert found == date(2026, 6, 12)


def test_before_their_yes_no_clock_runs():
    found = clocks((at(1), K.PREPARED, None), until=at(30))
    assert (found.remembered, found.intervals) == (timedelta(), ())


def held(*stretches: tuple[Party, timedelta]) -> Clocks:
    """Clocks in which one party after the other had to act."""
    intervals, start = [], MORNING
    for party, length in stretches:
        intervals.append(
            Interval(
                start=start,
                end=start + length,
                owner=Owner.US,
                held_by=party,
                set_number=SetNumber.NEEDS,
                item="",
                evidence=1,
            )
        )
        start += length
    return Clocks(start=MORNING, end=start, intervals=tuple(intervals))


@given(
    st.lists(
        st.tuples(st.sampled_from(Party), st.timedeltas(HOUR, timedelta(days=90))),
        min_size=1,
        max_size=8,
    )
)
def test_shared_days_add_up_to_what_is_remembered(stretches):
    clocks = held(*stretches)
    assert sum(shared_days(clocks).values()) == round(clocks.remembered / timedelta(days=1))
