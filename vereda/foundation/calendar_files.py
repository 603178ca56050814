"""Holidays from calendar files (iCalendar): every all-day event is one, on each of its days."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import rruleset, rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar

from vereda.foundation.working_hours import LONGEST_NAME

LARGEST_FILE = 1_000_000
MOST_DAYS = 31
MOST_RULES = 100
"""Events that repeat; nobody has more holidays than that."""

YEARS_BACK, YEARS_AHEAD = 1, 5
"""Which years a rule of repetition is followed in, beside the present one."""

EARLIEST = 1970
OFTEN = frozenset({"YEARLY", "MONTHLY", "WEEKLY", "DAILY"})
WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")


def holidays_in_calendar(content: bytes, *, around: date) -> list[tuple[date, str]] | None:
    """The holidays of a calendar file, by day; None when it is none that can be read.

    Events with an hour are no holidays. Those that repeat are told from the year before that day to
    five years after it; the others as they are.
    """
    if len(content) > LARGEST_FILE:
        return None
    try:
        with warnings.catch_warnings():
            # It warns of time zones it has to guess; days have none.
            warnings.simplefilter("ignore")
            calendars = Calendar.from_ical(content, multiple=True)
            events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
            return sorted(dict(_days_of_all(events, around=around)).items())
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None


def _days_of_all(events: Iterable[Any], *, around: date) -> Iterator[tuple[date, str]]:
    rules = 0
    for event in events:
        start = _value(event, "DTSTART")
        if not isinstance(start, date) or isinstance(start, datetime):
            continue
        repeats = event.get("RRULE") is not None or event.get("RDATE") is not None
        rules += repeats
        firsts = [start]
        if repeats and rules <= MOST_RULES:
            firsts = list(_first_days(event, start, around=around))
        name = str(event.get("SUMMARY") or "").strip()[:LONGEST_NAME]
        for first in firsts:
            for number in range(_length(event, start)):
                yield first + timedelta(days=number), name


def _length(event: Any, start: date) -> int:
    """How many days it lasts; its end is the first day that is free no more."""
    end = _value(event, "DTEND")
    last = end if isinstance(end, date) and not isinstance(end, datetime) else start
    return min(max((last - start).days, 1), MOST_DAYS)


def _first_days(event: Any, start: date, *, around: date) -> Iterator[date]:
    """The days on which a repeated event begins, in the years that are told."""
    since = datetime(around.year - YEARS_BACK, 1, 1)  # noqa: DTZ001 - days have no zone
    until = datetime(around.year + YEARS_AHEAD, 12, 31)  # noqa: DTZ001
    days = rruleset()
    for rule in _several(event.get("RRULE")):
        told = _rule_words(rule, until=until)
        if told and start.year >= EARLIEST:
            days.rrule(rrulestr(told, dtstart=_midnight(start), ignoretz=True))
    for day in _dates(event.get("RDATE")):
        days.rdate(_midnight(day))
    for day in _dates(event.get("EXDATE")):
        days.exdate(_midnight(day))
    days.rdate(_midnight(start))
    most = (YEARS_BACK + 1 + YEARS_AHEAD) * 366
    for at in islice(days.between(since, until, inc=True), most):
        yield at.date()


def _rule_words(rule: Any, *, until: datetime) -> str:
    """A rule for whole days that ends by then; "" for one that is about parts of a day."""
    frequency = {str(each).upper() for each in rule.get("FREQ", [])}
    if not frequency <= OFTEN or not frequency or any(rule.get(name) for name in WITHIN_A_DAY):
        return ""
    ends = [_day_of(each) for each in _several(rule.get("UNTIL"))]
    last = min([until.date(), *(day for day in ends if day is not None)])
    kept = {name: value for name, value in rule.items() if name.upper() != "UNTIL"}
    words = type(rule)(kept).to_ical().decode()
    return f"{words};UNTIL={last:%Y%m%d}"


def _dates(told: Any) -> Iterator[date]:
    """The days that an event names beside its rule."""
    for several in _several(told):
        for each in getattr(several, "dts", []):
            day = _day_of(each.dt)
            if day is not None:
                yield day


def _several(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [] if told is None else [told]


def _day_of(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _value(event: Any, name: str) -> object:
    return getattr(event.get(name), "dt", None)
