"""A store moves to ClickHouse while it is written, and the copy is proven equal."""

from datetime import date, timedelta

import pytest

from vereda.events.contracts.arriving import Kind
from vereda.events.contracts.store import StoreUnavailable
from vereda.events.store.clickhouse.engine import clickhouse_address, connected
from vereda.events.store.clickhouse.moving import Move
from vereda.events.store.clickhouse.store import ClickHouseStore
from vereda.events.store.duckdb import DuckStore
from vereda.events.testing import ACME, GLOBEX, a_refusal, a_submission, an_event
from vereda.events.tests.contract.engines import a_database, url_of
from vereda.foundation.errors import Refused
from vereda.foundation.testing import MORNING

SPAN = {"since": date(2026, 1, 1), "until": date(2027, 1, 1)}


@pytest.fixture
def file(tmp_path):
    """A store with something of everything in it."""
    store = DuckStore(tmp_path / "events.duckdb")
    for day in range(3):
        at = MORNING - timedelta(days=day)
        events = [
            an_event("Exported", account_key="x", person_key=f"u{n}", occurred_at=at)
            for n in range(4)
        ]
        store.add(a_submission(*events, at=at, refusals=[a_refusal()]))
    store.add(a_submission(an_event("Visited", anonymous_id="a1")))
    store.settle()
    store.add(a_submission(identify("u1", "a1"), an_event("Ñandú 😀", properties='{"a": "|"}')))
    store.add(a_submission(an_event(), workspace=GLOBEX))
    yield store
    store.close()


def identify(person, anonymous):
    return an_event("identify", kind=Kind.IDENTIFY, person_key=person, anonymous_id=anonymous)


@pytest.fixture
def url():
    return url_of(a_database())


@pytest.fixture
def move(file, url, tmp_path):
    """Moves the file's store there, as an installation's `vereda events move` does."""
    said: list[str] = []

    def run(*, is_stopped=True, installation="ours", source=file):
        engine = connected(clickhouse_address(url))
        try:
            return Move(
                source, engine, installation=installation, folder=tmp_path, say=said.append
            ).run(is_stopped=is_stopped)
        finally:
            engine.close()

    return run


def moved_store(url):
    return ClickHouseStore(connected(clickhouse_address(url)), durable=False)


def answers_of(store):
    return (
        store.tallies(),
        store.heads(),
        store.usage_per_day(ACME, **SPAN),
        store.usage_by_person(ACME, **SPAN),
        store.usage_by_name(ACME, **SPAN),
        store.last_events(ACME, limit=100),
        store.arrivals(ACME, **SPAN),
        store.quarantined(ACME, limit=100),
        store.news(ACME, after=0, limit=100),
    )


def test_the_copy_answers_as_the_file_does_and_goes_on(file, url, move):
    again = an_event("Before", message_id="same")
    file.add(a_submission(again))

    moved = move()

    store = moved_store(url)
    assert moved.finished
    assert answers_of(store) == answers_of(file)
    for one in (file, store):
        one.add(a_submission(again, an_event("After", message_id="after", anonymous_id="a1")))
    assert answers_of(store) == answers_of(file)
    store.close()


def test_what_comes_and_goes_while_it_is_copied_is_in_the_copy(file, url, move):
    first = move(is_stopped=False)
    file.add(a_submission(an_event("Later")))
    file.erase_people(ACME, people=["u2"])
    file.add(a_submission(an_event("Of another day", occurred_at=MORNING - timedelta(days=90))))

    second = move()

    assert (first.finished, second.finished) == (False, True)
    store = moved_store(url)
    assert answers_of(store) == answers_of(file)
    store.close()


class Cut(Exception):
    """The network is gone."""


def test_a_copy_that_was_cut_off_goes_on_and_cannot_be_used_before(file, url, move, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Move, "_bring_roll_up", cut)
        with pytest.raises(Cut):
            move()
    with pytest.raises(StoreUnavailable, match="not finished"):
        moved_store(url)

    assert move().finished

    store = moved_store(url)
    assert answers_of(store) == answers_of(file)
    store.close()


def cut(*_):
    raise Cut


def test_a_target_that_holds_something_else_is_refused(file, url, move):
    store = moved_store(url)
    store.add(a_submission(an_event()))
    store.close()

    with pytest.raises(Refused, match="not empty"):
        move()


def test_a_copy_of_another_installation_is_refused(move):
    move(is_stopped=False)

    with pytest.raises(Refused, match="not empty"):
        move(installation="theirs")


def test_a_finished_copy_is_never_written_again(move):
    move()

    with pytest.raises(Refused, match="not empty"):
        move()


def test_a_copy_that_differs_is_said_so(file, move, monkeypatch):
    monkeypatch.setattr(Move, "_bring_events", lambda *_: 0)

    with pytest.raises(Refused, match="differs in events"):
        move()


def test_no_snapshot_is_left_behind(move, tmp_path):
    move()

    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("moving")] == []
