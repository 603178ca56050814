"""The store of one machine: a DuckDB file with one writer thread and many readers.

Readers are cursors, one per thread, and see whole commits. Everything durable goes
through `Writer`. This process owns the file; others reach it through `sharing`.
"""

import logging
import os
import threading
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar, cast

import duckdb
import msgspec

from vereda.events.contracts import (
    AccountSighting,
    ActivityOfAccount,
    ArrivalCount,
    DayTally,
    EventName,
    News,
    PersonSighting,
    QuarantinedItem,
    Reason,
    Receipt,
    StoredEvent,
    StoreUnavailable,
    Submission,
    TraitsSaid,
    UsageOfAccount,
    UsageOfName,
    UsageOfNameOnDay,
    UsageOfPerson,
    UsageOnDay,
    WorkspaceKey,
)
from vereda.events.store import questions
from vereda.events.store.rewriting import Rewriting, move_durably
from vereda.events.store.schema import TABLES, statements
from vereda.events.store.seen import WINDOW, MarkTables, MessageKey
from vereda.events.store.writing import ROLL_UP, Writer, settle

log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=msgspec.Struct)
Answer = TypeVar("Answer")

IN_MEMORY: Final = ":memory:"
MEMORY_LIMIT: Final = "1GB"
EXIT_BROKEN: Final = 70

TALLIES: Final = (
    'SELECT workspace, CAST(received_at AS DATE), COUNT(*), CAST(SUM("count") AS BIGINT),'
    " CAST(BIT_XOR(MD5_NUMBER_LOWER(message_id || '|' || name || '|' || properties)) AS VARCHAR)"
    " FROM events GROUP BY ALL ORDER BY ALL"
)


def end_process(error: BaseException) -> None:
    """A disk that failed once may have lost what it promised: start again from the log."""
    log.critical("Ending the process: %s", error)
    os._exit(EXIT_BROKEN)


