"""Several processes tell one ClickHouse: one leads, nothing is lost, doubled or half done."""

import threading
import time
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from vereda.events.contracts.arriving import Kind, Replay
from vereda.events.contracts.store import StoreUnavailable
from vereda.events.store.clickhouse import inbox, leading, planner
from vereda.events.store.clickhouse.engine import clickhouse_address, connected
from vereda.events.store.clickhouse.leading import AGAIN, DatabaseLease, FileLease
from vereda.events.store.clickhouse.orders import Letter, Store
from vereda.events.store.clickhouse.schema import TABLE
from vereda.events.store.clickhouse.store import ClickHouseStore, NoBackupHere
from vereda.events.testing import ACME, a_refusal, a_submission, an_event
from vereda.events.tests.contract.engines import a_database, url_of
from vereda.foundation.testing import MORNING

SPAN = {"since": date(2026, 1, 1), "until": date(2027, 1, 1)}


@pytest.fixture
def open_another(tmp_path):
    """Opens the store once more, as another process of the installation would."""
    url, made = url_of(a_database()), []

    def opened():
        made.append(
            ClickHouseStore(
                connected(clickhouse_address(url)),
                lease=FileLease(tmp_path / "lock"),
                durable=False,
            )
        )
        return made[-1]

    yield opened
    for store in made:
        if store._courier._thread.is_alive():
            store.close()


@pytest.fixture
def two(open_another):
    """The one that leads, and another."""
    leader, other = open_another(), open_another()
    leader.add(a_submission(an_event("First")))
    return leader, other


def soon(question, answer, *, seconds=60.0):
    """The answer arrives in time."""
    until = time.monotonic() + seconds
    while (found := question()) != answer:
        assert time.monotonic() < until, found
        time.sleep(0.05)


def uses(store):
    return sum(one.count for one in store.usage_per_day(ACME, **SPAN))


def test_what_another_process_takes_is_stored_by_the_one_that_leads(two):
    leader, other = two

    receipt = other.add(a_submission(an_event("Second"), refusals=[a_refusal()]))

    assert (receipt.stored, receipt.quarantined) == (1, 1)
    soon(lambda: leader.count(ACME), 2)
    assert uses(leader) == 2
    assert len(leader.quarantined(ACME, limit=5)) == 1


def test_a_message_that_reaches_two_processes_is_stored_once(two):
    leader, other = two
    event = an_event("Twice")

    leader.add(a_submission(event))
    other.add(a_submission(event))
    other.add(a_submission(an_event("Last")))

    soon(lambda: leader.count(ACME, name="Last"), 1)
    assert leader.count(ACME, name="Twice") == 1
    ended = {one.outcome.value: one.count for one in leader.arrivals(ACME, **SPAN)}
    assert ended == {"received": 4, "stored": 3, "deduplicated": 1}


def test_a_removal_is_answered_by_the_one_that_leads(two):
    _, other = two

    assert other.remove_source(ACME, source="") == 1
    assert other.count(ACME) == 0


def test_a_repair_is_answered_by_the_one_that_leads(two):
    leader, other = two
    leader.add(a_submission(refusals=[a_refusal()]))
    (item,) = leader.quarantined(ACME, limit=5)
    replay = Replay(
        item=item.seq, reason=item.reason, received_at=item.received_at, event=an_event("Repaired")
    )

    receipt = other.add(a_submission(replays=[replay]))

    assert receipt.repaired == 1
    assert leader.count(ACME, name="Repaired") == 1


def test_another_leads_when_the_leader_ends(two):
    leader, other = two

    leader.close()
    again = other.add(a_submission(an_event("Second")))

    assert again.stored == 1
    soon(lambda: other.count(ACME), 2)


def test_letters_that_nobody_opened_are_opened_by_the_next_leader(open_another):
    first = open_another()
    first.add(a_submission(an_event("First")))
    letters = inbox.Inbox(first._engine)
    first._courier.close()
    letters.put(Letter([Store(a_submission(an_event("Waits")))], [""]))

    second = open_another()

    soon(lambda: second.count(ACME), 2)


