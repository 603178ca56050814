"""What became of everything received, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.events.contracts.answers import (
    ArrivalCount,
    QuarantinedItem,
)
from vereda.events.contracts.arriving import Outcome, Reason, workspace_key
from vereda.events.store.current import event_store
from vereda.foundation.errors import Missing
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalDay:
    """What became of everything received on a day; the last five make up the first."""

    day: date
    received: int
    stored: int
    quarantined: int
    deduplicated: int
    suppressed: int
    limited: int
    reasons: Mapping[str, int]

    @property
    def adds_up(self) -> bool:
        """Is nothing unaccounted for?"""
        ended = self.stored + self.quarantined + self.deduplicated
        return self.received == ended + self.suppressed + self.limited


def arrival_days(workspace: Workspace | UUID, *, since: date, until: date) -> list[ArrivalDay]:
    """What became of everything received, the newest day first; days without any are left out."""
    counts = event_store().arrivals(workspace_key(id_of(workspace)), since=since, until=until)
    days = sorted({count.day for count in counts}, reverse=True)
    return [_arrival_day(day, [one for one in counts if one.day == day]) for day in days]


def quarantined_items(
    workspace: Workspace | UUID,
    *,
    limit: int,
    before: int | None = None,
    reason: Reason | None = None,
) -> list[QuarantinedItem]:
    """What was refused, or stored otherwise than sent; the newest first."""
    return event_store().quarantined(
        workspace_key(id_of(workspace)), limit=limit, before=before, reason=reason
    )


def quarantined_item_numbered(workspace: Workspace | UUID, seq: int) -> QuarantinedItem:
    """The item with that number, or `Missing`."""
    item = event_store().quarantined_at(workspace_key(id_of(workspace)), seq=seq)
    if item is None:
        raise Missing("quarantined item")
    return item


def _arrival_day(day: date, counts: Sequence[ArrivalCount]) -> ArrivalDay:
    def total(outcome: Outcome) -> int:
        return sum(one.count for one in counts if one.outcome is outcome)

    return ArrivalDay(
        day=day,
        received=total(Outcome.RECEIVED),
        stored=total(Outcome.STORED),
        quarantined=total(Outcome.QUARANTINED),
        deduplicated=total(Outcome.DEDUPLICATED),
        suppressed=total(Outcome.SUPPRESSED),
        limited=total(Outcome.LIMITED),
        reasons={one.reason: one.count for one in counts if one.reason},
    )
