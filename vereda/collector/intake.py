"""One request, from bytes to answer, in three dialects.

200 `{"success":true}` means durable. Every other answer is a JSON object with `code` and
`message`, because SDKs read those, and says by its status whether to send again: never
for 4xx but 429, always for 503. 202, 204 and redirects do not exist here: clients take
them for failures and send everything again.
"""

import logging
import math
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from vereda.collector.answers import (
    GIF,
    posthog_config,
    posthog_flags,
    posthog_script,
    rudder_source,
    segment_settings,
)
from vereda.collector.asking import (
    agreed_key,
    bearer,
    is_retried,
    key_in_query,
    origin_of,
    pixel_item,
    user_of_basic,
)
from vereda.collector.bodies import (
    FORBIDDEN,
    UNAUTHORIZED,
    Envelope,
    Rejected,
    checked,
    items_of,
    opened,
    opened_posthog,
    read_body,
)
from vereda.collector.keys import LONGEST_KEY, ConsentsOf, HolderOf, Proven
from vereda.collector.later import Later
from vereda.collector.limits import (
    STRANGER_COSTS,
    Buckets,
    PropertyNames,
    place_of,
    requests_by_address,
)
from vereda.collector.routes import Dialect, Does, Route, route_of
from vereda.collector.rules.guarding import claims_of, proofs_of, without_unproven
from vereda.collector.rules.items import Arrival, Read, encode_json, read_item
from vereda.collector.rules.times import instant
from vereda.collector.rules.trust import may_say_anything
from vereda.events.contracts.arriving import (
    NewEvent,
    Receipt,
    Refusal,
    Submission,
    workspace_key,
)
from vereda.events.contracts.store import HandedIn, StoreUnavailable
from vereda.workspaces.contracts import KeyHolder

log = logging.getLogger(__name__)

Environ: TypeAlias = dict[str, Any]
Headers: TypeAlias = list[tuple[str, str]]
StartResponse: TypeAlias = Callable[[str, Headers], object]
Items: TypeAlias = list[msgspec.Raw] | list[bytes]

Said = TypeVar("Said")

OK: Final = "200 OK"
TOO_MANY: Final = "429 Too Many Requests"
BUSY: Final = "503 Service Unavailable"
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
    ("Access-Control-Allow-Headers", ALLOWED_HEADERS),
    ("Access-Control-Max-Age", "86400"),
)
JSON: Final = "application/json"
SUCCESS: Final = b'{"success":true}'
SUCCESS_FOR_POSTHOG: Final = b'{"status":1}'


