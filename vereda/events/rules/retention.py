"""Deciding which events are too old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from vereda.events.contracts.store import Expiry

LEAST_DAYS: Final = 30
"""An event is kept so long after it arrived: one that is sent again is recognised meanwhile."""

MOST_DAYS: Final = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long the events of a name are kept; "" are all that have no rule of their own.

    `days` is None for ever. With `keep_counts`, counts without people stay.
    """

    name: str
    days: int | None
    keep_counts: bool


def expiry_of(keeping: Keeping, *, among: Sequence[Keeping], now: datetime) -> Expiry | None:
    """What the rule lets go of, beside the other rules; None when nothing ever."""
    if keeping.days is None:
        return None
    others = [each.name for each in among if each.name]
    return Expiry(
        before=_days_ago(keeping.days, now=now),
        arrived_before=_days_ago(LEAST_DAYS, now=now),
        names=[keeping.name] if keeping.name else None,
        other_than=[] if keeping.name else sorted(others),
        keep_counts=keeping.keep_counts,
    )


def _days_ago(days: int, *, now: datetime) -> datetime:
    """The beginning of the UTC day so many days ago."""
    return datetime.combine(now.date() - timedelta(days=days), time(), tzinfo=UTC)
