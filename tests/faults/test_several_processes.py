"""Two webs and two workers at once, with PostgreSQL and ClickHouse: nothing lost, nothing twice.

Half-way one of each is killed; on the same machine, a web and a worker share a DuckDB file.
"""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass

import psycopg
import pytest

from benchmarks.load import write_key_of
from tests.faults.ledger import Ledger, Senders
from tests.stories.server import PATIENCE_SECONDS, RunningVereda
from vereda.config.testing import another_database, start_postgresql
from vereda.events.store.clickhouse.engine import clickhouse_address, connected
from vereda.events.tests.contract.engines import ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SECONDS_OF_LOAD = 6.0
NONE_WRONG = {"lost": 0, "doubled": 0, "invented": 0, "changed": 0}
FACT = "vereda.events.contracts.facts.EventsStored"


@dataclass(slots=True)
class Part(RunningVereda):
    """`vereda web` or `vereda worker` in a process group of its own."""

    role: str = "web"

    def begin(self):
        """Start it; a web is waited for."""
        with (self.home / f"{self.role}-{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(self.role),
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + PATIENCE_SECONDS
        while self.role == "web" and not self.healthy():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)

    def said(self):
        """The last of what it printed."""
        path = self.home / f"{self.role}-{self.port}.log"
        return path.read_text(encoding="utf-8", errors="replace")[-3000:]

    def end(self):
        """Kill what is left of it."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def parts(tmp_path):
    """Starts parts of one installation; all end with the test."""
    started = []

    def start(role, settings):
        part = Part(home=tmp_path, settings=settings, role=role)
        part.begin()
        started.append(part)
        return part

    yield start
    for part in started:
        part.end()


@pytest.fixture
def clickhouse(tmp_path):
    """The URL of a database on a server of its own."""
    server = ServerProcess(str(tmp_path / "clickhouse"))
    yield f"clickhouse://vereda:p%40ss@127.0.0.1:{server.port}/vereda"
    server.end()


@pytest.fixture
def rows():
    """The URL of an empty database of a real PostgreSQL, or a loud no."""
    postgresql = start_postgresql()
    if not postgresql:
        pytest.skip("no PostgreSQL on this machine")
    return another_database(postgresql, "several")


def test_two_webs_and_two_workers_lose_and_repeat_nothing(tmp_path, rows, clickhouse, parts):
    settings = {
        "VEREDA_DATABASE_URL": rows,
        "VEREDA_EVENTS_URL": clickhouse,
        "VEREDA_SECRET_KEY": "x" * 50,
    }
    home = RunningVereda(home=tmp_path, settings=settings)
    home.run("setup")
    key, ledger = write_key_of(home), Ledger()
    webs = [parts("web", settings) for _ in range(2)]
    workers = [parts("worker", settings) for _ in range(2)]

    send_to_both(webs, key=key, ledger=ledger, half_way=lambda: kill_one_of_each(webs, workers))

    engine = connected(clickhouse_address(clickhouse))
    check_store(engine, ledger)
    newest = engine.rows("SELECT MAX(seq) FROM events")[0][0]
    engine.close()
    wait_for(lambda: folded_through(rows) == newest)
    wait_for(lambda: waiting_in(rows) == 0)
    assert told_twice(rows) == []
    assert people_in(rows) == Counter(f"u{number}" for number in range(50))


def send_to_both(webs, *, key, ledger, half_way):
    """Load on both webs for a while, and again after what happens half-way."""
    with (
        Senders(port=webs[0].port, key=key, ledger=ledger, connections=3) as senders,
        Senders(port=webs[1].port, key=key, ledger=ledger, connections=3),
    ):
        time.sleep(SECONDS_OF_LOAD)
        half_way()
        time.sleep(SECONDS_OF_LOAD)
        webs[0].begin()
        before = len(senders.acknowledged())
        wait_for(lambda: len(senders.acknowledged()) > before + 200)


def kill_one_of_each(webs, workers):
    webs[0].kill()
    workers[0].kill()


def check_store(engine, ledger):
    """Everything acknowledged is there once and unchanged; all sums agree."""
    stored = settled(lambda: stored_in(engine), ledger)
    faults = ledger.faults_in(stored)
    report = f"{len(ledger.acknowledged)} acknowledged, {len(stored)} stored, {faults}"
    print(report)  # noqa: T201 - the ledger is the point of this test
    assert faults == NONE_WRONG, report
    # What was sent and never acknowledged may still arrive: the sums agree once all is carried out.
    wait_for(lambda: uses_in(engine) == len(stored_in(engine)))
    assert ledger.faults_in(stored_in(engine)) == NONE_WRONG
    assert unbalanced_in(engine) == []


def wait_for(condition, *, seconds=60.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.1)


def settled(question, ledger):
    """The answer once everything acknowledged is there, or does not come any more."""
    until = time.monotonic() + 90
    while True:
        found = question()
        if not ledger.faults_in(found)["lost"] or time.monotonic() > until:
            return found
        time.sleep(0.2)


def stored_in(engine):
    return engine.rows("SELECT message_id, properties FROM events WHERE name = 'Counted'")


def uses_in(engine):
    return engine.rows("SELECT SUM(count) FROM usage WHERE name = 'Counted'")[0][0]


def unbalanced_in(engine):
    """Days whose sum of what was received does not add up."""
    return engine.rows(
        "SELECT workspace, day FROM arrivals WHERE outcome NOT IN ('warned', 'turned_away')"
        " GROUP BY workspace, day"
        " HAVING SUM(CASE WHEN outcome = 'received' THEN count ELSE -count END) <> 0"
    )


def asked(url, question):
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchall()


def folded_through(url):
    return asked(url, "SELECT MAX(through) FROM events_foldcursor")[0][0]


def waiting_in(url):
    return asked(
        url,
        "SELECT COUNT(*) FROM django_tasks_database_dbtaskresult"
        " WHERE status IN ('READY', 'RUNNING') AND (run_after IS NULL OR run_after <= NOW())",
    )[0][0]


def told_twice(url):
    """Points up to which events were folded that reactions heard of more than once."""
    heard = Counter(
        (args[0], args[2]["through"])
        for (told,) in asked(url, "SELECT args_kwargs FROM django_tasks_database_dbtaskresult")
        if (args := (told if isinstance(told, dict) else json.loads(told))["args"])[1:2] == [FACT]
    )
    assert heard
    return [point for point, times in heard.items() if times > 1]


def people_in(url):
    """How often each person's key is there."""
    return Counter(key for (key,) in asked(url, "SELECT value FROM customers_personexternalid"))


