"""What the engine itself cannot take costs its own submission and never its neighbours'."""

import threading
from datetime import UTC, datetime

import pytest

from vereda.events.contracts.store import StoreUnavailable
from vereda.events.testing import ACME, a_refusal, a_submission, an_event

BEYOND = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

UNSTORABLE = {
    "half a character": an_event("\ud800"),
    "half a character in a property": an_event(properties='{"a": "\udfff"}'),
    "a count beyond 64 bits": an_event(count=2**70),
}


@pytest.mark.parametrize("poison", UNSTORABLE.values(), ids=UNSTORABLE)
def test_others_that_wait_together_are_stored(store, poison):
    goes_on = threading.Event()
    ends = {}

    def send(name, event):
        try:
            ends[name] = store.add(a_submission(event)).stored
        except StoreUnavailable as error:
            ends[name] = error.code

    blocker = threading.Thread(target=store._writer.run, args=(lambda _: goes_on.wait(30),))
    blocker.start()
    senders = [
        threading.Thread(target=send, args=(name, event))
        for name, event in {"a": an_event(), "poison": poison, "b": an_event()}.items()
    ]
    for sender in senders:
        sender.start()
    goes_on.set()
    for thread in (blocker, *senders):
        thread.join()

    assert ends == {"a": 1, "poison": "unavailable", "b": 1}
    assert store.count(ACME) == 2
    assert store.add(a_submission(an_event())).stored == 1


def test_the_ends_of_time_and_of_text_are_stored(store):
    odd = an_event("\x00 \U0010ffff ", occurred_at=BEYOND, properties='{"a": "\x00"}')

    store.add(a_submission(odd, refusals=[a_refusal(item="\x00", found="\U0010ffff")]))

    (event,) = store.last_events(ACME, limit=1)
    assert (event.name, event.occurred_at) == ("\x00 \U0010ffff ", BEYOND)
