"""The questions of Explore over 90 days of 20 million events (VEREDA_BENCH_EVENTS).

The limit is one raw columnar scan: DuckDB reads the columns that a question about people needs
(name, person, time) of the same rows and counts them person by person, with nothing joined, sorted
or put in order. 20,000 accounts, 200,000 people of whom few do most, 30 names of which few are
most of all; the funnel's four steps are the ranks 4, 8, 12 and 16.
"""

import os
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import duckdb

from vereda.events.contracts.arriving import WorkspaceKey
from vereda.events.contracts.exploring import (
    Amount,
    Asked,
    Funnel,
    Paths,
    Period,
    Population,
    Retention,
    Span,
    Trend,
    Unit,
)
from vereda.events.store.duckdb import DuckStore
from vereda.events.store.schema import statements

ACME: Final = WorkspaceKey(f"{1:032x}")
FIRST_DAY: Final = date(2026, 8, 3)
DAYS: Final = 90
ACCOUNTS: Final = 20_000
PEOPLE: Final = 200_000
NAMES: Final = 30
TIMES: Final = 5
SPAN: Final = Span(since=FIRST_DAY, until=FIRST_DAY + timedelta(days=DAYS), zone="Europe/Madrid")
STEPS: Final = ("Event 4", "Event 8", "Event 12", "Event 16")

EVENTS: Final = f"""
INSERT INTO events SELECT i + 1, '{ACME}', 'm' || i, 'track', 'Event ' || n,
  CASE WHEN p % 50 = 0 THEN '' ELSE 'u' || p END, CASE WHEN p % 50 = 0 THEN 'v' || p ELSE '' END,
  'acc' || (p % {ACCOUNTS}), 1, moment, moment, '{{}}', '', '', 'key:bench'
FROM (
  SELECT i, CAST({PEOPLE} * POW(RANDOM(), 2) AS INTEGER) AS p,
    1 + CAST(FLOOR({NAMES} * POW(RANDOM(), 2)) AS INTEGER) AS n,
    TIMESTAMP '{FIRST_DAY}' + TO_MICROSECONDS(CAST({DAYS} * 86400000000.0 * i / $events AS BIGINT))
      AS moment
  FROM RANGE($events) AS t(i)
)
"""  # noqa: S608 - our own words
DAILY: Final = """
INSERT INTO daily SELECT * FROM (
  SELECT workspace, CAST(occurred_at AS DATE) AS day, account_key, person_key, anonymous_id, name,
    kind, COUNT(*), MIN(occurred_at), MAX(occurred_at)
  FROM events GROUP BY ALL
) ORDER BY DATE_TRUNC('month', day), account_key, day
"""
SCAN: Final = """
SELECT COUNT(*), SUM(n), MAX(name), MAX(latest) FROM (
  SELECT person_key, COUNT(*) AS n, MAX(name) AS name, MAX(occurred_at) AS latest FROM events
  WHERE workspace = ? AND occurred_at >= ? AND occurred_at < ? GROUP BY person_key
)
"""


def run() -> dict[str, dict[str, Any]]:
    """Each question's seconds, and how many raw scans that is."""
    events = int(os.environ.get("VEREDA_BENCH_EVENTS", "20000000"))
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        path = Path(place) / "events.duckdb"
        generate(path, events)
        store = DuckStore(path)
        try:
            return measured(store, events)
        finally:
            store.close()


def generate(path: Path, events: int) -> None:
    """A store with so many events and their roll-up, made by DuckDB alone."""
    connection = duckdb.connect(str(path), config={"memory_limit": "4GB"})
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SELECT SETSEED(0.4)")
    for statement in statements():
        connection.execute(statement)
    connection.execute(EVENTS, {"events": events})
    connection.execute(DAILY)
    connection.execute("CHECKPOINT")
    connection.close()


def measured(store: DuckStore, events: int) -> dict[str, dict[str, Any]]:
    """Every question beside the scan; each is asked in turn with it, so that both meet one load."""
    figures: dict[str, dict[str, Any]] = {}
    wait_for_message_ids()
    for name, asked in questions().items():
        mine, scans = [], []
        for _ in range(TIMES):
            scans.append(spent_on(lambda: scanned(store)))
            mine.append(spent_on(lambda asked=asked: answered(store, asked)))  # type: ignore[misc]
        scan, scan_by_clock = (median(each) for each in zip(*scans, strict=True))
        processor, by_clock = (median(each) for each in zip(*mine, strict=True))
        figures[name] = {
            "processor_s": round(processor, 3),
            "limit": round(2 * scan, 3),
            "ratio": round(processor / (2 * scan), 3),
            "scans": round(processor / scan, 2),
            "scans_by_clock": round(by_clock / scan_by_clock, 2),
            "seconds": round(by_clock, 3),
            "events": events,
        }
    return figures


def wait_for_message_ids() -> None:
    """Once, after the file was opened, a thread reads the ids of a month; it would be measured."""
    for thread in threading.enumerate():
        if thread.name == "event-marks":
            thread.join()


def questions() -> dict[str, Asked]:
    """What is asked."""
    return {
        "funnel": Funnel(span=SPAN, unit=Unit.PERSON, steps=STEPS, within_seconds=7 * 86_400),
        "retention": Retention(span=SPAN, unit=Unit.PERSON, period=Period.WEEK),
        "trend": Trend(
            span=SPAN, period=Period.WEEK, names=STEPS, amounts=(Amount.USES, Amount.PEOPLE)
        ),
        "paths": Paths(span=SPAN, unit=Unit.PERSON, anchor="Event 16", depth=3),
    }


def spent_on(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of processors, which do not depend on who else uses the machine, and of the clock."""
    began, worked = time.perf_counter(), time.process_time()
    work()
    return time.process_time() - worked, time.perf_counter() - began


def scanned(store: DuckStore) -> None:
    """The limit, on a cursor of the same store."""
    with store._reading() as cursor:
        cursor.execute(SCAN, [ACME, SPAN.since, SPAN.until]).fetchall()


def answered(store: DuckStore, asked: Asked) -> None:
    """The question's answer, whole."""
    answer = store.explore(
        ACME, asked=asked, population=Population(), token=str(asked), seconds=600
    )
    assert answer.unanswered is None, answer.unanswered  # noqa: S101 - a figure without an answer
