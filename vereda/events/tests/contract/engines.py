"""The engines that the contract is tested on, each empty at the start of a test.

"duckdb" is the file of one machine. "clickhouse" is ClickHouse in this process, through chdb.
"server" is the same engine in a process of its own, behind ClickHouse's HTTP interface. Both
are made once and bounded in memory; every test gets a database of its own.
"""

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path

import pytest

from vereda.events.store.clickhouse.engine import SETTINGS, Engine, clickhouse_address, connected
from vereda.events.store.clickhouse.store import ClickHouseStore
from vereda.events.store.duckdb import IN_MEMORY, DuckStore
from vereda.events.tests.contract.limits import BOUNDS

SERVER = "vereda.events.tests.contract.clickhouse_server"
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
    return clickhouse_connect.get_client(
        interface="chdb", database=database, settings={**SETTINGS, **BOUNDS}
    )


def a_database() -> str:
    """A name that no other test uses."""
    return f"contract_{os.getpid()}_{next(_names)}"


@contextmanager
def chdb_store() -> Iterator[ClickHouseStore]:
    """A database of its own in the ClickHouse of this process."""
    name = a_database()
    making = chdb_client()
    making.command(f"CREATE DATABASE {name}")
    store = ClickHouseStore(Engine(chdb_client(name)), durable=False)
    yield store
    store.close()
    making.command(f"DROP DATABASE {name} SYNC")
    making.close()


@contextmanager
def served_store() -> Iterator[ClickHouseStore]:
    """A database of its own on the server."""
    store = ClickHouseStore(connected(clickhouse_address(url_of(a_database()))), durable=False)
    yield store
    store.close()


@lru_cache(maxsize=1)
def port_of_server() -> int:
    """Where the server of this test run answers; it ends with the run."""
    place = tempfile.TemporaryDirectory(prefix="vereda-clickhouse-")
    server = ServerProcess(place.name)
    atexit.register(place.cleanup)
    atexit.register(server.end)
    return server.port


def url_of(database: str) -> str:
    """The URL of a database on the server."""
    return f"clickhouse://vereda:p%40ss@127.0.0.1:{port_of_server()}/{database}"


class ServerProcess:
    """The test server in a process of its own, on the port it had before or a free one."""

    def __init__(self, folder: str, *, port: int = 0) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", SERVER, folder, str(port)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "CLICKHOUSE_PASSWORD": "p@ss"},
            cwd=Path(__file__).parents[4],
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def end(self) -> None:
        """Kill it, as a machine that loses its power would."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


ENGINES = {"duckdb": duckdb_store, "clickhouse": chdb_store, "server": served_store}
