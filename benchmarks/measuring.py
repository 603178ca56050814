"""The measured side of `metrics`: fills an empty home by SQL, then measures.

Run with Django set up: `main()` takes the number of events from the command line and prints one
JSON object. Events are made in the shape the store writes, day by day as they would arrive.
"""

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import duckdb
from django.conf import settings
from django.core.management import call_command

from benchmarks.explore import wait_for_message_ids
from vereda.customers.models.accounts import Account, AccountExternalId
from vereda.customers.rules.names import sortable
from vereda.events.actions.folding import fold_workspace
from vereda.events.actions.measuring import measure_all, measure_touched
from vereda.events.actions.metrics import add_ready_metrics
from vereda.events.actions.storing import store_events
from vereda.events.contracts.arriving import Submission, workspace_key
from vereda.events.contracts.measuring import Measurement
from vereda.events.models.folding import FoldCursor
from vereda.events.queries.metrics import event_names_of_features
from vereda.events.rules.defaults import READY
from vereda.events.rules.metrics import measurement_on
from vereda.events.store.current import event_store
from vereda.events.store.duckdb import DuckStore
from vereda.events.store.schema import statements
from vereda.events.testing import an_event
from vereda.foundation.clock import now
from vereda.foundation.ids import new_id
from vereda.product.actions import add_feature, add_product
from vereda.sample.actions.usage import usage_in_parts
from vereda.sample.rules.world import invent_world
from vereda.workspaces.actions.workspaces import open_workspace
from vereda.workspaces.models import Member, User

DAYS: Final = 180
PEOPLE: Final = 5
FEATURES: Final = 20
USED_A_DAY: Final = 3
TIMES: Final = 23
ACTIVE_OF_TEN: Final = 2
EVENTS_A_PERSON: Final = DAYS * USED_A_DAY * TIMES * ACTIVE_OF_TEN // 10
FEWEST_ACCOUNTS: Final = 100
SAMPLE_COMPANIES: Final = 60
TURNS: Final = 5

Figures = dict[str, Any]


