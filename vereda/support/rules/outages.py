"""How much of a month a service worked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vereda.support.contracts import Extent


@dataclass(frozen=True, slots=True)
class Downtime:
    """A time in which a service was down; without an end it still is."""

    service: str
    extent: Extent
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Availability:
    """A service in a month: the share of the time that had passed in which it worked, and how
    long it did not, in part did not, or was being worked on as announced."""

    service: str
    share: float
    down: timedelta
    partly: timedelta
    planned: timedelta


def month_bounds(month: date, *, zone: str) -> tuple[datetime, datetime]:
    """The first instant of a month and of the next, in a time zone."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    ends = (date(month.year, month.month, 1), following)
    first, last = (datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) for day in ends)
    return first, last


def availability_in(
    outages: Iterable[Downtime], *, service: str, start: datetime, end: datetime
) -> Availability:
    """How the service did between two instants; only what did not work at all counts against it.

    Times that overlap count once.
    """
    times = {
        extent: _together(
            (max(each.started_at, start), min(each.ended_at or end, end))
            for each in outages
            if each.service == service and each.extent is extent
        )
        for extent in Extent
    }
    whole = end - start
    share = 1.0 - times[Extent.FULL] / whole if whole > timedelta() else 1.0
    return Availability(
        service, share, times[Extent.FULL], times[Extent.PARTIAL], times[Extent.PLANNED]
    )


def _together(periods: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """How long at least one of the periods lasted."""
    total, reached = timedelta(), datetime.min.replace(tzinfo=UTC)
    for since, until in sorted(periods):
        since = max(since, reached)
        if until > since:
            total += until - since
            reached = until
    return total
