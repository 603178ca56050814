"""When people work: weekdays, holidays, August, Christmas, campaigns."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

WEEKDAY_WORK = (1.05, 1.12, 1.12, 1.05, 0.9, 0.22, 0.07)
AUGUST_WORK = {"ES": 0.5, "PT": 0.55, "FR": 0.5, "IT": 0.45, "DE": 0.8, "GB": 0.85}
RETAIL = frozenset({"retail", "ecommerce", "fashion"})
HOLIDAYS = {
    "": ((1, 1), (5, 1), (12, 25)),
    "ES": ((1, 6), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8)),
    "MX": ((9, 16), (11, 2), (12, 12)),
    "CO": ((7, 20), (8, 7), (12, 8)),
    "PT": ((4, 25), (6, 10), (10, 5)),
    "FR": ((5, 8), (7, 14), (11, 11)),
    "DE": ((10, 3),),
    "IT": ((4, 25), (6, 2), (8, 15)),
    "GB": ((12, 26),),
    "US": ((7, 4),),
}
HOLIDAY_WORK = 0.15
YEAR_END_WORK = 0.4


@cache
def share_worked(day: date, country: str, industry: str, *, has_campaigns: bool) -> float:
    """How much is worked on a day; 1.0 is an ordinary weekday."""
    if (day.month, day.day) in HOLIDAYS[""] + HOLIDAYS.get(country, ()):
        return HOLIDAY_WORK
    work = WEEKDAY_WORK[day.weekday()]
    if day.month == 8:
        work *= AUGUST_WORK.get(country, 0.92)
    if is_year_end(day):
        work *= YEAR_END_WORK
    elif is_campaign(day) and (industry in RETAIL or has_campaigns):
        work *= 2.4 if has_campaigns else 1.35
    return work


def is_year_end(day: date) -> bool:
    """From Christmas Eve to the Epiphany."""
    return (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 6)


def is_campaign(day: date) -> bool:
    """The weeks before Christmas, and the summer sales of early July."""
    return (11, 14) <= (day.month, day.day) <= (12, 23) or (7, 1) <= (day.month, day.day) <= (7, 14)


def months_between(starts_on: date, ends_before: date) -> list[date]:
    """The first day of every month that has a day from `starts_on` up to `ends_before`."""
    months, month = [], starts_on.replace(day=1)
    while month < ends_before:
        months.append(month)
        month = next_month(month)
    return months


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def same_day_next_year(day: date, years: int = 1) -> date:
    """The anniversary; 29 February becomes 28 February."""
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year + years)


def same_day_next_month(day: date, months: int = 1) -> date:
    """`months` later, on the same day or the last one the month has up to the 28th."""
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, min(day.day, 28))
