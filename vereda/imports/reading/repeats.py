"""Which rows have the same identity, remembered on disk so that memory does not grow with rows."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from vereda.imports.contracts import Formats, Keep
from vereda.imports.reading.delimited import columns_in, rows_in
from vereda.imports.rules.plans import Plan
from vereda.imports.rules.rounds import chunks_of
from vereda.imports.rules.values import UnreadableCell, read_decimal, read_instant
from vereda.imports.rules.words import clean_cell

_BATCH = 500


class Scratch:
    """Keys of rows in a file of their own, thrown away when the work is done."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-8000"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute(
            "CREATE TABLE seen (key BLOB PRIMARY KEY, line INTEGER, mark) WITHOUT ROWID"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        self._path.unlink(missing_ok=True)

    def keep(self, rows: Iterable[tuple[bytes, int, object]], *, last: bool) -> None:
        """Remembers one line per key: the first, or the one with the greatest mark."""
        statement = "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT (key) DO "
        statement += (
            "UPDATE SET line = excluded.line, mark = excluded.mark WHERE excluded.mark >= mark"
            if last
            else "NOTHING"
        )
        self._connection.execute("BEGIN")
        self._connection.executemany(statement, rows)
        self._connection.execute("COMMIT")

    def lines(self, keys: Sequence[bytes]) -> dict[bytes, tuple[int, object]]:
        """The remembered line and mark of each key that was seen."""
        found: dict[bytes, tuple[int, object]] = {}
        for batch in chunks_of(keys, size=_BATCH):
            marks = ",".join("?" * len(batch))
            query = f"SELECT key, line, mark FROM seen WHERE key IN ({marks})"  # noqa: S608
            with closing(self._connection.execute(query, batch)) as rows:
                found.update({key: (line, mark) for key, line, mark in rows})
        return found


def remember_kept_rows(scratch: Scratch, path: Path, plan: Plan) -> None:
    """One pass over the file: which row of each identity counts (`Plan.mapping.keep`)."""
    formats = plan.mapping.formats
    columns = columns_in(path, formats)
    position = columns.index(plan.mapping.last_by) if plan.mapping.last_by else None
    last = plan.mapping.keep is Keep.LAST
    zone = ZoneInfo(formats.time_zone)
    for rows in chunks_of(rows_in(path, formats), size=_BATCH):
        kept = []
        for row in rows:
            parsed = plan.parse(row)
            if not parsed.problems:
                text = "" if position is None else clean_cell(row.cells[position])
                mark = row.line if position is None else _mark(text, formats, zone)
                kept.append((plan.key(parsed.values), row.line, mark))
        scratch.keep(kept, last=last)


def _mark(text: str, formats: Formats, zone: ZoneInfo) -> object:
    """Something that sorts: instants and numbers by value, anything else as text."""
    try:
        return float(read_decimal(text, decimal=formats.decimal))
    except UnreadableCell:
        pass
    try:
        return read_instant(text, dates=formats.dates, zone=zone).timestamp()
    except UnreadableCell:
        return text
