"""The measured side of `adoption`: fills an empty home by SQL, then recomputes.

Run with Django set up: `main()` takes the number of events from the command line and prints one
JSON object.
"""

import json
import resource
import sys
import time
from datetime import datetime, timedelta
from typing import Any, Final

import duckdb
from django.conf import settings
from django.core.management import call_command

from benchmarks.explore import wait_for_message_ids
from benchmarks.measuring import (
    DAYS,
    EVENTS_OF_USES,
    FEATURES,
    LIE_TOGETHER,
    PEOPLE,
    THEIR_ROLL_UP,
    TIMES,
    USED_A_DAY,
    filled,
    scanned,
    taken_by,
    use_some,
)
from vereda.adoption.actions.measuring import (
    measure_adoption,
    measure_adoption_touched,
    measure_durations,
)
from vereda.adoption.models import Adoption
from vereda.adoption.queries.things import things_measured
from vereda.events.contracts.arriving import workspace_key
from vereda.events.models.folding import FoldCursor
from vereda.events.store.current import event_store
from vereda.events.store.schema import statements
from vereda.foundation.clock import now
from vereda.workspaces.models import Member

EVENTS_A_PERSON: Final = 200
OF_A_THOUSAND: Final = 16
"""So many of a thousand people are there on a day: 23 times three uses, 200 in half a year."""

USES_OF_A_DAY: Final = f"""
    CREATE OR REPLACE TEMP TABLE uses AS
    SELECT 'a' || (i // {PEOPLE}) AS account_key,
           'a' || (i // {PEOPLE}) || '-p' || (i % {PEOPLE}) AS person_key,
           'Feature ' || (hash(i, $place, n) % {FEATURES}) AS name, i, n,
           row_number() OVER (ORDER BY hash(i, n)) AS place
    FROM range($people) AS people(i), range({USED_A_DAY}) AS turns(n)
    WHERE hash(i, $place) % 1000 < {OF_A_THOUSAND}
"""  # noqa: S608 - our own words

Figures = dict[str, Any]


def main() -> None:
    """Fill, recompute, print."""
    accounts = max(100, int(sys.argv[1]) // (EVENTS_A_PERSON * PEOPLE))
    call_command("migrate", verbosity=0)
    member = filled(accounts)
    rows = fill(member, accounts)
    figures = recomputed(member, accounts)
    stored = event_store().count(workspace_key(member.workspace_id))
    figures["whole"] = {
        "events": stored,
        "accounts": accounts,
        "people": accounts * PEOPLE,
        "rows_per_event": round(rows / stored, 3),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    sys.stdout.write(f"{json.dumps(figures)}\n")


def fill(member: Member, accounts: int) -> int:
    """Store the events day by day, and their roll-up; answers the roll-up's rows."""
    store = duckdb.connect(str(settings.HOME / "events.duckdb"), config={"memory_limit": "1GB"})
    store.execute("SET enable_progress_bar = false")
    for statement in statements():
        store.execute(statement)
    stored, rows = 0, 0
    first = now().date() - timedelta(days=DAYS - 1)
    for place in range(DAYS):
        store.begin()
        store.execute(USES_OF_A_DAY, {"place": place, "people": accounts * PEOPLE})
        values = {"workspace": member.workspace_id.hex, "day": first + timedelta(days=place)}
        for turn in range(TIMES):
            count = store.execute(
                EVENTS_OF_USES, {**values, "base": stored, "turn": turn}
            ).fetchone()
            stored += int(count[0]) if count else 0
        count = store.execute(THEIR_ROLL_UP, {**values, "times": TIMES}).fetchone()
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


def recomputed(member: Member, accounts: int) -> dict[str, Figures]:
    """People's curves beside the scan; all of it; and what follows what changed."""
    workspace, moment = member.workspace, now()
    since = datetime.combine(moment.date() - timedelta(days=DAYS), datetime.min.time())
    _flat, scan = scanned({"workspace": workspace_key(workspace.pk), "since": since})
    things = things_measured(workspace)
    event_store()
    wait_for_message_ids()
    people = taken_by(lambda: measure_durations(workspace.pk, things, on=moment.date()))
    began = time.perf_counter()
    first = measure_adoption(workspace, now=moment)
    first_s = time.perf_counter() - began
    whole = taken_by(lambda: measure_adoption(workspace, now=moment), turns=1)
    part = taken_by(
        lambda: measure_adoption_touched(workspace, now=moment),
        before=lambda: use_some(member, accounts),
    )
    return {
        "people": {
            **people.beside(scan, limit=2),
            "scan_s": round(scan.wall, 3),
            "scan_processor_s": round(scan.processor, 3),
        },
        "all": {
            "s": round(whole.wall, 2),
            "processor_s": round(whole.processor, 2),
            "rows": Adoption.objects.of(workspace).count(),
            "first_rows": first,
            "first_s": round(first_s, 1),
        },
        "after_1_percent": part.beside(whole, limit=0.1),
    }
