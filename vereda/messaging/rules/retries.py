"""When a letter that the mail server did not take is tried again."""

from datetime import datetime, timedelta

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)

PATIENCE = timedelta(minutes=5)
"""For so long a letter that has a task gets no second one."""


def next_try_at(tries: int, *, now: datetime) -> datetime | None:
    """When to try for the next time after so many tries; None when it was tried enough."""
    return now + WAITS[tries - 1] if 0 < tries <= len(WAITS) else None


def is_for_good(code: int) -> bool:
    """Whether the mail server's answer means that trying again is no use (RFC 5321, 4.2.1)."""
    return 500 <= code <= 599
