import socket
import threading
import time
from contextlib import contextmanager

import pytest

from vereda.foundation.errors import Refused
from vereda.foundation.safe_fetch import Allowed, NotReached, checked_url, safe_fetch

NOTHING = Allowed()


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1",
        "https://localhost",
        "https://0",
        "https://127.1",
        "https://2130706433",
        "https://0x7f000001",
        "https://017700000001",
        "https://app.localhost",
        "https://printer.local",
        "https://intranet",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://[::127.0.0.1]",
        "https://[64:ff9b::7f00:1]",
        "https://[64:ff9b:1::1]",
        "https://[2002:7f00:1::]",
        "https://[fec0::1]",
        "https://[fe80::1%25lo]",
        "https://[fd00:ec2::254]",
        "https://169.254.169.254/latest/meta-data/",
        "https://metadata.google.internal",
        "https://100.64.0.1",
        "https://192.0.0.192",
        "https://198.18.0.1",
        "https://224.0.0.1",
        "file:///etc/passwd",
        "gopher://example.com",
        "ftp://example.com",
        "jar:https://example.com!/",
        "data:text/plain,x",
        "https://a@127.0.0.1",
        "https://user:word@example.com",
        "https://127.0.0.1#@ok.example",
        "https://ok.example\\@127.0.0.1",
        "https://ⓛocalhost",
        "https://example.com:22",
        "https://example.com:25",
        "https://example.com:6379",
        "https://example.com:5432",
        "https://example.com:0",
        "https://example.com:65536",
        "https://example.com/a\r\nHost: evil",
        "https://example.com/" + "a" * 3000,
        "https://",
        "http://example.com",
        "",
    ],
)
def test_a_place_that_is_never_called_is_refused_when_it_is_saved(url):
    with pytest.raises(Refused):
        checked_url(url, allowed=NOTHING)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://hooks.example.com/x?y=1", "hooks.example.com", 443),
        ("https://hooks.example.com:8443/", "hooks.example.com", 8443),
        ("https://bücher.example/", "xn--bcher-kva.example", 443),
        ("https://93.184.215.14/", "93.184.215.14", 443),
    ],
)
def test_an_ordinary_place_is_taken(url, host, port):
    place = checked_url(url, allowed=NOTHING)

    assert (place.host, place.port) == (host, port)


@pytest.mark.parametrize(
    "addresses",
    [
        ["10.0.0.7"],
        ["93.184.215.14", "10.0.0.7"],
        ["93.184.215.14", "::ffff:10.0.0.7"],
        ["fd00::7"],
    ],
)
def test_a_name_with_one_address_inside_is_blocked(addresses):
    with pytest.raises(Refused):
        safe_fetch("POST", "https://hook.example", allowed=NOTHING, resolve=lambda _: addresses)


def test_a_name_that_does_not_resolve_is_not_reached():
    def nowhere(host):
        raise NotReached(host)

    with pytest.raises(NotReached):
        safe_fetch("POST", "https://hook.example", allowed=NOTHING, resolve=nowhere)


@contextmanager
def receiver(answer, *, delay=0.0):
    """A server on loopback that answers each request with these bytes; yields port and requests."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked = []

    def serve():
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                asked.append(peer.recv(65536))
                try:
                    for piece in answer:
                        peer.sendall(piece)
                        time.sleep(delay)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], asked
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def opened(port, *, name="hooks.internal"):
    return Allowed.from_words([f"{name}:{port}", f"127.0.0.1:{port}"])


def fetched(port, *, path="/", **options):
    return safe_fetch(
        "POST",
        f"http://hooks.internal:{port}{path}",
        allowed=opened(port),
        resolve=lambda _: ["127.0.0.1"],
        **options,
    )


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


def test_what_the_operator_opened_is_reached_under_its_name():
    with receiver([OK]) as (port, asked):
        answer = fetched(port, path="/x?y=1", body=b"{}", headers={"X-Event": "a"})

    assert (answer.status, answer.body) == (200, b"hi")
    assert asked[0].startswith(b"POST /x?y=1 HTTP/1.1\r\n")
    assert f"host: hooks.internal:{port}\r\n".encode() in asked[0].lower()


def test_only_the_resolved_address_is_called_and_the_name_is_asked_once():
    answers = iter([["127.0.0.1"], ["10.0.0.7"]])

    with receiver([OK]) as (port, _):
        answer = safe_fetch(
            "GET",
            f"http://hooks.internal:{port}/",
            allowed=opened(port),
            resolve=lambda _: next(answers),
        )

    assert answer.status == 200
    assert next(answers) == ["10.0.0.7"]


def test_the_neighbour_of_an_opened_address_stays_closed():
    allowed = Allowed.from_words(["10.1.2.3:8443"])

    checked_url("https://10.1.2.3:8443/", allowed=allowed)
    for url in ("https://10.1.2.4:8443/", "https://10.1.2.3/"):
        with pytest.raises(Refused):
            checked_url(url, allowed=allowed)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(status):
    moved = f"HTTP/1.1 {status} Moved\r\nLocation: http://10.0.0.7/\r\nContent-Length: 0\r\n\r\n"

    with receiver([moved.encode()]) as (port, asked):
        answer = fetched(port)

    assert answer.status == status
    assert len(asked) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "b\r\nX-C: d"},
        {"X-A\r\n": "b"},
        {"Host": "evil"},
        {"Content-Length": "5"},
        {"Transfer-Encoding": "chunked"},
    ],
)
def test_a_header_that_would_change_the_request_is_refused(headers):
    with pytest.raises(Refused):
        fetched(8443, headers=headers)


def test_a_long_answer_is_cut_off():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"

    with receiver([head, *[b"x" * 65536] * 50]) as (port, _), pytest.raises(NotReached):
        fetched(port)


def test_a_packed_bomb_is_not_unpacked():
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n"

    with receiver([head, b"\x1f\x8b\x08ab"]) as (port, asked):
        answer = fetched(port)

    assert answer.body == b"\x1f\x8b\x08ab"
    assert b"accept-encoding: identity" in asked[0].lower()


@pytest.mark.parametrize(
    "answer",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", *[b"x"] * 100],
        [b"HTTP/1.1 200 OK\r\n", *[b"X"] * 100],
    ],
    ids=["a dripping body", "dripping headers"],
)
def test_a_slow_answer_ends_with_the_deadline(answer):
    """A machine may stand still once for as long; code that waits would do so three times."""

    def seconds():
        began = time.monotonic()
        with receiver(answer, delay=0.1) as (port, _), pytest.raises(NotReached):
            fetched(port, within=0.5)
        return time.monotonic() - began

    assert any(seconds() < 3 for _ in range(3))


def test_nobody_there_is_not_reached():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(NotReached):
        fetched(port)


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")

    with receiver([OK]) as (port, _):
        assert fetched(port).status == 200


def test_a_certificate_that_nobody_vouches_for_is_not_reached():
    with receiver([b"\x15\x03\x01\x00\x02\x02\x28"]) as (port, _), pytest.raises(NotReached):
        safe_fetch(
            "GET",
            f"https://hooks.internal:{port}/",
            allowed=opened(port),
            resolve=lambda _: ["127.0.0.1"],
        )
