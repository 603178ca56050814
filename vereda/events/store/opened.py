"""One DuckDB file, open: a cursor for every thread that reads, until another file takes its place.

When a store is written anew it goes on in another file. Whoever is reading the old one reads to the
end there; the last of them closes it.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from vereda.events.store.schema import statements

MEMORY_LIMIT: Final = "1GB"
NEVER_BY_ITSELF: Final = "1TB"
"""The writer says when the log is folded into the file: when there is room for it (`room`)."""


class Retired(Exception):
    """Another file has taken this one's place: read there."""


class Opened:
    """The connection to a file, and those who read through it."""

    def __init__(self, path: Path | str) -> None:
        self.connection = duckdb.connect(
            str(path),
            config={
                "memory_limit": MEMORY_LIMIT,
                "threads": os.cpu_count() or 1,
                "checkpoint_threshold": NEVER_BY_ITSELF,
            },
        )
        for statement in statements():
            self.connection.execute(statement)
        self._own = threading.local()
        self._cursors: list[duckdb.DuckDBPyConnection] = []
        self._guard = threading.Lock()
        self._readers = 0
        self._retired = threading.Event()

    @contextlib.contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """This thread's cursor, which stays open at least until the block ends."""
        with self._guard:
            if self._retired.is_set():
                raise Retired
            self._readers += 1
        try:
            yield self._cursor()
        finally:
            with self._guard:
                self._readers -= 1
                last = self._retired.is_set() and not self._readers
            if last:
                self._close()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor for somebody who closes it before the file is retired, as the writer does."""
        return self.connection.cursor()

    def retire(self) -> None:
        """Take no more readers; closed as soon as nobody reads."""
        with self._guard:
            self._retired.set()
            idle = not self._readers
        if idle:
            self._close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._own, "cursor", None)
        if cursor is None:
            cursor = self._own.cursor = self.connection.cursor()
            with self._guard:
                self._cursors.append(cursor)
        return cursor

    def _close(self) -> None:
        for cursor in self._cursors:
            cursor.close()
        self.connection.close()
