"""The gateway between Granian and the application, asked as Granian asks it."""

import asyncio
import io
import threading
from types import SimpleNamespace

import pytest

from vereda.config import gateway
from vereda.config.gateway import IN_MEMORY, PIECE, Gateway, fields_of


class Exchange:
    """One request and what was answered to it; pieces of the body come one by one."""

    def __init__(self, *pieces, seconds_between=0.0, **headers):
        self.pieces = pieces
        self.seconds_between = seconds_between
        self.answer = None
        self.sent = []
        self.scope = SimpleNamespace(
            http_version="1.1",
            client="[::1]:5000",
            server="127.0.0.1:8000",
            scheme="http",
            method="POST",
            path="/año",
            query_string="a=1",
            authority=None,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    async def __call__(self):
        return b"".join([piece async for piece in self])

    async def __aiter__(self):
        for piece in self.pieces:
            await asyncio.sleep(self.seconds_between)
            yield piece

    def response_bytes(self, status, headers, body):
        self.answer = (status, dict(headers), body)

    def response_stream(self, status, headers):
        self.answer = (status, dict(headers), None)
        return SimpleNamespace(send_bytes=self._send)

    async def _send(self, piece):
        self.sent.append(piece)


def asked(application, exchange, **settings):
    limits = {"threads": 2, "largest": lambda _path: 10_000_000, **settings}
    asked_one = Gateway(application, **limits)

    async def ask():
        await asked_one.__rsgi__(exchange.scope, exchange)

    asyncio.run(ask())
    asked_one.__rsgi_del__(None)
    assert asked_one._gathered == 0
    return exchange.answer


def length_of_body(environ, start_response):
    start_response("200 OK", [("X-Path", environ["PATH_INFO"])])
    return [str(len(environ["wsgi.input"].read())).encode()]


def test_a_body_is_whole_before_the_application_is_asked():
    pieces = [b"x" * 100_000] * 5

    status, headers, body = asked(length_of_body, Exchange(*pieces, content_length="500000"))

    assert (status, body) == (200, b"500000")
    assert headers["X-Path"].encode("latin-1").decode() == "/año"
    assert IN_MEMORY < 500_000


def test_a_body_longer_than_announced_limits_is_not_read():
    exchange = Exchange(b"x" * 100, content_length="100")

    assert asked(length_of_body, exchange, largest=lambda _: 99)[2] == b"0"


def test_a_body_without_a_length_is_read_to_just_beyond_the_limit():
    exchange = Exchange(*[b"x" * 10] * 100, transfer_encoding="chunked")

    assert asked(length_of_body, exchange, largest=lambda _: 55)[2] == b"60"


@pytest.mark.parametrize("headers", [{"content_length": "20"}, {"transfer_encoding": "chunked"}])
def test_a_body_that_does_not_come_is_refused(headers):
    exchange = Exchange(b"x", seconds_between=5, **headers)

    status, _, body = asked(length_of_body, exchange, patience=0.05)

    assert status == 408
    assert b"too_slow" in body


def test_more_than_all_bodies_may_take_is_told_to_come_again():
    exchange = Exchange(b"x" * 200, content_length="200")

    status, headers, body = asked(length_of_body, exchange, most_gathered=100)

    assert (status, headers["Retry-After"]) == (503, "5")
    assert b"busy" in body


class LongAnswer:
    """An answer in many parts that notes whether it was closed."""

    def __init__(self, parts):
        self.parts = iter(parts)
        self.closed = False

    def __iter__(self):
        return self.parts

    def close(self):
        self.closed = True


@pytest.mark.parametrize("parts", [[], [b"a"], [b"a" * 1000] * 5, [b"b" * PIECE, b"c"]])
def test_an_answer_is_sent_whole_and_closed(parts):
    told = LongAnswer(parts)

    def application(_environ, start_response):
        start_response("200 OK", [])
        return told

    exchange = Exchange()
    status, _, body = asked(application, exchange)

    assert status == 200
    assert (body if body is not None else b"".join(exchange.sent)) == b"".join(parts)
    assert told.closed


def test_an_application_that_fails_is_answered_for():
    def application(_environ, _start_response):
        raise RuntimeError("broken")

    assert asked(application, Exchange())[0] == 500


class Receipts:
    """An application whose answers are there when `arrive` was called, from any thread."""

    def __init__(self, *, at_once=True, patience=60.0):
        self.at_once, self.patience = at_once, patience
        self.arrived = False
        self.calls = []
        self.made_by = []

    def __call__(self, _environ, start_response):
        return Receipt(self, start_response)

    def arrive(self):
        self.arrived = True
        for call in self.calls:
            call()


class Receipt:
    def __init__(self, receipts, start_response):
        self.receipts, self.start_response = receipts, start_response
        self.at_once, self.patience = receipts.at_once, receipts.patience

    def then(self, call):
        self.receipts.calls.append(call)
        if self.receipts.arrived:
            call()

    def __iter__(self):
        self.receipts.made_by.append(threading.current_thread().name)
        self.start_response("200 OK" if self.receipts.arrived else "503 Busy", [])
        yield b"said"


def answers_of(receipts, exchanges, *, arriving=True, **settings):
    asked_one = Gateway(receipts, threads=1, largest=lambda _path: 100, **settings)

    async def ask_all():
        asking = [asyncio.ensure_future(asked_one.__rsgi__(one.scope, one)) for one in exchanges]
        while arriving and len(receipts.calls) < len(exchanges):
            await asyncio.sleep(0.001)
        if arriving:
            assert [one.answer for one in exchanges] == [None] * len(exchanges)
            threading.Thread(target=receipts.arrive).start()
        await asyncio.gather(*asking)

    asyncio.run(ask_all())
    asked_one.__rsgi_del__(None)
    assert asked_one._gathered == 0
    return [one.answer for one in exchanges]


SOON = {"read_soon": lambda _path: True}


@pytest.mark.parametrize("settings", [{}, SOON])
def test_answers_that_are_not_there_yet_hold_no_thread(settings):
    receipts = Receipts()

    answers = answers_of(receipts, [Exchange() for _ in range(50)], **settings)

    assert answers == [(200, {}, b"said")] * 50
    assert set(receipts.made_by) == {"MainThread"}


def test_an_answer_that_still_asks_the_database_is_made_in_a_thread():
    receipts = Receipts(at_once=False)

    assert answers_of(receipts, [Exchange()]) == [(200, {}, b"said")]
    assert all(name.startswith("request") for name in receipts.made_by)


def test_an_answer_that_is_there_at_once_is_given():
    receipts = Receipts()
    receipts.arrive()

    assert answers_of(receipts, [Exchange()], arriving=False) == [(200, {}, b"said")]


def test_nobody_waits_longer_than_the_answer_has_patience():
    receipts = Receipts(patience=0.05)

    assert answers_of(receipts, [Exchange()], arriving=False) == [(503, {}, b"said")]


def test_a_short_body_is_read_by_one_of_a_few_and_answered_where_it_may_wait():
    receipts = Receipts(at_once=False)

    assert answers_of(receipts, [Exchange()], **SOON) == [(200, {}, b"said")]
    assert all(name.startswith("waiting") for name in receipts.made_by)


def test_a_short_body_is_answered_late_rather_than_never(monkeypatch):
    monkeypatch.setattr(gateway, "OVERDUE", 0.05)
    receipts = Receipts()

    assert answers_of(receipts, [Exchange()], arriving=False, **SOON) == [(503, {}, b"said")]
    assert all(name.startswith("waiting") for name in receipts.made_by)


def test_a_short_body_that_nobody_comes_to_read_is_to_be_sent_again(monkeypatch):
    monkeypatch.setattr(gateway, "OVERDUE", 0.05)
    read, busy = [], threading.Event()

    def application(environ, start_response):
        busy.wait()
        read.append(environ["wsgi.input"].read())
        start_response("200 OK", [])
        return []

    exchanges = [Exchange(b"x", content_length="1") for _ in range(gateway.READERS + 1)]
    tended = Gateway(
        application, threads=1, largest=lambda _path: 100, read_soon=lambda _path: True
    )

    async def ask_all():
        asking = [asyncio.ensure_future(tended.__rsgi__(one.scope, one)) for one in exchanges]
        await asyncio.gather(*asking)

    asyncio.run(ask_all())
    busy.set()
    tended.__rsgi_del__(None)

    assert [one.answer and one.answer[0] for one in exchanges] == [503] * len(exchanges)
    assert len(read) == 0


@pytest.mark.parametrize(
    ("body", "reader"), [(b"{}", "reader"), (b"\x1f\x8b", "request"), (b"", "reader")]
)
def test_what_is_packed_is_not_taken_for_short(body, reader):
    readers = []

    def application(_environ, start_response):
        readers.append(threading.current_thread().name)
        start_response("200 OK", [])
        return []

    asked(application, Exchange(body, content_length=str(len(body))), **SOON)

    assert [name.rstrip("-_0123456789") for name in readers] == [reader]


def test_an_application_that_fails_in_its_turn_is_answered_for():
    def application(_environ, _start_response):
        raise RuntimeError("broken")

    assert asked(application, Exchange(), **SOON)[0] == 500


def test_fields_sent_twice_are_joined_and_cookies_by_semicolon():
    said = [("cookie", "a=1"), ("cookie", "b=2"), ("x-a", "1"), ("x-a", "2"), ("content-type", "t")]

    assert fields_of(said) == {"HTTP_COOKIE": "a=1;b=2", "HTTP_X_A": "1,2", "CONTENT_TYPE": "t"}


def test_a_name_with_an_underscore_does_not_pass_for_one_with_a_hyphen():
    said = [("x_forwarded_for", "10.0.0.1"), ("x-forwarded-for", "192.0.2.7")]

    assert fields_of(said) == {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}


def test_who_asks_is_told_by_address_alone():
    seen = {}

    def application(environ, start_response):
        seen.update(environ)
        start_response("200 OK", [])
        return []

    asked(application, Exchange())

    assert seen["REMOTE_ADDR"] == "::1"
    assert isinstance(seen["wsgi.input"], io.BytesIO)
