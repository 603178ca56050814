"""Days, weeks and months as numbers, and where a zone's clocks change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from vereda.events.contracts.exploring import Period, Span

EPOCH: Final = date(1970, 1, 1)
FIRST_MONDAY: Final = date(1969, 12, 29)
MICROSECOND: Final = timedelta(microseconds=1)
ZERO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def bucket_of(day: date, period: Period) -> int:
    """The number of the bucket that a day lies in."""
    if period is Period.MONTH:
        return day.year * 12 + day.month - 1
    if period is Period.WEEK:
        return (day - FIRST_MONDAY).days // 7
    return (day - EPOCH).days


def bucket_start(bucket: int, period: Period) -> date:
    """The first day of a bucket."""
    if period is Period.MONTH:
        return date(bucket // 12, bucket % 12 + 1, 1)
    if period is Period.WEEK:
        return FIRST_MONDAY + timedelta(weeks=bucket)
    return EPOCH + timedelta(days=bucket)


def buckets_in(span: Span, period: Period) -> range:
    """The buckets that a span touches, in order."""
    last = bucket_of(span.until - timedelta(days=1), period)
    return range(bucket_of(span.since, period), last + 1)


def bucket_span(span: Span, bucket: int, period: Period) -> Span:
    """The days of a bucket that lie in the span."""
    start, end = bucket_start(bucket, period), bucket_start(bucket + 1, period)
    return Span(since=max(span.since, start), until=min(span.until, end), zone=span.zone)


def measured_days(span: Span, period: Period, *, today: date) -> dict[int, date]:
    """The last day of each bucket that lies in the span; the bucket that is not over ends today."""
    last = min(span.until - timedelta(days=1), today)
    return {
        bucket: min(bucket_start(bucket + 1, period) - timedelta(days=1), last)
        for bucket in buckets_in(span, period)
        if bucket_start(bucket, period) <= last
    }


def begins_at(day: date, zone: str) -> datetime:
    """The instant a day begins in the zone."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def whole_microseconds(instant: datetime) -> int:
    """An instant as microseconds since 1970."""
    return (instant - ZERO) // MICROSECOND


@dataclass(frozen=True, slots=True)
class Offsets:
    """How far a zone is from UTC in microseconds: `offsets[0]` until the first turn, and so on."""

    turns: Sequence[int]
    offsets: Sequence[int]

    @property
    def utc(self) -> bool:
        """Is the zone UTC all along?"""
        return not any(self.offsets)


def offsets_in(span: Span) -> Offsets:
    """The zone's offsets from the beginning of a span to its end."""
    zone = ZoneInfo(span.zone)
    begin, end = begins_at(span.since, span.zone), begins_at(span.until, span.zone)
    turns = list(_turns(begin, end, zone))
    instants = [begin, *turns]
    return Offsets(
        turns=[whole_microseconds(turn) for turn in turns],
        offsets=[_offset(instant, zone) // MICROSECOND for instant in instants],
    )


def _turns(begin: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The first instants of each new offset, to the second."""
    days = [begin + timedelta(days=day) for day in range((end - begin).days + 1)] + [end]
    for left, right in pairwise(days):
        if _offset(left, zone) != _offset(right, zone):
            yield _turn(left, right, zone)


def _turn(left: datetime, right: datetime, zone: ZoneInfo) -> datetime:
    before = _offset(left, zone)
    while right - left > timedelta(seconds=1):
        middle = left + timedelta(seconds=(right - left) // timedelta(seconds=2))
        if _offset(middle, zone) == before:
            left = middle
        else:
            right = middle
    return right


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()
