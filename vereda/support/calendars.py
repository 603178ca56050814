"""Holidays from calendar files (iCalendar): every all-day event is one, on each of its days."""

from __future__ import annotations

import warnings
from datetime import date, datetime, timedelta

from icalendar import Calendar

from vereda.foundation.working_hours import LONGEST_NAME, MOST_HOLIDAYS

LARGEST_FILE = 1_000_000
MOST_DAYS = 31


def holidays_in_calendar(content: bytes) -> list[tuple[date, str]] | None:
    """The holidays of a calendar file, by day; None when it is none that can be read.

    Events with an hour are no holidays. Rules of repetition are not followed: files of public
    holidays list every date.
    """
    if len(content) > LARGEST_FILE:
        return None
    try:
        with warnings.catch_warnings():
            # It warns of time zones it has to guess; days have none.
            warnings.simplefilter("ignore")
            calendars = Calendar.from_ical(content, multiple=True)
            found = {
                day: name
                for calendar in calendars
                for event in calendar.walk("VEVENT")
                for day, name in _days_of(event)
            }
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None
    return sorted(found.items())[:MOST_HOLIDAYS]


def _days_of(event: object) -> list[tuple[date, str]]:
    """The days of one event; its end is the first day that is free no more."""
    start, end = _value(event, "DTSTART"), _value(event, "DTEND")
    if not isinstance(start, date) or isinstance(start, datetime):
        return []
    last = end if isinstance(end, date) and not isinstance(end, datetime) else start
    count = min(max((last - start).days, 1), MOST_DAYS)
    name = str(event.get("SUMMARY") or "").strip()[:LONGEST_NAME]  # type: ignore[attr-defined]
    return [(start + timedelta(days=number), name) for number in range(count)]


def _value(event: object, name: str) -> object:
    return getattr(event.get(name), "dt", None)  # type: ignore[attr-defined]
