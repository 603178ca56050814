"""The tables in ClickHouse, on one node or on a cluster: the same text with other engines.

The columns are those of the DuckDB file, in the same order, so one plan fits both. Rows that
are replaced by a newer version, or could be written twice, lie in a table `…_rows`; a view
with the name that questions use shows each once. The roll-up and the counts of arrivals are
summed by the engine while it merges; every question sums them anyway.
"""

from dataclasses import dataclass, field
from typing import Final

from vereda.events.store.schema import TABLES as COLUMNS_OF

TYPES: Final = {
    "VARCHAR": "String",
    "BIGINT": "Int64",
    "INTEGER": "Int32",
    "TIMESTAMP": "DateTime64(6, 'UTC')",
    "DATE": "Date32",
    "BOOLEAN": "Bool",
    "DOUBLE": "Float64",
}

WORDS: Final = frozenset(
    {"workspace", "kind", "name", "source", "outcome", "reason", "severity", "ending"}
)
"""Columns with few different values: each part keeps them as numbers into a dictionary."""

CODECS: Final = {
    "seq": "CODEC(Delta, ZSTD)",
    "occurred_at": "CODEC(DoubleDelta, ZSTD)",
    "received_at": "CODEC(DoubleDelta, ZSTD)",
    "message_id": "CODEC(ZSTD)",
    "properties": "CODEC(ZSTD(3))",
    "traits": "CODEC(ZSTD(3))",
    "context": "CODEC(ZSTD(3))",
    "payload": "CODEC(ZSTD(3))",
}

