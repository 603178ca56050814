"""What became of everything received, and what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.events.contracts.answers import (
    ArrivalCount,
    QuarantinedItem,
    QuarantineGroup,
)
from vereda.events.contracts.arriving import Ending, Outcome, Reason, Severity, workspace_key
from vereda.events.store.current import event_store
from vereda.foundation.errors import Missing
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalDay:
    """What became of everything received on a day; the six after `received` make it up.

    `reasons` counts the refused items that wait and the notes, by reason. `turned_away` counts
    requests refused as a whole, by code: nobody knows how many items they held.
    """

    day: date
    received: int = 0
    stored: int = 0
    repaired: int = 0
    quarantined: int = 0
    deduplicated: int = 0
    suppressed: int = 0
    limited: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    turned_away: Mapping[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """How many items are unaccounted for; below zero when more ended than came."""
        ended = self.stored + self.repaired + self.quarantined + self.deduplicated
        return self.received - ended - self.suppressed - self.limited

    @property
    def adds_up(self) -> bool:
        """Is nothing unaccounted for?"""
        return self.missing == 0

    @property
    def requests_turned_away(self) -> int:
        """How many requests were refused as a whole."""
        return sum(self.turned_away.values())


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
    severity: Severity | None = None,
    name: str | None = None,
    ending: Ending | None = None,
) -> list[QuarantinedItem]:
    """What was refused, or stored otherwise than sent; the newest first."""
    return event_store().quarantined(
        workspace_key(id_of(workspace)),
        limit=limit,
        before=before,
        reason=reason,
        severity=severity,
        name=name,
        ending=ending,
    )


def waiting_items(
    workspace: Workspace | UUID,
    *,
    reason: Reason,
    name: str,
    limit: int,
    before: int | None = None,
) -> list[QuarantinedItem]:
    """The refused items that wait to be repaired, of one reason and one event name."""
    return quarantined_items(
        workspace,
        limit=limit,
        before=before,
        reason=reason,
        name=name,
        severity=Severity.REFUSED,
        ending=Ending.WAITING,
    )


def waiting_groups(workspace: Workspace | UUID) -> list[QuarantineGroup]:
    """The refused items that wait, by reason and event name, the largest group first."""
    return event_store().quarantine_groups(workspace_key(id_of(workspace)))


def quarantined_item_numbered(workspace: Workspace | UUID, seq: int) -> QuarantinedItem:
    """The item with that number, or `Missing`."""
    item = event_store().quarantined_at(workspace_key(id_of(workspace)), seq=seq)
    if item is None:
        raise Missing("quarantined item")
    return item


def _arrival_day(day: date, counts: Sequence[ArrivalCount]) -> ArrivalDay:
    def total(outcome: Outcome) -> int:
        return sum(one.count for one in counts if one.outcome is outcome)

    def by_reason(*outcomes: Outcome) -> dict[str, int]:
        told: Counter[str] = Counter()
        for one in counts:
            if one.reason and one.outcome in outcomes:
                told[one.reason] += one.count
        return {reason: count for reason, count in told.items() if count}

    return ArrivalDay(
        day=day,
        received=total(Outcome.RECEIVED),
        stored=total(Outcome.STORED),
        repaired=total(Outcome.REPAIRED),
        quarantined=total(Outcome.QUARANTINED),
        deduplicated=total(Outcome.DEDUPLICATED),
        suppressed=total(Outcome.SUPPRESSED),
        limited=total(Outcome.LIMITED),
        reasons=by_reason(Outcome.QUARANTINED, Outcome.WARNED),
        turned_away=by_reason(Outcome.TURNED_AWAY),
    )
