"""What a wire may carry that no browser sends (T01, T04 to T13), against a real server."""

import json
import socket
import time
from uuid import uuid4

import pytest

from benchmarks.load import write_key_of
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.faults, pytest.mark.slow]

HOST = b"Host: 127.0.0.1\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\n"
END = b"\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with the workspace muestra."""
    running = RunningVereda(home=tmp_path_factory.mktemp("home"))
    running.run("setup")
    write_key_of(running)
    running.start()
    yield running
    running.stop()


def answers_to(server, wire, *, read=True):
    """All that the server answers to these bytes until it falls silent or hangs up."""
    with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
        connection.sendall(wire)
        if not read:
            return b""
        connection.settimeout(2)
        parts = []
        try:
            while part := connection.recv(65_536):
                parts.append(part)
        except (TimeoutError, ConnectionResetError):
            pass
    return b"".join(parts)


def status_of(server, wire):
    """The status of the first answer; None when the connection was closed without one."""
    answer = answers_to(server, wire + b"Connection: close\r\n" + END)
    return int(answer[9:12]) if answer else None


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 3\r\nContent-Length: 4\r\n",
        b"Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n",
        b"Content-Length: -1\r\n",
    ],
)
def test_t01_a_body_of_two_lengths_is_refused(server, framing):
    smuggled = b"POST /v1/batch HTTP/1.1\r\n" + HOST + framing + END + b"{}  " + HEALTH + HOST + END

    answers = answers_to(server, smuggled)

    assert answers[9:12] in (b"400", b"")
    assert answers.count(b"HTTP/1.1 ") <= 1


def test_t04_an_answer_nobody_waits_for_is_stored_once(server):
    key, message = server.run("key", "--workspace", "muestra"), str(uuid4())
    item = {"type": "track", "event": "Hung up", "userId": "u1", "messageId": message}
    body = json.dumps({"batch": [item], "writeKey": key}).encode()
    head = b"POST /v1/batch HTTP/1.1\r\n" + HOST + f"Content-Length: {len(body)}\r\n\r\n".encode()

    answers_to(server, head + body, read=False)
    time.sleep(0.5)
    again = answers_to(server, head + body)

    assert again[9:12] == b"200"
    count = server.run("events", "count", "--workspace", "muestra", "--name", "Hung up")
    assert count == "1"


@pytest.mark.parametrize(
    "headers",
    [b"".join(b"X-%d: y\r\n" % number for number in range(10_000)), b"X-A: " + b"y" * 1_000_000],
    ids=["ten thousand", "one of a megabyte"],
)
def test_t05_too_many_and_too_long_headers_are_refused_quickly(server, headers):
    began = time.monotonic()

    assert status_of(server, HEALTH + HOST + headers + END) in (400, 413, 431, None)

    assert time.monotonic() - began < 5
    assert server.healthy()


def test_t06_a_form_of_very_many_fields_is_refused(server):
    body = b"&".join(b"a%d=1" % number for number in range(100_000))
    head = b"POST /sign-in/ HTTP/1.1\r\n" + HOST
    head += b"Content-Type: application/x-www-form-urlencoded\r\n"
    head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()

    assert answers_to(server, head + body)[9:12] in (b"400", b"403", b"413")


@pytest.mark.parametrize("host", [b"evil", b"a@b", b"127.0.0.1.evil", b"127.0.0.1, evil"])
def test_t08_another_host_is_refused(server, host):
    assert status_of(server, b"GET /sign-in/ HTTP/1.1\r\nHost: " + host + END) == 400


def test_t08_a_forwarded_host_of_a_stranger_is_ignored(server):
    wire = b"GET /me/ HTTP/1.1\r\n" + HOST + b"X-Forwarded-Host: evil\r\nConnection: close\r\n\r\n"

    answer = answers_to(server, wire)

    assert answer[9:12] == b"302"
    assert b"evil" not in answer


def test_t09_a_method_in_a_header_is_ignored(server):
    wire = b"GET /sign-in/ HTTP/1.1\r\n" + HOST + b"X-HTTP-Method-Override: DELETE\r\n"

    assert status_of(server, wire) == 200


@pytest.mark.parametrize("method", [b"TRACE", b"PROPFIND", b"BREW"])
@pytest.mark.parametrize("path", [b"/sign-in/", b"/v1/track"])
def test_t10_an_unknown_method_is_refused(server, method, path):
    assert status_of(server, method + b" " + path + b" HTTP/1.1\r\n" + HOST) in (400, 403, 405)


@pytest.mark.parametrize(
    "path", [b"//me/", b"/%2e%2e/me/", b"/..;/me/", b"/w//muestra/", b"/v1/../me/", b"/%00"]
)
def test_t12_a_crooked_path_opens_nothing(server, path):
    assert status_of(server, b"GET " + path + b" HTTP/1.1\r\n" + HOST) in (301, 302, 400, 404)


def test_t13_json_as_plain_text_reaches_no_form(server):
    head = b"POST /sign-in/ HTTP/1.1\r\n" + HOST + b"Content-Type: text/plain\r\n"

    answer = answers_to(server, head + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}")

    assert answer[9:12] == b"403"