class DuckStore:
    """An `EventStore` in one file. Made once per process; safe for every thread."""

    def __init__(
        self,
        path: Path | str,
        *,
        on_commit: Callable[[Iterable[WorkspaceKey]], None] = lambda _: None,
        on_broken: Callable[[BaseException], None] = end_process,
    ) -> None:
        self._rewriting = Rewriting(path)
        self._rewriting.do_what_is_due()
        self._connection = duckdb.connect(
            str(path), config={"memory_limit": MEMORY_LIMIT, "threads": os.cpu_count() or 1}
        )
        for statement in statements():
            self._connection.execute(statement)
        self._cursors = threading.local()
        self._closing = threading.Event()
        self._writer = Writer(self._connection.cursor(), on_commit=on_commit, on_broken=on_broken)
        self._loader = threading.Thread(target=self._load_marks, name="event-marks", daemon=True)
        self._loader.start()

    # --- Telling ----------------------------------------------------------------------

    def add(self, submission: Submission) -> Receipt:
        """Store it all, durably, or raise StoreUnavailable."""
        return self._writer.submit(submission)

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

        return self._writer.run(remove)

    # --- Asking about usage -------------------------------------------------------------

    def usage_per_day(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOnDay]:
        """What was done on each day that anything was."""
        return self._rows(
            UsageOnDay,
            "usage_per_day",
            workspace,
            {"since": since, "until": until},
            {"accounts": accounts, "people": people, "names": names},
        )

    def usage_per_day_and_name(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfNameOnDay]:
        """What was done on each day, name by name."""
        return self._rows(
            UsageOfNameOnDay,
            "usage_per_day_and_name",
            workspace,
            {"since": since, "until": until},
            {"accounts": accounts, "people": people, "names": names},
        )

    def usage_by_name(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfName]:
        """What was done, the most used name first."""
        return self._rows(
            UsageOfName,
            "usage_by_name",
            workspace,
            {"since": since, "until": until},
            {"accounts": accounts, "people": people, "names": names},
        )

    def usage_by_person(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfPerson]:
        """What each person did, the most active first."""
        return self._rows(
            UsageOfPerson,
            "usage_by_person",
            workspace,
            {"since": since, "until": until},
            {"accounts": accounts, "names": names},
        )

    def usage_by_account(
        self,
        workspace: WorkspaceKey,
        *,
        since: date,
        until: date,
        accounts: Collection[str] | None = None,
        names: Collection[str] | None = None,
    ) -> list[UsageOfAccount]:
        """What was done in each account, the most active first."""
        return self._rows(
            UsageOfAccount,
            "usage_by_account",
            workspace,
            {"since": since, "until": until},
            {"accounts": accounts, "names": names},
        )

    def activity_by_account(
        self, workspace: WorkspaceKey, *, on: date, accounts: Collection[str] | None = None
    ) -> list[ActivityOfAccount]:
        """Each account's pulse at the end of that day."""
        until = on + timedelta(days=1)
        given: dict[str, object] = {
            "since": date(1, 1, 1),
            "until": until,
            "four_weeks": until - timedelta(weeks=4),
        }
        for week in range(questions.WEEKS + 1):
            given[f"week_{week}"] = until - timedelta(weeks=questions.WEEKS - week)
        found = self._ask("activity_by_account", workspace, given, {"accounts": accounts})
        return [
            ActivityOfAccount(
                account_key=key,
                last_at=last_at.replace(tzinfo=UTC),
                people_28d=people,
                weeks=tuple(weeks),
            )
            for key, last_at, people, *weeks in found
        ]

    def event_names(self, workspace: WorkspaceKey) -> list[EventName]:
        """Every name that was ever used, the most used first."""
        return self._rows(EventName, "event_names", workspace)

    # --- Asking about single events -----------------------------------------------------

    def count(self, workspace: WorkspaceKey, *, name: str | None = None) -> int:
        """How many events are stored, of any kind."""
        return int(self._ask("count", workspace, {}, {"name": name})[0][0])

    def last_events(
        self,
        workspace: WorkspaceKey,
        *,
        limit: int,
        before: int | None = None,
        name: str | None = None,
        accounts: Collection[str] | None = None,
        people: Collection[str] | None = None,
    ) -> list[StoredEvent]:
        """The newest to arrive first."""
        return self._rows(
            StoredEvent,
            "last_events",
            workspace,
            {"limit": limit},
            {"before": before, "name": name, "accounts": accounts, "people": people},
        )

    def events_with(
        self, workspace: WorkspaceKey, *, messages: Collection[str]
    ) -> list[StoredEvent]:
        """The events that came under these message ids."""
        if not messages:
            return []
        given, narrowed = {"limit": len(messages)}, {"messages": messages}
        return self._rows(StoredEvent, "last_events", workspace, given, narrowed)

    def event_at(self, workspace: WorkspaceKey, *, seq: int) -> StoredEvent | None:
        """The event with that number."""
        found = self._rows(StoredEvent, "last_events", workspace, {"limit": 1}, {"seq": seq})
        return found[0] if found else None

    # --- Asking about arrivals ----------------------------------------------------------

    def arrivals(self, workspace: WorkspaceKey, *, since: date, until: date) -> list[ArrivalCount]:
        """What became of everything received, day by day."""
        return self._rows(ArrivalCount, "arrivals", workspace, {"since": since, "until": until})

    def quarantined(
        self,
        workspace: WorkspaceKey,
        *,
        limit: int,
        before: int | None = None,
        reason: Reason | None = None,
    ) -> list[QuarantinedItem]:
        """The newest first."""
        narrowed = {"before": before, "reason": reason and reason.value}
        return self._rows(QuarantinedItem, "quarantined", workspace, {"limit": limit}, narrowed)

    def quarantined_at(self, workspace: WorkspaceKey, *, seq: int) -> QuarantinedItem | None:
        """The item with that number."""
        found = self._rows(QuarantinedItem, "quarantined", workspace, {"limit": 1}, {"seq": seq})
        return found[0] if found else None

    # --- What rows learn, and care --------------------------------------------------------

    def heads(self) -> dict[WorkspaceKey, int]:
        """The number of each workspace's newest event."""
        return dict(self._writer.heads)

    def news(self, workspace: WorkspaceKey, *, after: int, limit: int) -> News:
        """What the next `limit` events after that one say about people and accounts."""
        end = self._ask("news_end", workspace, {"after": after, "limit": limit})[0][0]
        if end is None:
            return News(through=after, accounts=[], people=[], traits=[], touched=[])
        span = {"after": after, "through": int(end)}
        touched = self._ask("news_touched", workspace, span)
        return News(
            through=int(end),
            accounts=self._rows(AccountSighting, "news_accounts", workspace, span),
            people=self._rows(PersonSighting, "news_people", workspace, span),
            traits=self._rows(TraitsSaid, "news_traits", workspace, span),
            touched=[account for (account,) in touched],
        )

    def anonymous_ids(self, workspace: WorkspaceKey, *, people: Collection[str]) -> list[str]:
        """The anonymous ids that turned out to be these people."""
        found = self._ask("anonymous_ids", workspace, {}, {"people": people})
        return [anonymous for (anonymous,) in found]

    def tallies(self) -> list[DayTally]:
        """Every workspace's days of arrival, to compare a copy with."""
        return _tallies(self._connection.cursor())

    def backup(self, path: Path) -> None:
        """Write a consistent copy there while events keep coming in; refuses to overwrite."""
        if path.exists():
            raise FileExistsError(path)
        unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
        cursor = self._connection.cursor()
        alias = f"copy_{uuid.uuid4().hex}"
        quoted = str(unfinished).replace("'", "''")
        source = cast("tuple[str]", cursor.execute("SELECT current_database()").fetchone())[0]
        cursor.execute(f"ATTACH '{quoted}' AS {alias}")
        try:
            cursor.execute(f'COPY FROM DATABASE "{source}" TO {alias}')
            cursor.execute(f"CHECKPOINT {alias}")
        finally:
            cursor.execute(f"DETACH {alias}")
            cursor.close()
        move_durably(unfinished, path)

    def settle(self) -> None:
        """Merge what recent commits added to the roll-up; happens by itself when it is much."""
        self._writer.run(settle)

    def close(self) -> None:
        """Commit what waits and let go of the file."""
        self._closing.set()
        self._loader.join()
        self._writer.close()
        self._connection.close()

    # --- How -----------------------------------------------------------------------------

    def _ask(
        self,
        question: str,
        workspace: WorkspaceKey,
        given: Mapping[str, object] = {},
        narrowing: Mapping[str, object] = {},
    ) -> list[tuple]:  # type: ignore[type-arg]
        """The rows of a question; narrowings that are None do not narrow."""
        narrowed = {
            name: list(value)
            if isinstance(value, Collection) and not isinstance(value, str)
            else value
            for name, value in narrowing.items()
            if value is not None
        }
        statement = questions.rendered(question, frozenset(narrowed), "duckdb")
        values = {"workspace": workspace, **given, **narrowed}
        try:
            return self._cursor().execute(statement, values).fetchall()
        except duckdb.FatalException as error:
            raise StoreUnavailable(str(error)) from error

    def _rows(
        self,
        kind: type[Row],
        question: str,
        workspace: WorkspaceKey,
        given: Mapping[str, object] = {},
        narrowing: Mapping[str, object] = {},
    ) -> list[Row]:
        names = kind.__struct_fields__
        found = [
            dict(zip(names, map(_aware, row), strict=True))
            for row in self._ask(question, workspace, given, narrowing)
        ]
        return msgspec.convert(found, list[kind])  # type: ignore[valid-type]

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._cursors, "own", None)
        if cursor is None:
            cursor = self._cursors.own = self._connection.cursor()
        return cursor

    def _load_marks(self) -> None:
        """Read the message ids of the window beside everything else, then tell the writer."""
        marks = MarkTables()
        for key, day in self._stored_keys():
            if self._closing.is_set():
                return
            marks.add(hash(key), on=day)
        try:
            self._writer.adopt(marks)
        except StoreUnavailable:
            log.info("The store closed before its message ids were read")

    def _stored_keys(self) -> Iterator[tuple[MessageKey, date]]:
        cursor = self._connection.cursor()
        cursor.execute(
            "SELECT workspace, message_id, CAST(received_at AS DATE) FROM events"
            " WHERE received_at >="
            " (SELECT MAX(received_at) FROM events) - TO_DAYS(CAST(? AS INTEGER))",
            [WINDOW.days],
        )
        while rows := cursor.fetchmany(10_000):
            for workspace, message, day in rows:
                yield (WorkspaceKey(workspace), message), day
        cursor.close()


def tallies_of_copy(path: Path) -> list[DayTally]:
    """The tallies of a copy that nobody has open, as `DuckStore.tallies` gives them."""
    connection = duckdb.connect(str(path), read_only=True)
    try:
        return _tallies(connection)
    finally:
        connection.close()


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
    connection.execute(
        "DELETE FROM quarantine WHERE workspace = ? AND EXISTS ("
        "SELECT 1 FROM (SELECT UNNEST(?::VARCHAR[]) AS word) w"
        " WHERE CONTAINS(item, TO_JSON(w.word)::VARCHAR) OR found = w.word)",
        [workspace, [*people, *anonymous]],
    )


def _aware(value: object) -> object:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
