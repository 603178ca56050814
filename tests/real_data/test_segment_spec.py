"""Every complete example of the Segment specification, stored as the specification says.

An example is sent as it stands. Only what an example of a document leaves open is filled in:
the write key, and, where it shows a call without the fields that every call has, whose it is.
The expectation is computed here from the words of the specification, not by our code.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.real_data.conftest import DATA
from vereda.collector.testing import Poster
from vereda.events.store.duckdb import IN_MEMORY, DuckStore

pytestmark = pytest.mark.real_data

FILE = DATA / "segment-spec" / "spec_examples.jsonl"
EXAMPLES = [
    example
    for example in map(
        json.loads, FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else ()
    )
    if example["valid_json"]
]
CALLS = ("track", "identify", "group", "page", "screen", "alias")
RECEIVED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def name_of(example):
    return f"{example['file'].removeprefix('src/connections/')}#{example['block']}"


def call_of(example):
    """Which call an example shows: it says so, or the section of the HTTP API that it is in."""
    said = example["payload"]
    if kind := said.get("type") or said.get("action"):
        return kind
    if "batch" in said:
        return "batch"
    if "groupId" in said:
        return "group"
    if "previousId" in said:
        return "alias"
    if "event" in said:
        return "track"
    if "traits" in said:
        return "identify"
    return {8: "page", 10: "screen"}[example["block"]]


@pytest.fixture
def collector():
    store = DuckStore(IN_MEMORY, on_broken=lambda error: pytest.fail(str(error)))
    poster = Poster(store)
    poster.now = RECEIVED_AT
    yield poster
    store.close()


def completed(said):
    """The example with whose it is, where the document shows a call without that."""
    whose = ("userId", "user_id", "anonymousId", "groupId", "batch")
    filled = dict(said) if any(said.get(name) for name in whose) else {**said, "anonymousId": "a-1"}
    filled.pop("writeKey", None)
    return filled


def when(said, sent_at):
    """“timestamp = receivedAt - (sentAt - originalTimestamp)”, never later than the receipt."""
    told = said.get("originalTimestamp") or said.get("timestamp")
    if not told:
        return RECEIVED_AT
    told = told.replace("2015-2-02", "2015-02-02")  # as one example writes it
    at, sent = datetime.fromisoformat(told), said.get("sentAt") or sent_at
    if sent:
        at = RECEIVED_AT - (datetime.fromisoformat(sent) - at)
    return min(at, RECEIVED_AT)


def of_kind(said, kind, sent_at=None):
    """What must be in the store: kind, name, whose, and when."""
    name = said.get("event") if kind == "track" else said.get("name") or said.get("category")
    context = said.get("context") or {}
    account = said.get("groupId") if kind == "group" else context.get("groupId")
    return {
        "kind": kind,
        "name": name or kind,
        "person": said.get("userId") or said.get("user_id") or "",
        "account": account or "",
        "at": when(said, sent_at),
        "properties": {} if kind in ("identify", "group") else said.get("properties") or {},
        "traits": (said.get("traits") or {}) if kind in ("identify", "group") else {},
    }


def as_stored(event):
    return {
        "kind": event.kind.value,
        "name": event.name,
        "person": event.person_key,
        "account": event.account_key,
        "at": event.occurred_at,
        "properties": json.loads(event.properties or "{}"),
        "traits": json.loads(event.traits or "{}"),
    }


def test_there_are_as_many_examples_as_we_know_of():
    if not FILE.exists():
        pytest.skip(f"*** {FILE} is not there: the specification is not tested ***")
    assert len(EXAMPLES) == 84
    assert {call_of(example) for example in EXAMPLES} == {*CALLS, "batch"}


@pytest.mark.parametrize("example", [pytest.param(one, id=name_of(one)) for one in EXAMPLES])
def test_the_example_is_stored_as_the_specification_says(collector, example):
    said, call = completed(example["payload"]), call_of(example)
    shown = said["batch"] if call == "batch" else [said]
    wanted = [
        of_kind(one, one["type"] if call == "batch" else call, said.get("sentAt")) for one in shown
    ]

    answer = collector.post(said, f"/v1/{call}", key="ws_acme")

    assert (answer.status, answer.body) == (200, {"success": True})
    assert [as_stored(event) for event in collector.stored()[::-1]] == wanted


@pytest.mark.parametrize("call", CALLS)
def test_a_single_example_may_come_in_a_batch(collector, call):
    examples = [completed(one["payload"]) for one in EXAMPLES if one["type"] == call]

    answer = collector.post({"batch": examples}, key="ws_acme")

    assert answer.body == {"success": True}
    assert {event.kind.value for event in collector.stored()} == {call}
    assert all(event.received_at - event.occurred_at >= timedelta() for event in collector.stored())
