"""The invented usage as events: a month at a time, straight into the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vereda.events.actions.storing import store_events
from vereda.events.contracts.arriving import Kind, NewEvent, Receipt
from vereda.sample.contracts import UsageBatch, World
from vereda.sample.rules.usage import usage_by_month

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

SOURCE = "sample"
CHUNK = 20_000


def store_sample_usage(
    workspace: Workspace,
    *,
    world: World,
    now: datetime,
    progress: Callable[[int], None],
) -> int:
    """Every event of the two years, durably; answers how many. `progress` hears the sum so far.

    While the store writes one part, the next is invented; no more than two parts are held.
    """
    stored = 0
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="sample-usage") as beside:
        waiting: Future[Receipt] | None = None
        for part in usage_in_parts(world, now=now):
            if waiting is not None:
                stored += waiting.result().stored
                progress(stored)
            waiting = beside.submit(store_events, workspace.pk, part, now=now)
        if waiting is not None:
            stored += waiting.result().stored
            progress(stored)
    return stored


def usage_in_parts(world: World, *, now: datetime) -> Iterator[list[NewEvent]]:
    """The events of the two years, as many at a time as share one commit."""
    for batch in usage_by_month(world):
        events = sample_events(batch, now=now)
        yield from (events[start : start + CHUNK] for start in range(0, len(events), CHUNK))


def sample_events(batch: UsageBatch, *, now: datetime) -> list[NewEvent]:
    """A month of usage as the store takes it; message ids follow from month and place."""
    columns = zip(batch.occurred_at, batch.account, batch.person, batch.name, strict=True)
    prefix = f"sample-{batch.month:%Y%m}-"
    return [
        NewEvent(
            message_id=f"{prefix}{place}",
            kind=Kind.TRACK,
            name=name,
            occurred_at=datetime.fromtimestamp(at / 1000, UTC),
            received_at=now,
            person_key=person,
            account_key=account,
            source=SOURCE,
        )
        for place, (at, account, person, name) in enumerate(columns)
    ]