def main() -> None:
    """Fill, measure, print."""
    events = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    accounts = max(FEWEST_ACCOUNTS, events // (EVENTS_A_PERSON * PEOPLE))
    member = filled(accounts)
    began = time.perf_counter()
    rows = fill_events(member, accounts, events)
    filling = time.perf_counter() - began
    figures = measured(member)
    stored = event_store().count(workspace_key(member.workspace_id))
    figures |= kept_up(member, accounts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures["whole"] = {
        "events": stored,
        "accounts": accounts,
        "people": accounts * PEOPLE,
        "rows_per_event": round(rows / stored, 3),
        "filled_s": round(filling, 1),
        "peak_mb": peak,
    }
    figures["size"] = size_of_sample()
    sys.stdout.write(f"{json.dumps(figures)}\n")


def filled(count: int) -> Member:
    """The owner of a workspace with so many accounts, and a product whose features mean events."""
    owner = User.objects.create_user("b@bench.example")
    member = open_workspace(name="Bench", slug="bench", owner=owner, now=now())
    own = {"workspace": member.workspace}
    accounts = [
        Account(
            number=number + 1,
            name=f"Company {number}",
            name_sort=sortable(f"Company {number}"),
            name_bare=sortable(f"Company {number}"),
            arr_minor=1_000_000 + number,
            currency="EUR",
            seats=PEOPLE + number % 5,
            **own,
        )
        for number in range(count)
    ]
    Account.objects.of(member.workspace).bulk_create(accounts)
    AccountExternalId.objects.of(member.workspace).bulk_create(
        [AccountExternalId(account=row, value=f"a{row.number - 1}", **own) for row in accounts]
    )
    product = add_product(member.workspace, name="Bench", by=None)
    for number in range(FEATURES):
        add_feature(product, name=f"Feature {number}", events=[f"Feature {number}"], by=None)
    add_ready_metrics(member.workspace, by=None)
    return member


# --- Events -----------------------------------------------------------------------------


def fill_events(member: Member, accounts: int, events: int) -> int:
    """Store so many events day by day, and their roll-up; answers the roll-up's rows."""
    store = duckdb.connect(str(settings.HOME / "events.duckdb"), config={"memory_limit": "1GB"})
    store.execute("SET enable_progress_bar = false")
    for statement in statements():
        store.execute(statement)
    stored, rows = 0, 0
    times = max(1, round(TIMES * events / (accounts * PEOPLE * EVENTS_A_PERSON)))
    first = now().date() - timedelta(days=DAYS - 1)
    for place in range(DAYS):
        store.begin()
        store.execute(USES_OF_A_DAY, {"place": place, "people": accounts * PEOPLE})
        values = {"workspace": member.workspace_id.hex, "day": first + timedelta(days=place)}
        for turn in range(times):
            count = store.execute(
                EVENTS_OF_USES, {**values, "base": stored, "turn": turn}
            ).fetchone()
            stored += int(count[0]) if count else 0
        count = store.execute(THEIR_ROLL_UP, {**values, "times": times}).fetchone()
        rows += int(count[0]) if count else 0
        store.commit()
    store.execute(LIE_TOGETHER)
    store.execute("DELETE FROM daily")
    store.execute("INSERT INTO daily SELECT * FROM sorted_daily")
    store.execute("DROP TABLE sorted_daily")
    store.execute("CHECKPOINT")
    store.close()
    FoldCursor.objects.of(member.workspace).create(through=stored)
    return rows


# Every word is ours.
USES_OF_A_DAY: Final = f"""
    CREATE OR REPLACE TEMP TABLE uses AS
    SELECT 'a' || (i // {PEOPLE}) AS account_key,
           'a' || (i // {PEOPLE}) || '-p' || (i % {PEOPLE}) AS person_key,
           'Feature ' || (hash(i, $place, n) % {FEATURES}) AS name, i, n,
           row_number() OVER (ORDER BY hash(i, n)) AS place
    FROM range($people) AS people(i), range({USED_A_DAY}) AS turns(n)
    WHERE hash(i, $place) % 10 < {ACTIVE_OF_TEN}
"""  # noqa: S608

EVENTS_OF_USES: Final = """
    INSERT INTO events
    SELECT $base + place, $workspace, 'm' || ($base + place), 'track', name, person_key, '',
           account_key, 1, $day::DATE + INTERVAL 8 HOUR + to_seconds($turn * 1200 + n * 300),
           $day::DATE + INTERVAL 8 HOUR + to_seconds($turn * 1200 + n * 300), '', '', '', 'bench'
    FROM uses
"""

THEIR_ROLL_UP: Final = """
    INSERT INTO daily
    SELECT $workspace, $day::DATE, account_key, person_key, '', name, 'track',
           CAST(count(*) * $times AS BIGINT), $day::DATE + INTERVAL 8 HOUR,
           $day::DATE + INTERVAL 16 HOUR
    FROM uses GROUP BY account_key, person_key, name
"""

LIE_TOGETHER: Final = """
    CREATE OR REPLACE TEMP TABLE sorted_daily AS
    SELECT * FROM daily ORDER BY workspace, date_trunc('month', day), account_key, day
"""


# --- Measuring ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds that a piece of work took: the median of a few times by the clock and of processors.

    Processor time is what is compared: it does not depend on who else uses the machine.
    """

    wall: float
    processor: float

    def beside(self, other: "Taken", *, limit: float) -> Figures:
        """This work as a share of the other."""
        return {
            "s": round(self.wall, 3),
            "processor_s": round(self.processor, 3),
            "ratio": round(self.processor / other.processor, 3),
            "ratio_by_clock": round(self.wall / other.wall, 3),
            "limit": limit,
        }


def measured(member: Member) -> dict[str, Figures]:
    """The fifteen metrics from the events and from the roll-up, each beside the scan."""
    workspace, today = workspace_key(member.workspace_id), now().date()
    questions = questions_on(member, today)
    since = datetime.combine(min(one.before for one in questions), datetime.min.time())
    flat, scan = scanned({"workspace": workspace, "since": since})
    store = event_store()
    wait_for_message_ids()
    raw = taken_by(lambda: store.measure(workspace, questions=questions, rolled_up=False))
    rolled = taken_by(lambda: store.measure(workspace, questions=questions))
    same = store.measure(workspace, questions=questions) == store.measure(
        workspace, questions=questions, rolled_up=False
    )
    if not same:
        raise RuntimeError("the roll-up and the events answer differently")
    scans = {
        "scan_s": round(scan.wall, 3),
        "scan_processor_s": round(scan.processor, 3),
        "flat_s": round(flat.wall, 3),
    }
    return {
        "without_roll_up": raw.beside(scan, limit=1.5) | scans,
        "with_roll_up": rolled.beside(scan, limit=0.1),
    }


def scanned(given: dict[str, object]) -> tuple[Taken, Taken]:
    """What the scan without groups takes, and the one for each account."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "1GB",
        "threads": os.cpu_count() or 1,
    }
    store = duckdb.connect(str(settings.HOME / "events.duckdb"), config=config)
    store.execute("SET enable_progress_bar = false")
    flat = taken_by(lambda: store.execute(FLAT, given).fetchall())
    scan = taken_by(lambda: store.execute(SCAN, given).fetchall())
    store.close()
    return flat, scan


def questions_on(member: Member, today: date) -> list[Measurement]:
    """What the fifteen ask of the store."""
    features = event_names_of_features(member.workspace)
    return [
        measurement_on(definition, today, features=features)
        for _slug, _name, _description, definition in READY
        if not definition.is_ratio
    ]


EVENTS_ASKED: Final = (
    "FROM events WHERE workspace = $workspace AND kind IN ('track', 'page', 'screen')"
    " AND occurred_at >= $since"
)
FLAT: Final = (
    'SELECT COUNT(*), SUM("count"), MAX(occurred_at), MAX(LENGTH(name)), MAX(LENGTH(account_key)),'
    f" MAX(LENGTH(person_key)), MAX(LENGTH(anonymous_id)) {EVENTS_ASKED}"
)
SCAN: Final = (
    'SELECT account_key, COUNT(*), SUM("count"), COUNT(DISTINCT person_key),'
    " COUNT(DISTINCT CAST(occurred_at AS DATE)), COUNT(DISTINCT name), MAX(occurred_at)"
    f" {EVENTS_ASKED} GROUP BY account_key"
)


def taken_by(
    work: Callable[[], object], *, before: Callable[[], object] = bool, turns: int = TURNS
) -> Taken:
    """The medians of a few times; what comes `before` each is not counted."""
    by_clock, by_processor = [], []
    for _turn in range(turns):
        before()
        began, worked = time.perf_counter(), time.process_time()
        work()
        by_clock.append(time.perf_counter() - began)
        by_processor.append(time.process_time() - worked)
    return Taken(median(by_clock), median(by_processor))


def kept_up(member: Member, accounts: int) -> dict[str, Figures]:
    """Bringing all values up to date after one in a hundred was used, beside computing all.

    All: a night's work, when a day passed since the time before.
    """
    workspace, moment = member.workspace, now()
    written = measure_all(workspace, now=moment - timedelta(days=TURNS))
    days = iter(range(TURNS - 1, -1, -1))
    changed = brought = 0

    def compute_all() -> None:
        nonlocal changed
        changed = measure_all(workspace, now=moment - timedelta(days=next(days)))

    def bring_up_to_date() -> None:
        nonlocal brought
        brought = measure_touched(workspace, now=moment)

    whole = taken_by(compute_all)
    part = taken_by(bring_up_to_date, before=lambda: use_some(member, accounts))
    return {
        "after_1_percent": {
            **part.beside(whole, limit=0.05),
            "values": brought,
            "all_s": round(whole.wall, 2),
            "all_processor_s": round(whole.processor, 2),
            "all_values": changed,
            "first_values": written,
        }
    }


def use_some(member: Member, accounts: int) -> None:
    """One account in a hundred does something now."""
    moment = now()
    chosen = random.sample(range(accounts), max(1, accounts // 100))
    events = [
        an_event(
            "Feature 1",
            message_id=f"late-{moment.timestamp()}-{number}",
            account_key=f"a{number}",
            person_key=f"a{number}-p0",
            occurred_at=moment,
            received_at=moment,
        )
        for number in chosen
    ]
    store_events(member.workspace, events, now=moment)
    while fold_workspace(member.workspace, now=moment):
        pass


def size_of_sample() -> Figures:
    """Bytes of the store for each event that the sample workspace invents."""
    moment = now()
    world = invent_world(moment.date(), companies=SAMPLE_COMPANIES)
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        path = Path(place) / "sample.duckdb"
        store, stored = DuckStore(path), 0
        for part in usage_in_parts(world, now=moment):
            submission = Submission(
                workspace=workspace_key(new_id()), received_at=moment, events=part
            )
            stored += store.add(submission).stored
        store.settle()
        store.close()
        size = path.stat().st_size
    return {
        "bytes_per_event": round(size / stored, 1),
        "events": stored,
        "limit": 60,
        "ratio": round(size / stored / 60, 2),
    }