def test_a_web_and_a_worker_share_the_file_of_one_machine(tmp_path, parts):
    home = RunningVereda(home=tmp_path)
    home.run("setup")
    key, ledger = write_key_of(home), Ledger()
    worker = parts("worker", {})
    web = parts("web", {})

    with Senders(port=web.port, key=key, ledger=ledger, connections=3) as senders:
        wait_for(lambda: len(senders.acknowledged()) > 1_000)
        worker.kill()
        before = len(senders.acknowledged())
        wait_for(lambda: len(senders.acknowledged()) > before + 1_000)
        parts("worker", {})
        web.kill()
        web.begin()
        before = len(senders.acknowledged())
        wait_for(lambda: len(senders.acknowledged()) > before + 1_000)
    home.run("events", "ledger", "--workspace", "muestra")
    counted = int(home.run("events", "count", "--workspace", "muestra", "--name", "Counted"))

    assert len(ledger.acknowledged) <= counted <= len(ledger.sent)


def test_a_store_moves_to_clickhouse_under_the_feet_of_a_server(tmp_path, clickhouse, parts):
    home = RunningVereda(home=tmp_path)
    home.run("setup")
    key, ledger = write_key_of(home), Ledger()
    web = parts("web", {})

    with Senders(port=web.port, key=key, ledger=ledger, connections=2) as senders:
        wait_for(lambda: len(senders.acknowledged()) > 1_000)
        first = moved(home, clickhouse)
        refused = moved(home, "clickhouse://u:secret@127.0.0.1:1/x?wrong=1")
    web.end()
    again = moved(home, clickhouse)
    assert (first.returncode, again.returncode) == (3, 0), first.stderr + again.stderr
    there = RunningVereda(home=tmp_path, settings={"VEREDA_EVENTS_URL": clickhouse})
    counted = int(there.run("events", "count", "--workspace", "muestra", "--name", "Counted"))

    assert "run the same command again" in first.stdout
    assert "VEREDA_EVENTS_URL" in again.stdout
    assert refused.returncode == 1
    assert "secret" not in refused.stderr + refused.stdout
    assert "Traceback" not in refused.stderr
    assert len(ledger.acknowledged) <= counted <= len(ledger.sent)


def moved(home, url):
    return subprocess.run(
        home.command("events", "move", "--to", url),
        env=home.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