class Intake:
    """The WSGI application. What it needs of the rest of Vereda is given to it."""

    def __init__(
        self,
        *,
        store: Callable[[Submission], HandedIn],
        holder_of: HolderOf,
        consents_of: ConsentsOf,
        proven: Proven,
        now: Callable[[], datetime],
        in_browser: Callable[[KeyHolder], None],
        base_url: str,
        buckets: Buckets | None = None,
        addresses: Buckets | None = None,
        names: PropertyNames | None = None,
    ) -> None:
        self._store = store
        self._holder_of = holder_of
        self._consents_of = consents_of
        self._proven = proven
        self._now = now
        self._in_browser = in_browser
        self._base_url = base_url
        self._buckets = buckets or Buckets()
        self._addresses = addresses or requests_by_address()
        self._names = names or PropertyNames()
        self._unheard: dict[UUID, int] = {}
        self._counting = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        reply = _Reply(route_of(str(environ.get("PATH_INFO") or "")), start_response)
        said = reply.said(lambda: self._answer(environ, reply.route, reply.headers))
        if isinstance(said, _Kept):
            kept = said
            return Later(
                kept.handed_in,
                lambda: reply.started(reply.body_of(kept.answer)),
                at_once=kept.at_once,
            )
        return reply.started(said)

    def _answer(self, environ: Environ, route: Route | None, headers: Headers) -> "bytes | _Kept":
        if route is None:
            path = str(environ.get("PATH_INFO") or "").rstrip("/")
            raise Rejected("404 Not Found", "not_found", f"Nothing is collected at {path or '/'}.")
        method, allowed = environ["REQUEST_METHOD"], ", ".join((*route.methods, "OPTIONS"))
        if method == "OPTIONS":
            headers.append(("Access-Control-Allow-Methods", allowed))
            headers.extend(PREFLIGHT)
            return SUCCESS
        if method not in route.methods:
            headers.append(("Allow", allowed))
            raise Rejected(
                "405 Method Not Allowed", "method_not_allowed", f"It is called by {allowed}."
            )
        if method == "GET":
            headers.append(("Cache-Control", "no-store"))
        place = place_of(str(environ.get("REMOTE_ADDR") or ""))
        self._let_in(place)
        try:
            return self._do(environ, route, place)
        except Rejected as rejected:
            if rejected.status == UNAUTHORIZED:
                self._addresses.charge(place, events=STRANGER_COSTS)
            raise

    def _do(self, environ: Environ, route: Route, place: str) -> "bytes | _Kept":
        if route.does is Does.COLLECT:
            return self._collect(environ, route, place)
        if route.does is Does.PIXEL:
            return self._count_pixel(environ, route, place)
        if route.does is Does.DISCARD:
            read_body(environ)
            return _success(route)
        return self._configure(environ, route)

    def _configure(self, environ: Environ, route: Route) -> bytes:
        """What a client reads before it sends; asked under a key that works."""
        if route.does is Does.POSTHOG_FLAGS:
            envelope, _ = opened_posthog(read_body(environ))
            said: tuple[object, ...] = (envelope.write_key, key_in_query(environ))
        else:
            said = (user_of_basic(environ), route.key, key_in_query(environ))
        key = agreed_key(*said)
        self._check_place(environ, self._holder_with(key))
        if route.does is Does.POSTHOG_SCRIPT:
            return posthog_script(key)
        answer: dict[Does, Callable[[], dict[str, Any]]] = {
            Does.SEGMENT_SETTINGS: lambda: segment_settings(key, base_url=self._base_url),
            Does.RUDDER_SOURCE: lambda: rudder_source(key),
            Does.POSTHOG_FLAGS: posthog_flags,
            Does.POSTHOG_CONFIG: lambda: posthog_config(key),
        }
        return encode_json(answer[route.does]())

    def _let_in(self, place: str) -> None:
        wait = self._addresses.wait_for(place, events=1)
        if wait:
            raise Rejected(
                TOO_MANY,
                "too_many_requests",
                "Your address asks more often than it may; nothing of this request was read.",
                retry_after=max(1, math.ceil(wait)),
            )

    def _collect(self, environ: Environ, route: Route, place: str) -> "_Kept":
        received_at = self._now()
        said_by_header = user_of_basic(environ)
        if route.dialect is Dialect.POSTHOG:
            said_by_header = said_by_header or bearer(environ)
        holder = self._holder_with(said_by_header) if said_by_header else None
        try:
            if holder is not None:
                self._check_place(environ, holder)
            envelope, items = _opened(read_body(environ), route)
            key = agreed_key(said_by_header, envelope.write_key, key_in_query(environ))
            holder = self._holder_with(key)
            self._check_place(environ, holder)
        except Rejected as rejected:
            if holder is None:
                raise
            return self._turned_away(rejected, holder, received_at)
        if limited := self._limited(holder, place, len(items), received_at):
            return limited
        arrival = self._arrival(environ, envelope, route, holder, received_at)
        return self._keep_items(items, arrival, route)

    def _count_pixel(self, environ: Environ, route: Route, place: str) -> "_Kept":
        """One event out of an address: for letters and pages without scripts."""
        received_at = self._now()
        item = pixel_item(environ)
        key = agreed_key(key_in_query(environ), item.pop("writeKey", None))
        holder = self._holder_with(key)
        self._check_place(environ, holder)
        if limited := self._limited(holder, place, 1, received_at):
            return limited
        arrival = self._arrival(environ, Envelope(), route, holder, received_at)
        return self._keep_items([encode_json(item)], arrival, route)

    def _keep_items(self, items: Items, arrival: Arrival, route: Route) -> "_Kept":
        workspace_id = arrival.holder.workspace_id
        flat: list[Read] = []
        for index, item in enumerate(items):
            flat += read_item(memoryview(item), index=index, arrival=arrival)
        if not arrival.is_from_server:
            proven = self._proven.among(workspace_id, claims_of(flat))
            flat = [without_unproven(read, proven=proven) for read in flat]
        submission, stored = self._sorted(flat, arrival)
        proofs = self._proven.new_among(workspace_id, proofs_of(stored))
        handed_in, receipt = self._hand_in(submission, workspace_id)

        def answer() -> bytes:
            quarantined = receipt().quarantined
            self._proven.add(workspace_id, proofs)
            if route.each:
                return encode_json({"results": _results(flat)})
            return _success(route, rejected=quarantined)

        return _Kept(handed_in, answer, at_once=not proofs)

    def _sorted(self, reads: Iterable[Read], arrival: Arrival) -> tuple[Submission, list[Read]]:
        """What is stored, refused and left out; one bad item never costs a good one."""
        workspace_id = arrival.holder.workspace_id
        consents = self._consents_of(workspace_id)
        kept: list[Read] = []
        events: list[NewEvent] = []
        refusals: list[Refusal] = []
        suppressed = 0
        for read in reads:
            event = read.event
            if event is not None and not consents.allow(event):
                suppressed += 1
                continue
            refusals.extend(read.refusals)
            if event is not None:
                events.append(event)
                kept.append(read)
        submission = Submission(
            workspace=workspace_key(workspace_id),
            received_at=arrival.received_at,
            events=events,
            refusals=refusals,
            suppressed=suppressed,
        )
        return submission, kept

    def _hand_in(
        self, submission: Submission, workspace_id: UUID
    ) -> tuple[HandedIn, Callable[[], Receipt]]:
        """Let it be stored, and how its receipt is had.

        What could not be stored is counted as soon as something can be again.
        """
        with self._counting:
            unheard = self._unheard.pop(workspace_id, 0)
        if unheard:
            told = {**submission.turned_away, UNAVAILABLE: unheard}
            submission = msgspec.structs.replace(submission, turned_away=told)

        def counted(work: Callable[[], Said]) -> Said:
            try:
                return work()
            except StoreUnavailable:
                with self._counting:
                    before = self._unheard.get(workspace_id, 0)
                    self._unheard[workspace_id] = before + unheard + 1
                raise

        handed_in = counted(lambda: self._store(submission))
        return handed_in, lambda: counted(handed_in.receipt)

    def _turned_away(self, rejected: Rejected, holder: KeyHolder, received_at: datetime) -> "_Kept":
        """Count a request refused as a whole, durably, before its sender hears of it."""
        return self._refused_once_kept(
            rejected,
            Submission(
                workspace=workspace_key(holder.workspace_id),
                received_at=received_at,
                events=[],
                turned_away={rejected.code: 1},
            ),
            holder,
        )

    def _refused_once_kept(
        self, rejected: Rejected, submission: Submission, holder: KeyHolder
    ) -> "_Kept":
        """The refusal, told when what it says of itself to the ledger is durable."""
        handed_in, receipt = self._hand_in(submission, holder.workspace_id)

        def answer() -> bytes:
            receipt()
            raise rejected

        return _Kept(handed_in, answer, at_once=True)

    def _holder_with(self, key: str) -> KeyHolder:
        holder = self._holder_of(key) if 0 < len(key) <= LONGEST_KEY else None
        if holder is None:
            raise Rejected(
                UNAUTHORIZED, "unknown_key", "The write key is missing, unknown or revoked."
            )
        return holder

    def _check_place(self, environ: Environ, holder: KeyHolder) -> None:
        """A browser may not hold a secret key, nor use a public one on a site not named."""
        origin = origin_of(environ)
        if not origin:
            return
        if holder.is_secret:
            self._in_browser(holder)
            raise Rejected(
                FORBIDDEN,
                "secret_key_in_browser",
                "This key is secret and came from a browser: replace it, and use a public one.",
            )
        if holder.origins and origin not in holder.origins:
            raise Rejected(
                FORBIDDEN, "origin_not_allowed", "This key is not for the site that sent this."
            )

    def _limited(
        self, holder: KeyHolder, place: str, events: int, received_at: datetime
    ) -> "_Kept | None":
        """The refusal of what is more than the key, or one sender with it, may bring."""
        wait = self._wait_for(holder, place, events)
        if not wait:
            return None
        return self._refused_once_kept(
            Rejected(
                TOO_MANY,
                "too_many_events",
                "This key sends more than it may; nothing of this request was stored.",
                retry_after=max(1, math.ceil(wait)),
            ),
            Submission(
                workspace=workspace_key(holder.workspace_id),
                received_at=received_at,
                events=[],
                limited=events,
            ),
            holder,
        )

    def _wait_for(self, holder: KeyHolder, place: str, events: int) -> float:
        key = holder.key_id.hex
        wait = self._buckets.wait_for(key, events=events, per_second=holder.events_per_second)
        if wait or not holder.events_per_address:
            return wait
        sender = f"{key} {place}"
        wait = self._buckets.wait_for(sender, events=events, per_second=holder.events_per_address)
        if wait:
            self._buckets.give_back(key, events=events)
        return wait

    def _arrival(
        self,
        environ: Environ,
        envelope: Envelope,
        route: Route,
        holder: KeyHolder,
        received_at: datetime,
    ) -> Arrival:
        batch = route.kind is None
        return Arrival(
            received_at=received_at,
            holder=holder,
            kind=route.kind,
            sent_at=instant(envelope.sent_at),
            retried=is_retried(environ),
            context=envelope.context if batch and isinstance(envelope.context, dict) else {},
            said_at=envelope.timestamp if batch else None,
            in_posthogs_words=route.dialect is Dialect.POSTHOG,
            anything_goes=may_say_anything(holder),
            fold_names=self._names.folder(holder.workspace_id),
            known_names=self._names.known_to(holder.workspace_id),
        )


