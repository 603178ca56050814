"""The time. Pages, jobs and commands ask here; rules and actions receive it as `now`."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that asks the machine
