"""Copying the store into a new file while it is written to.

Most of it is copied beside the writer, piece by piece, by the numbers that every row gets. What
arrived meanwhile follows in a last step, in the writer's own thread, which is short: no request
waits for more than that.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, cast

import duckdb

from vereda.events.store.schema import TABLES, statements
from vereda.events.store.writing import REKEY, Watch, transposed

PIECE: Final = 500_000
"""Rows copied at once."""

NUMBERED: Final = ("events", "quarantine", "membership", "accounts")
"""Tables whose rows are added with a growing `seq`, may be removed, and never change."""

SETTLED: Final = ("daily", "kept")
"""Large tables that change only where rows are removed, or where a visitor gets a name."""

WHOLE: Final = tuple(table for table in TABLES if table not in (*NUMBERED, *SETTLED))
"""Small tables, copied as they are in the last step."""

ANEW: Final = "anew"


class CopyFailed(Exception):
    """The copy is not what the store is; the store goes on where it was."""


class Copying:
    """A copy in the making. Its steps are called in this order: `most`, `rest`, `end`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, target: Path, watch: Watch) -> None:
        self._make_empty(target)
        self._cursor = connection.cursor()
        row = self._cursor.execute("SELECT current_database()").fetchone()
        self._old = f'"{cast("tuple[str]", row)[0]}"'
        quoted = str(target).replace("'", "''")
        self._cursor.execute(f"ATTACH '{quoted}' AS {ANEW}")
        self._held = True
        self._watch = watch
        self._through = 0
        self._jobs_known = watch.jobs

    @staticmethod
    def _make_empty(target: Path) -> None:
        with duckdb.connect(str(target)) as empty:
            for statement in statements():
                empty.execute(statement)

    def most(self, *, between: Callable[[], None]) -> None:
        """Copy what is there now; `between` is called after each piece."""
        self._numbered_rows(self._watch.head, between=between)
        self._settled_rows(between=between)
        if self._watch.jobs != self._jobs_known:
            self._catch_up_with_jobs(between=between)

    def rest(self) -> None:
        """Copy what came meanwhile. In the writer's thread, where nothing comes any more."""
        self._cursor.begin()
        try:
            for table in NUMBERED:
                self._rows_after(table, self._through)
            if self._watch.jobs == self._jobs_known:
                self._rekey(self._watch.relinked)
            else:
                self._drop_removed()
                self._settled_rows_again()
            for table in WHOLE:
                self._add(table)
            self._cursor.commit()
        except duckdb.Error:
            self._cursor.rollback()
            raise
        self._compare()

    def end(self) -> None:
        """Make the copy durable and let go of it."""
        self._run(f"CHECKPOINT {ANEW}")
        self.let_go()

    def let_go(self) -> None:
        """Let go of the copy, whole or not; once is enough."""
        if self._held:
            self._held = False
            self._run(f"DETACH DATABASE IF EXISTS {ANEW}")
            self._cursor.close()

    # --- Pieces -----------------------------------------------------------------------

    def _numbered_rows(self, head: int, *, between: Callable[[], None]) -> None:
        while self._through < head:
            upto = min(self._through + PIECE, head)
            for table in NUMBERED:
                self._rows_after(table, self._through, upto)
            self._through = upto
            between()

    def _rows_after(self, table: str, after: int, upto: int | None = None) -> None:
        until = "" if upto is None else f" AND seq <= {upto}"
        self._add(table, f"WHERE seq > {after}{until}")

    def _settled_rows(self, *, between: Callable[[], None]) -> None:
        """As they lie; they are not settled again meanwhile."""
        for table in SETTLED:
            for start in range(0, self._count(table), PIECE):
                self._add(table, f"ORDER BY rowid LIMIT {PIECE} OFFSET {start}")
                between()

    def _catch_up_with_jobs(self, *, between: Callable[[], None]) -> None:
        """Rows were removed while they were copied: follow, so that the last step is short."""
        jobs = self._watch.jobs
        self._drop_removed()
        between()
        self._settled_rows_again()
        self._jobs_known = jobs

    def _drop_removed(self) -> None:
        for table in NUMBERED:
            self._run(
                f"DELETE FROM {ANEW}.{table} WHERE seq NOT IN"  # noqa: S608 - our own words
                f" (SELECT seq FROM {self._old}.main.{table})"
            )

    def _settled_rows_again(self) -> None:
        for table in SETTLED:
            self._run(f"DELETE FROM {ANEW}.{table}")  # noqa: S608 - our own words
            self._add(table)

    def _rekey(self, relinked: Sequence[tuple[str, ...]]) -> None:
        if relinked:
            self._run(f"USE {ANEW}")
            self._cursor.execute(REKEY["daily"], transposed(relinked))
            self._run(f"USE {self._old}")

    def _compare(self) -> None:
        """Count both sides; a copy that differs never takes the store's place."""
        for table in TABLES:
            sum_of = next((c for c in ("seq", "count") if c in dict(TABLES[table])), None)
            figures = f'COUNT(*), {f"""SUM("{sum_of}")""" if sum_of else 0}'
            mine, theirs = (
                self._cursor.execute(f"SELECT {figures} FROM {place}.main.{table}").fetchone()  # noqa: S608 - our own words
                for place in (self._old, ANEW)
            )
            if mine != theirs:
                raise CopyFailed(f"{table} holds {mine}, its copy {theirs}")

    def _count(self, table: str) -> int:
        row = self._cursor.execute(f"SELECT COUNT(*) FROM {self._old}.main.{table}").fetchone()  # noqa: S608 - our own words
        return int(cast("tuple[int]", row)[0])

    def _add(self, table: str, which: str = "") -> None:
        self._run(
            f"INSERT INTO {ANEW}.{table} BY NAME"  # noqa: S608 - our own words
            f" SELECT * FROM {self._old}.main.{table} {which}"
        )

    def _run(self, statement: str) -> None:
        self._cursor.execute(statement)
