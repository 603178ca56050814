"""What SDKs send differently, and what each must find in the store."""

import gzip
import json
from datetime import timedelta

import pytest

from vereda.collector.rules.consents import Consents
from vereda.collector.testing import SENT, a_track
from vereda.events.contracts.arriving import Kind
from vereda.events.contracts.store import StoreUnavailable
from vereda.foundation.testing import MORNING


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("call", "item", "kind"),
    [
        ("track", {"event": "Exported", "userId": "u1"}, Kind.TRACK),
        ("identify", {"userId": "u1"}, Kind.IDENTIFY),
        ("group", {"userId": "u1", "groupId": "acme-inc"}, Kind.GROUP),
        ("page", {"userId": "u1", "name": "Home"}, Kind.PAGE),
        ("screen", {"userId": "u1", "name": "Home"}, Kind.SCREEN),
        ("alias", {"userId": "u1", "previousId": "a1"}, Kind.ALIAS),
    ],
)
def test_each_call_has_an_address_with_and_without_slash(collector, call, item, kind, slash):
    answer = collector.post(item, f"/v1/{call}{slash}")

    assert (answer.status, answer.body) == (200, {"success": True})
    assert collector.stored()[0].kind is kind


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/batch/", "/v1/import"])
def test_a_batch_has_an_address_with_and_without_slash(collector, path):
    assert collector.post({"batch": [a_track()]}, path).status == 200


def test_an_unknown_address_is_not_found_as_json(collector):
    answer = collector.post({}, "/v1/nothing")

    assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_a_browser_may_ask_first(collector):
    answer = collector.post(b"", method="OPTIONS", key=None)

    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Max-Age"] == "86400"
    assert "rsa-retry-attempt" in answer.headers["Access-Control-Allow-Headers"]


def test_refusals_too_can_be_read_by_a_browser(collector):
    answer = collector.post({}, key="unknown")

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Expose-Headers"] == "Retry-After"


@pytest.mark.parametrize(
    "asked",
    [
        {"key": "wk_acme"},
        {"key": None, "QUERY_STRING": "a=1&writeKey=wk_acme"},
    ],
)
def test_the_key_stands_in_the_header_or_in_the_address(collector, asked):
    assert collector.post({"batch": [a_track()]}, **asked).status == 200


def test_the_key_may_stand_in_the_body_alone(collector):
    assert collector.post({"batch": [a_track()], "writeKey": "wk_acme"}, key=None).status == 200


def test_rudder_python_says_traits_only_in_the_context(collector):
    collector.batch(
        {"type": "identify", "userId": "u1", "context": {"traits": {"name": "Ana"}}, "traits": None}
    )

    assert json.loads(collector.stored()[0].traits) == {"name": "Ana"}


def test_rudder_node_sends_gzip_as_a_form(collector):
    item = {**a_track(), "originalTimestamp": SENT, "sentAt": SENT}
    del item["timestamp"]
    body = gzip.compress(json.dumps({"batch": [item], "timestamp": SENT, "sentAt": SENT}).encode())

    answer = collector.post(
        body, HTTP_CONTENT_ENCODING="gzip", CONTENT_TYPE="application/x-www-form-urlencoded"
    )

    assert answer.status == 200
    assert collector.stored()[0].occurred_at == MORNING


def test_rudder_js_has_an_empty_user_before_it_is_known(collector):
    collector.batch(a_track(userId="", anonymousId="a1"))

    assert (collector.stored()[0].person_key, collector.stored()[0].anonymous_id) == ("", "a1")


def test_a_null_id_is_no_id(collector):
    collector.batch(a_track(userId=None, anonymousId="a1"))

    assert collector.stored()[0].anonymous_id == "a1"


def test_a_number_is_an_id(collector):
    collector.batch(a_track(userId=42))

    assert collector.stored()[0].person_key == "42"


def test_the_batchs_context_holds_for_each_item(collector):
    collector.batch(a_track(), a_track(context={"groupId": "own"}), context={"groupId": "acme-inc"})

    assert [event.account_key for event in collector.stored()] == ["own", "acme-inc"]


