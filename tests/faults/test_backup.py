"""A backup taken while Vereda is written to is whole, and lives again elsewhere."""

import threading
import time

import pytest

from benchmarks.load import write_key_of
from tests.faults.ledger import TOGETHER, Ledger, Senders
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


def keep_a_file(server):
    """An account with a file, put there by the forms."""
    visitor = signed_in(server)
    path = "/w/muestra/accounts/new/"
    status, page = visitor.send(path, ACCOUNT, form_of=path)
    assert status == 200, page[:500]
    files = "/w/muestra/accounts/A-1/files/"
    status, page = visitor.send_file(f"{files}add/", FILE, name="agreed.pdf", form_of=files)
    assert status == 200, page[:500]
    assert "agreed.pdf" in page


class Editor:
    """Somebody who adds one person after the other by the form until they are stopped."""

    def __init__(self, server):
        self._visitor = signed_in(server)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._add_people, daemon=True)
        self.added = []

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _add_people(self):
        path = "/w/muestra/people/new/"
        while not self._stop.is_set():
            name = f"Person {len(self.added)}"
            status, page = self._visitor.send(path, {"name": name}, form_of=path)
            assert status == 200, page[:500]
            self.added.append(name)


def wait_until(condition, *, seconds=60.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "nothing is written any more"
        time.sleep(0.02)


def backed_up_under_load(server, target):
    """Back up while it is written; how many events were sent, promised before, and who was added.

    Writing is seen to go on after the backup as before it.
    """
    ledger, key = Ledger(), write_key_of(server)
    with (
        Editor(server) as editor,
        Senders(port=server.port, key=key, ledger=ledger, connections=2) as senders,
    ):

        def written():
            return min(len(editor.added), len(senders.acknowledged()) // TOGETHER)

        wait_until(lambda: written() > LEAST_WRITTEN)
        promised, last = len(senders.acknowledged()), editor.added[-1]
        began = time.monotonic()
        server.run("backup", str(target))
        print(f"backup {time.monotonic() - began:.2f} s")  # noqa: T201 - figures are the point
        reached = len(senders.acknowledged()), len(editor.added)
        wait_until(lambda: len(senders.acknowledged()) > reached[0])
        wait_until(lambda: len(editor.added) > reached[1])
    return len(ledger.sent), promised, last


def restored(target, *, home, database):
    """What the backup holds, in a home of its own, found equal by the doctor."""
    again = RunningVereda(home=home, settings={"VEREDA_DATABASE_URL": database})
    began = time.monotonic()
    again.run("restore", str(target), "--to", str(home))
    print(f"restore {time.monotonic() - began:.2f} s")  # noqa: T201
    assert again.run("doctor", "--against", str(target)).endswith("equal")
    return again


def test_a_backup_under_load_lives_again_elsewhere(tmp_path, databases):
    before, after = databases
    server = RunningVereda(home=tmp_path / "home", settings={"VEREDA_DATABASE_URL": before})
    server.home.mkdir()
    server.run("setup")
    write_key_of(server)
    server.start()
    keep_a_file(server)

    sent, promised, last = backed_up_under_load(server, tmp_path / "backup.tar")
    folders = {path.name for path in server.home.iterdir() if path.is_dir()}
    server.stop()
    again = restored(tmp_path / "backup.tar", home=tmp_path / "again", database=after)
    stored = sum(each["events"] for each in read_manifest(tmp_path / "backup.tar")["events"])
    again.start()
    counted = int(again.run("events", "count", "--workspace", "muestra", "--name", "Counted"))
    _, page = signed_in(again).open(f"/w/muestra/people/?q={last.replace(' ', '+')}")
    again.stop()

    assert promised <= stored == counted <= sent
    assert last in page
    assert folders <= {*FOLDERS, *DERIVED}
    assert (again.home / "secret-key").read_bytes() == (server.home / "secret-key").read_bytes()
    assert [path.read_bytes() for path in (again.home / "account-files").iterdir()] == [FILE]
