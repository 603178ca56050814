"""Sixteen years of real use by 1,021 accounts, and the same counted again without Vereda.

What Vereda answers stands beside plain DuckDB on the file, or plain Python on its rows.
"""

import time
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.real_data.conftest import DATA
from vereda.events.contracts.arriving import Kind, NewEvent, Outcome, Submission
from vereda.events.contracts.exploring import Funnel, Period, Population, Retention, Span, Unit
from vereda.events.rules.exploring import bucket_of
from vereda.events.store.duckdb import DuckStore
from vereda.events.testing import ACME

# ruff: noqa: S608 - statements are our own words
# ruff: noqa: T201 - time and size are for whoever reads the log

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

FILE = DATA / "openstack-usage" / "events.parquet"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROWS, REPEATED = 1_016_873, 17_531
TOGETHER = 20_000
STEPS = ("Docs Edited", "Code Edited", "Test Edited")
WINDOW = timedelta(days=30)
YEAR = Span(since=date(2015, 1, 1), until=date(2016, 1, 1), zone="UTC")
MADRID = ZoneInfo("Europe/Madrid")
YEARS = Span(since=date(2013, 1, 1), until=date(2015, 1, 1), zone="Europe/Madrid")
FIRST_OF_EACH = (
    "SELECT * FROM (SELECT *, EPOCH_US(timestamp) AS us FROM"
    f" READ_PARQUET('{FILE}', file_row_number = true))"
    " QUALIFY ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY file_row_number) = 1"
)


@pytest.fixture(scope="module")
def parquet():
    """The file, of repeated ids only the first."""
    if not FILE.exists():
        pytest.skip(f"*** {FILE} is not there: real data is not tested ***")
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE once AS {FIRST_OF_EACH}")
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def history(parquet):
    """(person, account, event, microseconds), each event once."""
    return parquet.execute("SELECT user_id, account_id, event, us FROM once").fetchall()


@pytest.fixture(scope="module")
def brought_in(parquet, tmp_path_factory):
    """A store that was given every row of the file, and what it said to that."""
    path = tmp_path_factory.mktemp("openstack") / "events.duckdb"
    rows = parquet.execute(
        "SELECT event_id, user_id, account_id, event, product, feature, EPOCH_US(timestamp)"
        f" FROM READ_PARQUET('{FILE}', file_row_number = true) ORDER BY file_row_number"
    )
    store = DuckStore(path)
    began = time.perf_counter()
    receipts = []
    while part := rows.fetchmany(TOGETHER):
        events = [event_of(row) for row in part]
        receipts.append(store.add(Submission(workspace=ACME, received_at=RECEIVED, events=events)))
    seconds = time.perf_counter() - began
    store.settle()
    yield store, receipts
    store.close()
    size = path.stat().st_size
    print(
        f"\nopenstack-usage: {ROWS:,} events stored in {seconds:.1f} s ({ROWS / seconds:,.0f} a"
        f" second), {size / 1e6:.1f} MB, {size / (ROWS - REPEATED):.0f} bytes an event"
    )


def event_of(row):
    message, person, account, name, product, feature, microseconds = row
    return NewEvent(
        message_id=message,
        kind=Kind.TRACK,
        name=name,
        person_key=person or "",
        account_key=account or "",
        occurred_at=EPOCH + timedelta(microseconds=microseconds),
        received_at=RECEIVED,
        properties=f'{{"product":"{product}","feature":"{feature}"}}',
    )


def asked(store, question):
    answer = store.explore(ACME, asked=question, population=Population(), token="t", seconds=120)
    assert answer.unanswered is None
    return answer


def test_a_repeated_id_is_stored_once_and_accounted_for(brought_in):
    store, receipts = brought_in

    ended = {
        one.outcome: one.count
        for one in store.arrivals(ACME, since=RECEIVED.date(), until=date(2026, 11, 3))
        if not one.reason
    }

    assert store.count(ACME) == ROWS - REPEATED == sum(each.stored for each in receipts)
    assert ended[Outcome.RECEIVED] == ROWS
    assert ended[Outcome.DEDUPLICATED] == REPEATED == sum(each.deduplicated for each in receipts)


