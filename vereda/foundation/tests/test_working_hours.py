"""Business time against a second implementation that looks at every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vereda.foundation.working_hours import (
    AROUND_THE_CLOCK,
    Hours,
    WeeklySpan,
    due_instant,
    worked_between,
)

ZONES = ["Europe/Madrid", "America/Santiago", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
MINUTE = timedelta(minutes=1)
OFFICE = tuple(WeeklySpan(weekday, 9 * 60, 17 * 60) for weekday in range(5))


def is_worked(at, hours):
    """What the wall clock of the zone says, read for one instant."""
    shown = at.astimezone(ZoneInfo(hours.zone))
    minute = shown.hour * 60 + shown.minute
    return shown.date() not in hours.holidays and any(
        span.weekday == shown.weekday() and span.start_minute <= minute < span.end_minute
        for span in hours.spans
    )


def slowly_worked(start, end, hours):
    """Minute by minute."""
    minutes, at = 0, start
    while at < end:
        minutes += is_worked(at, hours)
        at += MINUTE
    return timedelta(minutes=minutes)


@st.composite
def weeks(draw):
    """Hours with up to two spans a day, some of them at night when clocks change."""
    spans = []
    for weekday in range(7):
        cuts = sorted(draw(st.lists(st.integers(0, 96), min_size=0, max_size=4, unique=True)))
        pairs = zip(cuts[::2], cuts[1::2], strict=False)
        spans += [WeeklySpan(weekday, a * 15, b * 15) for a, b in pairs]
    days = st.dates(date(2026, 3, 20), date(2026, 4, 10)) | st.dates(
        date(2026, 10, 1), date(2026, 11, 5)
    )
    holidays = draw(st.frozensets(days, max_size=4))
    return Hours(zone=draw(st.sampled_from(ZONES)), spans=tuple(spans), holidays=holidays)


# Madrid changes on 29 March and 25 October, Santiago on 5 April and 6 September, Lord Howe (by
# half an hour) on 5 April and 4 October.
around_changes = st.one_of(
    st.tuples(st.just(datetime(2026, 3, 27, tzinfo=UTC)), st.integers(0, 10 * 1440)),
    st.tuples(st.just(datetime(2026, 9, 4, tzinfo=UTC)), st.integers(0, 3 * 1440)),
    st.tuples(st.just(datetime(2026, 10, 2, tzinfo=UTC)), st.integers(0, 24 * 1440)),
).map(lambda told: told[0] + told[1] * MINUTE)


@given(hours=weeks(), start=around_changes, minutes=st.integers(0, 4 * 24 * 60))
@settings(max_examples=120, deadline=None)
def test_business_time_is_what_a_look_at_every_minute_counts(hours, start, minutes):
    end = start + minutes * MINUTE

    assert worked_between(start, end, hours=hours) == slowly_worked(start, end, hours)


@given(hours=weeks(), start=around_changes, minutes=st.integers(1, 600))
@settings(max_examples=120, deadline=None)
def test_what_is_due_is_due_when_the_last_minute_is_worked(hours, start, minutes):
    due = due_instant(start, minutes * MINUTE, hours=hours)

    if due is None:
        assert hours.spans == ()
    else:
        assert worked_between(start, due, hours=hours) == minutes * MINUTE
        assert is_worked(due - MINUTE, hours)


@given(
    hours=weeks(),
    start=around_changes,
    first=st.integers(0, 3000),
    second=st.integers(0, 3000),
)
@settings(max_examples=40, deadline=None)
def test_business_time_adds_up(hours, start, first, second):
    middle = start + first * MINUTE
    end = middle + second * MINUTE

    parts = worked_between(start, middle, hours=hours) + worked_between(middle, end, hours=hours)
    assert worked_between(start, end, hours=hours) == parts


def test_the_hour_that_is_missing_in_spring_is_worked_by_nobody():
    night = Hours(zone="Europe/Madrid", spans=(WeeklySpan(6, 0, 6 * 60),))
    start = datetime(2026, 3, 28, 20, tzinfo=UTC)

    assert worked_between(start, start + timedelta(1), hours=night) == timedelta(hours=5)


def test_the_hour_that_comes_twice_in_autumn_is_worked_twice():
    night = Hours(zone="Europe/Madrid", spans=(WeeklySpan(6, 2 * 60, 3 * 60),))
    start = datetime(2026, 10, 24, 20, tzinfo=UTC)

    assert worked_between(start, start + timedelta(1), hours=night) == timedelta(hours=2)


def test_a_half_hour_change_counts_half_an_hour():
    all_day = Hours(zone="Australia/Lord_Howe", spans=AROUND_THE_CLOCK)
    sunday = Hours(zone="Australia/Lord_Howe", spans=(WeeklySpan(6, 0, 1440),))
    start = datetime(2026, 4, 3, tzinfo=UTC)

    assert worked_between(start, start + timedelta(4), hours=all_day) == timedelta(4)
    assert worked_between(start, start + timedelta(4), hours=sunday) == timedelta(hours=24.5)


def test_friday_evening_is_due_on_monday_and_holidays_are_skipped():
    office = Hours(zone="Europe/Madrid", spans=OFFICE, holidays=frozenset({date(2026, 12, 7)}))
    friday = datetime(2026, 12, 4, 15, 30, tzinfo=UTC)

    assert due_instant(friday, timedelta(hours=2), hours=office) == datetime(
        2026, 12, 8, 9, 30, tzinfo=UTC
    )
    assert due_instant(friday, timedelta(minutes=30), hours=office) == datetime(
        2026, 12, 4, 16, tzinfo=UTC
    )


@pytest.mark.parametrize("zone", ZONES)
def test_seconds_count_too(zone):
    always = Hours(zone=zone, spans=AROUND_THE_CLOCK)
    start = datetime(2026, 10, 3, 12, 0, 17, 250_000, tzinfo=UTC)
    end = start + timedelta(days=30, seconds=41, microseconds=5)

    assert worked_between(start, end, hours=always) == end - start


def test_nobody_works_then_nothing_is_due():
    start = datetime(2026, 1, 1, tzinfo=UTC)

    assert due_instant(start, MINUTE, hours=Hours(zone="UTC", spans=())) is None
    assert worked_between(start, start + timedelta(9), hours=Hours(zone="UTC", spans=())) == (
        timedelta()
    )


def test_a_day_that_a_zone_skipped_is_worked_by_nobody():
    """Samoa went from Thursday, 29 December 2011 to Saturday."""
    friday = Hours(zone="Pacific/Apia", spans=(WeeklySpan(4, 0, 1440),))
    start = datetime(2011, 12, 29, 0, tzinfo=UTC)

    assert worked_between(start, start + timedelta(3), hours=friday) == timedelta()
