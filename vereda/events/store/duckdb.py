"""The store of one machine: a DuckDB file with one writer thread and many readers.

Readers are cursors, one per thread, and see whole commits. Everything durable goes
through `Writer`. This process owns the file; others reach it through `sharing`.
"""

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar, cast

import duckdb

from vereda.events.contracts.answers import DayTally
from vereda.events.contracts.arriving import Receipt, Submission, WorkspaceKey
from vereda.events.contracts.store import Expiry, HandedIn, StoreUnavailable
from vereda.events.store.asking import Asking
from vereda.events.store.copying import CopyFailed, Copying
from vereda.events.store.expiring import expire
from vereda.events.store.exploring import RunningQuestion, Stopped
from vereda.events.store.opened import Opened, Retired
from vereda.events.store.planning import naive
from vereda.events.store.rewriting import NoRoom, Rewriting, move_durably, remove
from vereda.events.store.schema import TABLES
from vereda.events.store.seen import WINDOW, MarkTables, MessageKey
from vereda.events.store.writing import ROLL_UP, Writer, settle
from vereda.foundation import clock

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

IN_MEMORY: Final = ":memory:"
EXIT_BROKEN: Final = 70

LOOK_EVERY: Final = 5.0
"""Seconds between two looks whether it is time to write the file anew."""

SOON: Final = timedelta(minutes=1)
"""So long erased bytes wait for a quiet moment at least: several erasures share one copy."""

LATEST: Final = timedelta(hours=20)
"""After so long they wait for a quiet moment no more: they are gone within a day."""

QUIET: Final = 5.0
"""Seconds without a submission that make a moment quiet."""

BREATH: Final = 0.1
"""Seconds between two pieces of a copy."""

AT_WORK: Final = 20
"""After a copy there is none for this many times as long as it took."""

AFTER_FAILURE: Final = 600.0
"""Seconds until a copy that failed is tried again."""

PROGRESS: Final = ("SET enable_progress_bar = true", "SET enable_progress_bar_print = false")

TALLIES: Final = (
    'SELECT workspace, CAST(received_at AS DATE), COUNT(*), CAST(SUM("count") AS BIGINT),'
    " CAST(BIT_XOR(MD5_NUMBER_LOWER(message_id || '|' || name || '|' || properties)) AS VARCHAR)"
    " FROM events GROUP BY ALL ORDER BY ALL"
)


def end_process(error: BaseException) -> None:
    """A disk that failed once may have lost what it promised: start again from the log."""
    log.critical("Ending the process: %s", error)
    os._exit(EXIT_BROKEN)


