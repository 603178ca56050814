"""Handed in: nobody has to stand by, and those who come together share one commit."""

import threading
import time
from types import SimpleNamespace

import pytest

from vereda.events.contracts.store import StoreUnavailable
from vereda.events.store import writing
from vereda.events.testing import ACME, a_submission, an_event

MANY = 5


@pytest.fixture
def pauses(store, monkeypatch):
    """How often the writer waited for others, once it has heard of the ids that were stored.

    Its clock goes on only while it waits: on a busy machine the moment that it gives to others may
    be over before it looks who came.
    """
    store._loader.join()
    taken: list[float] = []
    spent = [0.0]

    def sleep(seconds: float) -> None:
        taken.append(seconds)
        spent[0] += seconds

    monkeypatch.setattr(writing, "time", SimpleNamespace(monotonic=lambda: spent[0], sleep=sleep))
    return taken


def used(number):
    return a_submission(an_event(message_id=f"m{number}"))


def held_up(store, submissions):
    """Hand them in while the writer is busy, then let it go on; what was handed in."""
    goes_on, busy = threading.Event(), threading.Event()

    def job(_connection):
        busy.set()
        goes_on.wait(30)

    blocker = threading.Thread(target=store._writer.run, args=(job,))
    blocker.start()
    busy.wait(30)
    handed_in = [store.hand_in(each) for each in submissions]
    goes_on.set()
    blocker.join()
    return handed_in


def test_it_is_told_when_it_is_durable(store):
    told = threading.Event()

    handed_in = store.hand_in(used(1))
    handed_in.then(told.set)

    assert told.wait(30)
    assert handed_in.receipt().stored == 1
    assert store.count(ACME) == 1


def test_whoever_asks_late_is_told_at_once(store):
    handed_in = store.hand_in(used(1))
    assert handed_in.receipt().stored == 1

    calls = []
    handed_in.then(lambda: calls.append(threading.current_thread()))

    assert calls == [threading.current_thread()]


def test_a_disk_that_is_too_slow_is_told_after_its_time_and_not_waited_for_again(
    store, monkeypatch
):
    monkeypatch.setattr(writing, "PATIENCE", 0.05)
    goes_on = threading.Event()
    blocker = threading.Thread(target=store._writer.run, args=(lambda _: goes_on.wait(30),))
    blocker.start()
    handed_in = store.hand_in(used(1))

    with pytest.raises(StoreUnavailable, match="slow"):
        handed_in.receipt()
    began = time.monotonic()
    with pytest.raises(StoreUnavailable, match="slow"):
        handed_in.receipt()
    assert time.monotonic() - began < 5
    goes_on.set()
    blocker.join()


def test_who_comes_alone_is_never_kept_waiting(store, pauses):
    for number in range(MANY):
        assert store.add(used(number)).stored == 1

    assert pauses == []


def test_after_several_came_together_the_writer_waits_a_moment_for_as_many(store, pauses):
    handed_in = held_up(store, [used(number) for number in range(MANY)])
    assert [each.receipt().stored for each in handed_in] == [1] * MANY
    assert pauses == []

    store.add(used("next"))
    assert len(pauses) >= 1
    pauses.clear()

    store.add(used("alone again"))
    assert pauses == []
    assert store.count(ACME) == MANY + 2
