"""One request, from bytes to answer.

200 `{"success":true}` means durable. Every other answer is a JSON object with `code` and
`message`, because SDKs read those, and says by its status whether to send again: never
for 4xx but 429, always for 503. 202, 204 and redirects do not exist here: clients take
them for failures and send everything again.
"""

import base64
import binascii
import logging
import math
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import msgspec

from vereda.collector.bodies import (
    BAD_REQUEST,
    UNAUTHORIZED,
    Envelope,
    Rejected,
    checked,
    items_of,
    opened,
    read_body,
)
from vereda.collector.keys import LONGEST_KEY, ConsentsOf, WorkspaceOf
from vereda.collector.limits import (
    STRANGER_COSTS,
    Buckets,
    PropertyNames,
    place_of,
    requests_by_address,
)
from vereda.collector.rules.items import Arrival, encode_json, read_item
from vereda.collector.rules.times import instant
from vereda.events.contracts.arriving import (
    Kind,
    NewEvent,
    Receipt,
    Refusal,
    Submission,
    workspace_key,
)
from vereda.events.contracts.store import StoreUnavailable

log = logging.getLogger(__name__)

Environ: TypeAlias = dict[str, Any]
Headers: TypeAlias = list[tuple[str, str]]
StartResponse: TypeAlias = Callable[[str, Headers], object]

PREFIX: Final = "/v1/"
BATCHES: Final = frozenset({"batch", "import"})
SINGLES: Final = {kind.value: kind for kind in Kind}
RETRY_HEADERS: Final = ("HTTP_X_RETRY_COUNT", "HTTP_RSA_RETRY_ATTEMPT")
KEY_SHOWN: Final = 11
TOO_MANY: Final = "429 Too Many Requests"
UNAVAILABLE: Final = "unavailable"

ALLOWED_HEADERS: Final = (
    "authorization, content-type, content-encoding, anonymousid, sentat, x-retry-count,"
    " rsa-retry-attempt, rsa-retry-reason, rsa-since-first-attempt, rsa-since-last-attempt"
)
CORS: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Retry-After"),
)
PREFLIGHT: Final = (
    ("Access-Control-Allow-Methods", "POST, OPTIONS"),
    ("Access-Control-Allow-Headers", ALLOWED_HEADERS),
    ("Access-Control-Max-Age", "86400"),
)
SUCCESS: Final = b'{"success":true}'


