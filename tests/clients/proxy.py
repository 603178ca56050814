"""Lines to the server that lose, hold back or refuse answers."""

import gzip
import random
import re
import socket
import threading
import time
from collections.abc import Iterable

CHUNK = 65_536
NUMBER = re.compile(rb'"number":\s*(\d+)')
"""The number that tests give each event."""


class LossyLine:
    """Listens on loopback; every request reaches the server, one answer in `one_in` is lost."""

    def __init__(self, port: int, *, one_in: int, seed: int = 1) -> None:
        self._server = port
        self._one_in = one_in
        self._random = random.Random(seed)  # noqa: S311 - not a secret
        self.lost = 0
        self.answered = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where clients send."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(connection,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client:
            while request := whole_message(client):
                with socket.create_connection(("127.0.0.1", self._server)) as server:
                    server.sendall(request)
                    answer = whole_message(server)
                if self._random.randrange(self._one_in) == 0:
                    self.lost += 1
                    return
                self.answered += 1
                client.sendall(answer)


def whole_message(connection: socket.socket) -> bytes:
    """A request or an answer with its body; b"" when the other side hung up."""
    message = b""
    while b"\r\n\r\n" not in message:
        part = received(connection)
        if not part:
            return b""
        message += part
    head = message.partition(b"\r\n\r\n")[0]
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(message) < len(head) + 4 + length:
        part = received(connection)
        if not part:
            return b""
        message += part
    return message


def received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(CHUNK)
    except OSError:
        return b""


class FaultyLine:
    """Listens on loopback for one client, and does to its first requests what is planned.

    Only posts that bring numbered events are touched; what clients ask or tell beside that passes,
    also who somebody is, which some SDKs say alone and others together with events. A step is
    "429", "503" (refused by the line, the server never hears of it), "drop" (the server
    stores it, its answer is lost), or the seconds that an answer is held back.
    """

    def __init__(self, port: int, *, steps: Iterable[str | float] = ()) -> None:
        self._server = port
        self._steps = list(steps)
        self._lock = threading.Lock()
        self.refused: list[bytes] = []
        self.acknowledged: list[bytes] = []
        self.requests = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the client sends."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def faults_left(self) -> int:
        """How many steps were not taken."""
        return len(self._steps)

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(connection,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client:
            while request := whole_message(client):
                step = self._next_step(request)
                if step in REFUSALS:
                    self.refused.append(body_of(request))
                    client.sendall(REFUSALS[step])
                    continue
                with socket.create_connection(("127.0.0.1", self._server)) as server:
                    server.sendall(request)
                    answer = whole_message(server)
                if step == "drop":
                    return
                if isinstance(step, float):
                    time.sleep(step)
                if brings_events(request) and answer.startswith(b"HTTP/1.1 200"):
                    self.acknowledged.append(body_of(request))
                client.sendall(answer)

    def _next_step(self, request: bytes) -> str | float | None:
        if not brings_events(request):
            return None
        numbered = NUMBER.search(body_of(request))
        with self._lock:
            self.requests += 1
            return self._steps.pop(0) if self._steps and numbered else None


def refusal(status: str, code: str) -> bytes:
    """An answer as the server gives it when it can take no more."""
    body = f'{{"success":false,"code":"{code}","message":"Send it again."}}'
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nRetry-After: 1\r\n"
        "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: Retry-After\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


REFUSALS: dict[str | float | None, bytes] = {
    "429": refusal("429 Too Many Requests", "too_many_events"),
    "503": refusal("503 Service Unavailable", "unavailable"),
}


def brings_events(request: bytes) -> bool:
    """Is it a post of events, and not a question or a look ahead?"""
    line = request.partition(b"\r\n")[0]
    return line.startswith(b"POST ") and b"/flags" not in line


def body_of(request: bytes) -> bytes:
    """What was sent, inflated."""
    body = request.partition(b"\r\n\r\n")[2]
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
