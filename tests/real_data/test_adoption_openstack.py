"""Adoption on sixteen years of real use: a person's first change, and a monthly pattern.

What Vereda answers stands beside plain Python on the rows of the file.
"""

import itertools
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from tests.real_data.conftest import DATA
from vereda.adoption.rules.patterns import (
    FEWEST_DAYS,
    longest_interval,
    shortest_stretch,
    uses_on,
)
from vereda.adoption.rules.survival import Spell, curve_of
from vereda.events.contracts.adopting import Lasting, UseGroup
from vereda.events.contracts.arriving import Kind, NewEvent, Submission
from vereda.events.contracts.measuring import Per
from vereda.events.store.duckdb import DuckStore
from vereda.events.testing import ACME

# ruff: noqa: S608 - statements are our own words
# ruff: noqa: T201 - figures are for whoever reads the log

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

FILE = DATA / "openstack-usage" / "events.parquet"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 2, 9, tzinfo=UTC)
UNTIL = date(2015, 1, 1)
MONTH = 30
CODE = "Code Edited"
TOGETHER = 20_000


def monthly(*names: str) -> UseGroup:
    """Something that is used regularly if it is used each month."""
    return UseGroup(
        names=names,
        longest=longest_interval(MONTH),
        shortest=shortest_stretch(MONTH),
        fewest=FEWEST_DAYS,
    )


GROUPS = [monthly(), monthly(CODE)]


@pytest.fixture(scope="module")
def rows():
    """(person, account, event, microseconds) of the years before 2015, each event once."""
    if not FILE.exists():
        pytest.skip(f"*** {FILE} is not there: real data is not tested ***")
    with duckdb.connect() as connection:
        return connection.execute(
            "SELECT event_id, user_id, account_id, event, EPOCH_US(timestamp) FROM"
            f" READ_PARQUET('{FILE}') WHERE timestamp < TIMESTAMP '{UNTIL}'"
            " QUALIFY ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY timestamp) = 1"
        ).fetchall()


@pytest.fixture(scope="module")
def store(rows):
    """A store that was given all of them."""
    store = DuckStore(":memory:")
    for start in range(0, len(rows), TOGETHER):
        events = [
            NewEvent(
                message_id=message,
                kind=Kind.TRACK,
                name=name,
                person_key=person,
                account_key=account,
                occurred_at=EPOCH + timedelta(microseconds=at),
                received_at=RECEIVED,
            )
            for message, person, account, name, at in rows[start : start + TOGETHER]
        ]
        store.add(Submission(workspace=ACME, received_at=RECEIVED, events=events))
    yield store
    store.close()


@pytest.fixture(scope="module")
def days(rows):
    """The days of each person: of anything, and of code."""
    told: dict[str, tuple[set[date], set[date]]] = defaultdict(lambda: (set(), set()))
    for _message, person, _account, name, at in rows:
        day = (EPOCH + timedelta(microseconds=at)).date()
        told[person][0].add(day)
        if name == CODE:
            told[person][1].add(day)
    return told


def plain_uses(held):
    """What plain Python says of somebody's days."""
    uses = uses_on(sorted(held), period=MONTH)
    assert uses is not None
    return uses


def test_each_person_is_told_as_their_days_tell(store, days):
    found = store.uses_by_subject(ACME, groups=GROUPS, per=Per.PERSON)

    told = {(one.key, one.place): one for one in found}
    plain = {
        (person, place): plain_uses(held[place])
        for person, held in days.items()
        for place in (0, 1)
        if held[place]
    }
    assert told.keys() == plain.keys()
    assert len(told) > 3_000
    assert {
        about: (
            one.first_at.date(),
            one.last_at.date(),
            one.use_days,
            one.gap_squares,
            one.longest_gap,
            one.regular_on,
            one.regular_days,
        )
        for about, one in told.items()
    } == {
        about: (
            uses.first_on,
            uses.last_on,
            uses.use_days,
            uses.gap_squares,
            uses.longest_gap,
            uses.regular_since_on,
            uses.regular_days,
        )
        for about, uses in plain.items()
    }


def test_the_time_to_a_monthly_pattern_is_counted_from_the_first_change(store, days):
    found = store.use_durations(
        ACME, groups=GROUPS[:1], per=Per.PERSON, whats=[Lasting.REGULAR], on=UNTIL
    )

    counted: Counter[tuple[int, bool]] = Counter()
    for held, _code in days.values():
        regular = plain_uses(held).regular_since_on
        counted[((regular or UNTIL) - min(held)).days, regular is not None] += 1
    mine: Counter[tuple[int, bool]] = Counter()
    for one in found:
        mine[one.days, one.happened] += one.count
    assert mine == counted
    came = sum(count for (_days, happened), count in mine.items() if happened)
    last = max(max(held) for held, _code in days.values())
    known = last - timedelta(days=shortest_stretch(MONTH))
    spells = []
    for held, _code in days.values():
        seen, regular = min(held), plain_uses(held).regular_since_on
        if seen <= known:
            watched = (known - seen).days
            spells.append(
                Spell(watched, happened=False)
                if regular is None or regular > known
                else Spell((regular - seen).days, happened=True)
            )
    curve = curve_of(spells)
    year = curve.share_by(365)
    assert year is not None
    print(
        f"\nopenstack-usage before {UNTIL}: {len(days):,} people, {came:,} came to a"
        f" monthly pattern; within a year of their first change {year:.1%}"
    )
    assert 0.1 < year < 0.6


def test_intervals_are_those_between_neighbouring_days(store, days):
    found = store.use_durations(
        ACME, groups=GROUPS[:1], per=Per.PERSON, whats=[Lasting.NEXT_USE], on=UNTIL
    )

    closed: Counter[int] = Counter()
    waiting: Counter[int] = Counter()
    for one in found:
        (closed if one.happened else waiting)[one.days] += one.count
    plain: Counter[int] = Counter()
    for held, _code in days.values():
        ordered = sorted(held)
        plain.update((later - day).days for day, later in itertools.pairwise(ordered))
    assert closed == plain
    assert waiting == Counter((UNTIL - max(held)).days for held, _code in days.values())
