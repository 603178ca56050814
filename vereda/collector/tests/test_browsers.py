"""What browser SDKs ask besides sending events, and the ways in for pages without scripts."""

import base64
import json

import pytest
from django.urls import Resolver404, resolve

from vereda.collector.routes import ROUTES, is_collected, route_of
from vereda.collector.testing import SENT, a_track
from vereda.events.contracts.arriving import Kind


@pytest.mark.parametrize(
    ("letter", "item", "kind"),
    [
        ("t", {"event": "Exported"}, Kind.TRACK),
        ("i", {}, Kind.IDENTIFY),
        ("g", {"groupId": "acme"}, Kind.GROUP),
        ("p", {"name": "Home"}, Kind.PAGE),
        ("s", {"name": "Home"}, Kind.SCREEN),
        ("a", {"previousId": "a1"}, Kind.ALIAS),
    ],
)
def test_segments_browser_sends_to_a_letter_each(collector, letter, item, kind):
    answer = collector.post(
        {**item, "userId": "u1", "writeKey": "wk_acme", "timestamp": SENT},
        f"/v1/{letter}",
        key=None,
        CONTENT_TYPE="text/plain",
    )

    assert answer.status == 200
    assert collector.stored()[0].kind is kind


@pytest.mark.parametrize("path", ["/v1/b", "/beacon/v1/batch"])
def test_a_batch_may_come_from_a_page_that_is_left(collector, path):
    answer = collector.post({"batch": [a_track()]}, path, key=None, QUERY_STRING="writeKey=wk_acme")

    assert answer.status == 200
    assert len(collector.stored()) == 1


def test_what_clients_measure_of_themselves_is_not_kept(collector):
    answer = collector.post({"series": [{"type": "Counter"}]}, "/v1/m", key=None)

    assert (answer.status, answer.body) == (200, {"success": True})
    assert collector.stored() == []


def test_segments_settings_name_the_key_and_where_to_send(collector):
    answer = collector.get("/v1/projects/wk_acme/settings")

    segment = answer.body["integrations"]["Segment.io"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (segment["apiKey"], segment["apiHost"], segment["protocol"]) == (
        "wk_acme",
        "vereda.example/v1",
        "https",
    )


def test_rudders_source_is_enabled_and_has_no_destinations(collector):
    answer = collector.get("/sourceConfig/", query="p=npm&writeKey=wk_acme", key="wk_acme")

    source = answer.body["source"]
    assert (source["writeKey"], source["enabled"], source["destinations"]) == ("wk_acme", True, [])


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/projects/wk_none/settings", ""),
        ("/sourceConfig/", "writeKey=wk_none"),
        ("/sourceConfig/", ""),
        ("/array/wk_none/config", ""),
    ],
)
def test_an_unknown_key_is_configured_nothing(collector, path, query):
    assert collector.get(path, query=query).body["code"] == "unknown_key"


def test_a_question_is_not_posted_and_an_event_not_asked(collector):
    asked = collector.get("/v1/batch", key="wk_acme")
    posted = collector.post({}, "/v1/projects/wk_acme/settings")

    assert (asked.status, asked.headers["Allow"]) == (405, "POST, OPTIONS")
    assert (posted.status, posted.headers["Allow"]) == (405, "GET, OPTIONS")


@pytest.mark.parametrize("path", ["/pixel/v1/track", "/v1/pixel/track/"])
@pytest.mark.parametrize("encoded", [True, False], ids=["data", "parameters"])
def test_a_pixel_is_an_event(collector, path, encoded):
    item = {"event": "Letter opened", "userId": "u1", "properties": {"letter": "7"}}
    data = base64.b64encode(json.dumps(item).encode()).decode().rstrip("=")
    query = (
        f"writeKey=wk_acme&data={data}"
        if encoded
        else "writeKey=wk_acme&event=Letter%20opened&userId=u1&properties.letter=7"
    )

    answer = collector.get(path, query=query)

    event = collector.stored()[0]
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/gif")
    assert answer.sent.startswith(b"GIF89a")
    assert (event.name, event.person_key) == ("Letter opened", "u1")
    assert json.loads(event.properties) == {"letter": "7"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("event=x&userId=u1", 401),
        ("writeKey=wk_none&event=x", 401),
        ("writeKey=wk_acme&data=%%%", 400),
        ("writeKey=wk_acme&data=W10", 400),
        ("&".join(f"a{number}=1" for number in range(200)), 400),
    ],
)
def test_a_pixel_that_cannot_be_kept_is_a_picture_all_the_same(collector, query, status):
    answer = collector.get("/pixel/v1/page", query=query)

    assert (answer.status, answer.sent[:6]) == (status, b"GIF89a")
    assert collector.stored() == []


def test_parameters_that_contradict_each_other_break_nothing(collector):
    query = "writeKey=wk_acme&event=x&userId=u1&properties=5&properties.a=1&properties.a.b=2"

    assert collector.get("/pixel/v1/track", query=query).status == 200


@pytest.mark.parametrize("path", sorted(ROUTES))
def test_every_address_can_be_looked_at_first_and_is_no_page(collector, path):
    answer = collector.post(b"", path, method="OPTIONS", key=None)

    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert is_collected(path)
    assert is_collected(f"{path}/")
    with pytest.raises(Resolver404):
        resolve(f"{path}/")


@pytest.mark.parametrize(
    "path", ["/", "/w/acme/", "/e/x", "/batches", "/i/x/", "/static/x.js", "/tracking", "/api/v1/x"]
)
def test_pages_keep_their_addresses(path):
    assert not is_collected(path)
    assert route_of(path) is None
