"""From the network to the application: a thread is taken only by a request that is whole.

Granian hands each request to a coroutine here, which gathers the body. However many clients send
theirs drop by drop, they cost a coroutine each and no thread. Who sends more slowly than `SLOWEST`
is cut off, and all bodies together take no more than `MOST_GATHERED`.
"""

import asyncio
import contextlib
import io
import json
import logging
import sys
import tempfile
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from queue import SimpleQueue
from typing import IO, Any, Final, Protocol, cast

from granian._granian import RSGIProtocolClosed as ProtocolClosed

log = logging.getLogger(__name__)

PATIENCE: Final = 10.0
"""Seconds in which a body may begin to arrive; every `SLOWEST` bytes that came add one."""

SLOWEST: Final = 1024
"""Bytes a second."""

AT_ONCE: Final = 64 * 1024
"""A body up to here is awaited as a whole."""

IN_MEMORY: Final = 256 * 1024
"""Of one body; a longer one waits in a file."""

MOST_GATHERED: Final = 1024 * 1024 * 1024
"""Bytes of all bodies that are being received or worked on."""

WAITING: Final = 64
"""Threads of requests that hardly do anything but wait for the disk: so many share one flush."""

READERS: Final = 2
"""Threads that read short bodies: more would only take the interpreter from each other."""

OVERDUE: Final = 30.0
"""Seconds after which what such a body waits for is asked whether it comes at all."""

PIECE: Final = 256 * 1024
"""Of a long answer, handed to the network at once."""

PACKED: Final = b"\x1f\x8b"
PLAIN: Final = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})
NAMES_REMEMBERED: Final = 256
TOO_SLOW: Final = 408
NO_ROOM: Final = 503
BROKEN: Final = 500

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]


class Asked(Protocol):
    """A request's head, as RSGI gives it."""

    http_version: str
    client: str
    server: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    headers: Any


class Unheard(Exception):
    """The request is answered without having been read to its end."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code
        self.message = message


@dataclass(slots=True)
class Answer:
    """What the application said; `rest` is what follows the first piece of a long answer."""

    status: int
    headers: Headers
    piece: bytes
    rest: Iterator[bytes] | None = None


class Awaited(Protocol):
    """A body that is not there yet: `then` calls when it can be had, `at_once` without a thread."""

    patience: float
    at_once: bool

    def then(self, call: Callable[[], None], /) -> None: ...

    def __iter__(self) -> Iterator[bytes]: ...


@dataclass(slots=True)
class Unfinished:
    """An answer whose body is awaited; the application says its head with it."""

    parts: Awaited
    said: list[Any]


class Alarms:
    """Wakes what waits in the event loop, from any thread: many at once for one call into it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._rung: deque[asyncio.Future[None]] = deque()
        self._called = False

    def ring(self, waiting: "asyncio.Future[None]") -> None:
        """It may go on; harmless when it has gone on already."""
        self._rung.append(waiting)
        if not self._called:
            self._called = True
            with contextlib.suppress(RuntimeError):  # the loop has ended, and with it who waited
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._called = False
        while self._rung:
            waiting = self._rung.popleft()
            if not waiting.done():
                waiting.set_result(None)


class Turn:
    """A request that waits for one of the readers, and then for its answer."""

    __slots__ = ("_ring", "answer", "environ", "given_up")

    def __init__(self, environ: Environ, ring: Callable[[], None]) -> None:
        self.environ = environ
        self.answer: Answer | Unfinished | None = None
        self.given_up = False
        self._ring = ring

    def take(self, ask: Callable[[Environ], Answer | Unfinished]) -> None:
        """Ask; ring when there is an answer, or when the unfinished one can be completed."""
        if self.given_up:
            return
        self.answer = answer = ask(self.environ)
        if isinstance(answer, Unfinished):
            answer.parts.then(self._ring)
        else:
            self._ring()


