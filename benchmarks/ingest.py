"""Acknowledged durable events per second over HTTP.

The limit is what this machine can do at most with the same bodies and the same promise:
one process that decodes each body with msgspec, appends the rows to a DuckDB file and
commits, without HTTP, checks, deduplication, identity or roll-up. For orientation: umami
took 250 to 300 events a second on a like machine.

Limit and server take turns, and the turn with the median ratio is told, so that a machine that is
busy for a moment spoils neither. `cpu_us` and `limit_cpu_us` count the time of the processors for
an event, which other programs disturb least; the sender's is not in it and costs about 1 us.
"""

import os
import tempfile
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from benchmarks.load import bodies_of, send_all, write_key_of
from benchmarks.memory import group_of
from tests.stories.server import RunningVereda

CASES = {"batch_100": (100, 16), "single": (1, 32)}
EVENTS = {"batch_100": 40_000, "single": 6_000}
WARM_UP = 2_000
TURNS = 3
TICKS = os.sysconf("SC_CLK_TCK")
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
            return {case: median_of(server, key, case, scale=scale) for case in CASES}
        finally:
            server.stop()


def median_of(server: RunningVereda, key: str, case: str, *, scale: float) -> dict[str, Any]:
    """One case beside its limit, in the turn whose ratio is the median."""
    turns = [one_turn(server, key, case, scale=scale) for _turn in range(TURNS)]
    return sorted(turns, key=lambda turn: float(turn["ratio"]))[TURNS // 2]


def one_turn(server: RunningVereda, key: str, case: str, *, scale: float) -> dict[str, Any]:
    """The limit, then the server, with the same bodies."""
    together, connections = CASES[case]
    events = int(EVENTS[case] * scale)
    bodies = bodies_of(events=events, together=together)
    worked = time.process_time()
    limit = events / decoded_and_appended(bodies)
    limit_cpu, worked = time.process_time() - worked, processor_time(server)
    per_second = events / send_all(server, key, bodies, connections=connections)
    cpu = processor_time(server) - worked
    return {
        "per_s": round(per_second),
        "limit": round(limit),
        "ratio": round(per_second / limit, 3),
        "cpu_us": round(cpu / events * 1e6, 1),
        "limit_cpu_us": round(limit_cpu / events * 1e6, 1),
    }


def processor_time(server: RunningVereda) -> float:
    """Seconds that the processes of the server have worked so far."""
    assert server.process is not None  # noqa: S101
    seconds = 0.0
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and group_of(path) == server.process.pid:
            with suppress(OSError):
                words = (path / "stat").read_text().rpartition(")")[2].split()
                seconds += (int(words[11]) + int(words[12])) / TICKS
    return seconds


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
