"""Killing the whole process group under load loses and doubles nothing, and it is back at once.

A restart is timed until `/healthz` answers. Moments in which other programs of the machine had
the processor (the kernel counts them as run delay) are not the server's and are taken off.
"""

import os
import random
import time
from pathlib import Path

import pytest

from benchmarks.load import write_key_of
from tests.faults.ledger import Ledger, Senders, checked, rolled_up_in
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.faults, pytest.mark.slow]

KILLS = int(os.environ.get("VEREDA_TEST_KILLS", "20"))
SEED = int(os.environ.get("VEREDA_TEST_SEED", "1"))
RESTART_SECONDS = 2.0
BETWEEN_KILLS = int(os.environ.get("VEREDA_TEST_BETWEEN_KILLS", "100"))
"""Acknowledged events between two kills, at least."""

TOGETHER = 100 if BETWEEN_KILLS > 1_000 else 20


def test_nothing_acknowledged_is_lost_or_doubled_by_kill_9(tmp_path):
    server = RunningVereda(home=tmp_path)
    server.run("setup")
    key, ledger = write_key_of(server), Ledger()
    server.start()

    with Senders(port=server.port, key=key, ledger=ledger, together=TOGETHER) as senders:
        restarts, on_the_wall = zip(*killed_under_load(server, senders), strict=True)
        senders.wait_for_more(1)
    counted = int(server.run("events", "count", "--workspace", "muestra", "--name", "Counted"))
    server.kill()

    report = checked(server, ledger, name=f"{KILLS} kills (seed {SEED})")
    print(  # noqa: T201 - figures are the point
        f"restarts {min(restarts):.2f} to {max(restarts):.2f} s"
        f" ({max(on_the_wall):.2f} s by the clock on the wall)"
    )
    assert report.clean, report
    assert counted == report.stored == rolled_up_in(tmp_path / "events.duckdb")
    assert report.acknowledged >= KILLS * BETWEEN_KILLS
    assert max(restarts) < RESTART_SECONDS, restarts


def killed_under_load(server, senders):
    """Kill and start again while events come in; the seconds of each start, and on the wall."""
    moments = random.Random(SEED)  # noqa: S311 - not a secret
    for _ in range(KILLS):
        senders.wait_for_more(BETWEEN_KILLS)
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
