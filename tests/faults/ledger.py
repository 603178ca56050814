"""A client that remembers what it was promised, and the check of that promise afterwards.

A message is *sent*, then *acknowledged* (200), *refused* (another answer) or *unknown* (none);
what is not acknowledged is sent again with the same id, as every SDK does. Afterwards:
acknowledged within stored, stored within sent, each once, with the content it was sent with; and
the workspace's own ledger adds up. Every fault test prints one line of it.
"""

import base64
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb

from tests.stories.server import RunningVereda

TOGETHER = 20
ANSWER_SECONDS = 10.0
PAUSE = 0.02


@dataclass(slots=True)
class Ledger:
    """Message id to the number it carries: sent, and acknowledged; other answers by status."""

    sent: dict[str, int] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    refused: Counter[int] = field(default_factory=Counter)

    def faults_in(self, stored: list[tuple[str, str]]) -> dict[str, int]:
        """How many are lost, doubled, invented or changed; all must be zero."""
        ids = [message for message, _ in stored]
        changed = sum(
            json.loads(properties)["number"] != self.sent.get(message)
            for message, properties in stored
        )
        return {
            "lost": len(self.acknowledged - set(ids)),
            "doubled": len(ids) - len(set(ids)),
            "invented": len(set(ids) - self.sent.keys()),
            "changed": changed,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What a fault did, in figures. `silent`: received items of which nobody can tell an end."""

    name: str
    acknowledged: int
    stored: int
    silent: int
    faults: dict[str, int]
    refused: Counter[int]

    @property
    def clean(self) -> bool:
        """Was every promise kept?"""
        return not self.silent and not any(self.faults.values())

    def __str__(self) -> str:
        told = ", ".join(f"{name} {count}" for name, count in self.faults.items())
        answers = ", ".join(f"{count} x {status}" for status, count in self.refused.items())
        return (
            f"LEDGER {self.name}: acknowledged {self.acknowledged}, stored {self.stored}, {told},"
            f" silent {self.silent}{f'; refused {answers}' if answers else ''}"
        )


def checked(server: RunningVereda, ledger: Ledger, *, name: str) -> Report:
    """The promise against what a stopped server holds, and its own ledger; printed."""
    days = [
        json.loads(line)
        for line in server.run("events", "ledger", "--workspace", "muestra").splitlines()
    ]
    stored = stored_in(server.home / "events.duckdb")
    received = sum(day["received"] for day in days)
    unaccounted = sum(abs(missing_on(day)) for day in days)
    report = Report(
        name=name,
        acknowledged=len(ledger.acknowledged),
        stored=len(stored),
        silent=unaccounted + max(0, len(ledger.acknowledged) - received),
        faults=ledger.faults_in(stored),
        refused=ledger.refused,
    )
    print(report)  # noqa: T201 - the ledger is the point of these tests
    return report


def missing_on(day: dict[str, int]) -> int:
    """Items of a day whose end nobody can tell, added up here once more."""
    ends = ("stored", "repaired", "quarantined", "deduplicated", "suppressed", "limited")
    return day["received"] - sum(day[end] for end in ends)


class Senders:
    """Connections that send batches until they are stopped, whatever the server does."""

    def __init__(
        self,
        *,
        port: int,
        key: str,
        ledger: Ledger,
        connections: int = 6,
        together: int = TOGETHER,
        poison: "tuple[str, ...]" = (),
    ) -> None:
        self._port = port
        self._credentials = base64.b64encode(f"{key}:".encode()).decode()
        self._ledger = ledger
        self._together = together
        self._poison = poison
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._send, daemon=True) for _ in range(connections)
        ]

    def __enter__(self) -> "Senders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def acknowledged(self) -> set[str]:
        """What was promised until now."""
        with self._lock:
            return set(self._ledger.acknowledged)

    def acknowledged_count(self) -> int:
        """How much was promised until now."""
        return len(self._ledger.acknowledged)

    def wait_for_more(self, count: int, *, seconds: float = 30.0) -> None:
        """Return when so many more were promised, or fail."""
        enough = self.acknowledged_count() + count
        wait_for(lambda: self.acknowledged_count() >= enough, seconds=seconds)

    def send_once(self, batch: dict[str, int]) -> None:
        """Send that batch, now and in this thread."""
        with socket.create_connection(("127.0.0.1", self._port), ANSWER_SECONDS) as connection:
            connection.sendall(self._request(batch))
            if connection.recv(4096)[9:12] == b"200":
                self._ledger.acknowledged |= batch.keys()

    def refused_count(self, status: int) -> int:
        """How many requests were answered with that status until now."""
        return self._ledger.refused[status]

    def _send(self) -> None:
        connection: socket.socket | None = None
        waiting: dict[str, int] = {}
        while not self._stop.is_set():
            waiting = waiting or self._next()
            try:
                connection = connection or socket.create_connection(
                    ("127.0.0.1", self._port), ANSWER_SECONDS
                )
                connection.sendall(self._request(waiting))
                status = connection.recv(4096)[9:12]
            except OSError:
                status = b""
            if status == b"200":
                with self._lock:
                    self._ledger.acknowledged |= waiting.keys()
                waiting = {}
                continue
            if status:
                with self._lock:
                    self._ledger.refused[int(status)] += 1
            if connection is not None:
                connection.close()
            connection = None
            time.sleep(PAUSE)
        if connection is not None:
            connection.close()

    def _next(self) -> dict[str, int]:
        with self._lock:
            start = len(self._ledger.sent)
            batch = {str(uuid4()): start + place for place in range(self._together)}
            self._ledger.sent |= batch
        return batch

    def _request(self, batch: dict[str, int]) -> bytes:
        now = datetime.now(UTC).isoformat()  # noqa: TID251 - real requests carry real time
        items = [
            json.dumps(
                {
                    "type": "track",
                    "event": "Counted",
                    "userId": f"u{number % 50}",
                    "messageId": message,
                    "timestamp": now,
                    "properties": {"number": number},
                }
            )
            for message, number in batch.items()
        ]
        if self._poison:
            first = next(iter(batch.values()))
            place = first // self._together
            items.insert(place % len(items), self._poison[place % len(self._poison)])
        body = f'{{"batch": [{", ".join(items)}], "sentAt": "{now}"}}'.encode(
            "utf-8", errors="surrogatepass"
        )
        head = (
            f"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic"
            f" {self._credentials}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def wait_for(
    condition: Callable[[], bool],
    *,
    seconds: float = 30.0,
    why: str = "nothing is acknowledged any more",
) -> None:
    """Wait until it is so, or fail."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, why
        time.sleep(0.005)


# --- What a file holds ---------------------------------------------------------------


def opened(path: Path) -> duckdb.DuckDBPyConnection:
    """The file, as soon as the kernel has done away with a killed process."""
    until = time.monotonic() + 10
    while True:
        try:
            return duckdb.connect(str(path))
        except duckdb.IOException:
            assert time.monotonic() < until, "the killed process still holds the file"
            time.sleep(0.02)


def asked(path: Path, question: str) -> list[tuple[object, ...]]:
    """The rows that answer the question."""
    connection = opened(path)
    found = connection.execute(question).fetchall()
    connection.close()
    return found


def stored_in(path: Path) -> list[tuple[str, str]]:
    """Message id and properties of every counted event."""
    question = "SELECT message_id, properties FROM events WHERE name = 'Counted'"
    return [(str(message), str(properties)) for message, properties in asked(path, question)]


def rolled_up_in(path: Path) -> object:
    """How many counted events the roll-up knows of."""
    return asked(path, "SELECT SUM(\"count\") FROM usage WHERE name = 'Counted'")[0][0]
