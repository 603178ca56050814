import os
import threading
import time
from datetime import timedelta

import duckdb
import pytest

from vereda.events.contracts.arriving import Kind, NewEvent, Submission, WorkspaceKey
from vereda.events.store import duckdb as store_module
from vereda.events.store.copying import CopyFailed, Copying
from vereda.events.store.duckdb import DuckStore
from vereda.events.store.rewriting import NoRoom, Rewriting
from vereda.foundation.testing import MORNING

ACME = WorkspaceKey("a" * 32)
CANARY = "canary-7f3a9c"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.duckdb"


@pytest.fixture
def broken():
    """What ended the writer; nothing may."""
    found: list[BaseException] = []
    yield found
    assert found == []


def an_event(number, person, **said):
    given = {
        "message_id": f"{person}-{number}",
        "kind": Kind.TRACK,
        "name": "Report exported",
        "person_key": person,
        "account_key": "a1",
        "occurred_at": MORNING + timedelta(minutes=number),
        "received_at": MORNING,
        "context": f'{{"email": "{person}@customer.example"}}',
    }
    return NewEvent(**{**given, **said})


def add(store, *events):
    return store.add(Submission(workspace=ACME, received_at=MORNING, events=list(events)))


def filled(path, **said):
    """A store with events of somebody to forget, among those of others, all in the file."""
    store = DuckStore(path, **said)
    for start in range(0, 5_000, 1_000):
        people = [
            (number, CANARY if number % 100 == 7 else f"u{number % 50}")
            for number in range(start, start + 1_000)
        ]
        add(store, *(an_event(number, person) for number, person in people))
    store.close()
    return DuckStore(path, **said)


def found_in(folder):
    return [file.name for file in folder.iterdir() if CANARY.encode() in file.read_bytes()]


def everything_in(store):
    """All that a store answers, to compare two of them."""
    days = {"since": MORNING.date() - timedelta(days=9), "until": MORNING.date() + timedelta(9)}
    return (
        store.tallies(),
        store.usage_by_person(ACME, **days),
        store.usage_per_day_and_name(ACME, **days),
        store.arrivals(ACME, **days),
        store.last_events(ACME, limit=10_000),
        store.quarantined(ACME, limit=100),
        store.anonymous_ids(ACME, people=["u1", "u2", "named"]),
    )


def test_the_bytes_of_an_erased_person_leave_while_the_store_serves(path, broken):
    store = filled(path, on_broken=broken.append)
    assert store.erase_people(ACME, people=[CANARY]) == 50
    before = everything_in(store)

    assert store.erase_bytes() is True

    assert found_in(path.parent) == []
    assert everything_in(store) == before
    assert add(store, an_event(1, "u1", message_id="after")).stored == 1
    assert add(store, an_event(1, "u1", message_id="after")).deduplicated == 1
    store.close()
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "events-2.duckdb",
        "events.duckdb",
    ]
    again = DuckStore(path, on_broken=broken.append)
    assert again.count(ACME) == 4_951
    assert again.erase_bytes() is False
    again.close()


def test_it_moves_on_as_often_as_it_is_asked_to(path, broken):
    store = filled(path, on_broken=broken.append)
    for number, person in enumerate(("u1", "u2", CANARY), start=2):
        store.erase_people(ACME, people=[person])
        assert store.erase_bytes() is True
        assert path.resolve().name == f"events-{number}.duckdb"
    store.close()

    assert found_in(path.parent) == []
    assert len(list(path.parent.iterdir())) == 2


def with_visitors(path, **said):
    """A store in which twenty unknown visitors came too, and somebody is to be forgotten."""
    store = filled(path, **said)
    for number in range(20):
        add(store, an_event(number, "", message_id=f"x{number}", anonymous_id=f"anon-{number}"))
    store.settle()
    store.erase_people(ACME, people=[CANARY])
    return store


def test_nothing_stored_meanwhile_is_lost(path, broken, monkeypatch):
    """Events, links and a second erasure come between the pieces of the copy."""
    monkeypatch.setattr("vereda.events.store.copying.PIECE", 700)
    store = with_visitors(path, on_broken=broken.append)
    pieces: list[int] = []

    def come_between(self):
        number = len(pieces)
        pieces.append(number)
        add(self, an_event(number, "named", message_id=f"l{number}", anonymous_id=f"anon-{number}"))
        if number == 3:
            self.erase_people(ACME, people=["u7"])

    monkeypatch.setattr(DuckStore, "_breathe", come_between)
    store.erase_bytes()
    monkeypatch.undo()
    after = everything_in(store)
    by_person = {one.person_key: one.count for one in after[1]}

    assert len(pieces) > 8
    assert store.count(ACME) == 4_950 - 50 + 20 + len(pieces)
    assert "u7" not in by_person
    assert by_person["named"] == 2 * len(pieces)
    assert path.with_name("events.duckdb.rewrite").exists(), "the second erasure waits"
    store.erase_bytes()
    assert everything_in(store) == after
    assert b"u7@customer" not in path.read_bytes()
    store.close()


