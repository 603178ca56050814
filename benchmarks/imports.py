"""Rows of a file brought in per second, through check and run, and the memory that takes.

Accounts come first, for the subscriptions, tickets and daily usage belong to them. The limit is
what this machine can do at most with the file of accounts: the csv module reads it and one
executemany inserts its cells into a table of SQLite, durably, without detection, values, identity,
journal or counts. `memory` stands beside the memory of the same process before it began; the
file is ten times larger than the one of `accounts`, so memory that grew with rows would show.
"""

import csv
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

ROWS = 20_000
READ_ROWS = 200_000
COLUMNS = ("account_id", "account_name", "industry", "country", "signup_date")

IMPORTING = """
import json, resource, sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from vereda.foundation.clock import now
from vereda.imports.actions.checking import check_now, claim_check
from vereda.imports.actions.files import start_import
from vereda.imports.actions.mapping import choose_identity, map_columns
from vereda.imports.actions.running import claim_run, run_now
from vereda.imports.queries.imports import mapping_of
from vereda.imports.queries.kinds import importable_kind
from vereda.workspaces.actions.workspaces import open_workspace
from vereda.workspaces.models import User
member = open_workspace(
    name="Bench", slug="bench", owner=User.objects.create_user("b@bench.example"), now=now()
)
workspace = member.workspace
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def bring(path, finish, kind="accounts", identity="external_id"):
    before, began = peak(), time.perf_counter()
    run = start_import(workspace, kind=importable_kind(kind),
                       blocks=[Path(path).read_bytes()], file_name="x.csv", by=member, now=now())
    choose_identity(run, identity=identity, by=member, now=now())
    map_columns(run, mapping=mapping_of(run), by=member, now=now())
    check_now(workspace.pk, run.pk, runner=claim_check(run, now=now()))
    run.refresh_from_db()
    checked = time.perf_counter() - began
    if finish:
        run_now(workspace.pk, run.pk, runner=claim_run(run, now=now()))
        run.refresh_from_db()
        assert run.counts == {"created": run.rows}, (run.counts, run.failure)
    return {"checked": checked, "seconds": time.perf_counter() - began,
            "before": before, "peak": peak()}
figures = {"accounts": bring(sys.argv[1], True), "large": bring(sys.argv[2], False)}
for kind, identity, path in json.loads(sys.argv[3]):
    figures[kind] = bring(path, True, kind, identity)
print(json.dumps(figures))
"""


def run() -> dict[str, dict[str, Any]]:
    """Rows of each kind per second beside raw inserts, the dry run's, and peak memory."""
    scale = float(os.environ.get("VEREDA_BENCH_SCALE", "1"))
    few, many = int(ROWS * scale), int(READ_ROWS * scale)
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        small, large = Path(place) / "small.csv", Path(place) / "large.csv"
        write_accounts(small, few)
        write_accounts(large, many)
        others = [
            [kind, identity, str(write_rows(Path(place) / f"{kind}.csv", few, columns, row))]
            for kind, identity, columns, row in KINDS
        ]
        limit = few / read_and_inserted(small)
        figures = imported(Path(place) / "home", small, large, others)
    checked = many / figures["large"]["checked"]
    memory = figures.pop("large")
    return {
        **{kind: rates(few / said["seconds"], limit) for kind, said in figures.items()},
        "dry_run": rates(checked, limit),
        "memory": {
            "mb": round(memory["peak"], 1),
            "limit": round(memory["before"], 1),
            "ratio": round(memory["peak"] / memory["before"], 2),
        },
    }


def rates(per_second: float, limit: float) -> dict[str, Any]:
    """A figure beside its limit."""
    return {
        "per_s": round(per_second),
        "limit": round(limit),
        "ratio": round(per_second / limit, 4),
    }


def write_accounts(path: Path, count: int) -> None:
    """A file of accounts."""
    write_rows(path, count, COLUMNS, account_row)


def write_rows(
    path: Path, count: int, columns: Sequence[str], row: Callable[[int], list[object]]
) -> Path:
    """A file with so many rows; answers where it is."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(map(row, range(count)))
    return path


def account_row(number: int) -> list[object]:
    """One account."""
    return [f"A-{number}", f"Company {number}", "Software", "ES", day_of(number)]


def subscription_row(number: int) -> list[object]:
    """One subscription; an account in five has two."""
    return [f"S-{number}", account_of(number), day_of(number), "Team", 12, "49.90", "monthly"]


def ticket_row(number: int) -> list[object]:
    """One ticket."""
    day = day_of(number)
    return [f"T-{number}", account_of(number), f"Question {number}", "high", f"{day} 09:00"]


def usage_row(number: int) -> list[object]:
    """How often a feature was used on a day."""
    return [f"U-{number}", account_of(number), day_of(number), f"feature {number % 40}", 3]


def account_of(number: int) -> str:
    """The account that the row belongs to: one that the file of accounts holds."""
    return f"A-{number * 4 // 5}"


def day_of(number: int) -> str:
    """A day of last year."""
    return f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}"


Row = Callable[[int], list[object]]
KINDS: tuple[tuple[str, str, tuple[str, ...], Row], ...] = (
    (
        "subscriptions",
        "external_id",
        ("subscription_id", "account_id", "start_date", "plan", "seats", "amount", "period"),
        subscription_row,
    ),
    (
        "tickets",
        "external_id",
        ("ticket_id", "account_id", "subject", "priority", "opened_at"),
        ticket_row,
    ),
    (
        "usage",
        "usage_id",
        ("usage_id", "account_id", "usage_date", "feature_name", "usage_count"),
        usage_row,
    ),
)
"""Each kind: what its rows are recognised by, its columns, and how a row is written."""


def read_and_inserted(path: Path) -> float:
    """Seconds to read the file with csv and insert its cells durably, all at once."""
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        began = time.perf_counter()
        with closing(sqlite3.connect(Path(place) / "limit.sqlite3")) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("CREATE TABLE accounts (a TEXT PRIMARY KEY, b, c, d, e)")
            with path.open(encoding="utf-8", newline="") as file:
                rows = csv.reader(file)
                next(rows)
                connection.executemany("INSERT INTO accounts VALUES (?, ?, ?, ?, ?)", rows)
            connection.commit()
        return time.perf_counter() - began


def imported(
    home: Path, small: Path, large: Path, others: Sequence[Sequence[str]]
) -> dict[str, dict[str, float]]:
    """What a fresh process with a home of its own measured about itself."""
    settings = {"VEREDA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "vereda.config.settings"}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", IMPORTING, str(small), str(large), json.dumps(others)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, **settings},
    )
    figures: dict[str, dict[str, float]] = msgspec.json.decode(done.stdout.splitlines()[-1])
    return figures
