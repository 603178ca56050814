"""Background work in threads: the task worker and the clock.

A worker holds a lock on a file as long as it lives. A task claimed by a worker whose file is free
was cut off by a crash: it goes back to the queue, and tasks are written to go on where they were.
"""

import contextlib
import fcntl
import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections

from vereda.config.clock import keep_time
from vereda.foundation.clock import now
from vereda.foundation.tasks import a_worker, put_back_orphans

log = logging.getLogger(__name__)

AFTER_FAILURE = 2.0
PATIENCE = 10.0


class Background:
    """The task worker and the clock, each in a thread, until `stop`."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._worker_id = f"{socket.gethostname()[:40]}-{secrets.token_hex(4)}"
        self._worker = a_worker(worker_id=self._worker_id)
        self._threads = [
            threading.Thread(target=self._work, name="tasks", daemon=True),
            threading.Thread(target=keep_time, args=(self._stop,), name="clock", daemon=True),
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take no new task, and give the one at work a moment to end."""
        self._stop.set()
        self._worker.running = False
        for thread in self._threads:
            thread.join(timeout=PATIENCE)

    def _work(self) -> None:
        with alive(self._worker_id):
            while not self._stop.is_set():
                try:
                    put_back_orphans(is_alive=worker_is_alive, now=now())
                    self._worker.run()
                except Exception:
                    log.exception("The task worker stumbled; it goes on")
                    self._stop.wait(AFTER_FAILURE)
                finally:
                    close_old_connections()


def workers_folder() -> Path:
    """Where workers keep their locks."""
    folder: Path = settings.HOME / "run" / "workers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def alive(worker_id: str) -> Iterator[None]:
    """Hold the lock that says that this worker lives; a crash lets go of it."""
    path = workers_folder() / worker_id
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def worker_is_alive(worker_id: str) -> bool | None:
    """Does somebody hold that worker's lock? None for a worker of another machine."""
    if worker_id.rpartition("-")[0] != socket.gethostname()[:40]:
        return None
    path = workers_folder() / worker_id
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(descriptor)
