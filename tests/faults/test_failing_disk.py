"""A disk that fails, or is too slow: nothing that is not stored is acknowledged."""

import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import duckdb
import pytest

from vereda.collector.testing import Poster, a_track
from vereda.events.store import writing
from vereda.events.store.duckdb import EXIT_BROKEN, DuckStore

pytestmark = [pytest.mark.faults, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
FAILS_FROM = [int(number) for number in os.environ.get("VEREDA_TEST_FAILS_FROM", "30").split(",")]
"""The first make the file; the writer must see one of its own fail."""

STORE_WRITER = """
    import sys
    from datetime import UTC, datetime
    from itertools import count
    from pathlib import Path
    from vereda.events.contracts.arriving import Kind, NewEvent, Submission, WorkspaceKey
    from vereda.events.contracts.store import StoreUnavailable
    from vereda.events.store.duckdb import DuckStore

    store, acme = DuckStore(Path(sys.argv[1]) / "events.duckdb"), WorkspaceKey("a" * 32)
    for number in count():
        now = datetime.now(UTC)
        event = NewEvent(message_id=str(number), kind=Kind.TRACK, name="Counted", occurred_at=now,
                         received_at=now, person_key="u1", account_key="a1")
        try:
            store.add(Submission(workspace=acme, received_at=now, events=[event]))
        except StoreUnavailable:
            continue
        print(number, flush=True)
"""


@pytest.fixture
def strace():
    """The program that lets a system call fail, or a loud no."""
    found = shutil.which("strace")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("strace is missing, and CI must let a flush fail")
        print("\n*** SKIPPED: failing flushes need strace. ***\n")  # noqa: T201
        pytest.skip("needs strace")
    return found


def written_until_it_fails(folder, strace, *, calls, first):
    """Let these system calls fail from the `first` on: how it ended, and what it promised."""
    return subprocess.run(
        [
            strace,
            "--follow-forks",
            f"--output={os.devnull}",
            f"--trace={calls}",
            *(f"--trace-path={folder / file}" for file in ("events.duckdb", "events.duckdb.wal")),
            f"--inject={calls}:error=EIO:when={first}+",
            sys.executable,
            "-c",
            textwrap.dedent(STORE_WRITER),
            str(folder),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("first", FAILS_FROM)
@pytest.mark.parametrize("calls", ["fsync,fdatasync", "write"])
def test_a_disk_that_fails_ends_the_process_and_loses_nothing(tmp_path, strace, calls, first):
    ended = written_until_it_fails(tmp_path, strace, calls=calls, first=first)
    acknowledged = ended.stdout.split()
    connection = duckdb.connect(str(tmp_path / "events.duckdb"))
    stored = [row[0] for row in connection.execute("SELECT message_id FROM events").fetchall()]
    connection.close()

    lost, doubled = len(set(acknowledged) - set(stored)), len(stored) - len(set(stored))
    print(  # noqa: T201 - the ledger is the point of this test
        f"LEDGER {calls} fails from the {first}th: acknowledged {len(acknowledged)},"
        f" stored {len(stored)}, lost {lost}, doubled {doubled}"
    )
    assert ended.returncode == EXIT_BROKEN, ended.stderr[-2_000:]
    assert acknowledged
    assert (lost, doubled) == (0, 0)


def test_a_full_queue_is_refused_with_when_to_come_back(full, poster):
    refused = poster.batch(*many("Refused", 9))
    full()
    again = poster.batch(*many("Refused", 9))

    assert refused.status == 503
    assert refused.body["code"] == "unavailable"
    assert int(refused.headers["Retry-After"]) >= 1
    assert again.status == 200
    assert {event.name for event in poster.stored()} == {"Kept", "Refused"}
    assert len(poster.stored()) == 18


@pytest.fixture
def poster(tmp_path):
    """A collector before a real store."""
    store = DuckStore(tmp_path / "events.duckdb")
    yield Poster(store)
    store.close()


@pytest.fixture
def full(poster, monkeypatch):
    """The disk is stuck and the queue behind it full, until this is called."""
    monkeypatch.setattr(writing, "MOST_WAITING", 12)  # ours are 10; the store may add a job or two
    goes_on, at_work = threading.Event(), threading.Event()
    writer = poster.store._writer

    def stuck(_connection):
        at_work.set()
        goes_on.wait(30)

    threads = [
        threading.Thread(target=writer.run, args=(stuck,)),
        threading.Thread(target=poster.batch, args=many("Kept", 9)),
    ]
    threads[0].start()
    at_work.wait(30)
    threads[1].start()
    until = time.monotonic() + 30
    while writer._waiting_rows < 10 and time.monotonic() < until:
        time.sleep(0.01)

    def go_on():
        goes_on.set()
        for thread in threads:
            thread.join()

    yield go_on
    go_on()


def many(name, count):
    """That many tracked events, each with an id of its own."""
    return [a_track(name, messageId=f"{name}-{number}") for number in range(count)]
