"""The store for the other processes of this machine, over a Unix-domain socket.

Only one process can hold a DuckDB file. It answers the others here: a question is
one length-prefixed msgpack message `[name, arguments]`, the answer `[value, refusal]`.
The socket lives in a folder of its owner with mode 0600, and the names that may be
called are the methods of `EventStore` and nothing else.
"""

import contextlib
import inspect
import logging
import os
import socket
import struct
import threading
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from vereda.events.contracts.store import EventStore, StoreUnavailable

log = logging.getLogger(__name__)

LENGTH: Final = struct.Struct(">I")
LARGEST_MESSAGE: Final = 512 * 1024 * 1024
LONGEST_SOCKET_PATH: Final = 100

Encode = msgspec.msgpack.Encoder(enc_hook=str).encode


def _dec_hook(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError(kind)


class _Question:
    """One method of the protocol: how its arguments and its answer travel."""

    def __init__(self, name: str) -> None:
        method = getattr(EventStore, name)
        hints = typing.get_type_hints(method)
        self.name = name
        self.signature = inspect.signature(method)
        self.answer = hints.pop("return")
        if self.answer is type(None):
            self.answer = None
        self.arguments = hints

    def bound(self, *args: object, **kwargs: object) -> dict[str, object]:
        """The arguments by name."""
        return dict(list(self.signature.bind(None, *args, **kwargs).arguments.items())[1:])

    def read_arguments(self, sent: dict[str, object]) -> dict[str, object]:
        """The arguments with their types again."""
        return {
            name: msgspec.convert(value, self.arguments[name], dec_hook=_dec_hook)
            for name, value in sent.items()
        }


QUESTIONS: Final = {
    name: _Question(name)
    for name in dir(EventStore)
    if not name.startswith("_") and name not in ("close", "hand_in")
}
"""What is handed in cannot travel: whoever does not own the file adds it, and waits."""


class StoreServer:
    """Answers other processes from a store that this process owns."""

    def __init__(self, store: EventStore, path: Path) -> None:
        self._store = store
        self._path = path
        self._connections: set[socket.socket] = set()
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o177)
        try:
            with reachable(path) as address:
                self._listener.bind(address)
        finally:
            os.umask(mask)
        self._listener.listen(64)
        threading.Thread(target=self._accept, name="event-socket", daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.add(connection)
            threading.Thread(
                target=self._serve, args=(connection,), name="event-client", daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                while (message := received(connection)) is not None:
                    send(connection, self._answer(message))
        except OSError:
            log.debug("A process that asked the event store went away")
        finally:
            self._connections.discard(connection)

    def _answer(self, message: bytes) -> bytes:
        try:
            name, sent = msgspec.msgpack.decode(message, type=tuple[str, dict[str, Any]])
            question = QUESTIONS[name]
            answer = getattr(self._store, name)(**question.read_arguments(sent))
        except Exception as error:  # noqa: BLE001 - the asking process raises it again
            return Encode([None, _told(error)])
        return Encode([answer, None])


class RemoteStore:
    """An `EventStore` whose file another process holds. Ask through `remote_store`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = threading.local()
        self._connection()

    def __getattr__(self, name: str) -> Callable[..., object]:
        question = QUESTIONS.get(name)
        if question is None:
            raise AttributeError(name)

        def ask(*args: object, **kwargs: object) -> object:
            return self._ask(question, question.bound(*args, **kwargs))

        return ask

    def close(self) -> None:
        """Hang up."""
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            connection.close()
            del self._own.connection

    def _connection(self) -> socket.socket:
        connection: socket.socket | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                with reachable(self._path) as address:
                    connection.connect(address)
            except OSError:
                connection.close()
                raise
            self._own.connection = connection
        return connection

    def _ask(self, question: _Question, arguments: dict[str, object]) -> object:
        connection = self._connection()
        try:
            send(connection, Encode([question.name, arguments]))
            message = received(connection)
        except OSError:
            self.close()
            raise
        if message is None:
            self.close()
            raise ConnectionResetError("the process that holds the event store went away")
        answer, refusal = msgspec.msgpack.decode(message, type=tuple[Any, _Refusal | None])
        if refusal is not None:
            raise _raised(refusal)
        return msgspec.convert(answer, question.answer, dec_hook=_dec_hook)


class _Refusal(msgspec.Struct, array_like=True, frozen=True):
    """An error on its way to the process that asked."""

    kind: str
    why: str
    code: str
    retry_after: int


def _told(error: Exception) -> _Refusal:
    known = error if isinstance(error, StoreUnavailable) else StoreUnavailable(str(error))
    return _Refusal(type(error).__name__, str(error), known.code, known.retry_after)


def _raised(refusal: _Refusal) -> Exception:
    if refusal.kind == "FileExistsError":
        return FileExistsError(refusal.why)
    return StoreUnavailable(refusal.why, code=refusal.code, retry_after=refusal.retry_after)


def send(connection: socket.socket, message: bytes) -> None:
    """One message, whole."""
    connection.sendall(LENGTH.pack(len(message)) + message)


def received(connection: socket.socket) -> bytes | None:
    """The next message; None when the other side hung up."""
    head = _exactly(connection, LENGTH.size)
    if head is None:
        return None
    (length,) = LENGTH.unpack(head)
    if length > LARGEST_MESSAGE:
        raise ConnectionAbortedError("a message of that size is not ours")
    return _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < length:
        part = connection.recv(min(length - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)


@contextlib.contextmanager
def reachable(path: Path) -> Iterator[str]:
    """An address for the socket that the kernel's limit of about 108 bytes allows."""
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
