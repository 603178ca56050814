"""Clients that send byte by byte, for ever, keep nobody else waiting (T02, T03)."""

import socket
import time
import urllib.request  # noqa: TID251 - a test asks a server on loopback
from contextlib import ExitStack

import pytest

from benchmarks.load import write_key_of
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SLOW = 200
ASKED = 100
PATIENCE_SECONDS = 2.0
"""What the slowest but one of a hundred may take on a machine that other tests share."""
HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000\r\n\r\n{"
)
FORM = (
    b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nlogin="
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with the workspace muestra."""
    running = RunningVereda(home=tmp_path_factory.mktemp("home"))
    running.run("setup")
    write_key_of(running)
    running.start()
    yield running
    running.stop()


def slow_clients(server, beginning, held):
    """Connections that have sent the beginning of a request and will never send its end."""
    clients = []
    for _ in range(SLOW):
        client = held.enter_context(socket.create_connection(("127.0.0.1", server.port), 10))
        client.sendall(beginning)
        clients.append(client)
    return clients


def seconds_of_others(server, clients):
    """How long each of a hundred healthy requests took while the slow ones dribble on."""
    spent = []
    for number in range(ASKED):
        clients[number % SLOW].send(b"a")
        began = time.perf_counter()
        with urllib.request.urlopen(f"{server.url}/sign-in/", timeout=30) as answer:  # noqa: S310, TID251
            assert answer.status == 200
        spent.append(time.perf_counter() - began)
    return sorted(spent)


@pytest.mark.parametrize("beginning", [HEAD, BODY, FORM], ids=["t02 head", "t03 body", "t03 form"])
def test_two_hundred_slow_clients_keep_nobody_waiting(server, beginning):
    with ExitStack() as held:
        clients = slow_clients(server, beginning, held)
        spent = seconds_of_others(server, clients)

    assert spent[-2] < PATIENCE_SECONDS
    assert server.healthy()
