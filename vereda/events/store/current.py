"""The store of this installation, opened once per process and closed when it ends."""

import atexit
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings

from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.contracts.store import EventStore
from vereda.events.store.opening import open_store, store_path

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
                _store = open_store(
                    store_path(settings.EVENTS_URL, home=settings.HOME),
                    run=settings.HOME / "run",
                    reserve=settings.DISK_RESERVE * 1024 * 1024,
                    on_commit=_ring,
                )
                atexit.register(close_event_store)
    return _store


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
