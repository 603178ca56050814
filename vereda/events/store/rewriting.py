"""Making erased rows unreadable: the store moves into a new file that never held them.

DuckDB keeps the bytes of deleted rows in its file, also after a checkpoint. So an erasure leaves a
note beside the file; when it is time, everything that is left is copied into `events-2.duckdb`
(`copying`), and `events.duckdb` becomes a link to it: one rename, before which the old file holds
everything and after which the new one does. A crash at any point leaves one whole store; what is
left over of the other is removed when the store is next opened.
"""

import logging
import os
import re
import shutil
import threading
from datetime import timedelta
from pathlib import Path
from typing import Final

from vereda.foundation.clock import now

log = logging.getLogger(__name__)

ROOM_LEFT: Final = 64 * 1024 * 1024
"""Bytes of the disk that a copy leaves alone."""


class NoRoom(Exception):
    """The disk has no room for a second copy of the store."""


class Rewriting:
    """The note beside a store's file, and the names of the files it moves through."""

    def __init__(self, path: Path | str) -> None:
        self.name = Path(path)
        self._note = self.name.with_name(f"{self.name.name}.rewrite")
        self._ours = re.compile(
            rf"{re.escape(self.name.stem)}-(\d+){re.escape(self.name.suffix)}(\.wal)?"
        )
        self._in_memory = path == ":memory:"
        self._guard = threading.Lock()
        self._asked = 0

    # --- The note ---------------------------------------------------------------------

    def ask_for(self) -> None:
        """Rows were erased: their bytes are to go, even if the power goes first."""
        if self._in_memory:
            return
        with self._guard:
            self._asked += 1
            if not self._note.exists():
                self._note.touch(mode=0o600)
                sync_folder(self._note.parent)

    def asked(self) -> int:
        """How often it was asked for, to hand to `done`."""
        return self._asked

    def waiting_for(self) -> timedelta | None:
        """How long the oldest erased bytes have been waiting; None when there are none."""
        if self._in_memory:
            return None
        try:
            since = self._note.stat().st_mtime
        except FileNotFoundError:
            return None
        return max(timedelta(0), timedelta(seconds=now().timestamp() - since))

    def done(self, asked: int) -> None:
        """What was asked for until then is done; what came meanwhile waits from now on."""
        with self._guard:
            if self._asked == asked:
                self._note.unlink(missing_ok=True)
            else:
                os.utime(self._note)

    # --- The files --------------------------------------------------------------------

    def file(self) -> Path:
        """The file that holds the store now."""
        return self.name.resolve()

    def next_file(self, *, reserve: int = 0) -> Path:
        """The file it will move into: not there yet, on the same disk, with room for it.

        Beside the copy, the reserve below which events are refused stays free.
        """
        held = self.file()
        free = shutil.disk_usage(held.parent).free
        if free < held.stat().st_size + ROOM_LEFT + reserve:
            raise NoRoom(f"{free // 2**20} MiB free beside {held}")
        known = self._ours.fullmatch(held.name)
        number = int(known[1]) + 1 if known else 2
        target = held.with_name(f"{self.name.stem}-{number}{self.name.suffix}")
        remove(target)
        return target

    def move_to(self, target: Path) -> None:
        """From now on the store is in `target`, which is complete; the file it was in goes."""
        held, name = self.file(), self.name.absolute()
        sync_file(target)
        link = name.with_name(f"{name.name}.link")
        link.unlink(missing_ok=True)
        link.symlink_to(target.name if target.parent == name.parent.resolve() else target)
        link.rename(name)
        sync_folder(name.parent)
        if held.name != name.name:
            held.unlink()
        wal_of(held).unlink(missing_ok=True)

    def remove_leftovers(self) -> None:
        """Remove the files the store is not in, before it is opened."""
        if self._in_memory or not self.name.exists():
            return
        held = self.file()
        keep = {held.name, f"{held.name}.wal"}
        for path in held.parent.iterdir():
            if self._ours.fullmatch(path.name) and path.name not in keep:
                path.unlink()
        if held.name != self.name.name:
            wal_of(self.name).unlink(missing_ok=True)


def wal_of(path: Path) -> Path:
    """Where DuckDB keeps the log of a file."""
    return path.with_name(f"{path.name}.wal")


def remove(path: Path) -> None:
    """Remove a store's file and its log."""
    path.unlink(missing_ok=True)
    wal_of(path).unlink(missing_ok=True)


def move_durably(part: Path, path: Path) -> None:
    """Rename a finished file so that a power cut leaves it whole or absent."""
    sync_file(part)
    part.rename(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    with path.open("rb") as finished:
        os.fsync(finished.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
