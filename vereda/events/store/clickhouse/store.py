"""The `EventStore` in ClickHouse."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

from vereda.events.contracts.answers import DayTally
from vereda.events.contracts.arriving import Receipt, Submission, WorkspaceKey
from vereda.events.contracts.exploring import ExploringProgress
from vereda.events.contracts.store import Expiry, HandedIn, StoreUnavailable
from vereda.events.store.asking import Asking
from vereda.events.store.clickhouse.courier import Courier
from vereda.events.store.clickhouse.engine import Ended, Engine
from vereda.events.store.clickhouse.leading import AlwaysLeading, Lease
from vereda.events.store.clickhouse.orders import Erase, Expire, Forget, TakeBack
from vereda.events.store.clickhouse.schema import clickhouse_statements
from vereda.events.store.exploring import RunningQuestion, Stopped
from vereda.events.store.handing_in import Stored

TALLIES: Final = (
    "SELECT workspace, toDate32(received_at) AS day, COUNT(*), SUM(count),"
    " toString(groupBitXor(reinterpretAsUInt64(substring("
    "MD5(concat(message_id, '|', name, '|', properties)), 9, 8))))"
    " FROM events GROUP BY workspace, day ORDER BY workspace, day"
)
"""The lower half of MD5 as a number, as DuckDB's MD5_NUMBER_LOWER reads it."""


class NoBackupHere(NotImplementedError):
    """ClickHouse makes its own backups."""

    def __init__(self) -> None:
        super().__init__(
            "the events are not in it; they lie in ClickHouse, which makes its own backups:"
            " BACKUP DATABASE … TO Disk(…), see docs/operate/scale.md"
        )


class ClickHouseStore(Asking):
    """An `EventStore` on a server or a cluster. Made once per process; safe for every thread."""

    dialect: ClassVar[str] = "clickhouse"

    def __init__(
        self,
        engine: Engine,
        *,
        lease: Lease | None = None,
        on_commit: Callable[[Iterable[WorkspaceKey]], None] = lambda _: None,
        durable: bool = True,
    ) -> None:
        self._engine = engine
        for statement in clickhouse_statements(cluster=engine.cluster, durable=durable):
            engine.do(statement)
        if engine.rows("SELECT source FROM moves FINAL WHERE NOT finished"):
            raise StoreUnavailable(
                "a copy into this database was begun and is not finished;"
                " run `vereda events move` again"
            )
        self._courier = Courier(engine, lease=lease or AlwaysLeading(), on_commit=on_commit)

    # --- Telling ----------------------------------------------------------------------

    def add(self, submission: Submission) -> Receipt:
        """Store it all, durably, or raise StoreUnavailable."""
        return self._courier.store(submission)

    def hand_in(self, submission: Submission) -> HandedIn:
        """Store it; the courier's own thread waits, so this does too."""
        return Stored(self.add(submission))

    def remove_source(self, workspace: WorkspaceKey, *, source: str) -> int:
        """Take back what came from there; how many events went."""
        return self._courier.remove(TakeBack(workspace, source))

    def erase_people(
        self, workspace: WorkspaceKey, *, people: Collection[str], anonymous: Collection[str] = ()
    ) -> int:
        """Remove what these people did and said, also before they were known by name."""
        return self._courier.remove(Erase(workspace, list(people), list(anonymous)))

    def forget_workspace(self, workspace: WorkspaceKey) -> int:
        """Remove everything of a workspace; how many events went."""
        return self._courier.remove(Forget(workspace))

    def expire(self, workspace: WorkspaceKey, *, expiry: Expiry, limit: int) -> int:
        """Remove the oldest events that are too old, `limit` at most; how many went."""
        return self._courier.remove(Expire(workspace, expiry, limit))

    def erase_bytes(self) -> bool:
        """Never due: the engine rewrites what is removed before a removal is answered."""
        return False

    # --- Care ---------------------------------------------------------------------------

    def heads(self) -> dict[WorkspaceKey, int]:
        """The number of each workspace's newest event that is wholly stored."""
        return {
            WorkspaceKey(workspace): seq
            for workspace, seq in self._engine.rows("SELECT workspace, seq FROM heads")
        }

    def tallies(self) -> list[DayTally]:
        """Every workspace's days of arrival, to compare a copy with."""
        return [
            DayTally(
                workspace=WorkspaceKey(workspace), day=day, events=events, uses=uses, digest=digest
            )
            for workspace, day, events, uses, digest in self._engine.rows(TALLIES)
        ]

    def backup(self, path: Path) -> None:  # noqa: ARG002 - the protocol's
        """Refused: it would not fit into one file of one machine."""
        raise NoBackupHere

    def settle(self) -> None:
        """Nothing to do: the engine sums the roll-up while it merges."""

    def close(self) -> None:
        """Carry out what waits, then hang up."""
        self._courier.close()
        self._engine.close()

    # --- How ----------------------------------------------------------------------------

    def _select(self, statement: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        return self._engine.rows(statement, values)

    def _select_stoppable(
        self, statement: str, values: Mapping[str, object], *, running: RunningQuestion
    ) -> list[tuple[Any, ...]]:
        comment = _comment_of(running.workspace, running.token)
        running.starts(
            partial(self._engine.interrupt, comment), partial(self._engine.share_done, comment)
        )
        try:
            return self._engine.rows(statement, values, comment=comment)
        except Ended:
            raise Stopped from None
        finally:
            running.ends()

    def _progress_elsewhere(self, workspace: WorkspaceKey, token: str) -> ExploringProgress | None:
        comment = _comment_of(workspace, token)
        seconds = self._engine.seconds_running(comment)
        if seconds is None:
            return None
        return ExploringProgress(seconds=seconds, share=self._engine.share_done(comment))

    def _end_elsewhere(self, workspace: WorkspaceKey, token: str) -> bool:
        comment = _comment_of(workspace, token)
        if self._engine.seconds_running(comment) is None:
            return False
        self._engine.interrupt(comment)
        return True

    def _end_of_news(self, workspace: WorkspaceKey, *, after: int, limit: int) -> int | None:
        """News ends where commits are whole: an event may be seen before its commit is."""
        end = super()._end_of_news(workspace, after=after, limit=limit)
        head = self.heads().get(workspace, 0)
        return None if end is None or head <= after else min(end, head)


def _comment_of(workspace: WorkspaceKey, token: str) -> str:
    """By what every process finds a question while it runs."""
    return f"explore-{workspace}-{token}"
