"""Hours and holidays as people type them."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from vereda.support.contracts import WeeklySpan
from vereda.support.rules.hours import MINUTES_OF_DAY

TIME = r"([01]?\d|2[0-4])(?::([0-5]\d))?"
SPAN = re.compile(rf"\s*{TIME}\s*[-\u2013]\s*{TIME}\s*", re.ASCII)
MOST_HOLIDAYS = 500
LONGEST_NAME = 80


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
