"""The invented usage as events: a month at a time, straight into the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vereda.events.actions import store_events
from vereda.events.contracts import Kind, NewEvent
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
    """Every event of the two years, durably; answers how many. `progress` hears the sum so far."""
    stored = 0
    for batch in usage_by_month(world):
        events = sample_events(batch, now=now)
        for start in range(0, len(events), CHUNK):
            part = events[start : start + CHUNK]
            stored += store_events(workspace, part, now=now).stored
            progress(stored)
    return stored


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
