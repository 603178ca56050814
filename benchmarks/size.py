"""Bytes of the event store for each event, the roll-up included, once recent commits are settled.

`sample`: what `vereda sample` invents. `clients`: what SDKs send, with random message ids, which no
compression shortens below their sixteen random bytes.
"""

import os
import tempfile
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import duckdb

from tests.stories.server import RunningVereda
from vereda.events.contracts.arriving import Kind, NewEvent, Submission, WorkspaceKey
from vereda.events.store.duckdb import DuckStore

MOST_BYTES: Final = 60
COMPANIES: Final = 304
EVENTS: Final = 300_000
TOGETHER: Final = 5_000
ACME: Final = WorkspaceKey("a" * 32)


def run() -> dict[str, dict[str, Any]]:
    """Each case's bytes for an event; those of the sample beside the most there may be."""
    scale = min(1.0, float(os.environ.get("VEREDA_BENCH_SCALE", "1")))
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        return {
            "sample": sample_size(Path(place) / "sample", scale),
            "clients": clients_size(Path(place), scale),
        }


def sample_size(home: Path, scale: float) -> dict[str, Any]:
    """The sample company's store."""
    home.mkdir()
    RunningVereda(home=home).run("sample", "--companies", str(max(1, int(COMPANIES * scale))))
    return {**size_of(home / "events.duckdb"), "limit": MOST_BYTES}


def clients_size(folder: Path, scale: float) -> dict[str, Any]:
    """A store of tracked events of ninety days."""
    path, chance = folder / "clients.duckdb", Random(1)  # noqa: S311 - no secret
    began = datetime(2026, 8, 1, tzinfo=UTC)
    store = DuckStore(path)
    events = int(EVENTS * scale)
    for start in range(0, events, TOGETHER):
        at = began + timedelta(days=90) * (start / events)
        store.add(
            Submission(
                workspace=ACME,
                received_at=at,
                events=[tracked(at + timedelta(seconds=n), chance) for n in range(TOGETHER)],
            )
        )
    store.settle()
    store.close()
    return size_of(path)


def tracked(at: datetime, chance: Random) -> NewEvent:
    """A track call with an id of its own and a few properties."""
    person = chance.randrange(2_000)
    return NewEvent(
        message_id=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        kind=Kind.TRACK,
        name=f"Report {chance.randrange(40)} exported",
        person_key=f"user-{person}",
        account_key=f"account-{person % 300}",
        occurred_at=at,
        received_at=at,
        properties=f'{{"plan":"pro","rows":{chance.randrange(500)},"screen":"reports"}}',
        context='{"library":{"name":"analytics-python","version":"2.4.0"}}',
        source="key:wk_live_7Qm2",
    )


def size_of(path: Path) -> dict[str, Any]:
    """Bytes for each event of a store that nobody has open."""
    with duckdb.connect(str(path)) as file:
        file.execute("CHECKPOINT")
        counted = file.execute("SELECT COUNT(*) FROM events").fetchone()
    events = counted[0] if counted else 0
    each = round(path.stat().st_size / events, 1)
    return {"events": events, "bytes_per_event": each}
