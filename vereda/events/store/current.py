"""The store of this installation, opened once per process and closed when it ends."""

import atexit
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.contracts.store import EventStore
from vereda.events.store.clickhouse.engine import SCHEME as CLICKHOUSE
from vereda.events.store.clickhouse.leading import DatabaseLease, FileLease, Lease
from vereda.events.store.opening import open_clickhouse, open_store, store_path

_opening = threading.Lock()
_store: EventStore | None = None

committed = threading.Event()
"""Set after each commit of this process: whoever folds wakes up."""


def event_store() -> EventStore:
    """The store that VEREDA_EVENTS_URL names."""
    global _store
    if _store is None:
        with _opening:
            if _store is None:
                _store = _opened()
                atexit.register(close_event_store)
    return _store


def _opened() -> EventStore:
    url: str = settings.EVENTS_URL
    if url.startswith(f"{CLICKHOUSE}:"):
        return open_clickhouse(url, lease=_lease(), on_commit=_ring)
    return open_store(
        store_path(url, home=settings.HOME),
        run=settings.HOME / "run",
        reserve=settings.DISK_RESERVE * 1024 * 1024,
        on_commit=_ring,
    )


def _lease() -> Lease:
    """Who leads among the processes of this installation is decided where its rows are."""
    if connection.vendor == "postgresql":
        return DatabaseLease(lambda: connections.create_connection(DEFAULT_DB_ALIAS))
    return FileLease(settings.HOME / "run" / "events-leader.lock")


def close_event_store() -> None:
    """Commit what waits and let go of the file; the next question opens it again."""
    global _store
    with _opening:
        store, _store = _store, None
        if store is not None:
            atexit.unregister(close_event_store)
            store.close()


@contextmanager
def another_store(store: EventStore) -> Iterator[EventStore]:
    """Use that store meanwhile. For tests."""
    global _store
    before, _store = _store, store
    try:
        yield store
    finally:
        _store = before


def _ring(_: Iterable[WorkspaceKey]) -> None:
    committed.set()