def test_a_page_without_a_name_is_a_page(collector):
    collector.batch({"type": "page", "userId": "u1"}, {"type": "page", "userId": "u1", "name": "A"})

    assert [event.name for event in collector.stored()] == ["A", "page"]


def test_secrets_in_an_address_are_not_stored(collector):
    url = "https://x.example/reset?token=abc&page=2#access_token=def"
    collector.batch({"type": "page", "userId": "u1", "properties": {"url": url}})

    stored = json.loads(collector.stored()[0].properties)["url"]
    assert "abc" not in stored
    assert "def" not in stored
    assert "page=2" in stored


def test_no_address_and_no_device_is_stored(collector):
    context = {
        "ip": "203.0.113.9",
        "userAgent": "Mozilla",
        "library": {"name": "x", "version": "1"},
    }
    collector.batch(a_track(context=context))

    assert json.loads(collector.stored()[0].context) == {"library": "x", "version": "1"}


def test_a_large_number_is_kept_as_text(collector):
    collector.batch(a_track(properties={"large": 2**53 + 1, "small": 2**53}))

    assert json.loads(collector.stored()[0].properties) == {"large": str(2**53 + 1), "small": 2**53}


def test_a_clock_that_is_wrong_is_corrected(collector):
    behind = timedelta(hours=2)
    said = (MORNING - timedelta(minutes=5) - behind).isoformat()

    collector.post({"batch": [a_track(timestamp=said)], "sentAt": (MORNING - behind).isoformat()})

    assert collector.stored()[0].occurred_at == MORNING - timedelta(minutes=5)


def test_a_clock_ahead_is_corrected_and_nothing_is_later_than_its_receipt(collector):
    ahead = MORNING + timedelta(minutes=10)

    collector.post({"batch": [a_track(timestamp=ahead.isoformat())], "sentAt": ahead.isoformat()})
    collector.post({"batch": [a_track(timestamp=ahead.isoformat())]})

    assert [event.occurred_at for event in collector.stored()] == [MORNING, MORNING]


def test_a_retry_does_not_look_like_a_wrong_clock(collector):
    sent_at = (MORNING - timedelta(minutes=30)).isoformat()
    batch = {"batch": [a_track(timestamp=sent_at)], "sentAt": sent_at}

    collector.post(batch, HTTP_X_RETRY_COUNT="3")

    assert collector.stored()[0].occurred_at == MORNING - timedelta(minutes=30)


def test_old_events_sent_now_keep_their_time(collector):
    then = MORNING - timedelta(days=700)

    collector.batch(a_track(timestamp=then.isoformat()))

    assert collector.stored()[0].occurred_at == then


def test_people_who_refuse_are_answered_and_not_stored(collector):
    collector.consents = Consents(frozenset({"u1", "a9"}))

    answer = collector.batch(
        a_track(), a_track(userId=None, anonymousId="a9"), a_track(userId="u2")
    )

    counts = collector.store.arrivals(
        "0" * 31 + "1", since=MORNING.date(), until=MORNING.date() + timedelta(days=1)
    )
    assert (answer.status, answer.body) == (200, {"success": True})
    assert [event.person_key for event in collector.stored()] == ["u2"]
    assert {one.outcome.value: one.count for one in counts} == {
        "received": 3,
        "stored": 1,
        "suppressed": 2,
    }


def test_where_consent_must_come_first_only_those_who_gave_it_are_stored(collector):
    collector.consents = Consents(frozenset({"u1"}), only_these=True)

    collector.batch(a_track(), a_track(userId="u2"), a_track(userId=None, anonymousId="a1"))

    assert [event.person_key for event in collector.stored()] == ["u1"]


def test_what_cannot_be_stored_now_is_to_be_sent_again(collector, monkeypatch):
    def busy(_):
        raise StoreUnavailable("too much is waiting", retry_after=3)

    monkeypatch.setattr(collector.intake, "_store", busy)

    answer = collector.batch(a_track())

    assert (answer.status, answer.headers["Retry-After"]) == (503, "3")
    assert answer.body["code"] == "unavailable"
