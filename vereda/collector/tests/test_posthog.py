"""PostHog's words: where they arrive, and what of ours they become."""

import base64
import gzip
import json
from datetime import timedelta
from urllib.parse import quote

import pytest

from vereda.collector.testing import SENT
from vereda.events.contracts.arriving import Kind
from vereda.foundation.testing import MORNING


def an_event(event="Report exported", **said):
    return {"event": event, "distinct_id": "u1", "uuid": "m1", "timestamp": SENT, **said}


def post(collector, *events, path="/batch/", **said):
    return collector.post(
        {"api_key": "wk_acme", "batch": list(events), "sent_at": SENT, **said}, path, key=None
    )


def the_one(collector):
    (event,) = collector.stored()
    return event


BODY = {"api_key": "wk_acme", "batch": [an_event()], "sent_at": SENT}
PLAIN = json.dumps(BODY).encode()
SINGLE = json.dumps({"api_key": "wk_acme", **an_event()}).encode()
LIST = json.dumps([an_event(properties={"token": "wk_acme"})]).encode()
BASE64 = base64.b64encode(PLAIN).decode()


@pytest.mark.parametrize(
    "path",
    [
        "/batch/",
        "/batch",
        "/e/",
        "/i/v0/e/",
        "/i/v0/ai/batch/",
        "/capture/",
        "/track/",
        "/engage/",
    ],
)
def test_each_address_takes_events(collector, path):
    answer = collector.post(PLAIN, path, key=None)

    assert (answer.status, answer.body) == (200, {"status": 1})
    assert (the_one(collector).name, the_one(collector).person_key) == ("Report exported", "u1")


@pytest.mark.parametrize(
    "body",
    [
        PLAIN,
        SINGLE,
        LIST,
        gzip.compress(PLAIN),
        b"data=" + quote(BASE64).encode(),
        b"data=" + BASE64.encode() + b"&ver=1",
        b"data=" + quote(PLAIN.decode()).encode(),
        b"data=" + quote(base64.b64encode(gzip.compress(PLAIN)).decode()).encode(),
        json.dumps({"data": BASE64}).encode(),
    ],
    ids=[
        "batch",
        "single",
        "list",
        "gzip",
        "form",
        "form with more",
        "plain form",
        "gzip in a form",
        "wrapped",
    ],
)
def test_each_shape_of_body_is_read_by_what_is_in_it(collector, body):
    answer = collector.post(
        body, "/e/", key=None, QUERY_STRING="compression=gzip-js", CONTENT_TYPE="text/plain"
    )

    assert answer.status == 200
    assert the_one(collector).message_id == "m1"


@pytest.mark.parametrize("body", [b"data=%%%", b"data=", b'{"data":"???"}', b"[5]", b'"x"', b"["])
def test_a_body_that_is_none_is_malformed(collector, body):
    answer = collector.post(body, "/e/", key=None)

    assert answer.status in (400, 401)
    assert isinstance(answer.body["message"], str)
    assert collector.stored() == []


@pytest.mark.parametrize(
    "said",
    [
        {"api_key": "wk_acme"},
        {"token": "wk_acme"},
        {"properties": {"token": "wk_acme"}},
    ],
)
def test_the_key_stands_where_the_client_puts_it(collector, said):
    assert collector.post({**an_event(), **said}, "/e/", key=None).status == 200
    assert collector.post(an_event(), "/e/", key=None).status == 401


def test_of_the_properties_only_those_that_say_what_was_done_are_kept(collector):
    post(
        collector,
        an_event(
            properties={
                "rows": 10,
                "$current_url": "https://x.example/a?token=secret&page=2",
                "$ip": "203.0.113.9",
                "$os": "Linux",
                "$raw_user_agent": "Mozilla",
                "$screen_height": 600,
                "utm_source": None,
                "token": "wk_acme",
                "$lib": "web",
                "$lib_version": "1.449.2",
            }
        ),
    )

    event = the_one(collector)
    assert json.loads(event.properties) == {"rows": 10, "url": "https://x.example/a?&page=2"}
    assert json.loads(event.context) == {"library": "web", "version": "1.449.2"}


