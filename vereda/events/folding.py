"""The thread that folds: it sleeps until a commit, then tells accounts and people.

It runs in the process that collects, and looks once a second as well, because another
process may have stored events through the socket. Many commits folded together cost hardly more
than one, and whatever is folded makes others compute again: so the first event after a quiet
moment is told at once, and while more keep coming only every few seconds. Folding twice at once is
harmless: the cursor's row decides.
"""

import logging
import threading
from typing import Final
from uuid import UUID

from django.db import close_old_connections

from vereda.events.actions.folding import fold_workspace
from vereda.events.contracts.store import StoreUnavailable
from vereda.events.store.current import committed, event_store
from vereda.foundation import clock
from vereda.foundation.errors import Missing
from vereda.workspaces.queries import workspace_with_id

log = logging.getLogger(__name__)

AT_LEAST_EVERY: Final = 1.0
AT_MOST_EVERY: Final = 0.5
WHILE_MORE_COME: Final = 5.0
AFTER_FAILURE: Final = 5.0

_folded: dict[str, int] = {}
_starting = threading.Lock()
_thread: threading.Thread | None = None
_stop = threading.Event()


def fold_everything() -> int:
    """Fold what any workspace's store has beyond its cursor; how many steps it took.

    What arrives meanwhile is for the next time: there, it costs hardly more than one event.
    """
    steps = 0
    for key, head in event_store().heads().items():
        if _folded.get(key, 0) >= head:
            continue
        try:
            workspace_with_id(UUID(key))
        except Missing:
            _folded[key] = head
            continue
        while through := fold_workspace(UUID(key), now=clock.now()):
            steps += 1
            if through >= head:
                break
        _folded[key] = head
    return steps


def start_folding() -> None:
    """Fold in the background from now on; asking again does nothing."""
    global _thread
    with _starting:
        if _thread is None or not _thread.is_alive():
            _stop.clear()
            _thread = threading.Thread(target=_keep_folding, name="event-folding", daemon=True)
            _thread.start()


def stop_folding() -> None:
    """Let the thread finish its step and end."""
    with _starting:
        _stop.set()
        committed.set()
        if _thread is not None:
            _thread.join(timeout=10)


def _keep_folding() -> None:
    pause = AT_MOST_EVERY
    while not _stop.is_set():
        committed.wait(AT_LEAST_EVERY)
        _stop.wait(pause)
        committed.clear()
        try:
            pause = WHILE_MORE_COME if fold_everything() else AT_MOST_EVERY
        except StoreUnavailable as busy:
            log.info("Folding waits: %s", busy)
            _stop.wait(AT_LEAST_EVERY)
        except Exception:
            log.exception("Folding failed; the cursor stayed, and it is tried again")
            _stop.wait(AFTER_FAILURE)
        finally:
            close_old_connections()
