"""After an erasure not one byte of the person is left in VEREDA_HOME."""

import subprocess
import sys

import pytest

from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.faults, pytest.mark.slow]

CANARY = "zyxwvana7c41"

LIVE = f"""
import django
django.setup()
from django.db import connections
from vereda.collector.testing import Poster
from vereda.customers.actions.accounts import add_account
from vereda.customers.actions.notes import write_note
from vereda.customers.actions.people import add_person, edit_person
from vereda.customers.models.people import Person
from vereda.events.folding import fold_everything
from vereda.events.store.current import close_event_store, event_store
from vereda.foundation.clock import now
from vereda.foundation.tasks import run_waiting_tasks
from vereda.workspaces.actions.profiles import sign_up_owner

owner = sign_up_owner(email="ana@acme.example", password="correct horse battery", name="Ana",
                      workspace_name="Acme", language="en", now=now())
account = add_account(owner.workspace, name="Cafes", by=owner, now=now())
person = add_person(owner.workspace, name="{CANARY}", email="{CANARY}@customer.example",
                    account=account, external_id="{CANARY}", phone="{CANARY}", by=owner, now=now())
person = edit_person(person, title="{CANARY}", preferences="{CANARY}", motivations="{CANARY}",
                     by=owner)
poster = Poster(event_store())
poster.now = now()
poster.intake._workspace_of = {{"wk_acme": owner.workspace.pk}}.get
stamp = poster.now.isoformat()
for user in ("{CANARY}", "bea"):
    for number in range(300):
        assert poster.batch(
            {{"type": "track", "event": "Opened", "userId": user, "timestamp": stamp,
              "properties": {{"by": user}}}},
            {{"type": "identify", "userId": user, "traits": {{"name": user}}}},
            {{"type": "track", "userId": user, "properties": {{"by": user}}}},
        ).status == 200
fold_everything()
run_waiting_tasks()
close_event_store()
connections.close_all()
"""

ERASE = """
import django
django.setup()
from django.db import connections
from vereda.events.store.current import close_event_store
from vereda.foundation.clock import now
from vereda.foundation.tasks import run_waiting_tasks
from vereda.customers.queries.people import person_with_key
from vereda.privacy.actions.requests import erase_person
from vereda.privacy.jobs import empty_row_log
from vereda.workspaces.queries import owner_of, workspace_with_slug

workspace = workspace_with_slug("acme")
erase_person(person_with_key(workspace, "PE-1"), by=owner_of(workspace), now=now())
run_waiting_tasks()
empty_row_log()
close_event_store()
connections.close_all()
"""


def in_django(server, script):
    """Run the script with the server's settings."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**server.environment, "DJANGO_SETTINGS_MODULE": "vereda.config.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def found_in(home):
    """The files that hold a byte of the person."""
    return sorted(
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes().lower()
    )


def test_no_byte_of_somebody_erased_is_left(tmp_path):
    server = RunningVereda(home=tmp_path)
    server.run("setup")
    in_django(server, LIVE)
    assert {"events.duckdb", "vereda.sqlite3"} <= set(found_in(tmp_path))

    in_django(server, ERASE)
    assert "vereda.sqlite3" not in found_in(tmp_path)
    server.run("doctor")

    assert found_in(tmp_path) == []
    assert int(server.run("events", "count", "--workspace", "acme", "--name", "Opened")) == 300