@pytest.mark.parametrize(
    ("event", "properties", "kind", "name"),
    [
        ("$pageview", {"$pathname": "/a"}, Kind.PAGE, "page"),
        ("$screen", {"$screen_name": "Home"}, Kind.SCREEN, "Home"),
        ("$pageleave", {}, Kind.TRACK, "$pageleave"),
        ("$autocapture", {"$event_type": "click"}, Kind.TRACK, "$autocapture"),
        ("$feature_flag_called", {"$feature_flag": "beta"}, Kind.TRACK, "$feature_flag_called"),
        ("$exception", {"$exception_type": "TypeError"}, Kind.TRACK, "$exception"),
    ],
)
def test_each_of_posthogs_own_events_has_a_kind(collector, event, properties, kind, name):
    post(collector, an_event(event, properties=properties))

    assert (the_one(collector).kind, the_one(collector).name) == (kind, name)


@pytest.mark.parametrize(
    "said",
    [
        {"$set": {"email": "ana@customer.example"}},
        {"properties": {"$set": {"email": "ana@customer.example"}}},
    ],
    ids=["js", "node"],
)
@pytest.mark.parametrize("event", ["$identify", "$set"])
def test_who_somebody_is_may_stand_in_two_places(collector, event, said):
    post(collector, an_event(event, **said))

    assert the_one(collector).kind is Kind.IDENTIFY
    assert json.loads(the_one(collector).traits) == {"email": "ana@customer.example"}


def test_identify_joins_the_anonymous_visitor_to_the_person(collector):
    before = an_event("Seen", uuid="m0", distinct_id="d1", properties={"$is_identified": False})
    after = an_event("$identify", properties={"$anon_distinct_id": "d1"})

    post(collector, before, after)

    assert {event.person_key for event in collector.stored()} == {"u1"}


@pytest.mark.parametrize(
    "said",
    [
        {"properties": {"$is_identified": False}},
        {"properties": {"$process_person_profile": False}},
        {"properties": {"$device_id": "u1"}},
        {"options": {"process_person_profile": False}},
    ],
)
def test_who_is_not_identified_is_anonymous(collector, said):
    post(collector, an_event(**said))

    assert (the_one(collector).person_key, the_one(collector).anonymous_id) == ("", "u1")


def test_what_is_said_once_counts_where_nothing_was_said(collector):
    post(
        collector,
        an_event(
            "$identify",
            **{
                "$set": {"name": "Ana"},
                "$set_once": {"seats": 3, "$initial_os": "x", "gclid": None},
            },
        ),
    )

    assert json.loads(the_one(collector).traits) == {"name": "Ana", "$set_once": {"seats": 3}}


def test_an_event_that_also_says_who_somebody_is_becomes_two(collector):
    said = an_event(properties={"rows": 1, "$set": {"email": "ana@customer.example"}})

    post(collector, said)
    post(collector, said)

    kinds = sorted((event.kind, event.message_id) for event in collector.stored())
    assert kinds == [(Kind.IDENTIFY, "m1:set"), (Kind.TRACK, "m1")]


@pytest.mark.parametrize(
    "who", ["u1", "c6eac61c-aebc-4f24-8316-e89a77324b10", "$company_acme"], ids=["js", "py", "node"]
)
def test_a_group_is_an_account_and_nobody_joins_it_by_that(collector, who):
    group = {"$group_type": "company", "$group_key": "acme", "$group_set": {"name": "Acme"}}

    post(collector, an_event("$groupidentify", distinct_id=who, properties=group))

    event = the_one(collector)
    assert (event.kind, event.account_key, event.person_key) == (Kind.GROUP, "acme", "")
    assert json.loads(event.traits) == {"name": "Acme"}


def test_a_group_that_is_no_account_is_refused_where_it_can_be_seen(collector):
    group = {"$group_type": "project", "$group_key": "p1"}

    answer = post(collector, an_event("$groupidentify", properties=group))

    assert answer.body == {"status": 1, "rejected": 1}
    assert collector.notes() == [("unknown_type", "refused", 0)]


@pytest.mark.parametrize(
    ("groups", "account"),
    [
        ({"company": "acme"}, "acme"),
        ({"project": "p1", "company": "acme"}, "acme"),
        ({"Organization": "acme", "project": "p1"}, "acme"),
        ({"project": "p1"}, "p1"),
        ({"project": "p1", "board": "b1"}, ""),
    ],
)
def test_the_account_of_an_event_is_among_its_groups(collector, groups, account):
    post(collector, an_event(properties={"$groups": groups}))

    assert the_one(collector).account_key == account


