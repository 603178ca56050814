"""Business time: which instants are worked, in one time zone, with its clock changes.

An instant is worked when the wall clock of the zone then shows a time inside a span of that
weekday, on a date that is no holiday. Where clocks go forward the hour that does not exist is
worked by nobody; where they go back the hour that comes twice is worked twice.

Hours and holidays as people type them are read here too.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
FARTHEST = timedelta(days=3660)
"""Beyond ten years nothing is due: hours with so many holidays promise nothing."""

MINUTES_OF_DAY = 24 * 60
DAYS_OF_WEEK = 7

TIME = r"([01]?\d|2[0-4])(?::([0-5]\d))?"
SPAN = re.compile(rf"\s*{TIME}\s*[-\u2013]\s*{TIME}\s*", re.ASCII)
MOST_HOLIDAYS = 500
LONGEST_NAME = 80

Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, order=True)
class WeeklySpan:
    """From one minute of a weekday (0 is Monday) to another; 1440 is the end of the day."""

    weekday: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When work is done: spans that do not overlap, a time zone, dates without work."""

    zone: str
    spans: tuple[WeeklySpan, ...]
    holidays: frozenset[date] = frozenset()


AROUND_THE_CLOCK = tuple(WeeklySpan(weekday, 0, MINUTES_OF_DAY) for weekday in range(7))


def worked_between(start: datetime, end: datetime, *, hours: Hours) -> timedelta:
    """The business time between two instants; nothing when the end is not after the start."""
    if end <= start:
        return timedelta()
    periods = worked_periods(start, end, hours=hours)
    return sum((until - since for since, until in periods), timedelta())


def due_instant(start: datetime, wait: timedelta, *, hours: Hours) -> datetime | None:
    """The first instant at which so much business time has passed since the start.

    None when that is not within ten years.
    """
    left = wait
    if left <= timedelta():
        return start
    for since, until in worked_periods(start, start + FARTHEST, hours=hours):
        if until - since >= left:
            return since + left
        left -= until - since
    return None


def worked_periods(start: datetime, end: datetime, *, hours: Hours) -> Iterator[Period]:
    """The worked stretches between two instants, in their order, in UTC."""
    if not hours.spans:
        return
    zone = ZoneInfo(hours.zone)
    for since, until, offset in _even_stretches(
        start.astimezone(UTC), end.astimezone(UTC), zone=zone
    ):
        shown, last = _shown(since, offset), _shown(until, offset)
        for opens, closes in _spans_between(shown, last, hours=hours):
            yield since + (opens - shown), since + (closes - shown)


def _shown(at: datetime, offset: timedelta) -> datetime:
    """What a wall clock with that offset shows."""
    return at.replace(tzinfo=None) + offset


def _even_stretches(
    start: datetime, end: datetime, *, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The time between two instants, cut so that the zone's offset is one in each part."""
    since, offset = start, _offset(start, zone)
    while since < end:
        until = min(since + DAY, end)
        after = _offset(until, zone)
        if after != offset:
            until = _change_between(since, until, zone=zone)
            after = _offset(until, zone)
        yield since, until, offset
        since, offset = until, after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _change_between(since: datetime, until: datetime, *, zone: ZoneInfo) -> datetime:
    """The second at which the offset is no longer what it was."""
    before, low = _offset(since, zone), since.replace(microsecond=0)
    high = until + ONE_SECOND
    while high - low > ONE_SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return max(high.replace(microsecond=0), since)


def _spans_between(start: datetime, end: datetime, *, hours: Hours) -> Iterator[Period]:
    """The spans that a wall clock passes from one time to another."""
    day = start.date()
    while day <= end.date():
        if day not in hours.holidays:
            midnight = datetime.combine(day, time())
            for span in sorted(hours.spans):
                if span.weekday == day.weekday():
                    opens = max(start, midnight + timedelta(minutes=span.start_minute))
                    closes = min(end, midnight + timedelta(minutes=span.end_minute))
                    if opens < closes:
                        yield opens, closes
        day += DAY


def spans_problem(spans: Sequence[WeeklySpan]) -> WeeklySpan | None:
    """The first span that is empty, outside its day, or begins before another ends."""
    for span in spans:
        in_a_week = 0 <= span.weekday < DAYS_OF_WEEK
        if not (in_a_week and 0 <= span.start_minute < span.end_minute <= MINUTES_OF_DAY):
            return span
    for before, after in pairwise(sorted(spans)):
        if before.weekday == after.weekday and after.start_minute < before.end_minute:
            return after
    return None


def spans_in(text: str, *, weekday: int) -> list[WeeklySpan] | None:
    """The spans of "9:00-14:00, 16-19"; empty for none, None for what is no such list."""
    spans = []
    for part in filter(None, (each.strip() for each in text.replace(";", ",").split(","))):
        told = SPAN.fullmatch(part)
        if told is None:
            return None
        start = int(told[1]) * 60 + int(told[2] or 0)
        end = int(told[3]) * 60 + int(told[4] or 0)
        if not start < end <= MINUTES_OF_DAY:
            return None
        spans.append(WeeklySpan(weekday, start, end))
    return spans


def written_spans(spans: Iterable[WeeklySpan], *, weekday: int) -> str:
    """The spans of a weekday as they are typed: "09:00-14:00, 16:00-19:00"."""
    return ", ".join(
        f"{written_time(span.start_minute)}-{written_time(span.end_minute)}"
        for span in sorted(spans)
        if span.weekday == weekday
    )


def written_time(minute: int) -> str:
    """A minute of the day: "09:30"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def holidays_in(text: str) -> list[tuple[date, str]] | None:
    """One holiday a line, "2026-12-25 Christmas"; None when a line is no such thing."""
    told = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        day, _, name = line.partition(" ")
        try:
            on = datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            return None
        told.append((on, name.strip()[:LONGEST_NAME]))
    return told if len(told) <= MOST_HOLIDAYS else None