class _Reply:
    """How one request is answered: what was said, or why nothing was stored."""

    def __init__(self, route: Route | None, start_response: StartResponse) -> None:
        self.route = route
        self.headers: Headers = []
        self._status = OK
        self._start_response = start_response

    def said(self, work: Callable[[], Said]) -> Said | bytes:
        """What the work answers; the sentence of a refusal where it refuses."""
        try:
            return work()
        except Rejected as rejected:
            refusal = rejected
        except StoreUnavailable as busy:
            log.warning("Nothing was stored: %s", busy)
            refusal = Rejected(
                BUSY,
                busy.code,
                "Nothing was stored; send it again.",
                retry_after=busy.retry_after,
            )
        self._status = _status_for(self.route, refusal)
        return _refusal(refusal, self.headers)

    def body_of(self, work: Callable[[], bytes]) -> bytes:
        """The same of work that answers with a body."""
        return self.said(work)

    def started(self, body: bytes) -> list[bytes]:
        """The answer, its head told."""
        content_type = _type_of(self.route)
        if content_type == "image/gif":
            body = GIF
        if self._status != OK and body is not GIF:
            content_type = JSON
        self._start_response(
            self._status,
            [
                ("Content-Type", content_type),
                ("Content-Length", str(len(body))),
                *CORS,
                *self.headers,
            ],
        )
        return [body]


