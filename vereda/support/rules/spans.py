"""Lengths of working time as people write and read them: "1 h 30 min"."""

import re
from datetime import timedelta

HOUR = 60
MOST_MINUTES = 60 * 24 * 365
PARTS = re.compile(
    r"(\d{1,6})\s*(hours?|horas?|hrs?|h|minutes?|minutos?|mins?|m)(?![a-z])", re.IGNORECASE
)


def minutes_in(text: str) -> int | None:
    """The minutes that a text says: "90", "90 min", "1 h 30 min", "1:30"; None for anything else.

    A number alone is minutes.
    """
    told = text.strip()
    if told.isascii() and told.isdigit():
        return _within(int(told[:9]))
    clock = re.fullmatch(r"(\d{1,5}):([0-5]\d)", told, re.ASCII)
    if clock:
        return _within(int(clock[1]) * HOUR + int(clock[2]))
    parts = PARTS.findall(told)
    if not parts or PARTS.sub("", told).strip(" ,"):
        return None
    return _within(sum(int(n) * (HOUR if unit[0] in "hH" else 1) for n, unit in parts))


def _within(minutes: int) -> int | None:
    return minutes if 0 < minutes <= MOST_MINUTES else None


def written_minutes(minutes: int | None) -> str:
    """The same as a form shows it: "1 h 30 min"; "" for None."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, HOUR)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours))


def written_span(span: timedelta) -> str:
    """A length of time to the minute, begun minutes left out: "2 h 10 min", "0 min"."""
    return written_minutes(int(span.total_seconds() // 60))
