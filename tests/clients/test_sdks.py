"""The SDKs people have run unchanged, and each event they send is stored exactly once."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from benchmarks.load import write_key_of
from tests.clients.proxy import LossyLine
from tests.clients.tools import HERE, node_with_sdks
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.clients, pytest.mark.slow]

EVENTS = int(os.environ.get("VEREDA_TEST_SDK_EVENTS", "10000"))
START = datetime(2026, 1, 1, tzinfo=UTC)
ONE_IN = 6


def python_sdk(name):
    return lambda: [sys.executable, str(HERE / f"{name}.py")]


def node_sdk(name):
    return lambda: [node_with_sdks(), str(HERE / f"{name}.js")]


SDKS = {
    "segment-analytics-python": python_sdk("segment_python"),
    "rudder-sdk-python": python_sdk("rudder_python"),
    "@segment/analytics-node": node_sdk("segment_node"),
}


@pytest.mark.parametrize("sdk", SDKS)
def test_every_event_is_stored_once_with_its_person_account_and_time(tmp_path, sdk):
    command = SDKS[sdk]()
    server = RunningVereda(home=tmp_path)
    server.run("setup")
    key = write_key_of(server)
    server.start()
    line = LossyLine(server.port, one_in=ONE_IN)

    try:
        subprocess.run([*command, line.url, key, str(EVENTS)], check=True, timeout=600)
        counted = int(server.run("events", "count", "--workspace", "muestra", "--name", "Exported"))
    finally:
        line.close()
        server.stop()

    print(f"{sdk}: {EVENTS} events, {line.answered} answers, {line.lost} lost")  # noqa: T201
    assert line.lost > 0
    assert counted == EVENTS
    assert sorted(stored_in(tmp_path)) == [expected(number) for number in range(EVENTS)]


def expected(number):
    return (number, f"u{number % 100}", f"acct-{number % 10}", START + timedelta(seconds=number))


def stored_in(home):
    connection = duckdb.connect(str(home / "events.duckdb"))
    found = connection.execute(
        "SELECT properties, person_key, account_key, occurred_at FROM events"
        " WHERE name = 'Exported'"
    ).fetchall()
    connection.close()
    return [
        (json.loads(properties)["number"], person, account, at.replace(tzinfo=UTC))
        for properties, person, account, at in found
    ]
