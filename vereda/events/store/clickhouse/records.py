"""The log: everything a commit will write, written down before any of it is.

ClickHouse has no transactions over several tables. So a commit is one row of the log, which
holds the rows of all tables; they are written after it, and after a crash written again: the
engine knows each insert by its token and takes it once. A record is decided when it is
written down. Carrying it out needs nothing but the record.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec

from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.store.clickhouse.schema import TABLE

LARGEST: Final = {"Int32": 2**31 - 1, "Int64": 2**63 - 1}


Said = str | int | list[str]


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What a removal takes away: what it says of events, or everything, and where people stand.

    `which` is a condition on events in our own words, `values` what it is given. `refusals` is
    one on the quarantine. Instants are text there. The roll-up of `days` is made again from the
    events that stay.
    """

    workspace: WorkspaceKey
    which: str = ""
    values: dict[str, Said] = {}
    refusals: str = ""
    people: list[str] = []
    anonymous: list[str] = []
    everything: bool = False
    days: list[date] = []


class Record(msgspec.Struct, frozen=True):
    """One commit. `rows` are encoded by table; `unkeyed` anonymous ids leave the roll-up."""

    id: str
    seq: int
    rows: dict[str, msgspec.Raw]
    unkeyed: list[tuple[WorkspaceKey, str]] = []
    removed: Removed | None = None


Rows = Sequence[Sequence[object]]

_RECORD: Final = msgspec.msgpack.Decoder(Record)
_ROWS: Final = msgspec.msgpack.Decoder(list[list[Any]])


def encoded_rows(table: str, rows: Rows) -> msgspec.Raw:
    """The rows as a record holds them; refused when a number is none that a column can hold."""
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True))
    for type_, column in zip(TABLE[table].types, columns, strict=True):
        for word, largest in LARGEST.items():
            if word in type_ and max(map(abs, column)) > largest:
                raise OverflowError(f"a number is too large for {table}")
    return msgspec.Raw(msgspec.msgpack.encode(rows))


def decoded_rows(table: str, rows: msgspec.Raw) -> list[tuple[object, ...]]:
    """The rows again, with days and instants."""
    found = _ROWS.decode(rows)
    columns = [
        msgspec.convert(list(column), _kind(type_))
        for type_, column in zip(TABLE[table].types, zip(*found, strict=True), strict=True)
    ]
    return list(zip(*columns, strict=True))


def packed(record: Record) -> bytes:
    """The record as bytes."""
    return msgspec.msgpack.encode(record)


def unpacked(payload: bytes) -> Record:
    """The record again."""
    return _RECORD.decode(payload)


def _kind(type_: str) -> Any:
    if "DateTime" in type_:
        return list[datetime]
    if "Date" in type_:
        return list[date]
    return list[Any]