class Intake:
    """The WSGI application. What it needs of the rest of Vereda is given to it."""

    def __init__(
        self,
        *,
        store: Callable[[Submission], Receipt],
        workspace_of: WorkspaceOf,
        consents_of: ConsentsOf,
        now: Callable[[], datetime],
        buckets: Buckets | None = None,
        addresses: Buckets | None = None,
        names: PropertyNames | None = None,
    ) -> None:
        self._store = store
        self._workspace_of = workspace_of
        self._consents_of = consents_of
        self._now = now
        self._buckets = buckets or Buckets()
        self._addresses = addresses or requests_by_address()
        self._names = names or PropertyNames()
        self._unheard: dict[UUID, int] = {}
        self._counting = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        headers: Headers = []
        try:
            status, body = "200 OK", self._answer(environ, headers)
        except Rejected as rejected:
            status, body = rejected.status, _refusal(rejected, headers)
        except StoreUnavailable as busy:
            log.warning("Nothing was stored: %s", busy)
            again = Rejected(
                "503 Service Unavailable",
                busy.code,
                "Nothing was stored; send it again.",
                retry_after=busy.retry_after,
            )
            status, body = again.status, _refusal(again, headers)
        start_response(
            status,
            [
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(body))),
                *CORS,
                *headers,
            ],
        )
        return [body]

    def _answer(self, environ: Environ, headers: Headers) -> bytes:
        path = str(environ.get("PATH_INFO") or "").rstrip("/")
        call = path.removeprefix(PREFIX) if path.startswith(PREFIX) else ""
        if call not in BATCHES and call not in SINGLES:
            raise Rejected("404 Not Found", "not_found", f"Nothing is collected at {path or '/'}.")
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            headers.extend(PREFLIGHT)
            return SUCCESS
        if method != "POST":
            headers.append(("Allow", "POST, OPTIONS"))
            raise Rejected("405 Method Not Allowed", "method_not_allowed", "Events are posted.")
        return self._collect(environ, SINGLES.get(call))

    def _collect(self, environ: Environ, single: Kind | None) -> bytes:
        received_at = self._now()
        place = place_of(str(environ.get("REMOTE_ADDR") or ""))
        self._let_in(place)
        try:
            return self._collect_from(environ, single, received_at)
        except Rejected as rejected:
            if rejected.status == UNAUTHORIZED:
                self._addresses.charge(place, events=STRANGER_COSTS)
            raise

    def _let_in(self, place: str) -> None:
        wait = self._addresses.wait_for(place, events=1)
        if wait:
            raise Rejected(
                TOO_MANY,
                "too_many_requests",
                "Your address asks more often than it may; nothing of this request was read.",
                retry_after=max(1, math.ceil(wait)),
            )

    def _collect_from(self, environ: Environ, single: Kind | None, received_at: datetime) -> bytes:
        header_key = basic_user(environ)
        workspace_id = self._workspace_with(header_key) if header_key else None
        try:
            body = read_body(environ)
            envelope, body = opened(body)
            key = agreed_key(header_key, envelope.write_key, query_key(environ))
            workspace_id = self._workspace_with(key)
            if single is None:
                items: list[msgspec.Raw] | list[bytes] = items_of(envelope)
            else:
                checked(body)
                items = [body]
        except Rejected as rejected:
            if workspace_id is not None:
                self._note_turned_away(workspace_id, rejected.code, received_at)
            raise
        self._take_tokens(key, workspace_id, len(items), received_at)
        arrival = self._arrival(environ, envelope, single, key, workspace_id, received_at)
        receipt = self._keep(self._read(items, arrival, workspace_id), workspace_id)
        if receipt.quarantined:
            return encode_json({"success": True, "rejected": receipt.quarantined})
        return SUCCESS

    def _keep(self, submission: Submission, workspace_id: UUID) -> Receipt:
        """Store it; what could not be stored is counted as soon as something can be again."""
        with self._counting:
            unheard = self._unheard.pop(workspace_id, 0)
        if unheard:
            told = {**submission.turned_away, UNAVAILABLE: unheard}
            submission = msgspec.structs.replace(submission, turned_away=told)
        try:
            return self._store(submission)
        except StoreUnavailable:
            with self._counting:
                self._unheard[workspace_id] = self._unheard.get(workspace_id, 0) + unheard + 1
            raise

    def _note_turned_away(self, workspace_id: UUID, code: str, received_at: datetime) -> None:
        """Count a request refused as a whole, durably, before its sender hears of it."""
        self._keep(
            Submission(
                workspace=workspace_key(workspace_id),
                received_at=received_at,
                events=[],
                turned_away={code: 1},
            ),
            workspace_id,
        )

    def _workspace_with(self, key: str) -> UUID:
        workspace_id = self._workspace_of(key) if 0 < len(key) <= LONGEST_KEY else None
        if workspace_id is None:
            raise Rejected(
                UNAUTHORIZED, "unknown_key", "The write key is missing, unknown or revoked."
            )
        return workspace_id

    def _take_tokens(
        self, key: str, workspace_id: UUID, events: int, received_at: datetime
    ) -> None:
        wait = self._buckets.wait_for(key, events=events)
        if not wait:
            return
        self._keep(
            Submission(
                workspace=workspace_key(workspace_id),
                received_at=received_at,
                events=[],
                limited=events,
            ),
            workspace_id,
        )
        raise Rejected(
            TOO_MANY,
            "too_many_events",
            "This key sends more than it may; nothing of this request was stored.",
            retry_after=max(1, math.ceil(wait)),
        )

    def _arrival(
        self,
        environ: Environ,
        envelope: Envelope,
        single: Kind | None,
        key: str,
        workspace_id: UUID,
        received_at: datetime,
    ) -> Arrival:
        batch = single is None
        return Arrival(
            received_at=received_at,
            source=f"key:{key[:KEY_SHOWN]}",
            kind=single,
            sent_at=instant(envelope.sent_at),
            retried=any(environ.get(header) for header in RETRY_HEADERS),
            context=envelope.context if batch and isinstance(envelope.context, dict) else {},
            said_at=envelope.timestamp if batch else None,
            fold_names=self._names.folder(workspace_id),
        )

    def _read(
        self, items: Iterable[msgspec.Raw | bytes], arrival: Arrival, workspace_id: UUID
    ) -> Submission:
        """Each item on its own: one bad item never costs a good one."""
        consents = self._consents_of(workspace_id)
        events: list[NewEvent] = []
        refusals: list[Refusal] = []
        suppressed = 0
        for index, item in enumerate(items):
            read = read_item(memoryview(item), index=index, arrival=arrival)
            event = read.event
            if event is not None and not consents.allow(event):
                suppressed += 1
                continue
            refusals.extend(read.refusals)
            if event is not None:
                events.append(event)
        return Submission(
            workspace=workspace_key(workspace_id),
            received_at=arrival.received_at,
            events=events,
            refusals=refusals,
            suppressed=suppressed,
        )


def basic_user(environ: Mapping[str, Any]) -> str:
    """The user name of Basic authentication: a write key, with or without a colon."""
    scheme, _, credentials = str(environ.get("HTTP_AUTHORIZATION") or "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise Rejected(
            BAD_REQUEST, "invalid_authorization", "The Basic credentials are not base64."
        ) from error
    return decoded.partition(":")[0].strip()


def query_key(environ: Mapping[str, Any]) -> str:
    """The `writeKey` of the query string."""
    for pair in str(environ.get("QUERY_STRING") or "").split("&"):
        name, _, value = pair.partition("=")
        if name == "writeKey":
            return value
    return ""


def agreed_key(*said: object) -> str:
    """The one key that header, body and query name; "" when none does."""
    keys = {key.strip() for key in said if isinstance(key, str) and key.strip()}
    if len(keys) > 1:
        raise Rejected(
            BAD_REQUEST, "conflicting_keys", "Header, body and address name different write keys."
        )
    return keys.pop() if keys else ""


def _refusal(rejected: Rejected, headers: Headers) -> bytes:
    if rejected.retry_after is not None:
        headers.append(("Retry-After", str(rejected.retry_after)))
    return encode_json({"success": False, "code": rejected.code, "message": rejected.message})
