"""Days on which people work: Monday to Friday."""

from datetime import date, timedelta

DAYS_OF_WEEK = 7
WORKED = 5


def working_days_after(start_on: date, *, days: int) -> date:
    """The day that lies so many working days after `start_on`; 0 is that day or, on a weekend,
    the next Monday."""
    day = start_on
    while day.weekday() >= WORKED:
        day += timedelta(days=1)
    weeks, rest = divmod(max(0, days), WORKED)
    day += timedelta(days=DAYS_OF_WEEK * weeks)
    for _each in range(rest):
        day += timedelta(days=1)
        while day.weekday() >= WORKED:
            day += timedelta(days=1)
    return day
