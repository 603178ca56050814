"""What stays quiet after somebody has dealt with it."""

from datetime import datetime, timedelta

QUIET = timedelta(days=30)
"""So long a cause that somebody dealt with is not told again while it goes on."""


def stays_quiet(closed_at: datetime, *, now: datetime) -> bool:
    """Whether a cause that goes on after somebody finished or dismissed its alert says nothing.

    It speaks again when it has gone away and come back, or after 30 days.
    """
    return now < closed_at + QUIET
