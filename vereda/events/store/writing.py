"""The only thread that writes: it takes everything waiting and commits it as one.

A request hands in its submission and sleeps until the commit that holds it is
durable (DuckDB flushes its log before COMMIT returns). The more requests wait, the
more rows share one flush. The queue is bounded: what does not fit is refused at
once, so a slow disk shows as 503 and never as a pile of sleeping requests.

A commit that fails with an input or output error is never tried again as if nothing
had happened: nothing of it is acknowledged, and `on_broken` ends the process, which
then starts from the log on disk. A full disk is another matter (`room`): what does not
fit is refused and nothing is broken, so storing goes on when there is room again.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar, cast

import duckdb

from vereda.events.contracts.arriving import Receipt, Submission, WorkspaceKey
from vereda.events.contracts.store import HandedIn, StoreUnavailable
from vereda.events.store.planning import Known, Numbered, Owned, Plan, content_mark
from vereda.events.store.room import Room, file_of, is_out_of_room
from vereda.events.store.schema import DAILY_COLUMNS, TABLES
from vereda.events.store.seen import WINDOW, MarkTables, MessageKey, Seen

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Job = Callable[[duckdb.DuckDBPyConnection], Answer]

MOST_WAITING: Final = 100_000
"""Rows in the queue; more are refused with "try again"."""

MOST_TOGETHER: Final = 20_000
"""Rows in one commit, unless one submission is larger."""

CROWD: Final = 4
"""Submissions in one commit after which the writer waits a moment for as many."""

GATHERING: Final = 0.006
PAUSE: Final = 0.001
"""Seconds: it waits pause after pause while somebody comes in each, and at most so long."""

PATIENCE: Final = 25.0
"""Seconds a request waits for its commit before it is told to try again."""

UNSETTLED: Final = 50_000
"""Roll-up rows of recent commits at which they are merged into the settled ones."""

QUIET: Final = 5.0
"""Seconds without work after which the writer tidies what is still unsettled."""

WORTH_TIDYING: Final = 2_000
"""Unsettled rows for which a quiet moment is used."""

A_DAY: Final = timedelta(days=1)
"""A clock that jumps farther is not believed: message ids are forgotten by days that passed."""

BROKEN: Final = (duckdb.FatalException, duckdb.IOException, duckdb.InternalException)
NOT_WRITTEN: Final = "Failed to commit: Could not"

AGAIN_WHEN_FULL: Final = 10
"""Seconds after which a sender may ask whether there is room again."""


@dataclass(slots=True)
class Watch:
    """What the writer did since a copy of the store was begun, when `head` was the last number."""

    head: int
    relinked: list[tuple[str, ...]] = field(default_factory=list)
    jobs: int = 0


class _Waiting:
    """A submission or a job on its way through the writer.

    A job that is `alone` sees to its transactions itself.
    """

    __slots__ = ("_call", "_since", "alone", "answer", "ended", "error", "job", "submission")

    def __init__(
        self,
        submission: Submission | None = None,
        job: Job[object] | None = None,
        *,
        alone: bool = False,
    ) -> None:
        self.submission = submission
        self.job = job
        self.alone = alone
        self.ended = False
        self.answer: object = None
        self.error: BaseException | None = None
        self._call: Callable[[], None] | None = None
        self._since = time.monotonic()

    @property
    def size(self) -> int:
        if self.submission is None:
            return 1
        told = self.submission
        return len(told.events) + len(told.refusals) + len(told.replays) + 1

    def end(self, answer: object = None, error: BaseException | None = None) -> None:
        self.answer, self.error = answer, error
        self.ended = True
        if self._call is not None:
            self._call()

    def then(self, call: Callable[[], None]) -> None:
        """Call when it has ended; twice, when it ends just now."""
        self._call = call
        if self.ended:
            call()

    def waited(self, seconds: float | None) -> object:
        """The answer, waiting for it at most so long."""
        if not self.ended:
            ended = threading.Event()
            self.then(ended.set)
            if not ended.wait(seconds):
                raise StoreUnavailable("the disk is too slow")
        if self.error is not None:
            raise self.error
        return self.answer

    def receipt(self) -> Receipt:
        """Of a submission, once it is durable; nobody waits longer than `PATIENCE` for it."""
        left = self._since + PATIENCE - time.monotonic()
        return cast(Receipt, self.waited(max(left, 0.0)))


class Writer:
    """Commits submissions and runs jobs, one transaction at a time, in its own thread."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        reserve: int = 0,
        on_commit: Callable[[Iterable[WorkspaceKey]], None],
        on_broken: Callable[[BaseException], None],
    ) -> None:
        self._reserve = reserve
        self._on_commit = on_commit
        self._on_broken = on_broken
        self._seen = Seen()
        self._known = Known()
        self._watch: Watch | None = None
        self._use(connection)
        self._queue: deque[_Waiting] = deque()
        self._waiting_rows = 0
        self._changed = threading.Condition()
        self._closing = False
        self._company = 0
        self._full = False
        self._worked_at = time.monotonic()
        self._today = date.min
        self._unsettled, self._settled = self._sizes()
        self._seq = self._last_seq()
        self.heads = self._heads()
        self._thread = threading.Thread(target=self._work, name="event-writer", daemon=True)
        self._thread.start()

    # --- Called by other threads ----------------------------------------------------

    def submit(self, submission: Submission) -> Receipt:
        """Its receipt, once it is durable."""
        return self.hand_in(submission).receipt()

    def hand_in(self, submission: Submission) -> HandedIn:
        """Queue it, or raise StoreUnavailable; it is committed with all that waits then."""
        waiting = _Waiting(submission=submission)
        self._queue_up(waiting)
        return waiting

    def run(self, job: Job[Answer]) -> Answer:
        """The job's answer, once its transaction is durable."""
        return cast(Answer, self._through(_Waiting(job=cast("Job[object]", job))))

    def watch(self) -> Watch:
        """From now on, until `unwatch`, note what a copy that is being made has to follow."""

        def begin(connection: duckdb.DuckDBPyConnection) -> Watch:
            settle(connection)
            self._watch = Watch(head=self._seq)
            return self._watch

        return self.run(begin)

    def idle_for(self) -> float:
        """Seconds since something was stored."""
        return time.monotonic() - self._worked_at

    def unwatch(self) -> None:
        """The copy is made, or given up."""
        self._watch = None

    def move(self, step: Callable[[], duckdb.DuckDBPyConnection]) -> None:
        """Do a step while nothing is written, then write through the connection it answers."""

        def change(before: duckdb.DuckDBPyConnection) -> None:
            self._use(step())
            before.close()

        self._through(_Waiting(job=change, alone=True))

    def adopt(self, marks: MarkTables) -> None:
        """Give the writer the marks of what the file held when it was opened."""
        self.run(lambda _: self._seen.adopt(marks))

    def close(self) -> None:
        """Commit what waits, then end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _through(self, waiting: _Waiting) -> object:
        self._queue_up(waiting)
        return waiting.waited(None)

    def _queue_up(self, waiting: _Waiting) -> None:
        if threading.current_thread() is self._thread:
            raise RuntimeError("the writer cannot wait for itself")
        with self._changed:
            if self._closing:
                raise StoreUnavailable("the store is closing")
            if self._waiting_rows and self._waiting_rows + waiting.size > MOST_WAITING:
                raise StoreUnavailable("too much is waiting to be stored")
            self._queue.append(waiting)
            self._waiting_rows += waiting.size
            self._changed.notify()

    # --- The thread -----------------------------------------------------------------

    def _use(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._room = Room(file_of(connection), reserve=self._reserve)
        self._lookup = FileLookup(connection)
        self._appenders = {
            table: connection.appender(table) for table in TABLES if table != "daily"
        }

    def _work(self) -> None:
        while (batch := self._next_batch()) is not None:
            try:
                if batch:
                    self._do(batch)
                elif self._unsettled >= WORTH_TIDYING and self._watch is None:
                    self._settle_now()
            except BROKEN as error:
                self._break(batch, error)
                return
        self._connection.close()

    def _next_batch(self) -> list[_Waiting] | None:
        """All that waits together, or one job; [] in a quiet moment, None when the store closes."""
        with self._changed:
            while not self._queue:
                if self._closing:
                    return None
                if not self._changed.wait(QUIET):
                    return []
        self._let_others_come()
        with self._changed:
            batch = [self._queue.popleft()]
            size = batch[0].size
            while (
                batch[0].submission
                and self._queue
                and self._queue[0].submission
                and size + self._queue[0].size <= MOST_TOGETHER
            ):
                batch.append(self._queue.popleft())
                size += batch[-1].size
            self._waiting_rows -= size
            self._company = len(batch)
            return batch

    def _let_others_come(self) -> None:
        """Where several came together last, wait as long as more come: one flush is for all.

        Who was just answered asks again at once; else the next commit would hold the first of
        them, and the others wait for it. Whoever comes alone is never kept waiting.
        """
        if self._company < CROWD:
            return
        until, here = time.monotonic() + GATHERING, 0
        while here < len(self._queue) and time.monotonic() < until:
            here = len(self._queue)
            time.sleep(PAUSE)

    def _do(self, batch: list[_Waiting]) -> None:
        if batch[0].job is not None:
            self._do_job(batch[0], batch[0].job)
        else:
            self._do_submissions(batch)
        if self._unsettled >= max(UNSETTLED, self._settled // 4) and self._watch is None:
            self._settle_now()
        if self._room.wants_checkpoint:
            self._checkpoint()

    def _checkpoint(self) -> None:
        """Fold the log into the file; somebody who writes a copy may be in the way."""
        try:
            self._connection.execute("CHECKPOINT")
        except duckdb.TransactionException as error:
            log.info("The log is folded in later: %s", error)
            self._room.note_failed_checkpoint()

    def _settle_now(self) -> None:
        if self._room.is_short:
            return
        try:
            self._in_transaction(settle)
        except BROKEN:
            raise
        except Exception:
            log.exception("The daily roll-up could not be settled; it stays correct, and larger")
        self._unsettled, self._settled = self._sizes()

    def _do_job(self, waiting: _Waiting, job: Job[object]) -> None:
        try:
            answer = job(self._connection) if waiting.alone else self._in_transaction(job)
        except BROKEN:
            raise
        except Exception as error:  # noqa: BLE001 - the caller hears of it
            waiting.end(error=error)
            return
        if self._watch is not None:
            self._watch.jobs += 1
        self._known.forget()
        self._seen.forget_recent()
        self._unsettled, self._settled = self._sizes()
        self.heads = self._heads()
        waiting.end(answer)

    def _do_submissions(self, batch: list[_Waiting]) -> None:
        if self._room.is_short:
            self._refuse_for_room(batch)
            return
        try:
            receipts, plan = self._commit([one.submission for one in batch if one.submission])
        except BROKEN:
            raise
        except Exception as error:  # noqa: BLE001 - whoever waits hears of it
            self._after_failure(batch, error)
            return
        self._worked_at = time.monotonic()
        if self._full:
            log.warning("There is room on the disk again: events are stored")
        self._full = False
        for waiting, receipt in zip(batch, receipts, strict=True):
            waiting.end(receipt)
        self._on_commit(plan.heads.keys())

    def _after_failure(self, batch: list[_Waiting], error: Exception) -> None:
        """One submission must not take down its neighbours: each gets its own try."""
        self._known.forget()
        for appender in self._appenders.values():
            appender.clear()
        if is_out_of_room(error):
            self._refuse_for_room(batch)
            return
        if NOT_WRITTEN in str(error):
            raise duckdb.IOException(str(error)) from error
        if len(batch) > 1:
            for waiting in batch:
                self._do_submissions([waiting])
            return
        log.error("A submission could not be stored: %s", error, exc_info=error)
        batch[0].end(error=StoreUnavailable("it could not be stored"))

    def _refuse_for_room(self, batch: list[_Waiting]) -> None:
        if not self._full:
            log.error("The disk is full: events are refused until there is room")
        self._full = True
        for waiting in batch:
            waiting.end(
                error=StoreUnavailable(
                    "the disk is full", retry_after=AGAIN_WHEN_FULL, code="disk_full"
                )
            )

    def _break(self, batch: list[_Waiting], error: BaseException) -> None:
        log.critical("The event store cannot write any more: %s", error)
        with self._changed:
            self._closing = True
            waiting = [*batch, *self._queue]
            self._queue.clear()
        for one in waiting:
            if not one.ended:
                one.end(error=StoreUnavailable("the store cannot write"))
        self._on_broken(error)

    # --- Transactions ---------------------------------------------------------------

    def _in_transaction(self, job: Job[Answer]) -> Answer:
        connection = self._connection
        connection.begin()
        try:
            answer = job(connection)
            connection.commit()
        except BaseException:
            try:
                connection.rollback()
            except duckdb.Error as error:
                log.warning("Rolling back failed too: %s", error)
            raise
        return answer

    def _commit(self, submissions: list[Submission]) -> tuple[list[Receipt], Plan]:
        plan = Plan(lookup=self._lookup, known=self._known, seen=self._seen, seq=self._seq)
        receipts = plan.take(submissions)
        self._in_transaction(lambda connection: self._write(plan, connection))
        self._seq = plan.seq
        if self._watch is not None:
            self._watch.relinked += plan.relinked
        self._unsettled += len(plan.rows["daily_new"])
        self.heads.update(plan.heads)
        self._remember(plan, submissions[-1].received_at)
        return receipts, plan

    def _write(self, plan: Plan, connection: duckdb.DuckDBPyConnection) -> None:
        for table, rows in plan.rows.items():
            if rows:
                appender = self._appenders[table]
                appender.append_rows(rows)
                appender.flush()
        if plan.repointed:
            connection.execute(REPOINT, transposed(plan.repointed))
        if plan.relinked:
            for table in ("daily", "daily_new"):
                connection.execute(REKEY[table], transposed(plan.relinked))

    def _remember(self, plan: Plan, received_at: datetime) -> None:
        today = received_at.date()
        self._seen.remember(plan.fresh, on=today)
        if today == self._today:
            return
        if today - self._today == A_DAY:
            self._seen.drop_older(than=today - WINDOW)
        self._today = today

    def _sizes(self) -> tuple[int, int]:
        row = self._connection.execute(
            "SELECT (SELECT COUNT(*) FROM daily_new), (SELECT COUNT(*) FROM daily)"
        ).fetchone()
        return cast("tuple[int, int]", row)

    def _last_seq(self) -> int:
        row = self._connection.execute(
            "SELECT GREATEST((SELECT COALESCE(MAX(seq), 0) FROM events),"
            " (SELECT COALESCE(MAX(seq), 0) FROM quarantine),"
            " (SELECT COALESCE(MAX(seq), 0) FROM membership))"
        ).fetchone()
        return int(cast("tuple[int]", row)[0])

    def _heads(self) -> dict[WorkspaceKey, int]:
        found = self._connection.execute(
            "SELECT workspace, MAX(seq) FROM events GROUP BY workspace"
        ).fetchall()
        return {WorkspaceKey(workspace): seq for workspace, seq in found}


class FileLookup:
    """What a plan asks the file, on the writer's own connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def stored_messages(self, keys: Iterable[MessageKey]) -> dict[MessageKey, int]:
        """Those of the messages that are stored, with their content marks."""
        return {
            (WorkspaceKey(workspace), message): content_mark(kind, name, properties)
            for workspace, message, kind, name, properties in self._matching(
                "SELECT e.workspace, e.message_id, e.kind, e.name, e.properties FROM events e"
                " SEMI JOIN wanted USING (workspace, message_id)",
                keys,
                "message_id",
            )
        }

    def links(self, keys: Iterable[Owned]) -> dict[Owned, str]:
        """The person an anonymous id belongs to now."""
        return {
            (WorkspaceKey(workspace), anonymous): person
            for workspace, anonymous, person in self._matching(
                "SELECT workspace, anonymous_id, latest_person FROM identity"
                " SEMI JOIN wanted USING (workspace, anonymous_id)",
                keys,
                "anonymous_id",
            )
        }

    def memberships(self, keys: Iterable[Owned]) -> dict[Owned, tuple[str, datetime]]:
        """The account a person, or an anonymous id, was last seen in."""
        return {
            (WorkspaceKey(workspace), who): (account, since)
            for workspace, who, account, since in self._matching(
                "SELECT m.workspace, m.who, ARG_MAX(m.account_key, m.seq),"
                " ARG_MAX(m.since_at, m.seq)"
                " FROM (SELECT *, CASE WHEN person_key = '' THEN CHR(0) || anonymous_id"
                " ELSE person_key END AS who FROM membership) m"
                " SEMI JOIN wanted USING (workspace, who) GROUP BY m.workspace, m.who",
                keys,
                "who",
            )
        }

    def known_accounts(self, keys: Iterable[Owned]) -> set[Owned]:
        """Those of the accounts that were seen before."""
        return {
            (WorkspaceKey(workspace), account)
            for workspace, account in self._matching(
                "SELECT workspace, account_key FROM accounts"
                " SEMI JOIN wanted USING (workspace, account_key)",
                keys,
                "account_key",
            )
        }

    def alias_counts(self, keys: Iterable[Owned]) -> dict[Owned, int]:
        """How many anonymous ids each person has."""
        return {
            (WorkspaceKey(workspace), person): count
            for workspace, person, count in self._matching(
                "SELECT i.workspace, i.person_key, COUNT(*) FROM identity i"
                " SEMI JOIN wanted USING (workspace, person_key) GROUP BY ALL",
                keys,
                "person_key",
            )
        }

    def ended_items(self, keys: Iterable[Numbered]) -> set[Numbered]:
        """Those of the quarantine's items that were read again already."""
        workspaces, items = zip(*keys, strict=True)
        found = self._connection.execute(
            "WITH wanted AS (SELECT UNNEST(?::VARCHAR[]) AS workspace,"
            " UNNEST(?::BIGINT[]) AS item_seq) SELECT workspace, item_seq FROM endings"
            " SEMI JOIN wanted USING (workspace, item_seq)",
            [list(workspaces), list(items)],
        ).fetchall()
        return {(WorkspaceKey(workspace), item) for workspace, item in found}

    def _matching(self, query: str, keys: Iterable[Owned], column: str) -> list[tuple[Any, ...]]:
        """The query's rows, where `wanted` holds the pairs of workspace and `column`."""
        workspaces, wanted = transposed(keys)
        statement = (
            "WITH wanted AS (SELECT UNNEST(?::VARCHAR[]) AS workspace,"
            f" UNNEST(?::VARCHAR[]) AS {column}) {query}"
        )
        return self._connection.execute(statement, [workspaces, wanted]).fetchall()


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Merge the roll-up rows of recent commits into the settled ones of their months.

    Within a month the rows of an account lie together, so that a question about one account
    reads one row group a month and not every day of everybody.
    """
    for statement in SETTLE:
        connection.execute(statement)


def transposed(rows: Iterable[tuple[str, ...]]) -> list[list[str]]:
    """Columns instead of rows, as UNNEST takes them."""
    return [list(column) for column in zip(*rows, strict=True)]


_KEYS = [name for name, _ in DAILY_COLUMNS[:7]]
_SUMMED: Final = (
    ", ".join(_KEYS) + ', CAST(SUM("count") AS BIGINT) AS "count",'
    " MIN(first_at) AS first_at, MAX(last_at) AS last_at"
)

SETTLE: Final = (
    "CREATE OR REPLACE TEMP TABLE settling AS"
    " SELECT DISTINCT workspace, date_trunc('month', day) AS month FROM daily_new",
    "CREATE OR REPLACE TEMP TABLE settled AS SELECT * FROM"  # noqa: S608 - our own words
    f" (SELECT {_SUMMED} FROM"
    " (SELECT daily.* FROM daily SEMI JOIN settling s"
    " ON daily.workspace = s.workspace AND date_trunc('month', daily.day) = s.month"
    " UNION ALL SELECT * FROM daily_new) GROUP BY ALL)"
    " ORDER BY workspace, date_trunc('month', day), account_key, day",
    "DELETE FROM daily USING settling s"
    " WHERE daily.workspace = s.workspace AND date_trunc('month', daily.day) = s.month",
    "INSERT INTO daily SELECT * FROM settled",
    "DELETE FROM daily_new",
    "CREATE OR REPLACE TEMP TABLE settled AS"
    ' SELECT workspace, day, outcome, reason, CAST(SUM("count") AS BIGINT) FROM arrivals'
    " GROUP BY ALL ORDER BY workspace, day",
    "DELETE FROM arrivals",
    "INSERT INTO arrivals SELECT * FROM settled",
    "DROP TABLE settled",
    "DROP TABLE settling",
)
"""Day by day of each workspace: a settled day holds one row per key."""

ROLL_UP: Final = (
    "SELECT e.workspace, CAST(e.occurred_at AS DATE) AS day,"
    " COALESCE(NULLIF(e.account_key, ''), i.account_key, '') AS account_key,"
    " COALESCE(NULLIF(e.person_key, ''), i.person_key, '') AS person_key,"
    " CASE WHEN COALESCE(NULLIF(e.person_key, ''), i.person_key, '') = ''"
    " THEN e.anonymous_id ELSE '' END AS anonymous_id,"
    ' e.name, e.kind, CAST(SUM(e."count") AS BIGINT) AS "count",'
    " MIN(e.occurred_at) AS first_at, MAX(e.occurred_at) AS last_at"
    " FROM events e LEFT JOIN identity i ON i.workspace = e.workspace"
    " AND i.anonymous_id = e.anonymous_id AND e.person_key = '' AND e.anonymous_id <> ''"
)
"""The roll-up from the events themselves; used where rows were removed."""

REKEY: Final = {
    table: f"UPDATE {table} SET person_key = link.person_key, anonymous_id = '', account_key ="  # noqa: S608
    f" CASE WHEN {table}.account_key = '' THEN link.account_key ELSE {table}.account_key END"
    " FROM (SELECT UNNEST(?::VARCHAR[]) AS workspace, UNNEST(?::VARCHAR[]) AS anonymous_id,"
    " UNNEST(?::VARCHAR[]) AS person_key, UNNEST(?::VARCHAR[]) AS account_key) link"
    f" WHERE {table}.workspace = link.workspace AND {table}.anonymous_id = link.anonymous_id"
    f" AND {table}.person_key = ''"
    for table in ("daily", "daily_new")
}

REPOINT: Final = (
    "UPDATE identity SET latest_person = said.person_key FROM"
    " (SELECT UNNEST(?::VARCHAR[]) AS workspace, UNNEST(?::VARCHAR[]) AS anonymous_id,"
    " UNNEST(?::VARCHAR[]) AS person_key) said"
    " WHERE identity.workspace = said.workspace AND identity.anonymous_id = said.anonymous_id"
)
