import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import vereda

ROWS = 20_000
BEGIN = """
import sys
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
by = open_workspace(name="A", slug="a", owner=User.objects.create_user("a@a.example"), now=now())
lines = ["id,name"] + [f"A{n},Company {n}" for n in range(int(sys.argv[1]))]
run = start_import(by.workspace, kind=importable_kind("accounts"),
                   blocks=["\\n".join(lines).encode()], file_name="a.csv", by=by, now=now())
choose_identity(run, identity="external_id", by=by, now=now())
map_columns(run, mapping=mapping_of(run), by=by, now=now())
check_now(by.workspace_id, run.pk, runner=claim_check(run, now=now()))
run_now(by.workspace_id, run.pk, runner=claim_run(run, now=now()))
"""
GO_ON = """
import json
import django
django.setup()
from datetime import timedelta
from vereda.customers.queries.accounts import listed_accounts
from vereda.foundation.clock import now
from vereda.foundation.tasks import run_waiting_tasks
from vereda.imports import jobs
from vereda.imports.actions.running import SILENT
from vereda.imports.models import Import, ImportChange
before = Import.every_workspace.get()
jobs.now = lambda: now() + SILENT + timedelta(seconds=1)
revived = jobs.resume_dead_imports()
run_waiting_tasks()
run = Import.every_workspace.get()
print(json.dumps({
    "stopped_at": before.position, "before": before.counts, "revived": revived,
    "state": run.state, "counts": run.counts,
    "accounts": listed_accounts(run.workspace_id).count(),
    "names": listed_accounts(run.workspace_id).values("name").distinct().count(),
    "journal": ImportChange.every_workspace.count(),
}))
"""


@pytest.mark.faults
@pytest.mark.slow
def test_m10_kill_9_in_the_middle_of_an_import_doubles_nothing_and_loses_nothing(tmp_path):
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("VEREDA_")}
    own = {"VEREDA_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "vereda.config.settings"}
    place: dict[str, Any] = {"cwd": Path(vereda.__file__).parents[1], "env": {**inherited, **own}}
    process = subprocess.Popen([sys.executable, "-c", BEGIN, str(ROWS)], **place)  # noqa: S603 - our own

    wait_for_position(tmp_path, process, at_least=1_000)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", GO_ON], check=True, capture_output=True, text=True, **place
    )

    found = json.loads(done.stdout.splitlines()[-1])
    assert 1_000 <= found["stopped_at"] < ROWS
    assert found["before"] == {"created": found["stopped_at"]}
    assert (found["revived"], found["state"]) == (1, "done")
    assert found["counts"] == {"created": ROWS}
    assert (found["accounts"], found["names"], found["journal"]) == (ROWS, ROWS, ROWS)


def wait_for_position(home, process, *, at_least):
    """Until the other process has stored so many rows."""
    until = time.monotonic() + 120
    while position_in(home) < at_least:
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.02)


def position_in(home):
    for path in home.glob("*.sqlite3"):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            try:
                row = connection.execute(
                    "SELECT position FROM imports_import WHERE state = 'running'"
                ).fetchone()
            except sqlite3.OperationalError:
                return 0
            return row[0] if row else 0
    return 0
