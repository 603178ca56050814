"""Every SDK, unchanged, through every kind of trouble: each event once, whose and when it was."""

import json
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page

from benchmarks.load import write_key_of
from tests.clients.proxy import NUMBER, FaultyLine
from tests.clients.sites import site
from tests.clients.tools import HERE, bundle_of, node_with_sdks, older_segment
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.clients, pytest.mark.browser, pytest.mark.slow]

START = datetime(2026, 1, 1, tzinfo=UTC)
PATIENCE = 300.0
SLOW = 2.5

SCENARIOS: dict[str, list[str | float]] = {
    "normal": [],
    "429": ["429"],
    "503 twice": ["503", "503"],
    "slow": [SLOW],
    "dropped": ["drop"],
    "oversized": [],
    "one bad": [],
}
SPECIAL = {"oversized": "large", "one bad": "bad"}
REASON = {"oversized": "event_too_large", "one bad": "too_many_keys"}

SERVERS = {
    "segment-analytics-python 2.4": 200,
    "segment-analytics-python 2.3.4": 200,
    "rudder-sdk-python": 200,
    "posthog-python": 200,
    "@segment/analytics-node": 200,
    "@rudderstack/rudder-sdk-node": 200,
    "posthog-node": 200,
}
BROWSERS = {
    "@segment/analytics-next": ("segment", 40),
    "@segment/analytics-next in batches": ("segment", 120),
    "@rudderstack/analytics-js": ("rudder", 40),
    "posthog-js": ("posthog", 120),
}
KEEP_LARGE = {
    "segment-analytics-python 2.4",
    "segment-analytics-python 2.3.4",
}
"""SDKs that refuse an event above 32 KB themselves and never send it."""

LOSE_WHAT_IS_LIMITED = {"posthog-js"}
"""SDKs that throw a batch away when they are told 429; our server never tells them."""

CELLS = [
    pytest.param(sdk, scenario, id=f"{sdk}, {scenario}")
    for sdk in (*SERVERS, *BROWSERS)
    for scenario in SCENARIOS
]


@dataclass
class Cell:
    """One SDK in one kind of trouble: what it was asked to send, over which line."""

    sdk: str
    scenario: str
    events: int
    line: FaultyLine
    key: str

    @property
    def name(self) -> str:
        """What its events and people are called after."""
        return re.sub(r"[^a-z0-9]+", "-", f"{self.sdk} {self.scenario}".lower()).strip("-")

    @property
    def task(self) -> dict[str, Any]:
        """What the client's program is told."""
        return {
            "name": self.name,
            "url": self.line.url,
            "key": self.key,
            "events": self.events,
            "special": SPECIAL.get(self.scenario),
            "batched": "batches" in self.sdk,
        }

    @property
    def lost(self) -> set[int]:
        """What the SDK itself threw away when it was told to wait."""
        if self.sdk not in LOSE_WHAT_IS_LIMITED or self.scenario != "429":
            return set()
        return numbers_in(self.line.refused)

    @property
    def arrived(self) -> bool:
        """Was everything acknowledged that the SDK did not throw away?"""
        return numbers_in(self.line.acknowledged) >= set(range(self.events)) - self.lost


@dataclass
class Found:
    """What the store holds after it all."""

    events: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    arrivals: dict[str, int] = field(default_factory=dict)


def numbers_in(bodies: list[bytes]) -> set[int]:
    return {int(number) for body in list(bodies) for number in NUMBER.findall(body)}