def test_active_days_and_people_of_every_account_and_month(brought_in, parquet):
    store, _ = brought_in
    expected = parquet.execute(
        "SELECT account_id, DATE_TRUNC('month', day)::DATE, COUNT(DISTINCT day),"
        " COUNT(DISTINCT user_id), COUNT(*) FROM"
        " (SELECT *, CAST(MAKE_TIMESTAMP(us) AS DATE) AS day FROM once) GROUP BY 1, 2"
    ).fetchall()

    found = [
        (usage.account_key, month, usage.days, usage.people, usage.count)
        for month in sorted({month for _, month, *_ in expected})
        for usage in store.usage_by_account(
            ACME, since=month, until=(month + timedelta(days=32)).replace(day=1)
        )
    ]

    assert len(expected) > 10_000
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("unit", Unit)
def test_a_funnel_equals_one_counted_row_by_row(brought_in, history, unit):
    store, _ = brought_in
    question = Funnel(span=YEAR, unit=unit, steps=STEPS, within_seconds=WINDOW.days * 86_400)

    began = time.perf_counter()
    found = asked(store, question).steps
    print(f"\nfunnel per {unit}: {time.perf_counter() - began:.2f} s")

    expected = counted_funnel(history, place=1 if unit is Unit.ACCOUNT else 0)
    assert [one.count for one in found] == [len(times) for times in expected]
    assert found[0].count > found[1].count > found[2].count > 0
    assert [one.since_first for one in found] == [
        pytest.approx(median(times) / 1e6) for times in expected
    ]


def counted_funnel(history, *, place):
    """For each step the microseconds since the first, of each unit's first time there.

    One walk through each unit's year: the latest chain of each length that is still open.
    """
    since, until = (
        (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
        for year in (2015, 2016)
    )
    mine: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in history:
        if since <= row[3] < until and row[2] in STEPS:
            mine[row[place]][row[3]].append(STEPS.index(row[2]))
    window = WINDOW // timedelta(microseconds=1)
    firsts: list[dict[int, int]] = [{} for _ in STEPS]
    for who, instants in mine.items():
        starts: list[int | None] = [None] * len(STEPS)
        for at in sorted(instants):
            before = list(starts)
            for step in instants[at]:
                start = at if step == 0 else before[step - 1]
                if start is not None and at - start <= window:
                    starts[step] = start
                    firsts[step].setdefault(who, at - start)
    return [list(times.values()) for times in firsts]


@pytest.mark.parametrize("unit", Unit)
def test_retention_by_month_equals_one_counted_row_by_row(brought_in, history, unit):
    store, _ = brought_in
    question = Retention(span=YEARS, unit=unit, period=Period.MONTH)

    began = time.perf_counter()
    found = asked(store, question).returned
    print(f"\nretention per {unit}: {time.perf_counter() - began:.2f} s")

    expected = counted_retention(history, place=1 if unit is Unit.ACCOUNT else 0)
    assert {(one.cohort, one.bucket): one.count for one in found} == expected
    assert len(expected) > 250


def counted_retention(history, *, place):
    """(cohort, month or None): how many units."""
    months = defaultdict(set)
    for row in history:
        months[row[place]].add(local_day(row[3]))
    counts: dict[tuple[int, int | None], int] = defaultdict(int)
    for days in months.values():
        first = min(days)
        if not YEARS.since <= first < YEARS.until:
            continue
        cohort = bucket_of(first, Period.MONTH)
        counts[cohort, None] += 1
        for month in {bucket_of(day, Period.MONTH) for day in days if day < YEARS.until}:
            counts[cohort, month] += 1
    return counts


def local_day(microseconds):
    """The day it was in Madrid; which hour it changes at is asked once an hour of UTC."""
    hour = microseconds // 3_600_000_000
    if hour not in LOCAL_DAYS:
        LOCAL_DAYS[hour] = (EPOCH + timedelta(hours=hour)).astimezone(MADRID).date()
    return LOCAL_DAYS[hour]


LOCAL_DAYS: dict[int, date] = {}