class Readers:
    """A few threads that take one turn after another; nobody is told but by the turn's own ring."""

    def __init__(self, ask: Callable[[Environ], Answer | Unfinished], *, threads: int) -> None:
        self._ask = ask
        self._turns: SimpleQueue[Turn | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"reader-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()
        self.queue_up: Final = self._turns.put

    def _work(self) -> None:
        while (turn := self._turns.get()) is not None:
            try:
                turn.take(self._ask)
            except Exception:
                log.exception("A request failed outside the application")

    def end(self) -> None:
        """Take what waits, then let the threads go."""
        for _ in self._threads:
            self._turns.put(None)
        for thread in self._threads:
            thread.join()


class Gateway:
    """The application as Granian asks it: gather, answer in one of `threads`, send.

    Paths of which `waits` is true have threads of their own, so that pages go on while they wait.
    Short bodies at paths that are `read_soon` take turns at a few threads that do nothing else.
    `largest` says of how many bytes a body at a path may be. What is longer is not read to its
    end: the application sees by CONTENT_LENGTH, or by one byte too many, that it was too much.
    """

    def __init__(
        self,
        application: Application,
        *,
        threads: int,
        largest: Callable[[str], int],
        waits: Callable[[str], bool] = lambda _: False,
        read_soon: Callable[[str], bool] = lambda _: False,
        patience: float = PATIENCE,
        most_gathered: int = MOST_GATHERED,
    ) -> None:
        self._application = application
        self._largest = largest
        self._patience = patience
        self._most_gathered = most_gathered
        self._gathered = 0
        self._waits = waits
        self._read_soon = read_soon
        self._readers = Readers(self._ask, threads=READERS)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._waiting = ThreadPoolExecutor(WAITING, thread_name_prefix="waiting")
        self._alarms: Alarms | None = None

    def __rsgi_del__(self, _loop: object) -> None:
        """Let what is being answered end, before the stores close."""
        self._readers.end()
        self._pool.shutdown(wait=True)

    async def __rsgi__(self, scope: Asked, proto: Any) -> None:
        """One request, from its head to the last byte of its answer."""
        try:
            await self._answer(scope, proto)
        except Unheard as unheard:
            proto.response_bytes(unheard.status, *as_json(unheard))
        except ProtocolClosed:
            log.debug("A client went away before its answer")
        except Exception:
            log.exception("A request failed outside the application")
            proto.response_empty(BROKEN, [])

    async def _answer(self, scope: Asked, proto: Any) -> None:
        room = Room(self)
        body: IO[bytes] | None = None
        try:
            body = await self._gather(scope, proto, room)
            if self._read_soon(scope.path) and is_short(body):
                answer = await self._in_turn(environ_of(scope, body))
            else:
                answer = await self._on_its_own(scope.path, environ_of(scope, body))
        finally:
            room.leave()
            if body is not None:
                body.close()
        if answer.rest is None:
            proto.response_bytes(answer.status, answer.headers, answer.piece)
        else:
            await self._stream(answer, answer.rest, proto)

    async def _on_its_own(self, path: str, environ: Environ) -> Answer:
        """The answer, asked for in a thread that has nothing else to do meanwhile."""
        pool = self._waiting if self._waits(path) else self._pool
        answer: Answer | Unfinished = await self._in_thread(self._ask, environ, pool=pool)
        if isinstance(answer, Unfinished):
            return await self._finished(answer, pool)
        return answer

    async def _in_turn(self, environ: Environ) -> Answer:
        """The same of a short body: the loop hears of it once, when all is there."""
        loop = asyncio.get_running_loop()
        waiting, ring = loop.create_future(), self._bell(loop)
        turn = Turn(environ, partial(ring, waiting))
        late = loop.call_later(OVERDUE, ring, waiting)
        self._readers.queue_up(turn)
        try:
            await waiting
        finally:
            late.cancel()
        answer = turn.answer
        if isinstance(answer, Answer):
            return answer
        if answer is None:
            turn.given_up = True
            raise Unheard(NO_ROOM, "busy", "Nothing was stored; send it again.")
        if answer.parts.at_once and loop.time() < late.when():
            return self._complete(answer.parts, answer.said)
        completed: Answer = await self._in_thread(
            self._complete, answer.parts, answer.said, pool=self._waiting
        )
        return completed

    def _bell(self, loop: asyncio.AbstractEventLoop) -> "Callable[[asyncio.Future[None]], None]":
        if self._alarms is None:
            self._alarms = Alarms(loop)
        return self._alarms.ring

    async def _finished(self, unfinished: Unfinished, pool: ThreadPoolExecutor) -> Answer:
        """The answer, when it can be had; nobody but this coroutine waits for it."""
        parts = unfinished.parts
        loop = asyncio.get_running_loop()
        waiting, ring = loop.create_future(), self._bell(loop)
        overdue = loop.call_later(parts.patience, ring, waiting)
        parts.then(partial(ring, waiting))
        try:
            await waiting
        finally:
            overdue.cancel()
        if parts.at_once:
            return self._complete(parts, unfinished.said)
        answer: Answer = await self._in_thread(self._complete, parts, unfinished.said, pool=pool)
        return answer

    async def _in_thread(
        self, work: Callable[..., Any], *given: object, pool: ThreadPoolExecutor | None = None
    ) -> Any:
        return await asyncio.get_running_loop().run_in_executor(pool or self._pool, work, *given)

    # --- The body -------------------------------------------------------------------

    async def _gather(self, scope: Asked, proto: Any, room: "Room") -> IO[bytes]:
        """The body, as far as it may go; nothing where none was announced."""
        headers = scope.headers
        said = headers.get("content-length")
        if said is None and "transfer-encoding" not in headers:
            return io.BytesIO()
        length = int(said) if said and said.isdigit() else None
        largest = self._largest(scope.path)
        if length is not None and length > largest:
            return io.BytesIO()
        try:
            if length is not None and length <= AT_ONCE:
                room.take(length)
                async with asyncio.timeout(self._patience + length / SLOWEST):
                    return io.BytesIO(await proto())
            return await self._piece_by_piece(aiter(proto), room, largest)
        except TimeoutError:
            raise Unheard(
                TOO_SLOW, "too_slow", "The body came too slowly; nothing of it was stored."
            ) from None

    async def _piece_by_piece(
        self, pieces: AsyncIterator[bytes], room: "Room", largest: int
    ) -> IO[bytes]:
        body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes
        length, loop = 0, asyncio.get_running_loop()
        began = loop.time()
        try:
            while length <= largest:
                async with asyncio.timeout_at(began + self._patience + length / SLOWEST):
                    piece = await anext(pieces, b"")
                if not piece:
                    break
                length += len(piece)
                room.take(len(piece))
                body.write(piece)
        except BaseException:
            body.close()
            raise
        body.seek(0)
        return body

    # --- The answer -----------------------------------------------------------------

    def _ask(self, environ: Environ) -> Answer | Unfinished:
        """Ask the application, in a thread of its own."""
        said: list[Any] = []
        try:
            parts = self._application(environ, lambda *start: said.extend(start[:2]))
        except Exception:
            log.exception("The application failed")
            return Answer(BROKEN, [], b"")
        if hasattr(parts, "then"):
            return Unfinished(cast(Awaited, parts), said)
        return self._complete(parts, said)

    def _complete(self, parts: Iterable[bytes], said: list[Any]) -> Answer:
        """The head and the first piece; a short answer is complete at once."""
        try:
            pieces = in_pieces(parts)
            piece = next(pieces, b"")
            status, headers = int(said[0][:3]), said[1]
            if len(piece) < PIECE and next(pieces, None) is None:
                return Answer(status, headers, piece)
            return Answer(status, headers, piece, pieces)
        except Exception:
            log.exception("The application failed")
            return Answer(BROKEN, [], b"")

    async def _stream(self, answer: Answer, rest: Iterator[bytes], proto: Any) -> None:
        transport = proto.response_stream(answer.status, answer.headers)
        try:
            piece: bytes | None = answer.piece
            while piece is not None:
                await transport.send_bytes(piece)
                piece = await self._in_thread(next, rest, None)
        finally:
            await self._in_thread(rest.close)  # type: ignore[attr-defined]


class Room:
    """What one request holds of the bytes that all together may take."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._taken = 0

    def take(self, size: int) -> None:
        """So many bytes more, or a refusal."""
        gateway = self._gateway
        if gateway._gathered + size > gateway._most_gathered:
            raise Unheard(NO_ROOM, "busy", "Too much is being received; send it again.")
        gateway._gathered += size
        self._taken += size

    def leave(self) -> None:
        """Give it all back."""
        self._gateway._gathered -= self._taken
        self._taken = 0


def is_short(body: IO[bytes]) -> bool:
    """Is it all there, and as long as it will ever be? What is packed may be long unpacked."""
    return isinstance(body, io.BytesIO) and bytes(body.getbuffer()[:2]) != PACKED


def in_pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts in pieces worth a way through the network; closes them at the end."""
    try:
        piece = bytearray()
        for part in parts:
            piece += part
            if len(piece) >= PIECE:
                yield bytes(piece)
                piece.clear()
        if piece:
            yield bytes(piece)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()


def as_json(unheard: Unheard) -> tuple[Headers, bytes]:
    """Headers and body of an answer that every client library understands."""
    told = {"success": False, "code": unheard.code, "message": unheard.message}
    headers = [
        ("Content-Type", "application/json"),
        ("Access-Control-Allow-Origin", "*"),
        ("Connection", "close"),
    ]
    if unheard.status == NO_ROOM:
        headers.append(("Retry-After", "5"))
    return headers, json.dumps(told).encode()


def environ_of(scope: Asked, body: IO[bytes]) -> Environ:
    """The request as WSGI describes it."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in fields_of(scope.headers.items()).items():
        environ[name] = value
    if "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority or ""
    return environ


@lru_cache(maxsize=NAMES_REMEMBERED)
def cgi_name(name: str) -> str:
    """The variable by which CGI knows a header field; every request has much the same ones."""
    words = name.upper().replace("-", "_")
    return words if words in PLAIN else f"HTTP_{words}"


def fields_of(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Header fields by their CGI names; fields sent twice are joined, cookies by "; ".

    A name with an underscore would pass for the one with a hyphen, which a proxy vouches for:
    it is left out.
    """
    fields: dict[str, str] = {}
    for name, value in said:
        if "_" in name:
            continue
        known = cgi_name(name)
        if known in fields:
            joint = ";" if known == "HTTP_COOKIE" else ","
            value = f"{fields[known]}{joint}{value}"
        fields[known] = value
    return fields
