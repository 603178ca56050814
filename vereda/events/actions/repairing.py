"""Repairing items of the quarantine: they are changed, read again and stored as they were meant."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Final

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from vereda.events.contracts.answers import QuarantinedItem
from vereda.events.contracts.arriving import (
    Ending,
    NewEvent,
    Reason,
    Replay,
    Severity,
    Submission,
    workspace_key,
)
from vereda.events.contracts.repairing import ReadAgain, Reader, Repair, ToRead
from vereda.events.queries.arrivals import quarantined_item_numbered, waiting_items
from vereda.events.rules.repairs import repaired_text
from vereda.events.store.current import event_store
from vereda.foundation.errors import Conflict, Refused
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from uuid import UUID

    from vereda.workspaces.models import Member

TOGETHER: Final = 1_000
MOST_REPAIRED: Final = 10_000
"""Items that one call repairs; it says when there are more."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """How a repair ended: items by what became of them, and those refused again by reason."""

    endings: Counter[Ending] = field(default_factory=Counter)
    still_refused: Counter[Reason] = field(default_factory=Counter)

    @property
    def stored(self) -> int:
        """How many are events now."""
        return self.endings[Ending.REPAIRED]


def repair_item(item: QuarantinedItem, *, repair: Repair, by: Member, now: datetime) -> Ending:
    """Store the item as the repair makes it; what it became.

    Refuses an item that waits no longer, or that would be refused again.
    """
    require_waiting(item)
    (read,) = read_repaired(by.workspace_id, [item], repair=repair)
    if read.refused is not None:
        raise Refused(_("With this change the item would be refused again."))
    done = Repaired()
    _store([(item, read)], done, by=by, now=now)
    _record(repair, done, by=by, reason=item.reason, name=item.name)
    return quarantined_item_numbered(by.workspace_id, item.seq).ending


def repair_items(
    reason: Reason, *, name: str, repair: Repair, by: Member, now: datetime
) -> Repaired:
    """Store all waiting items of a reason and an event name as the repair makes them.

    At most `MOST_REPAIRED` at once, the newest first; those refused again stay and wait.
    """
    done = Repaired()
    try:
        for items in _chunks(reason, name=name, by=by):
            read = read_repaired(by.workspace_id, items, repair=repair)
            pairs = list(zip(items, read, strict=True))
            done.still_refused.update(one.refused for one in read if one.refused is not None)
            _store([pair for pair in pairs if not pair[1].refused], done, by=by, now=now)
    finally:
        if done.endings:
            _record(repair, done, by=by, reason=reason, name=name)
    return done


def _chunks(reason: Reason, *, name: str, by: Member) -> Iterator[list[QuarantinedItem]]:
    """The waiting items, `TOGETHER` at a time, up to `MOST_REPAIRED`."""
    before: int | None = None
    for _chunk in range(MOST_REPAIRED // TOGETHER):
        items = waiting_items(
            by.workspace_id, reason=reason, name=name, limit=TOGETHER, before=before
        )
        if not items:
            return
        yield items
        before = items[-1].seq


def read_repaired(
    workspace_id: UUID, items: Sequence[QuarantinedItem], *, repair: Repair
) -> list[ReadAgain]:
    """What each item would be with the repair; nothing is stored."""
    return reader()(
        workspace_id,
        [
            ToRead(item=item, text=repaired_text(item.item, repair), allow=repair.allow)
            for item in items
        ],
    )


def reader() -> Reader:
    """Who reads items again, as the wiring says."""
    named: Reader = import_module(settings.VEREDA_WIRING).READS_AGAIN
    return named


def require_waiting(item: QuarantinedItem) -> None:
    """Refuse what is stored already."""
    if item.severity is Severity.WARNING:
        raise Refused(_("This event is stored already."))
    if item.ending is not Ending.WAITING:
        raise Conflict(_("This item was read again already."))


def _store(
    ready: Sequence[tuple[QuarantinedItem, ReadAgain]],
    done: Repaired,
    *,
    by: Member,
    now: datetime,
) -> None:
    if not ready:
        return
    receipt = event_store().add(
        Submission(
            workspace=workspace_key(by.workspace_id),
            received_at=now,
            events=[],
            refusals=[note for _, read in ready for note in read.notes if not read.suppressed],
            replays=[_replay(item, read) for item, read in ready],
        )
    )
    suppressed = sum(read.suppressed for _, read in ready)
    done.endings[Ending.REPAIRED] += receipt.repaired
    done.endings[Ending.SUPPRESSED] += suppressed
    done.endings[Ending.DEDUPLICATED] += len(ready) - receipt.repaired - suppressed


def _replay(item: QuarantinedItem, read: ReadAgain) -> Replay:
    event = None if read.suppressed or read.event is None else _marked(read.event, item)
    return Replay(item=item.seq, reason=item.reason, received_at=item.received_at, event=event)


def _marked(event: NewEvent, item: QuarantinedItem) -> NewEvent:
    """The event with a word in its context that it was repaired, and from which item."""
    context = json.loads(event.context) if event.context else {}
    marked = json.dumps({**context, "repaired_from": item.seq}, ensure_ascii=False)
    return msgspec.structs.replace(event, context=marked)


@transaction.atomic
def _record(repair: Repair, done: Repaired, *, by: Member, reason: Reason, name: str) -> None:
    """Which parts were changed, never to whose id: the audit log outlives a person."""
    changed = [part for part in repair.__struct_fields__ if getattr(repair, part)]
    record(
        by,
        "repaired events",
        by.workspace,
        reason=reason.value,
        name=name,
        changed=changed,
        stored=done.stored,
    )
