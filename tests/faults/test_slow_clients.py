"""Clients that send drop by drop hold nobody up (T02, T03), and are cut off in the end."""

import json
import socket
import time
from contextlib import ExitStack
from uuid import uuid4

import pytest

from benchmarks.load import write_key_of
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SLOW = 200
ANSWERED_WITHIN = 1.0
CUT_OFF_WITHIN = 15.0
"""Seconds: the gateway waits ten for a body that does not come."""

SLOW_WIRES = {
    "headers": b"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "bodies of events": b"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Length: 5000\r\n\r\n{",
    "bodies of forms": b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900000\r\n\r\na=",
    "bodies in chunks": b"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with the workspace muestra."""
    running = RunningVereda(home=tmp_path_factory.mktemp("home"))
    running.run("setup")
    write_key_of(running)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def key(server):
    """A write key of muestra."""
    return server.run("key", "--workspace", "muestra")


def seconds_to_answer(server, wire):
    """How long a client that sends everything at once waits for its 200."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        connection.sendall(wire)
        answer = connection.recv(65_536)
    assert answer[9:12] == b"200", answer[:500]
    return time.monotonic() - began


def an_event_for(key):
    item = {"type": "track", "event": "Quick", "userId": "u1", "messageId": str(uuid4())}
    body = json.dumps({"batch": [item], "writeKey": key}).encode()
    head = f"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


PAGE = b"GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize("wire", SLOW_WIRES.values(), ids=SLOW_WIRES)
def test_t02_t03_two_hundred_slow_clients_hold_nobody_up(server, key, wire):
    seconds_to_answer(server, PAGE)
    with ExitStack() as stack:
        for _ in range(SLOW):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 10))
            slow.sendall(wire)
        waits = [seconds_to_answer(server, an_event_for(key)) for _ in range(20)]
        waits += [seconds_to_answer(server, PAGE) for _ in range(5)]

    print(f"{SLOW} slow clients: the others waited at most {max(waits):.2f} s")  # noqa: T201
    assert max(waits) < ANSWERED_WITHIN


def test_a_client_that_never_sends_its_body_is_told_and_cut_off(server):
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall(SLOW_WIRES["bodies of events"])
        answer = b""
        while part := connection.recv(65_536):
            answer += part

    assert answer[9:12] == b"408"
    assert b'"code": "too_slow"' in answer
    assert time.monotonic() - began < CUT_OFF_WITHIN


def test_a_client_that_is_slow_and_steady_is_served(server, key):
    wire = an_event_for(key)
    halves = [wire[: len(wire) // 2], wire[len(wire) // 2 :]]
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        for half in halves:
            connection.sendall(half)
            time.sleep(1.5)
        answer = connection.recv(65_536)

    assert answer[9:12] == b"200"


def test_a_client_that_reads_slowly_holds_nobody_up(server, key):
    readers = []
    for _ in range(SLOW // 4):
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        reader.connect(("127.0.0.1", server.port))
        reader.sendall(PAGE * 50)
        readers.append(reader)
    time.sleep(1)
    waits = [seconds_to_answer(server, an_event_for(key)) for _ in range(5)]
    for reader in readers:
        reader.close()

    assert max(waits) < ANSWERED_WITHIN
