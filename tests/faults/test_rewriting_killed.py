"""Killed at any moment while the store moves into a new file: nothing promised is lost or doubled,
and nobody erased comes back."""

import collections
import os
import random
import subprocess
import sys
import threading
import time
from datetime import date

import pytest

from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.store.duckdb import DuckStore

pytestmark = [pytest.mark.faults, pytest.mark.slow]

ACME = WorkspaceKey("a" * 32)
KILLS = int(os.environ.get("VEREDA_TEST_KILLS_OF_MOVES", "10"))
MOVED_WITHIN = 120.0
"""Seconds after which a first move does not come any more."""

LIVE = """
import sys, threading, time
from datetime import UTC, datetime
from pathlib import Path
from vereda.events.contracts.arriving import Kind, NewEvent, Submission, WorkspaceKey
from vereda.events.store.duckdb import DuckStore

path, life = Path(sys.argv[1]), sys.argv[2]
at = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
store = DuckStore(path)

def say(*words):
    sys.stdout.write(" ".join(words) + "\\n")
    sys.stdout.flush()

def move():
    while True:
        if store.erase_bytes():
            say("moved")
        time.sleep(0.01)

def event(number, person):
    return NewEvent(message_id=f"{life}-{number}-{person}", kind=Kind.TRACK, name="Opened",
                    person_key=person, account_key="a1", occurred_at=at, received_at=at,
                    context='{"who": "' + person + '"}')

threading.Thread(target=move, daemon=True).start()
for number in range(1_000_000):
    guest = f"guest{life}x{number}"
    events = [event(number, f"stays{one}") for one in range(50)] + [event(number, guest)]
    store.add(Submission(workspace=WorkspaceKey("a" * 32), received_at=at, events=events))
    say("kept", *(one.message_id for one in events[:-1]))
    if number % 3 == 0:
        store.erase_people(WorkspaceKey("a" * 32), people=[guest])
        say("erased", guest)
"""


def lived_until_killed(path, life, *, after, seconds):
    """What the process said before it was killed without warning, so long after it first said that
    it `erased`, which makes the store move, or that it `moved`; line by line."""
    process = subprocess.Popen(
        [sys.executable, "-c", LIVE, str(path), str(life)],
        stdout=subprocess.PIPE,
        text=True,
    )
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout or ()))
    reader.start()
    until = time.monotonic() + MOVED_WITHIN
    while not any(line.startswith(after) for line in lines) and process.poll() is None:
        assert time.monotonic() < until, f"it never {after}"
        time.sleep(0.01)
    time.sleep(seconds)
    process.kill()
    reader.join()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
    assert process.returncode == -9, "it ended by itself"
    return [line.split() for line in lines if line.endswith("\n")]


def test_killed_while_the_store_moves(tmp_path):
    path, chance = tmp_path / "events.duckdb", random.Random(20261122)  # noqa: S311 - no secret
    kept: collections.Counter[str] = collections.Counter()
    said: collections.Counter[str] = collections.Counter()
    erased: set[str] = set()
    for life in range(KILLS):
        # Every second life moves at least once before, however slow the machine; all go on moving.
        after = "moved" if life % 2 else "erased"
        seconds = chance.uniform(0.1, 2.5)
        for word, *rest in lived_until_killed(path, life, after=after, seconds=seconds):
            said[word] += 1
            kept.update(rest if word == "kept" else ())
            erased.update(rest if word == "erased" else ())

    store = DuckStore(path)
    stored = collections.Counter(
        one.message_id for one in store.last_events(ACME, limit=10_000_000)
    )
    since, until = date(2026, 1, 1), date(2027, 1, 1)
    uses = sum(one.count for one in store.usage_per_day(ACME, since=since, until=until))
    people = {one.person_key for one in store.usage_by_person(ACME, since=since, until=until)}
    store.erase_bytes()
    store.close()
    print(  # noqa: T201 - figures are the point
        f"{KILLS} kills, {len(kept)} acknowledged, {len(erased)} erased, {said['moved']} moves;"
        f" lost {len(kept - stored)}, doubled {sum(n - 1 for n in stored.values())}"
    )

    assert said["moved"] > KILLS // 3, "hardly any kill met a move"
    assert not kept - stored
    assert not [message for message, times in stored.items() if times > 1]
    assert uses == stored.total()
    assert not people & erased
    held = path.read_bytes()
    assert not [guest for guest in erased if f'"{guest}"'.encode() in held]
    assert sorted(file.name for file in tmp_path.iterdir()) == [path.resolve().name, path.name]
