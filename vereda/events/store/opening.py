"""Finding the store: a ClickHouse by its address, or the file of this machine.

This process opens the file if nobody has it, else it asks who does.

The lock file says who. When the owner ends, whoever asks next becomes the owner, so
no process needs to know in which order the others start and stop.
"""

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, cast

from vereda.events.contracts.arriving import Submission, WorkspaceKey
from vereda.events.contracts.store import EventStore, HandedIn, StoreUnavailable
from vereda.events.store.clickhouse.engine import clickhouse_address, connected
from vereda.events.store.clickhouse.leading import Lease
from vereda.events.store.clickhouse.store import ClickHouseStore
from vereda.events.store.duckdb import IN_MEMORY, DuckStore, end_process
from vereda.events.store.handing_in import Stored
from vereda.events.store.sharing import QUESTIONS, RemoteStore, StoreServer

PATIENCE: Final = 10.0
SCHEME: Final = "duckdb:///"
LOCK: Final = "events.lock"
SOCKET: Final = "events.sock"

OnCommit = Callable[[Iterable[WorkspaceKey]], None]


class UnknownStore(ValueError):
    """The events URL names no store that this version can open."""


def store_path(url: str, *, home: Path) -> Path | str:
    """The file that a `duckdb:///…` URL names; relative ones stand in `home`.

    A refusal does not repeat the URL: there may be a password in it.
    """
    if not url.startswith(SCHEME):
        raise UnknownStore(
            f"VEREDA_EVENTS_URL begins with {url.partition(':')[0]!r};"
            " expected duckdb:///events.duckdb or clickhouse://user:password@host:8123/database"
        )
    name = url.removeprefix(SCHEME)
    return IN_MEMORY if name == IN_MEMORY else home / name


def open_store(
    path: Path | str,
    *,
    run: Path,
    reserve: int = 0,
    on_commit: OnCommit = lambda _: None,
    on_broken: Callable[[BaseException], None] = end_process,
    patience: float = PATIENCE,
) -> EventStore:
    """The store in that file, whether this process or another holds it."""
    if path == IN_MEMORY:
        return DuckStore(IN_MEMORY, on_commit=on_commit, on_broken=on_broken)
    return cast(
        EventStore,
        SharedStore(
            Path(path),
            run=run,
            reserve=reserve,
            on_commit=on_commit,
            on_broken=on_broken,
            patience=patience,
        ),
    )


def open_clickhouse(
    url: str, *, lease: Lease, on_commit: OnCommit = lambda _: None
) -> ClickHouseStore:
    """The store on the server or cluster that a `clickhouse://` URL names."""
    try:
        address = clickhouse_address(url)
    except ValueError as error:
        raise UnknownStore(f"VEREDA_EVENTS_URL cannot be read: {error}") from error
    return ClickHouseStore(connected(address), lease=lease, on_commit=on_commit)


class SharedStore:
    """An `EventStore` that survives its owner: what fails with a hang-up is asked again.

    Asking again is safe: a submission stored before the owner went is recognised by
    its message ids.
    """

    def __init__(
        self,
        path: Path,
        *,
        run: Path,
        reserve: int,
        on_commit: OnCommit,
        on_broken: Callable[[BaseException], None],
        patience: float,
    ) -> None:
        self._path = path
        self._run = run
        self._reserve = reserve
        self._on_commit = on_commit
        self._on_broken = on_broken
        self._patience = patience
        self._opening = threading.Lock()
        self._closed = False
        self._lock: int | None = None
        self._server: StoreServer | None = None
        self._store: DuckStore | RemoteStore = self._open()

    @property
    def protocol(self) -> EventStore:
        """This store, by the name of what it answers."""
        return cast(EventStore, self)

    @property
    def owned(self) -> bool:
        """Does this process hold the file?"""
        return isinstance(self._store, DuckStore)

    def __getattr__(self, name: str) -> Callable[..., object]:
        if name not in QUESTIONS:
            raise AttributeError(name)
        if isinstance(self._store, DuckStore):
            return cast("Callable[..., object]", getattr(self._store, name))

        def ask(*args: object, **kwargs: object) -> object:
            store = self._store
            try:
                return getattr(store, name)(*args, **kwargs)
            except OSError:
                if isinstance(store, DuckStore) or self._closed:
                    raise
                return getattr(self._open_again(store), name)(*args, **kwargs)

        return ask

    def hand_in(self, submission: Submission) -> HandedIn:
        """Let it be stored; where another process does it, wait for that."""
        store = self._store
        if isinstance(store, DuckStore):
            return store.hand_in(submission)
        return Stored(self.protocol.add(submission))

    def close(self) -> None:
        """Let go of the file, or hang up."""
        with self._opening:
            self._closed = True
            if self._server is not None:
                self._server.close()
            self._store.close()
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    def _open_again(self, lost: DuckStore | RemoteStore) -> DuckStore | RemoteStore:
        with self._opening:
            if self._store is lost:
                self._store = self._open()
            return self._store

    def _open(self) -> DuckStore | RemoteStore:
        self._run.mkdir(parents=True, exist_ok=True)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + self._patience
        while True:
            lock = _locked(self._run / LOCK)
            if lock is not None:
                return self._own(lock)
            with contextlib.suppress(OSError):
                return RemoteStore(self._run / SOCKET)
            if time.monotonic() > until:
                raise StoreUnavailable(f"another process holds {self._path} and does not answer")
            time.sleep(0.05)

    def _own(self, lock: int) -> DuckStore:
        try:
            store = DuckStore(
                self._path,
                reserve=self._reserve,
                on_commit=self._on_commit,
                on_broken=self._on_broken,
            )
            self._server = StoreServer(cast(EventStore, store), self._run / SOCKET)
        except BaseException:
            os.close(lock)
            raise
        self._lock = lock
        return store


def _locked(path: Path) -> int | None:
    """A descriptor that holds the lock until it is closed; None when another process does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor
