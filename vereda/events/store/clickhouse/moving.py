"""Copying the file of one machine into ClickHouse while Vereda goes on, and proving the copy.

Each round takes a consistent snapshot of the file and brings over what differs: a workspace's
day of arrival, a month of its roll-up, and the small tables as a whole. What differs is found by
digests that both engines compute alike, so a copy that was cut off goes on where it was, events
that were erased meanwhile go from the copy too, and the last comparison is the proof.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import duckdb

from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.contracts.store import EventStore
from vereda.events.store.clickhouse.engine import Engine
from vereda.events.store.clickhouse.lookup import message_number
from vereda.events.store.clickhouse.schema import (
    REMEMBERED_DAYS,
    TABLE,
    TABLES,
    Table,
    changeable,
    clickhouse_statements,
)
from vereda.foundation.errors import Refused

AT_ONCE: Final = 20_000
"""Rows in one insert."""

ROUNDS: Final = 5
FEW: Final = 50_000
"""Events after which another round is worth it while Vereda goes on."""

WHOLE: Final = {
    "identity": ("identity_rows", "*, 0"),
    "membership": ("membership_rows", "*"),
    "accounts": ("account_rows", "*"),
    "quarantine": ("quarantine_rows", "*"),
    "endings": ("ending_rows", "*"),
    "arrivals": ("arrivals", "*"),
}
"""The tables that are brought over as a whole: the view, its rows, and what the file gives."""

DAYS_HERE: Final = (
    "SELECT workspace, CAST(received_at AS DATE) AS day, COUNT(*),"
    " CAST(BIT_XOR(MD5_NUMBER_LOWER(CONCAT_WS('|', seq, message_id, name, person_key, account_key,"
    " EPOCH_US(occurred_at), properties, traits, context, source))) AS VARCHAR)"
    " FROM events GROUP BY ALL"
)
DAYS_THERE: Final = (
    "SELECT workspace, toDate32(received_at) AS day, COUNT(*),"
    " toString(groupBitXor(reinterpretAsUInt64(substring(MD5(concatWithSeparator('|',"
    " toString(seq), message_id, name, person_key, account_key,"
    " toString(toUnixTimestamp64Micro(occurred_at)),"
    " properties, traits, context, source)), 9, 8)))) FROM events GROUP BY workspace, day"
)
MONTHS_HERE: Final = (
    "SELECT workspace, CAST(DATE_TRUNC('month', day) AS DATE) AS month, COUNT(*),"
    " CAST(BIT_XOR(MD5_NUMBER_LOWER(CONCAT_WS('|', day, account_key, person_key, anonymous_id,"
    ' name, kind, "count", EPOCH_US(first_at), EPOCH_US(last_at)))) AS VARCHAR)'
    " FROM (SUMS) GROUP BY ALL"
)
MONTHS_THERE: Final = (
    "SELECT workspace, toDate32(toStartOfMonth(day)) AS month, COUNT(*),"
    " toString(groupBitXor(reinterpretAsUInt64(substring(MD5(concatWithSeparator('|',"
    " toString(day), account_key, person_key, anonymous_id, name, kind, toString(count),"
    " toString(toUnixTimestamp64Micro(first_at)), toString(toUnixTimestamp64Micro(last_at)))),"
    " 9, 8)))) FROM (SUMS) GROUP BY workspace, month"
)
KEYS: Final = "workspace, day, account_key, person_key, anonymous_id, name, kind"
SUMS: Final = (
    f'SELECT {KEYS}, SUM("count") AS "count", MIN(first_at) AS first_at, MAX(last_at) AS last_at'  # noqa: S608
    f" FROM FROM_WHERE GROUP BY {KEYS}"
)
ROLL_UPS: Final = {
    "daily": "(SELECT * FROM daily UNION ALL SELECT * FROM daily_new)",
    "kept": "kept",
}
"""The roll-ups there, and where the file has them."""

Part = tuple[WorkspaceKey, date]
Digests = dict[Part, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did: events brought over, and whether the copy is the whole store."""

    events: int
    finished: bool


class Move:
    """One installation's file on its way into ClickHouse."""

    def __init__(
        self,
        source: EventStore,
        engine: Engine,
        *,
        installation: str,
        folder: Path,
        say: Callable[[str], None],
    ) -> None:
        self._source = source
        self._engine = engine
        self._installation = installation
        self._folder = folder
        self._say = say

    def run(self, *, is_stopped: bool) -> Moved:
        """Bring over what is not there yet, compare, and say whether that is all.

        With `is_stopped` nothing else writes the file, so an equal copy is the whole store.
        """
        for statement in clickhouse_statements(cluster=self._engine.cluster):
            self._engine.do(statement)
        self._begin()
        copied = 0
        for _ in range(ROUNDS):
            with self._snapshot() as file:
                events = self._bring(file)
                copied += events
                self._compare(file)
            if is_stopped or events < FEW:
                break
        if is_stopped:
            self._note(finished=True)
        return Moved(copied, finished=is_stopped)

    # --- Whose copy it is ---------------------------------------------------------------

    def _begin(self) -> None:
        found = self._engine.rows("SELECT source, finished FROM moves FINAL")
        if (self._installation, False) in found:
            self._say("going on with the copy that was begun")
            return
        if found or any(map(self._holds_something, TABLES)):
            raise Refused("the target is not empty; name a new database")
        self._note(finished=False)

    def _holds_something(self, table: Table) -> bool:
        return bool(self._engine.rows(f"SELECT 1 FROM {table.name} LIMIT 1"))  # noqa: S608

    def _note(self, *, finished: bool) -> None:
        row = (self._installation, finished, int(finished))
        self._engine.insert(TABLE["moves"], [row], token=uuid4().hex)

    @contextmanager
    def _snapshot(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A consistent copy of the file, gone afterwards."""
        path = self._folder / f"moving-{uuid4().hex}.duckdb"
        self._say("taking a snapshot of the event store")
        self._source.backup(path)
        connection = duckdb.connect(str(path), read_only=True)
        try:
            yield connection
        finally:
            connection.close()
            path.unlink()

    # --- Bringing over ------------------------------------------------------------------

    def _bring(self, file: duckdb.DuckDBPyConnection) -> int:
        """Make the copy what the snapshot is; how many events were written."""
        copied = self._bring_events(file)
        for table, place in ROLL_UPS.items():
            self._bring_roll_up(file, table, place)
        for view, (table, columns) in WHOLE.items():
            self._truncate(table)
            self._write(table, _rows(file, f"SELECT {columns} FROM {view}"))  # noqa: S608
        self._truncate("head_rows")
        heads = "SELECT workspace, MAX(seq), 0 FROM events GROUP BY workspace"
        self._write("head_rows", _rows(file, heads))
        return copied

    def _bring_events(self, file: duckdb.DuckDBPyConnection) -> int:
        here, there = _digests(file, DAYS_HERE), self._digests(DAYS_THERE)
        wanted = [part for part in sorted(here, key=str) if here[part] != there.get(part)]
        stale = [part for part in there if there[part] != here.get(part)]
        self._delete("event_rows", "toDate32(received_at)", stale)
        copied, since = 0, _remembered_since(file)
        for number, (workspace, day) in enumerate(wanted, 1):
            rows = _rows(
                file,
                "SELECT * FROM events WHERE workspace = ? AND CAST(received_at AS DATE) = ?"
                " ORDER BY seq",
                [workspace, day],
            )
            for some in rows:
                self._write("event_rows", [some])
                if day >= since:
                    self._write("message_rows", [_numbers_of(some)])
                copied += len(some)
            if number % 50 == 0 or number == len(wanted):
                self._say(f"{copied:,} events; {number} of {len(wanted)} days")
        return copied

    def _bring_roll_up(self, file: duckdb.DuckDBPyConnection, table: str, place: str) -> None:
        sums = SUMS.replace("FROM_WHERE", place)
        here = _digests(file, MONTHS_HERE.replace("SUMS", sums))
        there = self._digests(MONTHS_THERE.replace("SUMS", SUMS.replace("FROM_WHERE", table)))
        stale = [part for part in there if there[part] != here.get(part)]
        self._delete(table, "toDate32(toStartOfMonth(day))", stale)
        for part in here:
            if here[part] != there.get(part):
                which = " WHERE workspace = ? AND DATE_TRUNC('month', day) = ?"
                statement = SUMS.replace("FROM_WHERE", f"{place}{which}")
                self._write(table, _rows(file, statement, list(part)))

    def _write(self, table: str, pieces: Iterable[Sequence[Sequence[object]]]) -> None:
        for rows in pieces:
            self._engine.insert(TABLE[table], rows, token=uuid4().hex)

    def _delete(self, table: str, day: str, parts: Iterable[Part]) -> None:
        for workspace, on in parts:
            self._engine.do(
                f"DELETE FROM {changeable(table, cluster=self._engine.cluster)}"  # noqa: S608
                f" WHERE workspace = {{workspace: }} AND {day} = {{day: }}",
                {"workspace": workspace, "day": on},
            )

    def _truncate(self, table: str) -> None:
        self._engine.do(f"TRUNCATE TABLE {changeable(table, cluster=self._engine.cluster)}")

    # --- Comparing ----------------------------------------------------------------------

    def _compare(self, file: duckdb.DuckDBPyConnection) -> None:
        """Refused unless every event, every sum and every row is there, once and unchanged."""
        compared: list[tuple[str, Digests | int, Digests | int]] = [
            ("events", _digests(file, DAYS_HERE), self._digests(DAYS_THERE)),
            *(self._compared(file, table, place) for table, place in ROLL_UPS.items()),
            *(
                (view, _counted(file.execute, view), _counted(self._engine.rows, view))
                for view in WHOLE
            ),
        ]
        wrong = [
            f"{name}{_first_difference(here, there)}"
            for name, here, there in compared
            if here != there
        ]
        if wrong:
            raise Refused(
                f"the copy differs in {', '.join(wrong)}; run the command again, and name a new"
                " database if it says so again"
            )
        self._say("compared: the copy is equal")

    def _compared(
        self, file: duckdb.DuckDBPyConnection, table: str, place: str
    ) -> tuple[str, Digests, Digests]:
        here = MONTHS_HERE.replace("SUMS", SUMS.replace("FROM_WHERE", place))
        there = MONTHS_THERE.replace("SUMS", SUMS.replace("FROM_WHERE", table))
        return table, _digests(file, here), self._digests(there)

    def _digests(self, statement: str) -> Digests:
        return _as_digests(self._engine.rows(statement))


def _digests(file: duckdb.DuckDBPyConnection, statement: str) -> Digests:
    return _as_digests(file.execute(statement).fetchall())


def _as_digests(rows: Iterable[tuple[Any, ...]]) -> Digests:
    return {
        (WorkspaceKey(workspace), part): (count, digest) for workspace, part, count, digest in rows
    }


def _first_difference(here: Digests | int, there: Digests | int) -> str:
    if isinstance(here, int) or isinstance(there, int):
        return f" ({here} here, {there} there)"
    for part in sorted({*here, *there}, key=str):
        mine, theirs = here.get(part, (0, "")), there.get(part, (0, ""))
        if mine != theirs:
            return f" (workspace {part[0]}, {part[1]}: {mine[0]} here, {theirs[0]} there)"
    return ""


def _counted(ask: Callable[[str], Any], view: str) -> int:
    """Rows of a view, or what they add up to where the engine adds them up."""
    what = 'COALESCE(SUM("count"), 0)' if view == "arrivals" else "COUNT(*)"
    found = ask(f"SELECT {what} FROM {view}")  # noqa: S608 - our own words
    rows = found if isinstance(found, list) else found.fetchall()
    return int(rows[0][0])


def _rows(
    file: duckdb.DuckDBPyConnection, statement: str, values: Sequence[object] = ()
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a statement, piece by piece."""
    with file.cursor() as cursor:
        cursor.execute(statement, list(values))
        while rows := cursor.fetchmany(AT_ONCE):
            yield rows


def _numbers_of(events: Iterable[tuple[Any, ...]]) -> list[tuple[int, str, int]]:
    """What a message that is sent again is recognised by."""
    return [(message_number((WorkspaceKey(row[1]), row[2])), row[1], row[0]) for row in events]


def _remembered_since(file: duckdb.DuckDBPyConnection) -> date:
    newest = file.execute("SELECT CAST(MAX(received_at) AS DATE) FROM events").fetchone()
    if newest is None or newest[0] is None:
        return date.min
    return newest[0] - timedelta(days=REMEMBERED_DAYS)  # type: ignore[no-any-return]
