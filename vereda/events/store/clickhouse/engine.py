"""Statements to ClickHouse, through its own client, and its answers as plain Python values.

A statement names its values `{name: }`; each gets the type of what it is given, so no text of
a user is ever part of a statement. Instants go in and come out as UTC without a zone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from vereda.events.contracts.store import StoreUnavailable
from vereda.events.store.clickhouse.schema import Table, changeable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clickhouse_connect.driver.client import Client

SCHEME: Final = "clickhouse"
PLACE: Final = re.compile(r"\{(\w+): ?\}")
EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - as rows hold instants
FIRST_DAY: Final = date(1970, 1, 1)
EARLIEST, LATEST = date(1900, 1, 1), date(2299, 12, 31)
CONNECT_SECONDS: Final = 5
ANSWER_SECONDS: Final = 300

SETTINGS: Final = {
    "prefer_column_name_to_alias": 1,  # SELECT SUM(count) AS count … ORDER BY SUM(count)
    "join_use_nulls": 1,  # an outer join leaves NULL, as everywhere else
    "aggregate_functions_null_for_empty": 1,  # so does a maximum of nothing
    "do_not_merge_across_partitions_select_final": 1,  # a row is never in two partitions
    "max_partitions_per_insert_block": 0,  # a file of many years is one insert
    "async_insert": 0,  # an answered insert is stored
    "distributed_foreground_insert": 1,
    "distributed_product_mode": "global",  # a table of one shard meets those of all
    "mutations_sync": 2,
    "lightweight_deletes_sync": 2,
    "alter_sync": 2,
}

OF_COMMENT: Final = "Settings['log_comment'] = {comment: }"

ENDED: Final = 394

FOR_NOW: Final = frozenset(
    {159, 164, 202, 209, 210, 225, 236, 241, 242, 243, 252, 279, 285, 319, 425, 439, 999}
)
"""The engine's error codes that say: not now (time, memory, disk, parts, replicas, Keeper)."""


class Ended(StoreUnavailable):
    """The question was ended before it had an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What a `clickhouse://` URL says. `shown` names it without the password."""

    host: str
    port: int
    user: str
    password: str
    database: str
    cluster: str
    secure: bool
    verify: bool

    @property
    def shown(self) -> str:
        """For people to read."""
        return f"clickhouse://{self.host}:{self.port}/{self.database}"


def clickhouse_address(url: str) -> Address:
    """The parts of `clickhouse://user:password@host:port/database?cluster=…&secure=1`."""
    parts = urlsplit(url)
    said = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    secure = said.pop("secure", "0") not in ("0", "off", "false")
    verify = said.pop("verify", "1") not in ("0", "off", "false")
    cluster = said.pop("cluster", "")
    database = parts.path.removeprefix("/") or "default"
    if parts.scheme != SCHEME or not parts.hostname or said:
        raise ValueError("expected clickhouse://user:password@host:port/database")
    if not re.fullmatch(r"\w+", database) or not re.fullmatch(r"[\w.-]*", cluster):
        raise ValueError("a database and a cluster are named by letters, digits and _")
    return Address(
        host=parts.hostname,
        port=parts.port or (8443 if secure else 8123),
        user=unquote(parts.username or "default"),
        password=unquote(parts.password or ""),
        database=database,
        cluster=cluster,
        secure=secure,
        verify=verify,
    )


