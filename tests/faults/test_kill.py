"""Killing the whole process group under load loses and doubles nothing, and it is back at once.

A restart is timed until `/healthz` answers. Moments in which other programs of the machine had
the processor (the kernel counts them as run delay) are not the server's and are taken off.
"""

import os
import random
import time
from pathlib import Path

import duckdb
import pytest

from benchmarks.load import write_key_of
from tests.faults.ledger import Ledger, Senders
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.faults, pytest.mark.slow]

KILLS = int(os.environ.get("VEREDA_TEST_KILLS", "20"))
SEED = int(os.environ.get("VEREDA_TEST_SEED", "1"))
RESTART_SECONDS = 2.0


def test_nothing_acknowledged_is_lost_or_doubled_by_kill_9(tmp_path):
    server = RunningVereda(home=tmp_path)
    server.run("setup")
    key, ledger = write_key_of(server), Ledger()
    server.start()

    with Senders(port=server.port, key=key, ledger=ledger) as senders:
        restarts, on_the_wall = zip(*killed_under_load(server, senders), strict=True)
        after = len(senders.acknowledged())
        wait_for(lambda: len(senders.acknowledged()) > after)
    counted = int(server.run("events", "count", "--workspace", "muestra", "--name", "Counted"))
    server.kill()

    stored = stored_in(tmp_path / "events.duckdb")
    faults = ledger.faults_in(stored)
    report = (
        f"seed {SEED}: {KILLS} kills, {len(ledger.sent)} sent, {len(ledger.acknowledged)}"
        f" acknowledged, {len(stored)} stored, {faults}, restarts {min(restarts):.2f} to"
        f" {max(restarts):.2f} s ({max(on_the_wall):.2f} s by the clock on the wall)"
    )
    print(report)  # noqa: T201 - the ledger is the point of this test
    assert faults == {"lost": 0, "doubled": 0, "invented": 0, "changed": 0}, report
    assert counted == len(stored) == rolled_up_in(tmp_path / "events.duckdb")
    assert unaccounted_in(tmp_path / "events.duckdb") == []
    assert max(restarts) < RESTART_SECONDS, report


def killed_under_load(server, senders):
    """Kill and start again while events come in; the seconds of each start, and on the wall."""
    moments = random.Random(SEED)  # noqa: S311 - not a secret
    for _ in range(KILLS):
        before = len(senders.acknowledged())
        wait_for(lambda before=before: len(senders.acknowledged()) > before)
        time.sleep(moments.uniform(0.0, 0.4))
        server.kill()
        seconds = server.start()
        yield seconds - seconds_without_processor(server), seconds


def seconds_without_processor(server):
    """How long the server's two main threads, which start one after the other, had to wait."""
    delays = [
        int((process / "schedstat").read_text().split()[1])
        for process in Path("/proc").glob("[0-9]*")
        if group_of(process) == server.process.pid
    ]
    return sum(delays) / 1e9


def group_of(process):
    """The process group, or None for a process that just ended."""
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[2])
    except OSError:
        return None


def wait_for(condition, *, seconds=30.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "no event was acknowledged any more"
        time.sleep(0.005)


def opened(path: Path):
    """The file, as soon as the kernel has done away with the killed process."""
    until = time.monotonic() + 10
    while True:
        try:
            return duckdb.connect(str(path))
        except duckdb.IOException:
            assert time.monotonic() < until, "the killed process still holds the file"
            time.sleep(0.02)


def asked(path: Path, question: str):
    connection = opened(path)
    found = connection.execute(question).fetchall()
    connection.close()
    return found


def stored_in(path):
    return asked(path, "SELECT message_id, properties FROM events WHERE name = 'Counted'")


def rolled_up_in(path):
    return asked(path, "SELECT SUM(\"count\") FROM usage WHERE name = 'Counted'")[0][0]


def unaccounted_in(path):
    """Workspaces and days whose sum of what was received does not add up."""
    return asked(
        path,
        "SELECT workspace, day FROM arrivals WHERE outcome <> 'warned' GROUP BY ALL"
        ' HAVING SUM(CASE WHEN outcome = \'received\' THEN "count" ELSE -"count" END) <> 0',
    )
