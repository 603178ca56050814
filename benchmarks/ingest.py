"""Acknowledged durable events per second over HTTP.

The limit is what this machine can do at most with the same bodies and the same promise:
one process that decodes each body with msgspec, appends the rows to a DuckDB file and
commits, without HTTP, checks, deduplication, identity or roll-up. For orientation: umami
took 250 to 300 events a second on a like machine.
"""

import os
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from benchmarks.load import bodies_of, send_all, write_key_of
from tests.stories.server import RunningVereda

CASES = {"batch_100": (100, 16), "single": (1, 32)}
EVENTS = {"batch_100": 40_000, "single": 6_000}
WARM_UP = 2_000
COLUMNS = (
    "message_id VARCHAR, kind VARCHAR, name VARCHAR, person_key VARCHAR, account_key VARCHAR,"
    " occurred_at TIMESTAMP, properties VARCHAR"
)


def run() -> dict[str, dict[str, Any]]:
    """Each case's events a second, its limit, and the ratio of the two."""
    scale = float(os.environ.get("VEREDA_BENCH_SCALE", "1"))
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        server = RunningVereda(home=Path(place))
        server.run("setup")
        key = write_key_of(server)
        server.start()
        try:
            warm = bodies_of(events=WARM_UP, together=100)
            send_all(server, key, warm, connections=8)
            return {case: measured(server, key, case, scale=scale) for case in CASES}
        finally:
            server.stop()


def measured(server: RunningVereda, key: str, case: str, *, scale: float) -> dict[str, Any]:
    """One case beside its limit."""
    together, connections = CASES[case]
    events = int(EVENTS[case] * scale)
    bodies = bodies_of(events=events, together=together)
    limit = events / decoded_and_appended(bodies)
    per_second = events / send_all(server, key, bodies, connections=connections)
    return {
        "per_s": round(per_second),
        "limit": round(limit),
        "ratio": round(per_second / limit, 3),
    }


def decoded_and_appended(bodies: list[bytes]) -> float:
    """Seconds to decode each body and append its rows durably, one commit for each."""
    encode = msgspec.json.encode
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        connection = duckdb.connect(str(Path(place) / "limit.duckdb"))
        connection.execute(f"CREATE TABLE events ({COLUMNS})")
        appender = connection.appender("events")
        began = time.perf_counter()
        for body in bodies:
            items = msgspec.json.decode(body)["batch"]
            connection.begin()
            appender.append_rows(
                [
                    (
                        item["messageId"],
                        item["type"],
                        item["event"],
                        item["userId"],
                        item["context"]["groupId"],
                        datetime.fromisoformat(item["timestamp"]).replace(tzinfo=None),
                        encode(item["properties"]).decode(),
                    )
                    for item in items
                ]
            )
            appender.flush()
            connection.commit()
        seconds = time.perf_counter() - began
        del appender
        connection.close()
    return seconds
