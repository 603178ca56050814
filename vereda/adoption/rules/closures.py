"""Closed days: runs of days on which nobody works, long enough that one would miss something."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

SHORTEST_CLOSURE: Final = 4
"""An ordinary weekend, even a long one, tells nothing."""
_SATURDAY: Final = 5


def closures_in(holidays: Collection[date], *, since: date, until: date) -> list[tuple[date, date]]:
    """The first and last day of each run of holidays and weekends of at least four days with a
    holiday in it, between two days."""
    closed, runs = set(holidays), list[tuple[date, date]]()
    day = since
    while day <= until:
        last = day
        while last <= until and (last in closed or last.weekday() >= _SATURDAY):
            last += timedelta(days=1)
        if (last - day).days >= SHORTEST_CLOSURE and any(day <= each < last for each in closed):
            runs.append((day, last - timedelta(days=1)))
        day = last + timedelta(days=1) if last > day else day + timedelta(days=1)
    return runs
