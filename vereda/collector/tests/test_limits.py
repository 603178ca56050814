from datetime import timedelta
from threading import Event
from uuid import UUID

import pytest
from django.db import OperationalError

from vereda.collector.limits import Buckets, place_of
from vereda.collector.testing import Poster, a_track
from vereda.collector.wsgi import Uses
from vereda.config.proxies import behind_proxies, networks_of
from vereda.foundation.testing import MORNING

KEY = UUID(int=7)
LATER = MORNING + timedelta(minutes=5)
PEER = "203.0.113.9"


class Stopwatch:
    """A clock that stands still until it is told otherwise."""

    seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def watch():
    return Stopwatch()


@pytest.fixture
def poster(store, watch):
    """A collector that takes two requests a second from an address, and four at once."""
    return Poster(store, addresses=Buckets(per_second=2.0, burst_seconds=2.0, clock=watch))


def post(poster, address, **said):
    return poster.post({"batch": [a_track()]}, REMOTE_ADDR=address, **said)


def test_an_address_that_asks_too_often_is_told_when_to_come_back(poster, watch):
    answers = [post(poster, PEER).status for _ in range(5)]
    refused = post(poster, PEER)
    elsewhere = post(poster, "203.0.113.10")
    watch.seconds = 1.0
    later = post(poster, PEER)

    assert answers == [200, 200, 200, 200, 429]
    assert refused.headers["Retry-After"] == "1"
    assert refused.body["code"] == "too_many_requests"
    assert elsewhere.status == 200
    assert later.status == 200


def test_an_unknown_key_costs_an_address_a_hundred_requests(poster):
    assert post(poster, PEER, key="wk_nobody").status == 401
    assert post(poster, PEER).status == 429
    assert post(poster, "203.0.113.10").status == 200


def test_an_ipv6_sender_is_counted_by_its_network(poster):
    answers = [post(poster, f"2001:db8::{number}").status for number in range(1, 6)]

    assert answers == [200, 200, 200, 200, 429]
    assert post(poster, "2001:db8:0:1::1").status == 200
    assert place_of("fe80::1%eth0") == "fe80::/64"
    assert place_of("nonsense:") == "nonsense:"


@pytest.mark.parametrize(
    ("trusted", "last"), [(["203.0.113.0/24"], 200), ([], 429)], ids=["trusted", "stranger"]
)
def test_only_a_trusted_proxy_is_believed_about_addresses(poster, trusted, last):
    seen = []

    def application(environ, _):
        seen.append(environ["REMOTE_ADDR"])
        return []

    for number in range(5):
        forwarded = {"REMOTE_ADDR": PEER, "HTTP_X_FORWARDED_FOR": f"198.51.100.{number}"}
        behind_proxies(application, trusted=networks_of(trusted))(forwarded, list)
    answers = [post(poster, address).status for address in seen]

    assert answers == [200, 200, 200, 200, last]


def test_many_addresses_do_not_fill_the_memory(monkeypatch, watch):
    monkeypatch.setattr("vereda.collector.limits.MOST_BUCKETS", 3)
    buckets = Buckets(per_second=1.0, burst_seconds=2.0, clock=watch)
    for name in "abc":
        buckets.wait_for(name, events=2)
    watch.seconds = 1.0
    buckets.wait_for("c", events=1)
    watch.seconds = 2.0

    assert buckets.wait_for("d", events=1) == 0.0
    assert sorted(buckets._buckets) == ["c", "d"]


def test_the_use_of_a_key_is_told_every_five_minutes():
    told, done = [], Event()

    def tell(key_id, at):
        told.append((key_id, at))
        done.set()

    uses = Uses(tell)
    for second in range(300):
        uses.note(KEY, at=MORNING + timedelta(seconds=second))
    assert done.wait(10)
    done.clear()
    uses.note(KEY, at=LATER)
    assert done.wait(10)

    assert told == [(KEY, MORNING), (KEY, LATER)]


def test_a_use_that_could_not_be_told_is_told_again(caplog):
    caplog.set_level("WARNING")
    tries = []

    def tell(key_id, at):
        tries.append(at)
        raise OperationalError("busy")

    uses = Uses(tell)
    uses._write(KEY, MORNING)
    uses._told[KEY] = MORNING
    uses._write(KEY, MORNING)

    assert tries == [MORNING, MORNING]
    assert KEY not in uses._told
    assert "not noted" in caplog.text


def test_a_key_may_have_a_smaller_limit_of_its_own(store, watch):
    collector = Poster(store, buckets=Buckets(per_second=100, burst_seconds=1, clock=watch))
    collector.allow(events_per_second=2)

    answers = [collector.batch(a_track()) for _ in range(3)]
    other = collector.post({"batch": [a_track()]}, key="wk_globex")
    watch.seconds = 0.5
    later = collector.batch(a_track())

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].body["code"] == "too_many_events"
    assert (other.status, later.status) == (200, 200)


def test_one_sender_does_not_use_up_what_all_may_bring(store, watch):
    collector = Poster(store, buckets=Buckets(per_second=4, burst_seconds=1, clock=watch))
    collector.allow(events_per_address=1)

    first = [collector.batch_from(PEER, a_track()) for _ in range(3)]
    others = [collector.batch_from(f"203.0.113.{n}", a_track()) for n in (10, 11, 12)]
    last = collector.batch_from("203.0.113.13", a_track())

    assert [answer.status for answer in first] == [200, 429, 429]
    assert [answer.status for answer in others] == [200, 200, 200]
    assert last.status == 429


def test_clients_that_throw_away_what_is_limited_are_told_to_come_again(store, watch):
    collector = Poster(store, buckets=Buckets(per_second=1, burst_seconds=1, clock=watch))
    event = {"event": "e", "distinct_id": "u1", "properties": {"token": "wk_acme"}}
    collector.batch(a_track())

    browser = collector.post(event, "/e/", key=None)
    server = collector.post({"api_key": "wk_acme", "batch": [event]}, "/batch/", key=None)

    assert (browser.status, browser.headers["Retry-After"]) == (503, "1")
    assert (server.status, server.headers["Retry-After"]) == (429, "1")
