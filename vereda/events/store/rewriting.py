"""Making erased rows unreadable: the file is written anew when it is next opened.

DuckDB keeps the bytes of deleted rows in its file, also after a checkpoint; only a copy into a
new file leaves them behind. That needs the file for oneself, so an erasure leaves a note beside
it, and whoever opens the store next copies first. A crash at any point leaves the old file or
the new one, never half of one, and the note until the copy has taken its place.
"""

import logging
import os
from pathlib import Path

import duckdb

log = logging.getLogger(__name__)


class Rewriting:
    """The note beside a store's file, and the copying it asks for."""

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._note = self._path.with_name(f"{self._path.name}.rewrite")
        self._in_memory = path == ":memory:"

    def ask_for(self) -> None:
        """Rows were erased: their bytes are to go, even if the power goes first."""
        if self._in_memory or self._note.exists():
            return
        self._note.touch(mode=0o600)
        sync_folder(self._note.parent)

    def do_what_is_due(self) -> None:
        """Copy the file without its erased rows, if an erasure asked for it; nobody has it open."""
        if self._in_memory or not self._note.exists():
            return
        if self._path.exists():
            self._copy()
        self._note.unlink()
        log.info("The event store was written anew, without what was erased")

    def _copy(self) -> None:
        part = self._path.with_name(f"{self._path.name}.part")
        part.unlink(missing_ok=True)
        connection = duckdb.connect(":memory:")
        try:
            for name, path in (("old", self._path), ("new", part)):
                quoted = str(path).replace("'", "''")
                connection.execute(f"ATTACH '{quoted}' AS {name}")
            connection.execute("CHECKPOINT old")
            connection.execute("COPY FROM DATABASE old TO new")
            connection.execute("CHECKPOINT new")
            for name in ("old", "new"):
                connection.execute(f"DETACH {name}")
        finally:
            connection.close()
        if self._path.with_name(f"{self._path.name}.wal").exists():
            raise OSError(f"{self._path} could not be written anew: its log is still needed")
        move_durably(part, self._path)


def move_durably(part: Path, path: Path) -> None:
    """Rename a finished file so that a power cut leaves it whole or absent."""
    with part.open("rb") as finished:
        os.fsync(finished.fileno())
    part.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
