"""Which process leads: exactly one at a time plans what is written, the others hand over.

A lock decides that the system lets go of when its holder ends, however it ends: a lock of
PostgreSQL where rows are in PostgreSQL, else a lock on a file, because then every process is
on one machine.
"""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

LOCK: Final = 0x56455245_4441  # "VEREDA" in ASCII
AGAIN: Final = 1.0
"""Seconds after which somebody who does not lead asks again."""


class Lease(Protocol):
    """The right to lead. Asked and given back by one thread."""

    def held(self) -> bool:
        """Does this process lead? Takes the lead when nobody has it."""
        ...

    def release(self) -> None:
        """Let another process lead."""
        ...


class AlwaysLeading:
    """For a store that no other process writes."""

    def held(self) -> bool:
        """Yes."""
        return True

    def release(self) -> None:
        """Nobody waits."""


class FileLease:
    """A lock on a file of this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def held(self) -> bool:
        """Is the lock ours? Tries to take it."""
        if self._descriptor is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Unlock it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class DatabaseLease:
    """A lock of PostgreSQL that lives as long as a connection of its own.

    `connect` opens a connection of Django's. While the lock is ours, every question whether
    it is goes to the server: a connection that was cut has lost the lock.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._connection: Any = None
        self._leading = False
        self._asked_at = float("-inf")

    def held(self) -> bool:
        """Is the lock ours? Asks for it once a second at most."""
        if not self._leading and time.monotonic() - self._asked_at < AGAIN:
            return False
        self._asked_at = time.monotonic()
        try:
            self._leading = self._ask()
        except Exception:  # noqa: BLE001 - whatever went wrong, the lock is not known to be ours
            self.release()
        return self._leading

    def release(self) -> None:
        """Close the connection; the server unlocks."""
        connection, self._connection, self._leading = self._connection, None, False
        if connection is not None:
            connection.close()

    def _ask(self) -> bool:
        if self._connection is None:
            self._connection = self._connect()
        with self._connection.cursor() as cursor:
            if self._leading:
                cursor.execute("SELECT TRUE")
            else:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            return bool(cursor.fetchone()[0])
