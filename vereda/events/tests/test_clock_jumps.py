"""A clock that lies for a while makes no message count twice."""

from datetime import UTC, datetime, timedelta

import pytest

from vereda.events.store import seen
from vereda.events.store.duckdb import DuckStore
from vereda.events.testing import ACME, a_submission, an_event
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING

TEN_YEARS = timedelta(days=3_653)
IN_1970 = datetime(1970, 1, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_short_memory(monkeypatch):
    """No message is known exactly, and every few open a new table of marks."""
    monkeypatch.setattr(seen, "RECENT", 0)
    monkeypatch.setattr(seen, "SMALLEST", 4)
    monkeypatch.setattr(seen, "LARGEST", 4)


def send(store, *messages, at):
    events = [an_event(message_id=message, received_at=at, occurred_at=at) for message in messages]
    return store.add(a_submission(*events, at=at))


@pytest.mark.parametrize("jump", [TEN_YEARS, IN_1970 - MORNING, -timedelta(hours=1)])
def test_a_message_is_known_again_when_the_clock_comes_back(store, jump):
    store._loader.join()
    first = [f"first-{number}" for number in range(10)]
    send(store, *first, at=MORNING)
    for number in range(10):
        send(store, f"meanwhile-{number}", at=MORNING + jump)

    again = send(store, *first, at=MORNING + timedelta(minutes=1))

    assert (again.stored, again.deduplicated) == (0, 10)


def test_a_restart_while_the_clock_lies_forgets_no_message(tmp_path):
    store = DuckStore(tmp_path / "events.duckdb")
    send(store, "first", at=now())
    send(store, "ahead", at=now() + TEN_YEARS)
    store.close()

    again = DuckStore(tmp_path / "events.duckdb")
    again._loader.join()
    receipt = send(again, "first", "ahead", at=now())
    count = again.count(ACME)
    again.close()

    assert (receipt.stored, count) == (0, 2)


def test_messages_are_forgotten_as_days_pass(store):
    store._loader.join()
    for days in range(100):
        send(store, *(f"{days}-{number}" for number in range(5)), at=MORNING + timedelta(days=days))

    assert 50 < len(store._writer._seen._marks._tables) < 100
