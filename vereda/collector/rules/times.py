"""When something happened, by a clock we do not know.

    occurred = received - (sent - said)

is right when the sender's clock is wrong and wrong when only the message was late: a
queue that sends an old body again keeps its old `sentAt`, and the correction would move
the event later by the delay. Both are told apart by size: SDKs that freeze `sentAt` give
up after seconds, and a clock off by less than a minute changes no daily figure. So a gap
up to `TOLERANCE` is left alone; a larger one is taken for a wrong clock, unless the
request says that it is a retry. Nothing is ever later than its receipt.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

TOLERANCE: Final = timedelta(seconds=60)
FARTHEST_AHEAD: Final = timedelta(hours=24)
EARLIEST: Final = datetime(2010, 1, 1, tzinfo=UTC)
MILLISECONDS_FROM: Final = 100_000_000_000
"""Numbers from here on count milliseconds, smaller ones seconds (year 5138 or 1973)."""


SHORT_DATE: Final = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?=$|[T ])")
"""A date whose zeros may be missing: the specification itself writes 2015-2-02."""


def instant(said: object) -> datetime | None:
    """The instant meant by an ISO 8601 text or a count since 1970; None if none is.

    Text without a zone is UTC: Python's SDKs send naive datetimes so.
    """
    try:
        if isinstance(said, str):
            read = _read(said)
            if read.tzinfo is UTC:
                return read
            return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        if isinstance(said, int | float) and not isinstance(said, bool):
            seconds = said / 1000 if abs(said) >= MILLISECONDS_FROM else said
            return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _read(said: str) -> datetime:
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        return datetime.fromisoformat(SHORT_DATE.sub(_in_full, said))


def _in_full(date: re.Match[str]) -> str:
    year, month, day = date.groups()
    return f"{year}-{int(month):02}-{int(day):02}"


def clock_error(sent_at: datetime | None, *, received_at: datetime, retried: bool) -> timedelta:
    """How much the sender's clock is behind ours; zero when it cannot be told from delay."""
    if sent_at is None:
        return timedelta()
    gap = received_at - sent_at
    if abs(gap) <= TOLERANCE or (retried and gap > timedelta()):
        return timedelta()
    return gap


def occurred(
    said: object, *, clock_error: timedelta, received_at: datetime
) -> tuple[datetime, bool]:
    """The instant it happened, and whether what was said could be believed."""
    if said is None or said == "":
        return received_at, True
    read = instant(said)
    if read is None:
        return received_at, False
    try:
        corrected = read + clock_error if clock_error else read
    except OverflowError:
        return received_at, False
    if EARLIEST <= corrected <= received_at:
        return corrected, True
    if corrected < EARLIEST or corrected > received_at + FARTHEST_AHEAD:
        return received_at, False
    return min(corrected, received_at), True
