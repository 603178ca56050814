"""For tests: a collector with a store of its own, and requests as SDKs make them."""

import base64
import io
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from vereda.collector.intake import Intake
from vereda.collector.keys import Proven
from vereda.collector.limits import Buckets, PropertyNames
from vereda.collector.rules.consents import EVERYBODY, Consents
from vereda.events.contracts.arriving import Subject, workspace_key
from vereda.events.contracts.store import EventStore
from vereda.foundation.testing import MORNING
from vereda.workspaces.contracts import KeyHolder, WriteKeyKind

ACME_ID = UUID(int=1)
GLOBEX_ID = UUID(int=2)
SIGNING = "signing-secret"
HOLDERS = {
    "wk_acme": KeyHolder(
        key_id=UUID(int=11), workspace_id=ACME_ID, shown="wk_acme", signing_secrets=(SIGNING,)
    ),
    "wk_globex": KeyHolder(key_id=UUID(int=12), workspace_id=GLOBEX_ID, shown="wk_globex"),
    "ws_acme": KeyHolder(
        key_id=UUID(int=13), workspace_id=ACME_ID, kind=WriteKeyKind.SECRET, shown="ws_acme"
    ),
}
SENT = MORNING.isoformat()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the collector answered."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]
    sent: bytes = b""


class Poster:
    """Posts to a collector whose clock stands still at `now`."""

    def __init__(self, store: EventStore, **limits: Any) -> None:
        self.store = store
        self.now = MORNING
        self.consents = EVERYBODY
        self.holders = dict(HOLDERS)
        self.proofs: set[tuple[UUID, Subject]] = set()
        self.seen_in_browsers: list[KeyHolder] = []
        self.intake = Intake(
            store=store.hand_in,
            holder_of=self.holders.get,
            consents_of=self._consents_of,
            proven=Proven(ask=self._proven, tell=self._prove),
            now=self._clock,
            in_browser=self.seen_in_browsers.append,
            base_url="https://vereda.example",
            buckets=limits.get("buckets") or Buckets(),
            addresses=limits.get("addresses"),
            names=limits.get("names") or PropertyNames(),
        )

    def _clock(self) -> datetime:
        return self.now

    def _consents_of(self, _: UUID) -> Consents:
        return self.consents

    def _proven(self, workspace_id: UUID, subjects: frozenset[Subject]) -> set[Subject]:
        return {subject for subject in subjects if (workspace_id, subject) in self.proofs}

    def _prove(self, workspace_id: UUID, subjects: frozenset[Subject]) -> None:
        self.proofs |= {(workspace_id, subject) for subject in subjects}

    def allow(self, key: str = "wk_acme", **changed: Any) -> None:
        """The key's holder with other settings."""
        self.holders[key] = replace(self.holders[key], **changed)

    def get(self, path: str, *, query: str = "", key: str | None = None, **environ: Any) -> Answer:
        """The answer to a question of a client."""
        return self.post(b"", path, key=key, method="GET", QUERY_STRING=query, **environ)

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
        sent = b"".join(parts)
        status, headers = answered
        is_json = dict(headers)["Content-Type"] == "application/json"
        return Answer(int(status[:3]), dict(headers), json.loads(sent) if is_json else {}, sent)

    def batch(self, *items: object, **said: Any) -> Answer:
        """The answer to a batch of these items, sent now."""
        return self.post({"batch": items, "sentAt": SENT, **said})

    def batch_from(self, address: str, *items: object) -> Answer:
        """The answer to a batch of these items from that address."""
        return self.post({"batch": items, "sentAt": SENT}, REMOTE_ADDR=address)

    def stored(self, workspace_id: UUID = ACME_ID) -> list[Any]:
        """The stored events, the newest first."""
        return self.store.last_events(workspace_key(workspace_id), limit=2_000)

    def notes(self, workspace_id: UUID = ACME_ID) -> list[tuple[str, str, int]]:
        """Reason, severity and place of what was refused or warned of, the oldest first."""
        items = self.store.quarantined(workspace_key(workspace_id), limit=2_000)
        return [(item.reason.value, item.severity.value, item.index) for item in items[::-1]]


def a_holder(**changed: Any) -> KeyHolder:
    """Whoever holds the public key of acme, with these settings."""
    return replace(HOLDERS["wk_acme"], **changed)


def a_track(event: str = "Report exported", **said: Any) -> dict[str, Any]:
    """A track call of user u1, as an SDK writes it."""
    return {"type": "track", "event": event, "userId": "u1", "timestamp": SENT, **said}


_ME = '"type": "track", "event": "Poison", "userId": "u1"'

POISON: tuple[str, ...] = (
    "null",
    "5",
    '"text"',
    "[[]]",
    "{}",
    "[" * 400 + "]" * 400,
    '{"type": "track", "event": "Poison"}',
    '{"type": "track", "userId": "u1", "event": "\\u0000"}',
    '{"type": "\\ud800", "userId": "u1"}',
    f'{{{_ME}, "properties": {{"n": NaN}}}}',
    f'{{{_ME}, "properties": {{"n": -Infinity}}}}',
    f'{{{_ME}, "properties": {{"n": 1e999}}}}',
    f'{{{_ME}, "properties": {{"n": {"9" * 4_000}}}}}',
    f'{{{_ME}, "properties": {{"n": -{"9" * 400}.5e300}}}}',
    f'{{{_ME}, "properties": {{"a\\u0000b": "\\ud800", "\\udfff": "\\u0000"}}}}',
    f'{{{_ME}, "properties": {{"__proto__": 1, "constructor": {{"prototype": 2}}}}}}',
    f'{{{_ME}, "properties": {{"long": "{"x" * 40_000}"}}}}',
    f'{{{_ME}, "properties": {{{", ".join(f"{chr(34)}p{n}{chr(34)}: 1" for n in range(300))}}}}}',
    f'{{{_ME}, "properties": {"[" * 60 + "]" * 60}}}',
    f'{{{_ME}, "properties": {{"d": {chr(123) + chr(34) + "a" + chr(34) + ":"}'
    f"{(chr(123) + chr(34) + 'a' + chr(34) + ':') * 30}1{'}' * 31}}}}}",
    f'{{{_ME}, "timestamp": "0001-01-01T00:00:00+14:00"}}',
    f'{{{_ME}, "timestamp": "9999-12-31T23:59:59-14:00"}}',
    f'{{{_ME}, "timestamp": 253402300800000000000}}',
    f'{{{_ME}, "timestamp": -1e308}}',
    f'{{{_ME}, "timestamp": {{"a": []}}, "originalTimestamp": "yesterday"}}',
    f'{{{_ME}, "sentAt": "9999-12-31T23:59:59Z", "timestamp": "0001-01-01T00:00:00Z"}}',
    f'{{{_ME}, "messageId": {{"a": 1}}, "context": [1, 2], "traits": "none"}}',
    f'{{{_ME}, "messageId": "{"m" * 300}"}}',
    '{"type": "track", "event": "Poison", "userId": {"$ne": null}}',
    '{"type": "track", "event": "Poison", "userId": "\\ud83d"}',
    '{"type": "track", "event": ["Poison"], "userId": "u1"}',
    '{"type": "identify", "userId": "u1", "traits": {"$set": {"a": [NaN]}}}',
    '{"type": "alias", "userId": "u1", "previousId": "u1"}',
    '{"type": "group", "userId": "u1", "groupId": "\\u0000\\u0001"}',
    '{"type": "group", "groupId": 1e400}',
)
"""Items that broke something somewhere, as they stand on the wire between good ones."""
