from datetime import timedelta
from typing import Any

import pytest

from vereda.events.contracts.store import Expiry
from vereda.events.store.duckdb import DuckStore
from vereda.events.testing import ACME, GLOBEX, a_refusal, a_submission, an_event
from vereda.foundation.testing import MORNING

OLD = MORNING - timedelta(days=100)
LONG_AGO = OLD - timedelta(days=300)
SPAN: dict[str, Any] = {"since": LONG_AGO.date(), "until": MORNING.date() + timedelta(days=1)}


def expiry(**said):
    given = {"before": MORNING - timedelta(days=50), "arrived_before": MORNING - timedelta(days=30)}
    return Expiry(**{**given, **said})


def store_one(store, name="Report exported", at=OLD, arrived=OLD, **said):
    event = an_event(name, occurred_at=at, received_at=arrived, account_key="a1", **said)
    workspace = said.pop("workspace", ACME)
    store.add(a_submission(event, workspace=workspace, at=arrived))
    return event


def test_events_that_are_too_old_go_and_leave_counts_without_people(store):
    for number in range(3):
        store_one(store, person_key=f"u{number}", at=OLD + timedelta(hours=number))
    young = store_one(store, at=MORNING, arrived=MORNING)

    assert store.count_expired(ACME, expiry=expiry()) == 3
    assert store.expire(ACME, expiry=expiry(), limit=100) == 3

    assert [one.message_id for one in store.last_events(ACME, limit=9)] == [young.message_id]
    assert [(one.day, one.count, one.people) for one in store.usage_per_day(ACME, **SPAN)] == [
        (OLD.date(), 3, 0),
        (MORNING.date(), 1, 1),
    ]
    assert [one.person_key for one in store.usage_by_person(ACME, **SPAN)] == ["u1"]
    kept = store.usage_by_name(ACME, since=OLD.date(), until=OLD.date() + timedelta(days=1))[0]
    assert kept.first_at == kept.last_at, "the hour went with the person"
    assert kept.first_at.hour == 0
    assert store.count_expired(ACME, expiry=expiry()) == 0


def test_without_counts_nothing_of_them_is_left(store):
    store_one(store)

    assert store.expire(ACME, expiry=expiry(keep_counts=False), limit=100) == 1

    assert store.usage_per_day(ACME, **SPAN) == []


def test_only_what_the_rule_names_goes(store):
    for name in ("Page seen", "Report exported", "Invoice paid"):
        store_one(store, name)

    assert store.count_expired(ACME, expiry=expiry(names=["Page seen"])) == 1
    assert store.expire(ACME, expiry=expiry(names=["Page seen"]), limit=9) == 1
    others = expiry(other_than=["Invoice paid"])
    assert store.count_expired(ACME, expiry=others) == 1
    assert store.expire(ACME, expiry=others, limit=9) == 1

    assert [one.name for one in store.last_events(ACME, limit=9)] == ["Invoice paid"]


def test_what_arrived_lately_stays_so_that_a_repetition_is_recognised(store):
    event = store_one(store, at=OLD, arrived=MORNING)

    assert store.count_expired(ACME, expiry=expiry()) == 0
    assert store.expire(ACME, expiry=expiry(), limit=9) == 0
    assert store.add(a_submission(event)).deduplicated == 1


def test_it_goes_in_steps_the_oldest_first_and_adds_up(store):
    for number in range(10):
        store_one(store, at=LONG_AGO + timedelta(days=number // 4), person_key=f"u{number}")

    steps = [store.expire(ACME, expiry=expiry(), limit=3) for _ in range(5)]

    assert steps == [3, 3, 3, 1, 0]
    assert [one.count for one in store.usage_per_day(ACME, **SPAN)] == [4, 4, 2]


def test_another_workspace_keeps_its_own(store):
    event = an_event(occurred_at=OLD, received_at=OLD)
    store.add(a_submission(event, workspace=GLOBEX, at=OLD))

    assert store.expire(ACME, expiry=expiry(), limit=9) == 0
    assert store.count(GLOBEX) == 1


def test_kept_counts_survive_an_erasure_and_a_late_event_of_the_same_day(store):
    store_one(store, person_key="u1")
    store_one(store, person_key="u2")
    store.expire(ACME, expiry=expiry(), limit=9)
    store_one(store, person_key="u3", arrived=MORNING)
    store_one(store, person_key="u4", arrived=MORNING)

    assert store.erase_people(ACME, people=["u3"]) == 1

    assert [(one.count, one.people) for one in store.usage_per_day(ACME, **SPAN)] == [(3, 1)]
    store.settle()
    assert [one.count for one in store.usage_per_day(ACME, **SPAN)] == [3]
    later = expiry(arrived_before=MORNING + timedelta(days=31))
    assert store.expire(ACME, expiry=later, limit=9) == 1
    assert [(one.count, one.people) for one in store.usage_per_day(ACME, **SPAN)] == [(3, 0)]


@pytest.mark.parametrize("names", [None, ["Report exported"]])
def test_refused_items_are_as_old_as_their_arrival(store, names):
    for at in (OLD, MORNING):
        refusal = a_refusal(name="Report exported", received_at=at, item='{"userId": "u1"}')
        store.add(a_submission(refusals=[refusal], at=at))

    store.expire(ACME, expiry=expiry(names=names), limit=9)

    assert [one.received_at for one in store.quarantined(ACME, limit=9)] == [MORNING]


def test_a_forgotten_workspace_keeps_no_counts(store):
    store_one(store)
    store.expire(ACME, expiry=expiry(), limit=9)

    store.forget_workspace(ACME)

    assert store.usage_per_day(ACME, **SPAN) == []


def test_the_bytes_of_what_was_too_old_leave_the_file(tmp_path):
    path = tmp_path / "events.duckdb"
    store = DuckStore(path)
    store_one(store, person_key="canary-7f3a9c", context='{"email": "canary-7f3a9c@x.example"}')
    store.settle()
    store.expire(ACME, expiry=expiry(), limit=9)

    assert store.erase_bytes() is True

    assert [one.count for one in store.usage_per_day(ACME, **SPAN)] == [1]
    store.close()
    membership = b"canary-7f3a9c@x.example"
    assert not [each for each in tmp_path.iterdir() if membership in each.read_bytes()]
