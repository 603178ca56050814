"""The measured side of `health`: fills an empty home by SQL, publishes a scorecard, measures."""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import duckdb
from django.conf import settings
from django.core.management import call_command

from benchmarks.measuring import filled
from vereda.customers.queries.accounts import accounts_by_external_id, listed_accounts
from vereda.events.actions.folding import fold_workspace, refresh_activity
from vereda.events.actions.measuring import measure_all, measure_touched
from vereda.events.actions.storing import store_events
from vereda.events.models.folding import FoldCursor
from vereda.events.store.schema import statements
from vereda.events.testing import an_event
from vereda.foundation.clock import now
from vereda.foundation.many_rows import NewRows
from vereda.health.actions.scorecards import draft_scorecard, publish_scorecard
from vereda.health.actions.scoring import score_accounts, score_portfolio
from vereda.health.contracts import CurvePoint, Factor, ScoreRules
from vereda.health.models.pulses import Pulse
from vereda.workspaces.models import Member, Workspace

DAYS: Final = 60
EVENTS_A_DAY: Final = 10
ACTIVE_OF_THREE: Final = 1
LIMIT_FULL: Final = 3.0
LIMIT_ONE_PERCENT: Final = 0.05
METRICS: Final = (
    "uses-28d",
    "people-28d",
    "active-days-28d",
    "features-28d",
    "days-since-use",
    "seat-share",
)
CURVE: Final = tuple(CurvePoint(at, share) for at, share in ((0, 0), (3, 0.4), (8, 0.7), (20, 1)))
RULES: Final = ScoreRules(
    factors=(
        *(Factor(name=slug, input=f"events.metric.{slug}", points=CURVE) for slug in METRICS),
        Factor(name="contact", input="customers.days_since_note", points=CURVE),
        Factor(name="opinion", input="health.pulse", points=CURVE),
    )
)

Figures = dict[str, Any]


def main() -> None:
    """Fill, measure, print."""
    count = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    member = filled(count)
    workspace = member.workspace
    events = fill_events(member, count)
    scans = taken(lambda: scan_for_each_metric(workspace))  # before the store opens the file
    give_opinions(workspace)
    refresh_activity(workspace, now=now())
    card = draft_scorecard(workspace, name="Bench", rules=RULES, by=member)
    publish_scorecard(card, note="", by=member, now=now())
    measuring = taken(lambda: measure_all(workspace, now=now(), slugs=METRICS))
    first = taken(lambda: score_portfolio(workspace, now=now()))
    again = taken(lambda: score_portfolio(workspace, now=now()))
    measure_all(workspace, now=now())
    one_percent = taken(lambda: after_news(workspace, count))
    full = measuring + first
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures: dict[str, Figures] = {
        "full": {
            "s": round(full, 2),
            "scans_s": round(scans, 2),
            "ratio": round(full / scans, 2),
            "limit": LIMIT_FULL,
        },
        "score": {"s": round(first, 2), "accounts_per_s": round(count / first)},
        "again": {"s": round(again, 2)},
        "one_percent": {
            "s": round(one_percent, 2),
            "ratio": round(one_percent / full, 3),
            "limit": LIMIT_ONE_PERCENT,
        },
        "whole": {"accounts": count, "events": events, "peak_mb": peak},
    }
    sys.stdout.write(f"{json.dumps(figures)}\n")


def taken(work: Callable[[], object]) -> float:
    """Processor seconds of the work: they do not depend on who else uses the machine."""
    began = time.process_time()
    work()
    return time.process_time() - began


def fill_events(member: Member, accounts: int) -> int:
    """About two hundred events of each account over sixty days; answers how many there are."""
    store = duckdb.connect(str(settings.HOME / "events.duckdb"), config={"memory_limit": "1GB"})
    for statement in statements():
        store.execute(statement)
    stored, first = 0, now().date() - timedelta(days=DAYS - 1)
    for place in range(DAYS):
        given = {"place": place, "accounts": accounts, "base": stored}
        values = {"workspace": member.workspace_id.hex, "day": first + timedelta(days=place)}
        count = store.execute(EVENTS, {**given, **values}).fetchone()
        stored += int(count[0]) if count else 0
        store.execute(ROLL_UP, values)
    store.execute("CHECKPOINT")
    store.close()
    FoldCursor.objects.of(member.workspace).create(through=stored)
    return stored


EVENTS: Final = f"""
    INSERT INTO events
    SELECT $base + row_number() OVER (), $workspace,
           'm' || ($base + row_number() OVER ()), 'track', 'Feature ' || (hash(i, $place, n) % 20),
           'a' || i || '-p' || (n % 3), '', 'a' || i, 1,
           $day::DATE + INTERVAL 8 HOUR + to_seconds(n * 300),
           $day::DATE + INTERVAL 8 HOUR + to_seconds(n * 300), '', '', '', 'bench'
    FROM range($accounts) AS accounts(i), range({EVENTS_A_DAY}) AS turns(n)
    WHERE hash(i, $place) % 3 < {ACTIVE_OF_THREE}
"""  # noqa: S608 - every word is ours

ROLL_UP: Final = """
    INSERT INTO daily
    SELECT $workspace, $day::DATE, account_key, person_key, '', name, 'track', count(*),
           min(occurred_at), max(occurred_at)
    FROM events WHERE workspace = $workspace AND occurred_at >= $day::DATE
      AND occurred_at < $day::DATE + INTERVAL 1 DAY
    GROUP BY account_key, person_key, name
"""

SCANS: Final = (
    "count(*)",
    "count(DISTINCT person_key)",
    "count(DISTINCT occurred_at::DATE)",
    "count(DISTINCT name)",
    "max(occurred_at)",
    "count(DISTINCT person_key)",
)


def scan_for_each_metric(workspace: Workspace) -> None:
    """What a plain columnar scan needs for each of the six metrics, one after the other."""
    since = datetime.combine(now().date() - timedelta(days=55), datetime.min.time())
    copy = settings.HOME / "events.duckdb"
    with duckdb.connect(
        str(copy), config={"memory_limit": "1GB", "threads": os.cpu_count() or 1}
    ) as store:
        for said in SCANS:
            statement = (
                f"SELECT account_key, {said} FROM events"  # noqa: S608 - every word is ours
                " WHERE workspace = $workspace AND occurred_at >= $since GROUP BY account_key"
            )
            store.execute(statement, {"workspace": workspace.pk.hex, "since": since}).fetchall()


def give_opinions(workspace: Workspace) -> None:
    """An opinion of every account."""
    made = NewRows(Pulse, workspace_id=workspace.pk, at=now(), value=4)
    rows = [
        made.make(account_id=pk) for pk in listed_accounts(workspace).values_list("pk", flat=True)
    ]
    Pulse.objects.of(workspace).bulk_create(rows)


def after_news(workspace: Workspace, count: int) -> None:
    """One account in a hundred is used again: folded, measured, scored."""
    keys = [f"a{number}" for number in range(0, count, 100)]
    store_events(
        workspace,
        [
            an_event("Feature 1", account_key=key, occurred_at=now(), received_at=now())
            for key in keys
        ],
        now=now(),
    )
    while fold_workspace(workspace, now=now()):
        pass
    measure_touched(workspace, now=now())
    ids: list[Any] = []
    for start in range(0, len(keys), 900):
        ids += accounts_by_external_id(workspace, keys[start : start + 900]).values()
    score_accounts(workspace, account_ids=ids, now=now())