@pytest.fixture(scope="module")
def matrix(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> tuple[dict[tuple[str, str], Cell], Found]:
    """All cells were sent, the server is down, and this is what it stored."""
    commands = commands_of_servers()
    home = tmp_path_factory.mktemp("home")
    server = RunningVereda(home=home)
    server.run("setup")
    key = write_key_of(server)
    server.start()
    counts = SERVERS | {sdk: count for sdk, (_, count) in BROWSERS.items()}
    cells = {
        (sdk, scenario): Cell(
            sdk,
            scenario,
            count,
            FaultyLine(server.port, steps=steps),
            key,
        )
        for sdk, count in counts.items()
        for scenario, steps in SCENARIOS.items()
    }
    try:
        programs = [
            start(command, [cell for cell in cells.values() if cell.sdk == sdk], home, environment)
            for sdk, (command, environment) in commands.items()
        ]
        for sdk, (script, _) in BROWSERS.items():
            send_from_pages(browser, script, [cell for cell in cells.values() if cell.sdk == sdk])
        for program in programs:
            assert program.wait(timeout=PATIENCE) == 0, program.args
    finally:
        for cell in cells.values():
            cell.line.close()
        server.stop()
    return cells, found_in(home)


def commands_of_servers() -> dict[str, tuple[list[str], dict[str, str]]]:
    """How each SDK for servers is run, and with which variables."""
    node, path = node_with_sdks(), str(older_segment())
    python = [sys.executable, str(HERE / "cells_python.py")]
    javascript = [node, str(HERE / "cells_node.js")]
    return {
        "segment-analytics-python 2.4": ([*python, "segment"], {}),
        "segment-analytics-python 2.3.4": ([*python, "segment"], {"PYTHONPATH": path}),
        "rudder-sdk-python": ([*python, "rudder"], {}),
        "posthog-python": ([*python, "posthog"], {}),
        "@segment/analytics-node": ([*javascript, "segment"], {}),
        "@rudderstack/rudder-sdk-node": ([*javascript, "rudder"], {}),
        "posthog-node": ([*javascript, "posthog"], {}),
    }


def start(
    command: list[str], cells: list[Cell], home: Path, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    """The program with all its cells, at work."""
    tasks = home / f"{cells[0].name}.json"
    tasks.write_text(json.dumps([cell.task for cell in cells]), encoding="utf-8")
    with (home / "clients.log").open("ab") as log:
        return subprocess.Popen(
            [*command, str(tasks)],
            env={**os.environ, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def send_from_pages(browser: Browser, script: str, cells: list[Cell]) -> None:
    """A page for each cell, on a site of its own; back when each has sent its events."""
    with site(bundle_of(script)) as address:
        pages = [open_page(browser, address, cell) for cell in cells]
        deadline = time.monotonic() + PATIENCE
        while not all(cell.arrived for cell in cells) and time.monotonic() < deadline:
            pages[0].wait_for_timeout(100)
        pages[0].wait_for_timeout(1_000)
        failures = [page.evaluate("window.failure || ''") for page in pages]
        for page in pages:
            page.context.close()
    assert failures == [""] * len(pages)


def open_page(browser: Browser, address: str, cell: Cell) -> Page:
    page = browser.new_context().new_page()
    page.goto(address)
    page.evaluate(
        "task => { window.send(task).catch(error => { window.failure = String(error); }); }",
        cell.task,
    )
    return page


def found_in(home: Path) -> Found:
    connection, found = duckdb.connect(str(home / "events.duckdb")), Found()
    for properties, person, account, at in connection.execute(
        "SELECT properties, person_key, account_key, occurred_at FROM events"
        " WHERE name = 'Exported'"
    ).fetchall():
        said = json.loads(properties)
        happened_at = planned(said, at.replace(tzinfo=UTC))
        found.events[said["cell"]].append((said["number"], person, account, happened_at))
    for item, reason in connection.execute(
        "SELECT item, reason FROM quarantine WHERE severity = 'refused'"
    ).fetchall():
        cell = re.search(r'"cell":\s*"([^"]+)"', item)
        found.refused[cell[1] if cell else ""].append(reason)
    for outcome, count in connection.execute(
        'SELECT outcome, CAST(SUM("count") AS BIGINT) FROM arrivals'
        " WHERE outcome NOT IN ('warned') GROUP BY outcome"
    ).fetchall():
        found.arrivals[outcome] = count
    connection.close()
    return found


def planned(said: dict[str, Any], at: datetime) -> datetime:
    """When it was to happen, where the client told its own clock and was believed."""
    if "at" not in said:
        return at
    told = datetime.fromtimestamp(said["at"] / 1000, UTC)
    right = abs(at - told) < timedelta(seconds=1)
    return START + timedelta(seconds=said["number"]) if right else at


def expected(cell: Cell, number: int) -> tuple[int, str, str, datetime]:
    several = cell.sdk in SERVERS
    person = f"{cell.name}-u{number % 10 if several else ''}"
    account = f"{cell.name}-a{number % 5 if several else ''}"
    return (number, person, account, START + timedelta(seconds=number))


@pytest.mark.parametrize(("sdk", "scenario"), CELLS)
def test_each_event_is_stored_once_with_its_person_account_and_time(matrix, sdk, scenario, capsys):
    cells, found = matrix
    cell = cells[sdk, scenario]

    stored = sorted(found.events[cell.name])
    refused = found.refused[cell.name]

    with capsys.disabled():
        print(  # noqa: T201 - the log shows every cell
            f"\n{sdk:36} {scenario:10} {cell.events:4} sent, {len(stored):4} stored once,"
            f" {len(cell.lost):3} lost by the SDK, {len(refused)} refused,"
            f" {cell.line.requests:3} requests",
            end="",
        )
    loses = sdk in LOSE_WHAT_IS_LIMITED and scenario == "429"
    assert bool(cell.lost) is loses
    wanted = sorted(set(range(cell.events)) - cell.lost)
    assert cell.line.faults_left == 0
    assert stored == [expected(cell, number) for number in wanted]
    keeps = scenario == "oversized" and sdk in KEEP_LARGE
    assert refused == ([REASON[scenario]] if scenario in REASON and not keeps else [])


def test_everything_received_is_accounted_for(matrix):
    _, found = matrix
    counts = dict(found.arrivals)

    received = counts.pop("received")
    counts.pop("turned_away", None)

    assert counts["deduplicated"] > 0
    assert received == sum(counts.values())
