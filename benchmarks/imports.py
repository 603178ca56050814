"""Rows of a file brought in per second, through check and run, and the memory that takes.

The limit is what this machine can do at most with the same file: the csv module reads it and one
executemany inserts its cells into a table of SQLite, durably, without detection, values, identity,
journal or counts. `memory` stands beside the memory of the same process before it began; the
file is ten times larger than the one of `accounts`, so memory that grew with rows would show.
"""

import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
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
def bring(path, finish):
    before, began = peak(), time.perf_counter()
    run = start_import(workspace, kind=importable_kind("accounts"),
                       blocks=[Path(path).read_bytes()], file_name="x.csv", by=member, now=now())
    choose_identity(run, identity="external_id", by=member, now=now())
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
small = bring(sys.argv[1], True)
large = bring(sys.argv[2], False)
print(json.dumps({"small": small, "large": large}))
"""


def run() -> dict[str, dict[str, Any]]:
    """Accounts per second beside raw inserts, the dry run's, and peak memory."""
    scale = float(os.environ.get("VEREDA_BENCH_SCALE", "1"))
    few, many = int(ROWS * scale), int(READ_ROWS * scale)
    with tempfile.TemporaryDirectory(prefix="vereda-bench-") as place:
        small, large = Path(place) / "small.csv", Path(place) / "large.csv"
        write_accounts(small, few)
        write_accounts(large, many)
        limit = few / read_and_inserted(small)
        figures = imported(Path(place) / "home", small, large)
    stored = few / figures["small"]["seconds"]
    checked = many / figures["large"]["checked"]
    memory = figures["large"]
    return {
        "accounts": rates(stored, limit),
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
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(count):
            day = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
            writer.writerow([f"A-{number}", f"Company {number}", "Software", "ES", day])


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


def imported(home: Path, small: Path, large: Path) -> dict[str, dict[str, float]]:
    """What a fresh process with a home of its own measured about itself."""
    settings = {"VEREDA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "vereda.config.settings"}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", IMPORTING, str(small), str(large)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, **settings},
    )
    figures: dict[str, dict[str, float]] = msgspec.json.decode(done.stdout.splitlines()[-1])
    return figures
