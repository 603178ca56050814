"""Events over HTTP, as fast as a server takes them: connections that only send and wait.

Bodies are built beforehand, so that the sender costs the two cores next to nothing.
"""

import base64
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from tests.stories.server import RunningVereda

FEATURES = 12
PEOPLE = 500
ACCOUNTS = 30


@dataclass(frozen=True, slots=True)
class Sending:
    """How it went."""

    events: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Acknowledged events a second."""
        return self.events / self.seconds


MAKE_WORKSPACE = """
import django
django.setup()
from vereda.foundation.clock import now
from vereda.workspaces.actions.workspaces import open_workspace
from vereda.workspaces.models import User, Workspace
if not Workspace.objects.filter(slug="muestra").exists():
    owner = User.objects.create_user("owner@muestra.example", name="Owner")
    open_workspace(name="Muestra", slug="muestra", owner=owner, now=now())
"""


def write_key_of(server: RunningVereda) -> str:
    """A write key of workspace `muestra`, which is opened, empty, when it is not there."""
    subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", MAKE_WORKSPACE],
        env={**server.environment, "DJANGO_SETTINGS_MODULE": "vereda.config.settings"},
        check=True,
    )
    return server.run("key", "--workspace", "muestra")


def bodies_of(*, events: int, together: int) -> list[bytes]:
    """Batches like those of segment-analytics-python, every message with an id of its own."""
    run, now = uuid4().hex[:12], datetime.now(UTC)  # noqa: TID251 - real requests carry real time
    return [
        json.dumps(
            {
                "batch": [
                    an_item(f"{run}-{start + place}", place, now) for place in range(together)
                ],
                "sentAt": now.isoformat(),
            }
        ).encode()
        for start in range(0, events, together)
    ]


def an_item(message_id: str, place: int, now: datetime) -> dict[str, object]:
    """A track call of about 400 bytes."""
    return {
        "type": "track",
        "event": f"Report {place % FEATURES}",
        "userId": f"user-{place % PEOPLE}",
        "anonymousId": None,
        "messageId": message_id,
        "timestamp": now.isoformat(),
        "context": {
            "library": {"name": "analytics-python", "version": "2.4.0"},
            "groupId": f"acct-{place % ACCOUNTS}",
        },
        "integrations": {},
        "properties": {
            "plan": "pro",
            "count": place,
            "screen": "reports",
            "ok": True,
            "price": 2.5,
        },
    }


def send_all(
    server: RunningVereda, key: str, bodies: Sequence[bytes], *, connections: int
) -> float:
    """Seconds until every body was answered with 200; raises for any other answer."""
    credentials = base64.b64encode(f"{key}:".encode()).decode()
    head = (
        f"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {credentials}\r\n"
        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    )
    requests = [(head % len(body)).encode() + body for body in bodies]
    failed: list[bytes] = []

    def work(mine: Sequence[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in mine:
                connection.sendall(request)
                answer = connection.recv(4096)
                if not answer.startswith(b"HTTP/1.1 200"):
                    failed.append(answer)
                    return

    threads = [
        threading.Thread(target=work, args=(requests[number::connections],))
        for number in range(connections)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"not acknowledged: {failed[0]!r}")
    return time.perf_counter() - began


def send_batches(
    server: RunningVereda, *, events: int, together: int = 100, connections: int = 12
) -> Sending:
    """Send so many events in batches; the key is that of workspace `muestra`."""
    bodies = bodies_of(events=events, together=together)
    seconds = send_all(server, write_key_of(server), bodies, connections=connections)
    return Sending(events=len(bodies) * together, seconds=seconds)
