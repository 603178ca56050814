"""A client that remembers what it was promised, and the check of that promise afterwards.

A message is *sent*, then *acknowledged* (200) or *unknown* (no answer); unknown ones are
sent again with the same id, as every SDK does. Afterwards: acknowledged within stored,
stored within sent, each once, with the content it was sent with.
"""

import base64
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

TOGETHER = 20
ANSWER_SECONDS = 10.0


@dataclass(slots=True)
class Ledger:
    """Message id to the number it carries: sent, and acknowledged."""

    sent: dict[str, int] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)

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


class Senders:
    """Connections that send batches until they are stopped, whatever the server does."""

    def __init__(self, *, port: int, key: str, ledger: Ledger, connections: int = 6) -> None:
        self._port = port
        self._credentials = base64.b64encode(f"{key}:".encode()).decode()
        self._ledger = ledger
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
            else:
                if connection is not None:
                    connection.close()
                connection = None
                time.sleep(0.02)
        if connection is not None:
            connection.close()

    def _next(self) -> dict[str, int]:
        with self._lock:
            start = len(self._ledger.sent)
            batch = {str(uuid4()): start + place for place in range(TOGETHER)}
            self._ledger.sent |= batch
        return batch

    def _request(self, batch: dict[str, int]) -> bytes:
        now = datetime.now(UTC).isoformat()  # noqa: TID251 - real requests carry real time
        items = [
            {
                "type": "track",
                "event": "Counted",
                "userId": f"u{number % 50}",
                "messageId": message,
                "timestamp": now,
                "properties": {"number": number},
            }
            for message, number in batch.items()
        ]
        body = json.dumps({"batch": items, "sentAt": now}).encode()
        head = (
            f"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic"
            f" {self._credentials}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body