class Crash(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", range(8))
def test_a_commit_that_was_cut_off_is_carried_out_by_the_next_leader(
    open_another, monkeypatch, after
):
    first = open_another()
    first.add(a_submission(an_event("Visited", anonymous_id="a1", account_key="x")))
    identify = an_event("identify", kind=Kind.IDENTIFY, person_key="u1", anonymous_id="a1")
    cut_off_after(monkeypatch, after)
    with pytest.raises(StoreUnavailable):
        first.add(a_submission(identify, an_event("Exported"), refusals=[a_refusal()]))
    monkeypatch.undo()
    first.close()

    second = open_another()
    second.add(a_submission(an_event("Later", account_key="x")))

    assert second.count(ACME) == 4
    assert [(one.name, one.count) for one in second.usage_by_name(ACME, **SPAN)] == [
        ("Exported", 1),
        ("Later", 1),
        ("Visited", 1),
    ]
    (person,) = second.usage_by_person(ACME, **SPAN)
    assert (person.person_key, person.count) == ("u1", 3)
    assert len(second.quarantined(ACME, limit=5)) == 1
    ended = {one.outcome.value: one.count for one in second.arrivals(ACME, **SPAN)}
    assert ended == {"received": 5, "stored": 4, "quarantined": 1}
    assert len({one.seq for one in second.last_events(ACME, limit=9)}) == 4


def cut_off_after(monkeypatch, inserts):
    """The next commit writes its record and so many tables, then the process is gone."""
    original = planner.Planner._carry_out
    done: list[str] = []

    def carry_out(self, record):
        insert = self._engine.insert

        def counted(table, rows, *, token):
            if len(done) == inserts:
                raise StoreUnavailable("cut off")
            done.append(table.name)
            insert(table, rows, token=token)

        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(self._engine, "insert", counted)
            original(self, record)
        raise StoreUnavailable("cut off")

    monkeypatch.setattr(planner.Planner, "_carry_out", carry_out)
    monkeypatch.setattr(planner.Planner, "get_ready", lambda _: None)


def test_a_removal_that_was_cut_off_is_carried_out_by_the_next_leader(open_another, monkeypatch):
    first = open_another()
    first.add(a_submission(an_event(person_key="u1"), an_event(person_key="u2")))
    monkeypatch.setattr(planner, "carry_out_removal", cut_off)
    with pytest.raises(StoreUnavailable):
        first.erase_people(ACME, people=["u1"])
    monkeypatch.undo()

    assert first.add(a_submission(an_event(person_key="u3"))).stored == 1

    assert sorted(one.person_key for one in first.last_events(ACME, limit=9)) == ["u2", "u3"]
    assert uses(first) == 2


def cut_off(*_, **__):
    raise StoreUnavailable("cut off")


def test_who_was_outdone_carries_nothing_out(open_another):
    first = open_another()
    first.add(a_submission(an_event("First")))
    engine = first._engine
    later = planner.Planner(engine)
    later.get_ready()
    later._term += 1
    late = planner.Planner(engine, still_leading=lambda: False)
    late.get_ready()

    with pytest.raises(StoreUnavailable):
        late.store([a_submission(an_event("Of somebody who leads no more"))])
    later.store([a_submission(an_event("Of who leads"))])

    assert {one.name for one in first.last_events(ACME, limit=9)} == {"First", "Of who leads"}


def test_one_submission_that_cannot_be_stored_costs_no_other(open_another, monkeypatch):
    store = open_another()
    poison = a_submission(an_event("Poison", count=2**70))
    submissions = [a_submission(an_event(f"E{number}")) for number in range(5)]
    together = [*submissions[:3], poison, *submissions[3:]]
    outcomes: list[object] = [None] * 6

    def add(place):
        try:
            outcomes[place] = store.add(together[place])
        except StoreUnavailable as error:
            outcomes[place] = error

    threads = [threading.Thread(target=add, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert isinstance(outcomes[3], StoreUnavailable)
    assert store.count(ACME) == 5
    assert store.add(a_submission(an_event("After"))).stored == 1


def test_a_letter_with_poison_stores_the_rest_and_is_kept(two):
    leader, other = two
    poison = Store(a_submission(an_event(count=2**63)))
    broken = Store(a_submission(an_event("Far", occurred_at=MORNING + timedelta(days=1))))

    inbox.Inbox(other._engine).put(Letter([broken, poison], ["", ""]))

    soon(lambda: leader.count(ACME), 2)
    soon(lambda: len(leader._engine.rows("SELECT id FROM set_aside")), 1)


def test_letters_and_records_that_were_carried_out_are_dropped(two, monkeypatch):
    leader, other = two
    other.add(a_submission(an_event("Second")))
    soon(lambda: leader.count(ACME), 2)
    monkeypatch.setattr(inbox, "KEPT_MINUTES", -2)

    inbox.Inbox(other._engine).tidy(done=100)

    for table in ("inbox", "log"):
        assert other._engine.rows(f"SELECT * FROM {table}") == []  # noqa: S608
    assert leader.add(a_submission(an_event("Third"))).stored == 1
    assert leader.count(ACME) == 3


def test_news_ends_where_commits_are_whole(open_another):
    store = open_another()
    store.add(a_submission(an_event("Whole", account_key="x")))
    half = (50, ACME, "m", "track", "Half", "u", "", "y", 1, *[MORNING.replace(tzinfo=None)] * 2)
    store._engine.insert(TABLE["event_rows"], [(*half, "", "", "", "")], token="half-a-commit")

    assert store.news(ACME, after=0, limit=10).touched == ["x"]
    assert store.news(ACME, after=1, limit=10).through == 1


def test_a_backup_is_refused_with_where_to_find_one(open_another, tmp_path):
    store = open_another()

    with pytest.raises(NoBackupHere, match=r"docs/operate/scale\.md"):
        store.backup(tmp_path / "copy")

    assert not (tmp_path / "copy").exists()


def test_only_one_process_of_a_machine_leads(tmp_path):
    first, second = FileLease(tmp_path / "run" / "lock"), FileLease(tmp_path / "run" / "lock")

    assert (first.held(), second.held(), first.held()) == (True, False, True)
    first.release()
    assert second.held()
    second.release()


class Server:
    """What a lease needs of PostgreSQL: a lock that one connection has."""

    def __init__(self):
        self.holder = None
        self.cut = False

    def connect(self):
        return Connection(self)


class Connection:
    def __init__(self, server):
        self._server = server

    def cursor(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def execute(self, statement, _values=None):
        if self._server.cut:
            raise ConnectionResetError
        if "lock" in statement and self._server.holder is None:
            self._server.holder = self

    def fetchone(self):
        return [self._server.holder is self]

    def close(self):
        if self._server.holder is self:
            self._server.holder = None


def test_who_lost_the_connection_to_the_rows_leads_no_more(monkeypatch):
    server, clock = Server(), iter(range(0, 1_000, int(AGAIN) + 1))
    # The module's own clock: the one of `time` is asked by other threads of this process too.
    monkeypatch.setattr(leading, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    first, second = DatabaseLease(server.connect), DatabaseLease(server.connect)
    assert (first.held(), second.held()) == (True, False)

    server.cut = True
    assert not first.held()
    server.cut = False

    assert second.held()
    assert not first.held()
