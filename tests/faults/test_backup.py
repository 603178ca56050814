"""A backup taken while Vereda is written to is whole, and lives again elsewhere."""

import itertools
import threading
import time

import pytest

from benchmarks.load import write_key_of
from tests.faults.ledger import Ledger, Senders
from tests.faults.visitor import Visitor
from tests.stories.server import RunningVereda
from vereda.config.backups import DERIVED, FOLDERS, read_manifest
from vereda.config.testing import another_database, start_postgresql

pytestmark = [pytest.mark.faults, pytest.mark.slow]

OWNER = "owner@muestra.example"
FILE = b"%PDF-1.4\nwhat was agreed with the customer\n%%EOF\n"
ACCOUNT = {"name": "Cafes del Sur", "stage": "onboarding", "status": "active"}
LEAST_WRITTEN = 25


@pytest.fixture(scope="module")
def postgresql():
    """The URL of a real PostgreSQL, or a loud no."""
    url = start_postgresql()
    if not url:
        pytest.skip("no PostgreSQL on this machine")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request):
    """Where the rows are kept before the backup, and where after it."""
    if request.param == "sqlite":
        return "", ""
    url = request.getfixturevalue("postgresql")
    return another_database(url, "busy"), another_database(url, "restored")


def signed_in(server):
    visitor = Visitor(server.url)
    visitor.sign_in(server.run("link", OWNER))
    return visitor


def add_people(server, written, stop):
    """Add one person after the other by the form, as quickly as the server takes them."""
    visitor = signed_in(server)
    for number in itertools.count():
        if stop.is_set():
            return
        path = "/w/muestra/people/new/"
        status, page = visitor.send(path, {"name": f"Person {number}"}, form_of=path)
        assert status == 200, page[:500]
        written.append(f"Person {number}")


def wait_until(condition, *, seconds=60.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "nothing is written any more"
        time.sleep(0.02)


def test_a_backup_under_load_lives_again_elsewhere(tmp_path, databases):
    before, after = databases
    server = RunningVereda(home=tmp_path / "home", settings={"VEREDA_DATABASE_URL": before})
    server.home.mkdir()
    server.run("setup")
    key = write_key_of(server)
    ledger, people, stop = Ledger(), [], threading.Event()
    target = tmp_path / "backup.tar"
    server.start()
    keep_a_file(server)
    editor = threading.Thread(target=add_people, args=(server, people, stop), daemon=True)
    editor.start()
    with Senders(port=server.port, key=key, ledger=ledger, connections=3) as senders:
        wait_until(lambda: len(people) > LEAST_WRITTEN and len(senders.acknowledged()) > 1_000)
        promised, last = senders.acknowledged(), people[-1]
        began = time.monotonic()
        server.run("backup", str(target))
        backup_seconds = time.monotonic() - began
        goes_on = len(senders.acknowledged()), len(people)
        wait_until(lambda: len(senders.acknowledged()) > goes_on[0] and len(people) > goes_on[1])
    stop.set()
    editor.join()
    folders = {path.name for path in server.home.iterdir() if path.is_dir()}
    server.stop()

    again = RunningVereda(home=tmp_path / "again", settings={"VEREDA_DATABASE_URL": after})
    began = time.monotonic()
    again.run("restore", str(target), "--to", str(again.home))
    restore_seconds = time.monotonic() - began
    manifest = read_manifest(target)
    verdict = again.run("doctor", "--against", str(target))
    stored = sum(each["events"] for each in manifest["events"])
    print(  # noqa: T201 - the figures are the point
        f"backup {backup_seconds:.2f} s, restore {restore_seconds:.2f} s, {stored} events,"
        f" {sum(manifest['counts'].values())} rows, {target.stat().st_size} bytes"
    )
    assert verdict.endswith("equal")
    assert folders <= {*FOLDERS, *DERIVED}
    assert (again.home / "secret-key").read_bytes() == (server.home / "secret-key").read_bytes()
    assert [path.read_bytes() for path in (again.home / "account-files").iterdir()] == [FILE]
    assert len(promised) <= stored <= len(ledger.sent)

    again.start()
    counted = int(again.run("events", "count", "--workspace", "muestra", "--name", "Counted"))
    status, page = signed_in(again).open(f"/w/muestra/people/?q={last.replace(' ', '+')}")
    again.stop()
    assert counted == stored
    assert status == 200
    assert last in page


def keep_a_file(server):
    visitor = signed_in(server)
    path = "/w/muestra/accounts/new/"
    status, page = visitor.send(path, ACCOUNT, form_of=path)
    assert status == 200, page[:500]
    files = "/w/muestra/accounts/A-1/files/"
    status, page = visitor.send_file(f"{files}add/", FILE, name="agreed.pdf", form_of=files)
    assert status == 200, page[:500]
    assert "agreed.pdf" in page