def test_whoever_reads_meanwhile_reads_to_the_end(path, broken):
    store = filled(path, on_broken=broken.append)
    stop, wrong = threading.Event(), []

    def read():
        while not stop.is_set():
            if store.count(ACME) != 4_950:
                wrong.append(store.count(ACME))

    store.erase_people(ACME, people=[CANARY])
    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for person in ("nobody", "no one", "none"):
        store.erase_people(ACME, people=[person])
        assert store.erase_bytes() is True
    stop.set()
    for reader in readers:
        reader.join()
    store.close()

    assert wrong == []
    held = {os.path.realpath(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd")}
    assert not [name for name in held if str(path.parent) in name]


def test_a_copy_that_was_cut_off_is_removed(path, broken):
    store = filled(path, on_broken=broken.append)
    store.erase_people(ACME, people=[CANARY])
    store.close()
    path.with_name("events-2.duckdb").write_bytes(b"half of a copy")
    path.with_name("events-2.duckdb.wal").write_bytes(b"its log")

    again = DuckStore(path, on_broken=broken.append)
    assert [file.name for file in path.parent.iterdir() if "-2" in file.name] == []
    assert again.erase_bytes() is True
    count = again.count(ACME)
    again.close()

    assert count == 4_950
    assert found_in(path.parent) == []


def test_a_copy_that_differs_never_takes_the_place(path, broken, monkeypatch):
    store = filled(path, on_broken=broken.append)
    store.erase_people(ACME, people=[CANARY])
    before = everything_in(store)
    rest = Copying.rest

    def forgetful(self):
        self._run("DELETE FROM anew.events WHERE seq % 100 = 1")
        rest(self)

    monkeypatch.setattr(Copying, "rest", forgetful)
    with pytest.raises(CopyFailed, match="events holds"):
        store.erase_bytes()

    assert everything_in(store) == before
    assert not path.is_symlink()
    assert path.with_name("events.duckdb.rewrite").exists()
    assert not path.with_name("events-2.duckdb").exists()
    assert add(store, an_event(1, "u1", message_id="after")).stored == 1
    monkeypatch.undo()
    assert store.erase_bytes() is True
    store.close()


def test_without_room_it_waits(path, broken, monkeypatch):
    store = filled(path, on_broken=broken.append)
    store.erase_people(ACME, people=[CANARY])
    monkeypatch.setattr("vereda.events.store.rewriting.ROOM_LEFT", 1 << 60)

    with pytest.raises(NoRoom):
        store.erase_bytes()

    assert add(store, an_event(1, "u1", message_id="after")).stored == 1
    assert path.with_name("events.duckdb.rewrite").exists()
    store.close()


def test_a_file_that_lies_elsewhere_stays_on_its_disk(tmp_path, broken):
    (tmp_path / "home").mkdir()
    (tmp_path / "disk").mkdir()
    path = tmp_path / "home" / "events.duckdb"
    filled(tmp_path / "disk" / "usage.db").close()
    path.symlink_to(tmp_path / "disk" / "usage.db")

    store = DuckStore(path, on_broken=broken.append)
    store.erase_people(ACME, people=[CANARY])
    store.erase_bytes()
    count = store.count(ACME)
    store.close()

    assert count == 4_950
    assert [file.name for file in (tmp_path / "disk").iterdir()] == ["events-2.duckdb"]
    assert found_in(tmp_path / "disk") == []


def test_without_an_erasure_the_file_is_left_alone(path):
    filled(path).close()
    before = path.stat().st_ino

    store = DuckStore(path)
    assert store.erase_bytes() is False
    store.close()

    assert path.stat().st_ino == before


@pytest.mark.parametrize("told", ["remove_source", "forget_workspace"])
def test_whatever_removes_events_asks_for_it(path, told):
    store = filled(path)
    if told == "remove_source":
        add(store, an_event(1, CANARY, message_id="by file", source="import:1"))
        assert store.remove_source(ACME, source="import:1") == 1
    else:
        assert store.forget_workspace(ACME) == 5_000

    assert store.erase_bytes() is True
    store.close()


@pytest.mark.parametrize(
    ("waits", "idle", "expected"),
    [
        (timedelta(seconds=30), 60.0, False),
        (timedelta(minutes=2), 60.0, True),
        (timedelta(minutes=2), 1.0, False),
        (timedelta(hours=21), 0.0, True),
    ],
)
def test_it_happens_by_itself_in_a_quiet_moment_or_within_the_day(
    path, monkeypatch, waits, idle, expected
):
    monkeypatch.setattr(store_module, "LOOK_EVERY", 0.05)
    store = filled(path)
    monkeypatch.setattr(store._writer, "idle_for", lambda: idle)
    monkeypatch.setattr(store._rewriting, "waiting_for", lambda: None)
    store.erase_people(ACME, people=[CANARY])
    monkeypatch.setattr(store._rewriting, "waiting_for", lambda: waits)

    until = time.monotonic() + (60 if expected else 0.4)
    while not path.is_symlink() and time.monotonic() < until:
        time.sleep(0.02)
    written_anew = path.is_symlink()
    store.close()

    assert written_anew is expected


def test_the_note_counts_from_the_first_erasure(path):
    duckdb.connect(str(path)).close()
    rewriting = Rewriting(path)

    def minutes():
        waiting = rewriting.waiting_for()
        return None if waiting is None else waiting.total_seconds() // 60

    assert minutes() is None
    rewriting.ask_for()
    an_hour_ago = time.time() - 3600
    os.utime(path.with_name("events.duckdb.rewrite"), (an_hour_ago, an_hour_ago))
    asked = rewriting.asked()
    rewriting.ask_for()

    assert minutes() == 60
    rewriting.done(asked)
    assert minutes() == 0
    rewriting.done(rewriting.asked())
    assert minutes() is None
