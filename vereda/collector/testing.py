"""For tests: a collector with a store of its own, and requests as SDKs make them."""

import base64
import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vereda.collector.intake import Intake
from vereda.collector.limits import Buckets, PropertyNames
from vereda.collector.rules.consents import EVERYBODY, Consents
from vereda.events.contracts.arriving import workspace_key
from vereda.events.contracts.store import EventStore
from vereda.foundation.testing import MORNING

ACME_ID = UUID(int=1)
GLOBEX_ID = UUID(int=2)
KEYS = {"wk_acme": ACME_ID, "wk_globex": GLOBEX_ID}
SENT = MORNING.isoformat()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the collector answered."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]


class Poster:
    """Posts to a collector whose clock stands still at `now`."""

    def __init__(self, store: EventStore, **limits: Any) -> None:
        self.store = store
        self.now = MORNING
        self.consents = EVERYBODY
        self.intake = Intake(
            store=store.add,
            workspace_of=KEYS.get,
            consents_of=self._consents_of,
            now=self._clock,
            buckets=limits.get("buckets") or Buckets(),
            addresses=limits.get("addresses"),
            names=limits.get("names") or PropertyNames(),
        )

    def _clock(self) -> datetime:
        return self.now

    def _consents_of(self, _: UUID) -> Consents:
        return self.consents

    def post(
        self,
        body: object,
        path: str = "/v1/batch",
        *,
        key: str | None = "wk_acme",
        method: str = "POST",
        **environ: Any,
    ) -> Answer:
        """The answer to this body: bytes as they are, anything else as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        asked: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(raw)),
            "CONTENT_TYPE": "application/json",
            "wsgi.input": io.BytesIO(raw),
        }
        if key is not None:
            credentials = base64.b64encode(f"{key}:".encode()).decode()
            asked["HTTP_AUTHORIZATION"] = f"Basic {credentials}"
        answered: list[Any] = []
        parts = self.intake(asked | environ, lambda *start: answered.extend(start))
        status, headers = answered
        return Answer(int(status[:3]), dict(headers), json.loads(b"".join(parts)))

    def batch(self, *items: object, **said: Any) -> Answer:
        """The answer to a batch of these items, sent now."""
        return self.post({"batch": items, "sentAt": SENT, **said})

    def stored(self, workspace_id: UUID = ACME_ID) -> list[Any]:
        """The stored events, the newest first."""
        return self.store.last_events(workspace_key(workspace_id), limit=2_000)

    def notes(self, workspace_id: UUID = ACME_ID) -> list[tuple[str, str, int]]:
        """Reason, severity and place of what was refused or warned of, the oldest first."""
        items = self.store.quarantined(workspace_key(workspace_id), limit=2_000)
        return [(item.reason.value, item.severity.value, item.index) for item in items[::-1]]


def a_track(event: str = "Report exported", **said: Any) -> dict[str, Any]:
    """A track call of user u1, as an SDK writes it."""
    return {"type": "track", "event": event, "userId": "u1", "timestamp": SENT, **said}
