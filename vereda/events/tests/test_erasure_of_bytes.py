from datetime import timedelta

import pytest

from vereda.events.contracts.arriving import Kind, NewEvent, Submission, WorkspaceKey
from vereda.events.store.duckdb import DuckStore
from vereda.foundation.testing import MORNING

ACME = WorkspaceKey("a" * 32)
CANARY = "canary-7f3a9c"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.duckdb"


def an_event(number, person):
    return NewEvent(
        message_id=f"{person}-{number}",
        kind=Kind.TRACK,
        name="Report exported",
        person_key=person,
        account_key="a1",
        occurred_at=MORNING + timedelta(minutes=number),
        received_at=MORNING,
        context=f'{{"email": "{person}@customer.example"}}',
    )


def filled(path):
    """A store with events of somebody to forget, among those of others, all in the file."""
    store = DuckStore(path)
    for start in range(0, 5_000, 1_000):
        events = [
            an_event(number, CANARY if number % 100 == 7 else f"u{number % 50}")
            for number in range(start, start + 1_000)
        ]
        store.add(Submission(workspace=ACME, received_at=MORNING, events=events))
    store.close()
    return DuckStore(path)


def found_in(folder):
    return [file.name for file in folder.iterdir() if CANARY.encode() in file.read_bytes()]


def test_the_bytes_of_an_erased_person_are_gone_after_the_next_opening(path):
    store = filled(path)
    assert store.erase_people(ACME, people=[CANARY]) == 50
    before = store.tallies()
    store.close()
    assert found_in(path.parent) == ["events.duckdb"]

    again = DuckStore(path)
    after, usage = again.tallies(), again.count(ACME)
    again.close()

    assert found_in(path.parent) == []
    assert after == before
    assert usage == 4_950
    assert [file.name for file in path.parent.iterdir()] == ["events.duckdb"]


def test_a_copy_that_was_cut_off_is_made_again(path):
    store = filled(path)
    store.erase_people(ACME, people=[CANARY])
    store.close()
    path.with_name("events.duckdb.part").write_bytes(b"half of a copy")

    again = DuckStore(path)
    count = again.count(ACME)
    again.close()

    assert count == 4_950
    assert found_in(path.parent) == []


def test_without_an_erasure_the_file_is_left_alone(path):
    filled(path).close()
    before = path.stat().st_ino

    DuckStore(path).close()

    assert path.stat().st_ino == before
