"""After an erasure not one byte of the person is left in VEREDA_HOME, and no backup brings one."""

import subprocess
import sys
import tarfile
import time

import pytest

from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.faults, pytest.mark.slow]

CANARY = "zyxwvana7c41"
TIMES = 300
TOGETHER = 5
"""How often each of the two did something, and how often in one request."""
HIDDEN = "zyxwvanon8d52"
"""The id of the person's browser from before they signed in."""

LIVE = f"""
import django
django.setup()
from django.db import connections
from vereda.collector.testing import Poster
from vereda.customers.actions.accounts import add_account
from vereda.customers.actions.notes import write_note
from vereda.customers.actions.people import add_person, edit_person
from vereda.customers.importable import PeopleKind
from vereda.events.folding import fold_everything
from vereda.events.store.current import close_event_store, event_store
from vereda.foundation.clock import now
from vereda.foundation.tasks import run_waiting_tasks
from vereda.imports.actions.files import start_import
from vereda.workspaces.actions.answers import claim_answer, keep_answer
from vereda.workspaces.actions.keys import issue_token
from vereda.workspaces.actions.profiles import sign_up_owner

owner = sign_up_owner(email="ana@acme.example", password="correct horse battery", name="Ana",
                      workspace_name="Acme", language="en", now=now())
account = add_account(owner.workspace, name="Cafes", by=owner, now=now())
person = add_person(owner.workspace, name="{CANARY}", email="{CANARY}@customer.example",
                    account=account, external_id="{CANARY}", phone="{CANARY}", by=owner, now=now())
person = edit_person(person, title="{CANARY}", preferences="{CANARY}", motivations="{CANARY}",
                     by=owner)
write_note(account, body="{CANARY} told us", subject="{CANARY}", participants=[person], by=owner,
           now=now())
start_import(owner.workspace, kind=PeopleKind(), file_name="people.csv", by=owner, now=now(),
             blocks=[b"id,name,email\\n{CANARY},{CANARY},{CANARY}@customer.example\\n"])
issued = issue_token(label="CRM", scopes=["customers.see"], expires_at=None, by=owner, now=now())
answer = claim_answer(issued.token, route="/people", key="1", fingerprint="1", now=now())
keep_answer(answer, status=200, body="{CANARY}")
poster = Poster(event_store())
poster.now = now()
poster.allow("wk_acme", workspace_id=owner.workspace.pk)
stamp = poster.now.isoformat()
assert poster.batch(
    *({{"type": "page", "name": "Prices", "anonymousId": "{HIDDEN}"}} for _ in range(50))
).status == 200
"""

SIGNED_IN = f"""
for user in ("{CANARY}", "bea"):
    said = (
        {{"type": "track", "event": "Opened", "userId": user, "timestamp": stamp,
          "properties": {{"by": user}}}},
        {{"type": "identify", "userId": user, "traits": {{"name": user}},
          "anonymousId": "{HIDDEN}" if user == "{CANARY}" else "bea-browser"}},
        {{"type": "track", "userId": user, "properties": {{"by": user}}}},
    )
    for number in range({TIMES} // {TOGETHER}):
        assert poster.batch(*(said * {TOGETHER})).status == 200
"""

END = """
fold_everything()
run_waiting_tasks()
close_event_store()
connections.close_all()
"""

AGAIN = """
import django
django.setup()
from django.db import connections
from vereda.collector.testing import Poster
from vereda.events.folding import fold_everything
from vereda.events.store.current import close_event_store, event_store
from vereda.foundation.clock import now
from vereda.foundation.tasks import run_waiting_tasks
from vereda.workspaces.queries import workspace_with_slug
poster = Poster(event_store())
poster.now = now()
poster.allow("wk_acme", workspace_id=workspace_with_slug("acme").pk)
stamp = poster.now.isoformat()
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
from vereda.workspaces.queries import owner_of, workspace_with_slug

workspace = workspace_with_slug("acme")
erase_person(person_with_key(workspace, "PE-1"), by=owner_of(workspace), now=now())
run_waiting_tasks()
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
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def found_in(home):
    """The files that hold a byte of the person."""
    return sorted(
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.is_file() and any(word in path.read_bytes().lower() for word in WORDS)
    )


WORDS = (CANARY.encode(), HIDDEN.encode())


def opened(server):
    return int(server.run("events", "count", "--workspace", "acme", "--name", "Opened"))


def wait_until_gone(server, *, seconds):
    until = time.monotonic() + seconds
    while (found := found_in(server.home)) and time.monotonic() < until:
        time.sleep(0.5)
    return found


def test_no_byte_of_somebody_erased_is_left_while_vereda_serves(tmp_path):
    server = RunningVereda(home=tmp_path)
    server.run("setup")
    in_django(server, LIVE + SIGNED_IN + END)
    before = found_in(tmp_path)
    assert {"events.duckdb", "vereda.sqlite3"} <= set(before)
    assert [name for name in before if name.startswith("imports/")]
    server.start()
    in_django(server, ERASE)

    left = wait_until_gone(server, seconds=150)
    count = opened(server)
    server.stop()

    assert left == []
    assert count == TIMES
    assert found_in(tmp_path) == []


def three_backups(server, folder):
    """Before they signed in, while they were a customer, and after they were erased."""
    server.home.mkdir()
    server.run("setup")
    in_django(server, LIVE + END)
    server.run("backup", str(folder / "visitor.tar"))
    in_django(server, AGAIN + SIGNED_IN + END)
    server.run("backup", str(folder / "customer.tar"))
    in_django(server, ERASE)
    server.run("backup", str(folder / "later.tar"))


def list_of_erasures_in(backup):
    with tarfile.open(backup) as tar:
        listed = tar.extractfile("erasures/list.jsonl")
        return listed.read() if listed else b""


def test_an_older_backup_does_not_bring_them_back(tmp_path):
    """Neither by what VEREDA_HOME knows, nor on a new machine by what a later backup knows."""
    server = RunningVereda(home=tmp_path / "home")
    three_backups(server, tmp_path)
    listed = list_of_erasures_in(tmp_path / "later.tar")
    assert listed.strip()
    assert not [word for word in WORDS if word in listed]
    assert CANARY.encode() in (tmp_path / "customer.tar").read_bytes()
    later = ("--erasures", str(tmp_path / "later.tar"))
    machine = RunningVereda(home=tmp_path / "machine")

    for name, where, given, expected in (
        ("customer", server, (), TIMES),
        ("visitor", machine, later, 0),
    ):
        again = RunningVereda(home=tmp_path / f"again-{name}")
        backup = str(tmp_path / f"{name}.tar")
        told = where.run("restore", backup, "--to", str(again.home), *given)
        assert "erased again: 1" in told
        again.start()
        left = wait_until_gone(again, seconds=60)
        count = opened(again)
        again.stop()
        assert left == []
        assert count == expected


def test_a_restore_that_was_cut_off_erases_before_it_serves(tmp_path):
    server = RunningVereda(home=tmp_path / "home")
    server.home.mkdir()
    server.run("setup")
    in_django(server, LIVE + SIGNED_IN + END)
    in_django(server, ERASE)
    again = server.home / "erasures" / "again"
    again.write_text("2020-01-01T00:00:00+00:00")

    server.run("setup")

    assert not again.exists()
    assert wait_until_gone(server, seconds=1) == []
    assert opened(server) == TIMES