class Engine:
    """One server, or one cluster, and one database in it. Safe for every thread."""

    def __init__(self, client: "Client", *, cluster: str = "") -> None:
        self._client = client
        self.cluster = cluster
        self._settings: dict[str, Any] = {"insert_quorum": "auto"} if cluster else {}

    def rows(
        self,
        statement: str,
        values: Mapping[str, object] = {},
        *,
        as_bytes: Iterable[str] = (),
        comment: str = "",
    ) -> list[tuple[Any, ...]]:
        """What a question answers; the columns in `as_bytes` are not decoded.

        By its `comment` a question can be found while it runs, and ended.
        """
        typed, given = bound(statement, values)
        with _explained():
            result = self._client.query(
                typed,
                parameters=given,
                column_formats=dict.fromkeys(as_bytes, "bytes"),
                settings={"log_comment": comment} if comment else None,
            )
            return [tuple(row) for row in result.result_rows]

    def do(self, statement: str, values: Mapping[str, object] = {}, **settings: object) -> None:
        """Change something; returns when it is done everywhere."""
        typed, given = bound(statement, values)
        with _explained():
            self._client.command(typed, parameters=given, settings=settings or None)

    def insert(self, table: Table, rows: Sequence[Sequence[object]], *, token: str) -> None:
        """Write rows, durably; writing them again with the same token changes nothing."""
        columns = [
            _sent(type_, column)
            for type_, column in zip(table.types, zip(*rows, strict=True), strict=True)
        ]
        with _explained():
            self._client.insert(
                table.name,
                columns,
                column_names=table.names,
                column_type_names=table.types,
                column_oriented=True,
                settings={**self._settings, "insert_deduplication_token": token},
            )

    def interrupt(self, comment: str) -> None:
        """End the questions with that comment; they fail with `Ended`."""
        on = f" ON CLUSTER '{self.cluster}'" if self.cluster else ""
        self.do(f"KILL QUERY{on} WHERE {OF_COMMENT} ASYNC", {"comment": comment})

    def share_done(self, comment: str) -> float | None:
        """How much of the question with that comment is read, where that is known."""
        found = self.rows(
            "SELECT SUM(read_rows), SUM(total_rows_approx) FROM system.processes"  # noqa: S608
            f" WHERE {OF_COMMENT}",
            {"comment": comment},
        )
        read, total = found[0]
        return min(read / total, 1.0) if read and total else None

    def seconds_running(self, comment: str) -> float | None:
        """For how long the question with that comment has run; None when it does not."""
        found = self.rows(
            f"SELECT COUNT(*), MAX(elapsed) FROM system.processes WHERE {OF_COMMENT}",  # noqa: S608
            {"comment": comment},
        )
        running, seconds = found[0]
        return float(seconds) if running else None

    def changeable(self, table: str) -> str:
        """The table as ALTER and DELETE name it here."""
        return changeable(table, cluster=self.cluster)

    def close(self) -> None:
        """Hang up."""
        self._client.close()


def connected(address: Address, *, create: bool = True) -> Engine:
    """A server that answers; the database is made if it is not there."""
    from clickhouse_connect import get_client  # noqa: PLC0415 - absent where DuckDB is used

    def client(database: str) -> "Client":
        return get_client(
            interface="https" if address.secure else "http",
            host=address.host,
            port=address.port,
            username=address.user,
            password=address.password,
            database=database,
            verify=address.verify,
            connect_timeout=CONNECT_SECONDS,
            send_receive_timeout=ANSWER_SECONDS,
            autogenerate_session_id=False,
            show_clickhouse_errors="scrub",
            settings={**SETTINGS, "wait_end_of_query": 1},
        )

    with _explained():
        if create:
            first = client("default")
            on = f" ON CLUSTER '{address.cluster}'" if address.cluster else ""
            first.command(f"CREATE DATABASE IF NOT EXISTS {address.database}{on}")
            first.close()
        return Engine(client(address.database), cluster=address.cluster)


def bound(statement: str, values: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """The statement with a type at each place, and the values as the client takes them."""
    typed = PLACE.sub(lambda place: f"{{{place[1]}:{_type_for(values[place[1]])}}}", statement)
    return typed, {name: _said(value) for name, value in values.items()}


def _type_for(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        first = next(iter(value), "")
        return f"Array({_type_for(first)})"
    for kind, name in (
        (bool, "Bool"),
        (int, "Int64"),
        (float, "Float64"),
        (datetime, "DateTime64(6, 'UTC')"),
        (date, "Date32"),
    ):
        if isinstance(value, kind):
            return name
    return "String"


def _said(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, date):
        return min(max(value, EARLIEST), LATEST).isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_said(each) for each in value]
    return value


def as_text(instant: datetime) -> str:
    """The instant in UTC, as the engine reads it."""
    naive = instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
    return naive.isoformat(sep=" ", timespec="microseconds")


def _sent(type_: str, column: Sequence[Any]) -> Sequence[object]:
    """Instants and days as numbers: no zone can come in between."""
    if "DateTime64" in type_:
        return [_microseconds(at) for at in column]
    if "Date32" in type_:
        return [(day - FIRST_DAY).days for day in column]
    return column


def _microseconds(at: datetime) -> int:
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


@contextmanager
def _explained() -> "Iterator[None]":
    """What passes by itself becomes StoreUnavailable; a mistake of ours stays a mistake."""
    from clickhouse_connect.driver.exceptions import (  # noqa: PLC0415
        DatabaseError,
        InterfaceError,
        OperationalError,
    )

    try:
        yield
    except OperationalError as error:
        raise StoreUnavailable(f"ClickHouse does not answer: {error}") from error
    except (DatabaseError, InterfaceError) as error:
        if error.code == ENDED:
            raise Ended("the question was ended") from error
        if error.code in FOR_NOW or error.code is None:
            raise StoreUnavailable(f"ClickHouse cannot just now: {error}") from error
        raise
