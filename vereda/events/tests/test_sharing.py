"""One process holds the file; the others ask it, and take over when it ends."""

import os
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vereda.events.contracts.adopting import UseGroup
from vereda.events.contracts.exploring import Period, Population, Span, Trend
from vereda.events.contracts.measuring import Measure, Measurement, Per
from vereda.events.contracts.store import Expiry, StoreUnavailable
from vereda.events.store.opening import UnknownStore, open_store, store_path
from vereda.events.store.sharing import QUESTIONS
from vereda.events.testing import ACME, a_refusal, a_submission, an_event
from vereda.foundation.testing import MORNING


def opened(home: Path, **said):
    return open_store(home / "events.duckdb", run=home / "run", **said)


@pytest.fixture
def two_stores(tmp_path):
    owner, guest = opened(tmp_path), opened(tmp_path)
    yield owner, guest
    guest.close()
    owner.close()


def test_the_second_to_open_asks_the_first(two_stores):
    owner, guest = two_stores

    receipt = guest.add(a_submission(an_event(account_key="x"), refusals=[a_refusal()]))

    assert (owner.owned, guest.owned) == (True, False)
    assert (receipt.stored, receipt.quarantined) == (1, 1)
    assert owner.count(ACME) == guest.count(ACME) == 1


def test_every_answer_travels_unchanged(two_stores):
    owner, guest = two_stores
    owner.add(a_submission(an_event(account_key="x"), refusals=[a_refusal()]))
    span: dict[str, Any] = {"since": date(2026, 1, 1), "until": date(2027, 1, 1)}
    uses = Measurement(measure=Measure.COUNT, before=date(2025, 1, 1), **span)
    used = UseGroup(longest=10, shortest=21, fewest=4)
    asked: dict[str, dict[str, Any]] = {
        "usage_per_day": {**span, "accounts": ("x",)},
        "usage_per_day_and_name": span,
        "usage_by_name": {**span, "people": {"u1"}},
        "usage_by_person": span,
        "usage_by_account": span,
        "activity_by_account": {"on": MORNING.date()},
        "event_names": {},
        "count": {"name": None},
        "last_events": {"limit": 5},
        "explore": {
            "asked": Trend(span=Span(**span, zone="UTC"), period=Period.DAY),
            "population": Population(),
            "token": "t",
            "seconds": 60,
        },
        "exploring_progress": {"token": "t"},
        "cancel_exploring": {"token": "t"},
        "measure": {"questions": [uses]},
        "touched": {"after": 0, "through": 9},
        "events_behind": {"question": uses, "keys": ["x"], "limit": 5},
        "events_with": {"messages": []},
        "event_at": {"seq": 2},
        "arrivals": span,
        "quarantined": {"limit": 5},
        "quarantined_at": {"seq": 1},
        "quarantine_groups": {},
        "news": {"after": 0, "limit": 5},
        "anonymous_ids": {"people": ["u1"]},
        "ids_of_people": {},
        "uses_by_subject": {"groups": [used]},
        "uses_around": {"groups": [used], "spans": [(date(2026, 1, 1), date(2026, 2, 1))]},
        "use_absences": {"groups": [used], "days": 30, "on": MORNING.date()},
        "use_durations": {"groups": [used], "per": Per.ACCOUNT, "on": MORNING.date()},
        "count_expired": {"expiry": Expiry(before=MORNING, arrived_before=MORNING)},
    }

    for name, arguments in asked.items():
        assert getattr(guest, name)(ACME, **arguments) == getattr(owner, name)(ACME, **arguments)
    assert guest.heads() == owner.heads()
    assert guest.tallies() == owner.tallies()
    telling = {"add", "remove_source", "erase_people", "forget_workspace", "backup"}
    telling |= {"expire", "erase_bytes"}
    assert asked.keys() | telling | {"heads", "tallies"} == QUESTIONS.keys()


def test_the_socket_is_for_its_owner_only_and_answers_nothing_else(two_stores, tmp_path):
    _, guest = two_stores

    assert stat.S_IMODE((tmp_path / "run" / "events.sock").stat().st_mode) == 0o600
    with pytest.raises(AttributeError):
        guest.execute("SELECT 1")


def test_a_guest_takes_over_when_the_owner_ends(tmp_path):
    owner, guest = opened(tmp_path), opened(tmp_path)
    owner.add(a_submission(an_event()))

    owner.close()

    assert guest.count(ACME) == 1
    assert guest.owned
    guest.close()


OWNER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from vereda.events.contracts.arriving import Kind, NewEvent, Submission, WorkspaceKey
from vereda.events.store.opening import open_store

home, now = Path(sys.argv[1]), datetime(2026, 11, 2, tzinfo=UTC)
store = open_store(home / "events.duckdb", run=home / "run")
event = NewEvent(message_id="m", kind=Kind.TRACK, name="Before", occurred_at=now, received_at=now)
store.add(Submission(workspace=WorkspaceKey(sys.argv[2]), received_at=now, events=[event]))
print("stored", flush=True)
time.sleep(60)
"""


def test_a_guest_takes_over_when_the_owner_is_killed(tmp_path):
    command = [sys.executable, "-c", OWNER, str(tmp_path), ACME]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:  # noqa: S603
        assert owner.stdout is not None
        assert owner.stdout.readline() == "stored\n"
        guest = opened(tmp_path)
        before = guest.count(ACME)
        owner.kill()

    assert before == 1
    assert guest.add(a_submission(an_event("Afterwards"))).stored == 1
    assert guest.count(ACME) == 2
    guest.close()


def test_a_long_path_reaches_the_socket_too(tmp_path):
    home = tmp_path / ("x" * 100)
    owner, guest = opened(home), opened(home)

    assert guest.count(ACME) == 0
    guest.close()
    owner.close()


def test_an_owner_that_does_not_answer_is_said_so(tmp_path):
    owner = opened(tmp_path)
    os.unlink(tmp_path / "run" / "events.sock")

    with pytest.raises(StoreUnavailable):
        opened(tmp_path, patience=0.2)
    owner.close()


def test_an_address_of_another_engine_is_refused(tmp_path):
    assert store_path("duckdb:///events.duckdb", home=tmp_path) == tmp_path / "events.duckdb"
    with pytest.raises(UnknownStore):
        store_path("clickhouse://x", home=tmp_path)
