"""One bad item never costs a good one, and every one of them is counted."""

import json

import pytest

from vereda.collector.testing import POISON, a_track
from vereda.events.contracts.arriving import Outcome
from vereda.events.testing import ACME
from vereda.foundation.testing import MORNING

GOOD = 99


def a_batch_with(poison, *, place):
    """A hundred items as they stand on the wire, the poison at that place."""
    items = [json.dumps(a_track("Good", messageId=f"m{number}")) for number in range(GOOD)]
    items.insert(place, poison)
    return f'{{"batch": [{", ".join(items)}]}}'.encode()


def ledger(store):
    counted: dict[Outcome, int] = {}
    for one in store.arrivals(ACME, since=MORNING.date(), until=MORNING.date().replace(year=2030)):
        counted[one.outcome] = counted.get(one.outcome, 0) + one.count
    return counted


@pytest.mark.parametrize("place", [0, 50, GOOD])
@pytest.mark.parametrize("poison", POISON, ids=range(len(POISON)))
def test_ninety_nine_good_items_are_stored_beside_a_poisonous_one(collector, poison, place):
    answer = collector.post(a_batch_with(poison, place=place))

    counted = ledger(collector.store)
    stored = counted.get(Outcome.STORED, 0)
    assert answer.status == 200
    assert sum(event.name == "Good" for event in collector.stored()) == GOOD
    assert counted[Outcome.RECEIVED] == GOOD + 1
    assert stored + counted.get(Outcome.QUARANTINED, 0) == GOOD + 1


def test_a_nan_is_named_and_words_that_look_like_one_stay(collector):
    collector.post(
        b'{"batch": [{"type":"track","event":"Bad","userId":"u1","properties":{"a": NaN}},'
        b'{"type":"track","event":"Good","userId":"u1","properties":{"a":"NaN, \\"NaN\\""}}]}'
    )

    (event,) = collector.stored()
    assert json.loads(event.properties) == {"a": 'NaN, "NaN"'}
    assert collector.notes() == [("not_a_number", "refused", 0)]
    assert collector.store.quarantined(ACME, limit=1)[0].name == "Bad"


def test_a_nan_outside_a_batch_is_refused(collector):
    answer = collector.post(
        b'{"event": "Bad", "userId": "u1", "properties": {"a": NaN}}', "/v1/track"
    )

    assert (answer.status, answer.body["code"]) == (400, "invalid_body")
    assert collector.stored() == []


def test_a_poisonous_item_does_not_cost_the_next_request(collector):
    for poison in POISON:
        collector.post(a_batch_with(poison, place=0))

    assert collector.batch(a_track("After")).status == 200
    assert collector.stored()[0].name == "After"
