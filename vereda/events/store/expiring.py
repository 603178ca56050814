"""Letting go of events that are too old, in steps that are short enough to come between commits.

What an event stood for in the roll-up stays there as a count of its account and day, if the
workspace wants it: without the person, and without the hour.
"""

from typing import Final, cast

import duckdb

from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.contracts.store import Expiry
from vereda.events.store.schema import DAILY_COLUMNS
from vereda.events.store.writing import ROLL_UP

TOO_OLD: Final = (
    "workspace = $workspace AND {when} < $before AND received_at < $arrived_before"
    " AND ($names::VARCHAR[] IS NULL OR name = ANY($names::VARCHAR[]))"
    " AND name <> ALL($other_than::VARCHAR[])"
)

_WITHOUT_PEOPLE: Final = (
    "workspace, day, account_key, '' AS person_key, '' AS anonymous_id, name, kind,"
    ' CAST(SUM("count") AS BIGINT) AS "count",'
    " CAST(day AS TIMESTAMP) AS first_at, CAST(day AS TIMESTAMP) AS last_at"
)

_COLUMNS: Final = ", ".join(f'"{name}"' for name, _ in DAILY_COLUMNS)


def expire(
    connection: duckdb.DuckDBPyConnection, workspace: WorkspaceKey, *, expiry: Expiry, limit: int
) -> int:
    """Remove the oldest `limit` events that are too old; leaves their days in `touched`."""
    given = {
        "workspace": workspace,
        "before": expiry.before.replace(tzinfo=None),
        "arrived_before": expiry.arrived_before.replace(tzinfo=None),
        "names": None if expiry.names is None else list(expiry.names),
        "other_than": list(expiry.other_than),
    }
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE going AS SELECT seq FROM events"  # noqa: S608 - our own words
        f" WHERE {TOO_OLD.format(when='occurred_at')} ORDER BY occurred_at, seq LIMIT {limit:d}",
        given,
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT workspace,"
        " CAST(occurred_at AS DATE) AS day FROM events SEMI JOIN going USING (seq)"
    )
    if expiry.keep_counts:
        _keep_counts(connection)
    found = connection.execute("DELETE FROM events WHERE seq IN (SELECT seq FROM going)").fetchone()
    removed = int(cast("tuple[int]", found)[0])
    connection.execute("DROP TABLE going")
    if removed < limit:
        _expire_refusals(connection, given)
    return removed


def _keep_counts(connection: duckdb.DuckDBPyConnection) -> None:
    """Add what goes to the counts that are kept, one row for each account, day and name."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE counted AS"  # noqa: S608 - our own words
        f" SELECT {_WITHOUT_PEOPLE} FROM (SELECT {_COLUMNS} FROM kept"
        " SEMI JOIN touched USING (workspace, day)"
        f" UNION ALL ({ROLL_UP} SEMI JOIN going ON going.seq = e.seq GROUP BY ALL)) GROUP BY ALL"
    )
    connection.execute(
        "DELETE FROM kept USING touched t WHERE kept.workspace = t.workspace AND kept.day = t.day"
    )
    connection.execute(f"INSERT INTO kept SELECT {_COLUMNS} FROM counted")  # noqa: S608
    connection.execute("DROP TABLE counted")


def _expire_refusals(connection: duckdb.DuckDBPyConnection, given: dict[str, object]) -> None:
    """Items that were refused are as old as their arrival."""
    refused = TOO_OLD.format(when="received_at")
    connection.execute(
        "DELETE FROM endings WHERE workspace = $workspace AND item_seq IN"  # noqa: S608 - our own words
        f" (SELECT seq FROM quarantine WHERE {refused})",
        given,
    )
    connection.execute(f"DELETE FROM quarantine WHERE {refused}", given)  # noqa: S608
