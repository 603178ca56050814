"""Lengths of time, hours of a day and holidays as people type them."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.foundation.calendar_files import LARGEST_FILE, holidays_in_calendar
from vereda.foundation.working_hours import WeeklySpan, holidays_in, spans_in, written_spans
from vereda.support.rules.spans import minutes_in, written_minutes, written_span

TODAY = date(2026, 11, 22)
SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "ics-samples"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        ("90 min", 90),
        ("1 h 30 min", 90),
        ("1h30m", 90),
        ("1:30", 90),
        ("2 hours", 120),
        ("2 horas, 5 minutos", 125),
        ("", None),
        ("soon", None),
        ("0", None),
        ("2 hectares", None),
        ("-5", None),
        ("5 h tomorrow", None),
        ("999999999999 h", None),
        ("²", None),
    ],
)
def test_a_length_of_time_is_read(text, minutes):
    assert minutes_in(text) == minutes


@given(st.integers(1, 500_000))
def test_what_is_written_is_read_again(minutes):
    assert minutes_in(written_minutes(minutes)) == minutes


def test_begun_minutes_are_left_out():
    assert written_span(timedelta(hours=2, minutes=10, seconds=59)) == "2 h 10 min"
    assert written_span(timedelta()) == "0 min"


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("9-14, 16:30-19", [(540, 840), (990, 1140)]),
        ("0-24", [(0, 1440)]),
        ("9:00\u201317:00", [(540, 1020)]),
        ("", []),
        ("14-9", None),
        ("9-24:30", None),
        ("morning", None),
    ],
)
def test_the_times_of_a_day_are_read(text, spans):
    read = spans_in(text, weekday=2)

    assert read == (None if spans is None else [WeeklySpan(2, *span) for span in spans])


def test_the_times_of_a_day_are_written_as_they_are_read():
    spans = [WeeklySpan(1, 960, 1140), WeeklySpan(1, 540, 840), WeeklySpan(2, 0, 60)]

    assert written_spans(spans, weekday=1) == "09:00-14:00, 16:00-19:00"


def test_holidays_are_read_line_by_line():
    assert holidays_in("2026-12-25 Navidad\n\n 2026-01-01 ") == [
        (date(2026, 12, 25), "Navidad"),
        (date(2026, 1, 1), ""),
    ]
    assert holidays_in("25/12/2026") is None


def test_no_calendar_file_breaks_the_reader():
    files = sorted(SAMPLES.glob("*.ics"))
    if not files:
        pytest.skip(f"*** {SAMPLES} is not there: broken calendars are not tested ***")

    read = [holidays_in_calendar(file.read_bytes(), around=TODAY) for file in files]

    assert len(read) > 150
    assert sum(1 for each in read if each) > 5
    assert holidays_in_calendar(b"x" * (LARGEST_FILE + 1), around=TODAY) is None
    assert holidays_in_calendar(b"\xff\xfe nothing", around=TODAY) is None


def calendar(*lines):
    """A calendar file with one all-day event from 1 May 2020, and these lines in it."""
    event = [
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20200501",
        "SUMMARY:Labour Day",
        *lines,
        "END:VEVENT",
    ]
    return "\r\n".join(["BEGIN:VCALENDAR", *event, "END:VCALENDAR", ""]).encode()


def days_in(*lines):
    told = holidays_in_calendar(calendar(*lines), around=TODAY) or []
    return [on.isoformat() for on, _name in told]


def test_what_comes_every_year_is_told_from_last_year_to_five_years_ahead():
    assert days_in("RRULE:FREQ=YEARLY") == [f"{year}-05-01" for year in range(2025, 2032)]
    assert days_in("RRULE:FREQ=YEARLY;UNTIL=20270101") == ["2025-05-01", "2026-05-01"]
    assert days_in("RRULE:FREQ=YEARLY;UNTIL=20270101T000000Z") == ["2025-05-01", "2026-05-01"]
    assert days_in("RRULE:FREQ=YEARLY;COUNT=7") == ["2025-05-01", "2026-05-01"]


def test_a_rule_may_name_a_weekday_and_leave_days_out():
    third_monday = "RRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=3MO;UNTIL=20271231"

    assert days_in(third_monday, "EXDATE;VALUE=DATE:20260119") == ["2025-01-20", "2027-01-18"]
    assert days_in("RDATE;VALUE=DATE:20261123,20271122") == ["2026-11-23", "2027-11-22"]


def test_an_event_of_two_days_comes_back_for_two():
    days = days_in("DTEND;VALUE=DATE:20200503", "RRULE:FREQ=YEARLY;UNTIL=20261231")

    assert days == ["2025-05-01", "2025-05-02", "2026-05-01", "2026-05-02"]


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=1,2", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"]
)
def test_a_rule_that_makes_no_days_makes_none(rule):
    assert days_in(f"RRULE:{rule}") == []


def test_what_happens_once_is_told_whenever_it_is():
    assert days_in() == ["2020-05-01"]
