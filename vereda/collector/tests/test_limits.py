from datetime import date
from threading import Event
from uuid import UUID

import pytest
from django.db import OperationalError

from vereda.collector.limits import Buckets, place_of
from vereda.collector.testing import Poster, a_track
from vereda.collector.wsgi import Uses
from vereda.config.proxies import behind_proxies, networks_of

KEY = UUID(int=7)
TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)
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


def test_the_use_of_a_key_is_told_once_a_day():
    told, done = [], Event()

    def tell(key_id, on):
        told.append((key_id, on))
        done.set()

    uses = Uses(tell)
    for _ in range(100):
        uses.note(KEY, on=TODAY)
    assert done.wait(10)
    done.clear()
    uses.note(KEY, on=TOMORROW)
    assert done.wait(10)

    assert told == [(KEY, TODAY), (KEY, TOMORROW)]


def test_a_use_that_could_not_be_told_is_told_again(caplog):
    caplog.set_level("WARNING")
    tries = []

    def tell(key_id, on):
        tries.append(on)
        raise OperationalError("busy")

    uses = Uses(tell)
    uses._write(KEY, TODAY)
    uses._told[KEY] = TODAY
    uses._write(KEY, TODAY)

    assert tries == [TODAY, TODAY]
    assert KEY not in uses._told
    assert "not noted" in caplog.text