class DuckStore(Asking):
    """An `EventStore` in one file. Made once per process; safe for every thread."""

    dialect: ClassVar[str] = "duckdb"

    def __init__(
        self,
        path: Path | str,
        *,
        reserve: int = 0,
        on_commit: Callable[[Iterable[WorkspaceKey]], None] = lambda _: None,
        on_broken: Callable[[BaseException], None] = end_process,
    ) -> None:
        self._reserve = reserve
        self._rewriting = Rewriting(path)
        self._rewriting.remove_leftovers()
        self._opened = Opened(path if path == IN_MEMORY else self._rewriting.file())
        self._closing = threading.Event()
        self._copying = threading.Lock()
        self._writer = Writer(
            self._opened.cursor(), reserve=reserve, on_commit=on_commit, on_broken=on_broken
        )
        self._loader = threading.Thread(target=self._load_marks, name="event-marks", daemon=True)
        self._loader.start()
        self._carer = threading.Thread(target=self._take_care, name="event-care", daemon=True)
        if path != IN_MEMORY:
            self._carer.start()

    # --- Telling ----------------------------------------------------------------------

    def add(self, submission: Submission) -> Receipt:
        """Store it all, durably, or raise StoreUnavailable."""
        return self._writer.submit(submission)

    def hand_in(self, submission: Submission) -> HandedIn:
        """Let it be stored with what else waits; nobody has to stand by."""
        return self._writer.hand_in(submission)

    def remove_source(self, workspace: WorkspaceKey, *, source: str) -> int:
        """Take back what came from there; how many events went."""
        return self._remove(workspace, "source = $source", {"source": source})

    def erase_people(
        self, workspace: WorkspaceKey, *, people: Collection[str], anonymous: Collection[str] = ()
    ) -> int:
        """Remove what these people did and said, also before they were known by name."""
        ids = {*anonymous, *self.anonymous_ids(workspace, people=people)}
        gone = {"people": list(people), "anonymous": sorted(ids)}
        removed = self._remove(
            workspace,
            "(person_key = ANY($people)"
            " OR (anonymous_id <> '' AND anonymous_id = ANY($anonymous)))",
            gone,
        )
        self._writer.run(lambda connection: _erase_traces(connection, workspace, gone))
        self._rewriting.ask_for()
        return removed

    def erase_bytes(self) -> bool:
        """Write the file anew at once if rows were removed; answers whether it was due.

        It happens by itself: in a quiet moment, at the latest within a day.
        """
        asked = self._rewriting.asked()
        if self._rewriting.waiting_for() is None:
            return False
        with self._copying:
            self._write_anew()
        self._rewriting.done(asked)
        return True

    def forget_workspace(self, workspace: WorkspaceKey) -> int:
        """Remove everything of a workspace; how many events went."""

        def forget(connection: duckdb.DuckDBPyConnection) -> int:
            removed = 0
            for table in TABLES:
                found = connection.execute(
                    f"DELETE FROM {table} WHERE workspace = ?",  # noqa: S608 - our own words
                    [workspace],
                ).fetchone()
                removed += int(cast("tuple[int]", found)[0]) if table == "events" else 0
            return removed

        removed = self._writer.run(forget)
        self._rewriting.ask_for()
        return removed

    def expire(self, workspace: WorkspaceKey, *, expiry: Expiry, limit: int) -> int:
        """Remove the oldest events that are too old, `limit` at most; how many went."""

        def remove(connection: duckdb.DuckDBPyConnection) -> int:
            removed = expire(connection, workspace, expiry=expiry, limit=limit)
            _roll_up_again(connection)
            return removed

        return self._asking_for_bytes(remove)

    def _remove(self, workspace: WorkspaceKey, which: str, values: Mapping[str, object]) -> int:
        """Remove events and make the roll-up of their days again from those that stay."""

        def remove(connection: duckdb.DuckDBPyConnection) -> int:
            given = {"workspace": workspace, **values}
            mine = f"workspace = $workspace AND {which}"
            connection.execute(
                "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT workspace,"  # noqa: S608
                f" CAST(occurred_at AS DATE) AS day FROM events WHERE {mine}",
                given,
            )
            removed = connection.execute(f"DELETE FROM events WHERE {mine}", given).fetchone()  # noqa: S608
            _roll_up_again(connection)
            return int(cast("tuple[int]", removed)[0])

        return self._asking_for_bytes(remove)

    def _asking_for_bytes(self, remove: Callable[[duckdb.DuckDBPyConnection], int]) -> int:
        gone = self._writer.run(remove)
        if gone:
            self._rewriting.ask_for()
        return gone

    # --- Care ---------------------------------------------------------------------------

    def heads(self) -> dict[WorkspaceKey, int]:
        """The number of each workspace's newest event."""
        return dict(self._writer.heads)

    def tallies(self) -> list[DayTally]:
        """Every workspace's days of arrival, to compare a copy with."""
        with self._reading() as cursor:
            return _tallies(cursor)

    def backup(self, path: Path) -> None:
        """Write a consistent copy there while events keep coming in; refuses to overwrite."""
        if path.exists():
            raise FileExistsError(path)
        unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
        with self._reading() as reading:
            _copy_whole(reading.cursor(), unfinished)
        move_durably(unfinished, path)

    def settle(self) -> None:
        """Merge what recent commits added to the roll-up; happens by itself when it is much."""
        self._writer.run(settle)

    def close(self) -> None:
        """Commit what waits and let go of the file."""
        self._closing.set()
        self._loader.join()
        if self._carer.is_alive():
            self._carer.join()
        self._writer.close()
        self._opened.retire()

    # --- How -----------------------------------------------------------------------------

    def _select(self, statement: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        try:
            with self._reading() as cursor:
                return cursor.execute(statement, values).fetchall()
        except duckdb.FatalException as error:
            raise StoreUnavailable(str(error)) from error

    def _select_stoppable(
        self, statement: str, values: Mapping[str, object], *, running: RunningQuestion
    ) -> list[tuple[Any, ...]]:
        with self._reading() as reading, closing(reading.cursor()) as cursor:
            for setting in PROGRESS:
                cursor.execute(setting)
            running.starts(cursor.interrupt, partial(_share_done, cursor))
            try:
                return cursor.execute(statement, values).fetchall()
            except duckdb.InterruptException:
                raise Stopped from None
            except duckdb.FatalException as error:
                raise StoreUnavailable(str(error)) from error
            finally:
                running.ends()

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """This thread's cursor, whatever file the store is in by now."""
        with ExitStack() as stack:
            while True:
                try:
                    cursor = stack.enter_context(self._opened.reading())
                except Retired:
                    if self._closing.is_set():
                        raise StoreUnavailable("the store is closing") from None
                else:
                    break
            yield cursor

    # --- Writing the file anew ------------------------------------------------------------

    def _take_care(self) -> None:
        """Until the store closes: write the file anew when it is time."""
        not_before = 0.0
        while not self._closing.wait(LOOK_EVERY):
            began = time.monotonic()
            if began < not_before or not self._is_time():
                continue
            try:
                self.erase_bytes()
                not_before = time.monotonic() + AT_WORK * (time.monotonic() - began)
            except StoreUnavailable:
                return
            except (CopyFailed, NoRoom, OSError, duckdb.Error) as error:
                log.warning("Erased bytes could not be written away; they wait: %s", error)
                not_before = began + AFTER_FAILURE

    def _is_time(self) -> bool:
        waiting = self._rewriting.waiting_for()
        if waiting is None or waiting < SOON:
            return False
        return waiting >= LATEST or self._writer.idle_for() >= QUIET

    def _write_anew(self) -> None:
        """Copy everything that is left into a new file, and go on there."""
        target = self._rewriting.next_file(reserve=self._reserve)
        watch = self._writer.watch()
        copy: Copying | None = None
        try:
            copy = Copying(self._opened.connection, target, watch)
            copy.most(between=self._breathe)
            self._writer.move(partial(self._change_over, copy, target))
        except BaseException:
            if copy is not None:
                copy.let_go()
            if self._rewriting.file() != target:
                remove(target)
            raise
        finally:
            self._writer.unwatch()
        log.info("The event store was written anew, without what was erased")

    def _breathe(self) -> None:
        """Between two pieces of a copy: let others have the machine."""
        if self._closing.wait(BREATH):
            raise StoreUnavailable("the store is closing")

    def _change_over(self, copy: Copying, target: Path) -> duckdb.DuckDBPyConnection:
        """The last step of a copy, in the writer's thread: a connection to the new file."""
        try:
            copy.rest()
            copy.end()
            after = Opened(target)
        except duckdb.Error as error:
            raise CopyFailed(str(error)) from error
        try:
            self._rewriting.move_to(target)
        except OSError as error:
            after.retire()
            if self._rewriting.file() == target:
                raise duckdb.IOException(f"{target} may be lost with the power") from error
            raise
        before, self._opened = self._opened, after
        before.retire()
        return after.cursor()

    def _load_marks(self) -> None:
        """Read the message ids of the window beside everything else, then tell the writer."""
        marks = MarkTables()
        for keys, day in self._stored_keys():
            if self._closing.is_set():
                return
            marks.add_all(list(map(hash, keys)), on=day)
        try:
            self._writer.adopt(marks)
        except StoreUnavailable:
            log.info("The store closed before its message ids were read")

    def _stored_keys(self) -> Iterator[tuple[list[MessageKey], date]]:
        """The messages of the window by the thousand, each with the day of the latest of them."""
        with self._reading() as reading, reading.cursor() as cursor:
            cursor.execute(
                "SELECT workspace, message_id, CAST(received_at AS DATE) FROM events"
                " WHERE received_at >="
                " (SELECT LEAST(MAX(received_at), ?) FROM events) - TO_DAYS(CAST(? AS INTEGER))",
                [naive(clock.now()), WINDOW.days],
            )
            while rows := cursor.fetchmany(10_000):
                keys = [(WorkspaceKey(workspace), message) for workspace, message, _ in rows]
                yield keys, max(day for _, _, day in rows)


def _share_done(cursor: duckdb.DuckDBPyConnection) -> float | None:
    """How much of the cursor's statement is done, where that is known."""
    percent = cursor.query_progress()
    return percent / 100 if percent > 0 else None


def tallies_of_copy(path: Path) -> list[DayTally]:
    """The tallies of a copy that nobody has open, as `DuckStore.tallies` gives them."""
    connection = duckdb.connect(str(path), read_only=True)
    try:
        return _tallies(connection)
    finally:
        connection.close()


def _copy_whole(cursor: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Write a consistent copy of the cursor's file there."""
    alias = f"copy_{uuid.uuid4().hex}"
    quoted = str(target).replace("'", "''")
    source = cast("tuple[str]", cursor.execute("SELECT current_database()").fetchone())[0]
    cursor.execute(f"ATTACH '{quoted}' AS {alias}")
    try:
        cursor.execute(f'COPY FROM DATABASE "{source}" TO {alias}')
        cursor.execute(f"CHECKPOINT {alias}")
    finally:
        cursor.execute(f"DETACH {alias}")
        cursor.close()


def _tallies(connection: duckdb.DuckDBPyConnection) -> list[DayTally]:
    return [
        DayTally(
            workspace=WorkspaceKey(workspace), day=day, events=events, uses=uses, digest=digest
        )
        for workspace, day, events, uses, digest in connection.execute(TALLIES).fetchall()
    ]


def _roll_up_again(connection: duckdb.DuckDBPyConnection) -> None:
    """Replace the roll-up of the days in `touched` by what their events say."""
    for table in ("daily", "daily_new"):
        connection.execute(
            f"DELETE FROM {table} USING touched t"  # noqa: S608 - our own words
            f" WHERE {table}.workspace = t.workspace AND {table}.day = t.day"
        )
    connection.execute(
        f"INSERT INTO daily {ROLL_UP} JOIN touched t ON t.workspace = e.workspace"
        " AND t.day = CAST(e.occurred_at AS DATE) GROUP BY ALL"
    )
    connection.execute("DROP TABLE touched")


def _erase_traces(
    connection: duckdb.DuckDBPyConnection, workspace: str, gone: Mapping[str, list[str]]
) -> None:
    """Remove where people stand beside their events: links, memberships, refused items."""
    people, anonymous = gone["people"], gone["anonymous"]
    for table in ("identity", "membership"):
        connection.execute(
            f"DELETE FROM {table} WHERE workspace = ? AND"  # noqa: S608 - our own words
            " ((person_key <> '' AND person_key = ANY(?)) OR"
            "  (anonymous_id <> '' AND anonymous_id = ANY(?)))",
            [workspace, people, anonymous],
        )
    speaks_of_them = (
        "workspace = ? AND EXISTS (SELECT 1 FROM (SELECT UNNEST(?::VARCHAR[]) AS word) w WHERE"
        " CONTAINS(item, TO_JSON(w.word)::VARCHAR) OR CONTAINS(envelope, TO_JSON(w.word)::VARCHAR)"
        " OR found = w.word OR name = w.word)"
    )
    words = [workspace, [*people, *anonymous]]
    connection.execute(
        "DELETE FROM endings WHERE workspace = ? AND item_seq IN"  # noqa: S608 - our own words
        f" (SELECT seq FROM quarantine WHERE {speaks_of_them})",
        [workspace, *words],
    )
    connection.execute(f"DELETE FROM quarantine WHERE {speaks_of_them}", words)  # noqa: S608
