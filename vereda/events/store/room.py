"""Room on the disk: events are refused while a reserve is left, and taken again when it is back.

The reserve is what everything else needs to go on: pages that save, and DuckDB itself, which
writes changed blocks anew before it lets go of its log. A checkpoint for which there is no room
would make the open database unusable, so DuckDB never starts one by itself; the writer does.
"""

import os
from pathlib import Path
from typing import Final

import duckdb

CHECKPOINT_AT: Final = 16 * 1024 * 1024
"""Bytes of log that are worth a checkpoint."""

MARGIN: Final = 1024 * 1024

OUT_OF_ROOM: Final = ("No space left on device", "Disk quota exceeded", "File too large")
"""How the system says that a disk, a quota or a largest file is full."""


class Room:
    """How much is left where a store's file lies; a store in memory always has room."""

    def __init__(self, path: Path | None, *, reserve: int) -> None:
        self._path = path
        self._log = path and path.with_name(f"{path.name}.wal")
        self._reserve = reserve
        self._tried_at = 0

    @property
    def is_short(self) -> bool:
        """Is less left than the reserve?"""
        return self._path is not None and self._free() < self._reserve

    @property
    def wants_checkpoint(self) -> bool:
        """Is the log long enough to be folded into the file, and is there room to do it?"""
        length = self._log_length()
        if length < self._tried_at:
            self._tried_at = 0
        if length < self._tried_at + CHECKPOINT_AT:
            return False
        return self._free() > 2 * length + MARGIN

    def note_failed_checkpoint(self) -> None:
        """It could not be done now: try again when the log has grown as much again."""
        self._tried_at = self._log_length()

    def _free(self) -> int:
        if self._path is None:
            return 0
        disk = os.statvfs(self._path.parent)
        return disk.f_bavail * disk.f_frsize

    def _log_length(self) -> int:
        if self._log is None:
            return 0
        try:
            return self._log.stat().st_size
        except FileNotFoundError:
            return 0


def is_out_of_room(error: BaseException) -> bool:
    """Did writing fail because nothing more fits?"""
    return any(words in str(error) for words in OUT_OF_ROOM)


def file_of(connection: duckdb.DuckDBPyConnection) -> Path | None:
    """The file behind a connection; None for a store in memory."""
    row = connection.execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    ).fetchone()
    return Path(row[0]) if row and row[0] else None