REMEMBERED_DAYS: Final = 32
"""So long a message that is sent again is recognised: a little more than `seen.WINDOW`."""

Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its engine, without the word Replicated, and how it lies on the disk.

    `by` spreads it over a cluster's shards; "" keeps it on the first.
    """

    name: str
    columns: Columns
    engine: str
    order: str
    arguments: str = ""
    partition: str = ""
    more: tuple[str, ...] = ()
    ttl: str = ""
    by: str = "cityHash64(workspace)"
    settings: tuple[str, ...] = field(default=())

    @property
    def names(self) -> list[str]:
        """Its columns, without those the engine fills."""
        return [name for name, type_ in self.columns if "DEFAULT" not in type_]

    @property
    def types(self) -> list[str]:
        """The types of `names`."""
        return [type_.partition(" CODEC")[0] for _, type_ in self.columns if "DEFAULT" not in type_]


def _like(table: str, **other: str) -> Columns:
    """The columns of a table of the file, as ClickHouse has them."""
    return tuple(
        (name, other.get(name) or f"{_type_of(name, type_)} {CODECS.get(name, '')}".strip())
        for name, type_ in COLUMNS_OF[table]
    )


def _type_of(name: str, type_: str) -> str:
    return "LowCardinality(String)" if name in WORDS else TYPES[type_]


_SUMMED: Final = {"count": "SimpleAggregateFunction(sum, Int64)"}
_SPAN: Final = {
    "first_at": "SimpleAggregateFunction(min, DateTime64(6, 'UTC'))",
    "last_at": "SimpleAggregateFunction(max, DateTime64(6, 'UTC'))",
}
_WRITTEN_AT: Final = ("written_at", "DateTime DEFAULT now()")
_BY_MINUTE: Final = "toStartOfMinute(written_at)"

TABLES: Final = (
    Table(
        name="message_rows",
        columns=(
            ("number", "Int64"),
            ("workspace", "LowCardinality(String)"),
            ("seq", "Int64"),
            ("stored_on", "Date DEFAULT today()"),
        ),
        engine="ReplacingMergeTree",
        order="number, workspace, seq",
        partition="toMonday(stored_on)",
        ttl=f"stored_on + INTERVAL {REMEMBERED_DAYS} DAY",
        settings=("index_granularity = 1024", "ttl_only_drop_parts = 1"),
    ),
    Table(
        name="identity_rows",
        columns=(*_like("identity"), ("version", "Int64")),
        engine="ReplacingMergeTree",
        arguments="version",
        order="workspace, anonymous_id",
    ),
    Table(
        name="membership_rows",
        columns=_like("membership"),
        engine="ReplacingMergeTree",
        order="workspace, person_key, anonymous_id, seq",
    ),
    Table(
        name="account_rows",
        columns=_like("accounts"),
        engine="ReplacingMergeTree",
        order="workspace, account_key",
    ),
    Table(
        name="quarantine_rows",
        columns=_like("quarantine"),
        engine="ReplacingMergeTree",
        order="workspace, seq",
        partition="toYYYYMM(received_at)",
    ),
    Table(
        name="ending_rows",
        columns=_like("endings"),
        engine="ReplacingMergeTree",
        order="workspace, item_seq",
    ),
    Table(
        name="daily",
        columns=_like("daily", **_SUMMED, **_SPAN),
        engine="AggregatingMergeTree",
        order="workspace, account_key, day, name, person_key, anonymous_id, kind",
        partition="toYYYYMM(day)",
        more=("INDEX by_anonymous_id anonymous_id TYPE bloom_filter GRANULARITY 4",),
    ),
    Table(
        name="kept",
        columns=_like("kept", **_SUMMED, **_SPAN),
        engine="AggregatingMergeTree",
        order="workspace, account_key, day, name, person_key, anonymous_id, kind",
        partition="toYYYYMM(day)",
    ),
    Table(
        name="arrivals",
        columns=_like("arrivals", **_SUMMED),
        engine="AggregatingMergeTree",
        order="workspace, day, outcome, reason",
    ),
    Table(
        name="event_rows",
        columns=_like("events"),
        engine="ReplacingMergeTree",
        order="workspace, seq",
        partition="toYYYYMM(occurred_at)",
        more=(
            "INDEX by_time occurred_at TYPE minmax GRANULARITY 1",
            "INDEX by_name name TYPE set(64) GRANULARITY 4",
            "INDEX by_message message_id TYPE bloom_filter GRANULARITY 1",
            "INDEX by_person person_key TYPE bloom_filter GRANULARITY 1",
            "INDEX by_account account_key TYPE bloom_filter GRANULARITY 1",
        ),
    ),
    Table(
        name="answers",
        columns=(("id", "String"), ("answer", "String"), _WRITTEN_AT),
        engine="MergeTree",
        order="id",
        partition=_BY_MINUTE,
        by="",
    ),
    Table(
        name="head_rows",
        columns=(("workspace", "LowCardinality(String)"), ("seq", "Int64"), ("version", "Int64")),
        engine="ReplacingMergeTree",
        arguments="version",
        order="workspace",
    ),
    Table(
        name="inbox",
        columns=(("id", "String"), ("payload", "String CODEC(ZSTD(3))"), _WRITTEN_AT),
        engine="MergeTree",
        order="id",
        partition=_BY_MINUTE,
        by="",
    ),
    Table(
        name="log",
        columns=(
            ("number", "Int64"),
            ("term", "Int64"),
            ("seq", "Int64"),
            ("consumed", "Array(String)"),
            ("payload", "String CODEC(ZSTD(3))"),
            _WRITTEN_AT,
        ),
        engine="MergeTree",
        order="number, term",
        partition=_BY_MINUTE,
        by="",
    ),
    Table(
        name="progress",
        columns=(("one", "UInt8"), ("number", "Int64"), ("term", "Int64"), ("seq", "Int64")),
        engine="ReplacingMergeTree",
        arguments="number",
        order="one",
        by="",
    ),
    Table(
        name="set_aside",
        columns=(("id", "String"), ("payload", "String"), ("why", "String"), _WRITTEN_AT),
        engine="MergeTree",
        order="id",
        by="",
    ),
    Table(
        name="moves",
        columns=(("source", "String"), ("finished", "Bool"), ("version", "Int64")),
        engine="ReplacingMergeTree",
        arguments="version",
        order="source",
        by="",
    ),
)
"""In the order in which a commit writes them: whatever an event needs is there before it."""

TABLE: Final = {table.name: table for table in TABLES}

SHOWN: Final = {
    "events": "event_rows",
    "identity": "identity_rows",
    "membership": "membership_rows",
    "accounts": "account_rows",
    "quarantine": "quarantine_rows",
    "endings": "ending_rows",
    "heads": "head_rows",
    "done": "progress",
}
"""The views that questions ask, and the tables whose rows they show once."""

SINGLE: Final = ("non_replicated_deduplication_window = 1000",)
DURABLE: Final = ("fsync_after_insert = 1", "fsync_part_directory = 1")
LOCAL: Final = "_local"


def clickhouse_statements(
    *, cluster: str = "", durable: bool = True, keep_days: int = 0
) -> list[str]:
    """What makes an empty database into a store; harmless on a store.

    With `durable` an insert is answered once the disk has it. `keep_days` above zero lets
    the engine drop events that happened longer ago, and their roll-up.
    """
    made = [
        statement
        for table in TABLES
        for statement in _created(table, cluster=cluster, durable=durable, keep_days=keep_days)
    ]
    return (
        made
        + [_shown(view, table, on=_on(cluster)) for view, table in SHOWN.items()]
        + [_usage(on=_on(cluster))]
    )


def changeable(table: str, *, cluster: str) -> str:
    """The table as ALTER, DELETE and TRUNCATE name it: on a cluster, the part on every shard."""
    return f"{table}{LOCAL}{_on(cluster)}" if cluster else table


def _on(cluster: str) -> str:
    return f" ON CLUSTER '{cluster}'" if cluster else ""


def _created(table: Table, *, cluster: str, durable: bool, keep_days: int) -> list[str]:
    """The table; on a cluster, the table of each node and what spreads it."""
    name = f"{table.name}{LOCAL}" if cluster else table.name
    columns = ",\n    ".join([*(f"`{name}` {type_}" for name, type_ in table.columns), *table.more])
    lines = [
        f"CREATE TABLE IF NOT EXISTS {name}{_on(cluster)} (\n    {columns}\n)",
        f"ENGINE = {_engine(table, replicated=bool(cluster))}",
        f"PARTITION BY {table.partition}" if table.partition else "",
        f"ORDER BY ({table.order})",
        _ttl(table, keep_days),
    ]
    settings = (*table.settings, *(DURABLE if durable else ()), *(() if cluster else SINGLE))
    lines.append(f"SETTINGS {', '.join(settings)}" if settings else "")
    made = ["\n".join(filter(None, lines))]
    if cluster:
        made.append(
            f"CREATE TABLE IF NOT EXISTS {table.name}{_on(cluster)} AS {name}\n"
            f"ENGINE = Distributed('{cluster}', currentDatabase(), {name}, {table.by or 0})"
        )
    return made


def _engine(table: Table, *, replicated: bool) -> str:
    if not replicated:
        return f"{table.engine}({table.arguments})"
    arguments = ["'/clickhouse/tables/{uuid}/{shard}'", "'{replica}'"]
    return f"Replicated{table.engine}({', '.join([*arguments, *filter(None, [table.arguments])])})"


def _ttl(table: Table, keep_days: int) -> str:
    aged = {"event_rows": "toDateTime(occurred_at)", "daily": "toDateTime(day)"}
    if keep_days and table.name in aged:
        return f"TTL {aged[table.name]} + INTERVAL {keep_days} DAY"
    return f"TTL {table.ttl}" if table.ttl else ""


def _shown(view: str, table: str, *, on: str) -> str:
    columns = ", ".join(f"`{name}`" for name in TABLE[table].names)
    return f"CREATE VIEW IF NOT EXISTS {view}{on} AS\nSELECT {columns} FROM {table} FINAL"


def _usage(*, on: str) -> str:
    columns = ", ".join(f"`{name}`" for name in TABLE["daily"].names)
    parts = (f"SELECT {columns} FROM {table}" for table in ("daily", "kept"))  # noqa: S608
    return f"CREATE VIEW IF NOT EXISTS usage{on} AS\n" + "\nUNION ALL ".join(parts)
