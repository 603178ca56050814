"""When somebody is to be told about a promise."""

from datetime import datetime, timedelta

TOLD_BEFORE = timedelta(days=1)


def look_at_commitment_on(due_at: datetime, *, now: datetime) -> datetime:
    """A day before it is due; at once if that has passed."""
    return max(due_at - TOLD_BEFORE, now)