@pytest.mark.parametrize(
    ("library", "properties"),
    [
        ("posthog-python", {"distinct_id": "anon-1", "alias": "u1"}),
        ("posthog-node", {"distinct_id": "u1", "alias": "anon-1"}),
        ("web", {"alias": "anon-1"}),
    ],
)
def test_an_alias_is_understood_whichever_way_round_it_is_told(collector, library, properties):
    before = an_event(
        uuid="m0", distinct_id="anon-1", properties={"$process_person_profile": False}
    )
    post(collector, before)

    post(collector, an_event("$create_alias", properties={**properties, "$lib": library}))

    assert {event.person_key for event in collector.stored()} == {"u1"}


def test_a_clock_that_is_wrong_is_corrected_and_an_age_is_taken_off(collector):
    behind = timedelta(hours=2)
    wrong = (MORNING - behind).isoformat()

    post(collector, an_event(timestamp=wrong), sent_at=wrong)
    post(collector, an_event(uuid="m2", timestamp=None, offset=60_000))

    assert [event.occurred_at for event in collector.stored()] == [
        MORNING - timedelta(minutes=1),
        MORNING,
    ]


def test_a_retry_does_not_look_like_a_wrong_clock(collector):
    earlier = (MORNING - timedelta(minutes=30)).isoformat()
    body = {"api_key": "wk_acme", "batch": [an_event(timestamp=earlier)], "sent_at": earlier}

    collector.post(body, "/e/", key=None, QUERY_STRING="retry_count=1")

    assert the_one(collector).occurred_at == MORNING - timedelta(minutes=30)


def test_one_bad_item_costs_no_other(collector):
    answer = post(collector, an_event(), an_event(uuid="m2", distinct_id="null"), 5, an_event(""))

    assert answer.body == {"status": 1, "rejected": 3}
    assert the_one(collector).message_id == "m1"
    assert [note[2] for note in collector.notes()] == [1, 2, 3]


def test_the_new_protocol_hears_what_became_of_each(collector):
    answer = collector.post(
        {
            "created_at": SENT,
            "batch": [
                an_event(options={}),
                an_event(uuid="m2", distinct_id="null"),
                an_event("a\0b", uuid="m3"),
            ],
        },
        "/i/v1/analytics/events",
        key=None,
        HTTP_AUTHORIZATION="Bearer wk_acme",
    )

    assert answer.body == {
        "results": {
            "m1": {"result": "ok"},
            "m2": {"result": "drop", "details": "illegal_id"},
            "m3": {"result": "warning"},
        }
    }


@pytest.mark.parametrize("path", ["/flags/", "/decide/", "/flags"])
@pytest.mark.parametrize("name", ["token", "api_key"])
def test_there_are_no_feature_flags(collector, path, name):
    body = gzip.compress(json.dumps({name: "wk_acme", "distinct_id": "u1"}).encode())

    answer = collector.post(body, path, key=None, QUERY_STRING="v=2")

    assert answer.status == 200
    assert answer.body["featureFlags"] == answer.body["flags"] == {}
    assert answer.body["errorsWhileComputingFlags"] is False
    assert collector.stored() == []


def test_flags_of_an_unknown_key_are_refused(collector):
    assert collector.post({"token": "wk_none"}, "/flags/", key=None).status == 401


def test_posthogs_configuration_is_read_as_json_or_as_a_script(collector):
    config = collector.get("/array/wk_acme/config")
    script = collector.get("/array/wk_acme/config.js")

    assert config.body["sessionRecording"] is False
    assert config.headers["Cache-Control"] == "no-store"
    assert script.headers["Content-Type"] == "application/javascript"
    assert b'_POSTHOG_REMOTE_CONFIG["wk_acme"]' in script.sent
    assert collector.get("/array/wk_none/config.js").status == 401


def test_recordings_of_sessions_are_taken_and_thrown_away(collector):
    assert collector.post({"anything": 1}, "/s/", key=None).status == 200
    assert collector.stored() == []