class _Kept(msgspec.Struct, frozen=True):
    """What was handed in, and the answer to its sender once it is durable."""

    handed_in: HandedIn
    answer: Callable[[], bytes]
    at_once: bool


def _opened(body: bytes, route: Route) -> tuple[Envelope, Items]:
    if route.dialect is Dialect.POSTHOG:
        return opened_posthog(body)
    envelope, body = opened(body)
    if route.kind is None:
        return envelope, items_of(envelope)
    checked(body)
    return envelope, [body]


def _success(route: Route, *, rejected: int = 0) -> bytes:
    posthog = route.dialect is Dialect.POSTHOG
    if rejected:
        said = {"status": 1} if posthog else {"success": True}
        return encode_json({**said, "rejected": rejected})
    return SUCCESS_FOR_POSTHOG if posthog else SUCCESS


def _results(reads: Iterable[Read]) -> dict[str, dict[str, str]]:
    """What became of each event, for clients that ask by its id."""
    results: dict[str, dict[str, str]] = {}
    for read in reads:
        if read.event is not None:
            worth = "warning" if read.refusals else "ok"
            results[read.event.message_id] = {"result": worth}
            continue
        for refusal in read.refusals:
            results[refusal.message_id] = {"result": "drop", "details": refusal.reason.value}
    return results


def _type_of(route: Route | None) -> str:
    if route is not None and route.does is Does.PIXEL:
        return "image/gif"
    if route is not None and route.does is Does.POSTHOG_SCRIPT:
        return "application/javascript"
    return JSON


def _status_for(route: Route | None, rejected: Rejected) -> str:
    """Clients that throw away what was told 429 are told 503, which they send again."""
    if route is not None and not route.patient and rejected.status == TOO_MANY:
        return BUSY
    return rejected.status


def _refusal(rejected: Rejected, headers: Headers) -> bytes:
    if rejected.retry_after is not None:
        headers.append(("Retry-After", str(rejected.retry_after)))
    return encode_json({"success": False, "code": rejected.code, "message": rejected.message})
