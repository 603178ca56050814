"""The engines that the contract is tested on, each empty at the start of a test.

chdb is ClickHouse in this process. It allows one place for its data in a process and is made
once; every test gets a database of its own in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from vereda.events.store.clickhouse.engine import SETTINGS, Engine
from vereda.events.store.clickhouse.store import ClickHouseStore
from vereda.events.store.duckdb import IN_MEMORY, DuckStore

_names = count()


@contextmanager
def duckdb_store() -> Iterator[DuckStore]:
    """A file in memory; a broken disk fails the test instead of ending it."""
    broken: list[BaseException] = []
    store = DuckStore(IN_MEMORY, on_broken=broken.append)
    yield store
    store.close()
    assert broken == []


def chdb_client(database: str = "default"):
    """A client of the ClickHouse in this process."""
    clickhouse_connect = pytest.importorskip("clickhouse_connect")
    return clickhouse_connect.get_client(interface="chdb", database=database, settings=SETTINGS)


@contextmanager
def chdb_store() -> Iterator[ClickHouseStore]:
    """A database of its own in the ClickHouse of this process."""
    name = f"contract_{next(_names)}"
    making = chdb_client()
    making.command(f"CREATE DATABASE {name}")
    store = ClickHouseStore(Engine(chdb_client(name)), durable=False)
    yield store
    store.close()
    making.command(f"DROP DATABASE {name} SYNC")
    making.close()


ENGINES = {"duckdb": duckdb_store, "clickhouse": chdb_store}
