"""The `vereda` command as people and scripts call it: its own process, a home of its own."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tarfile
import time

import pytest

from vereda.config.cli import COMMANDS
from vereda.config.testing import free_port

pytestmark = pytest.mark.slow


def environment(home, **settings):
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("VEREDA_")}
    return {**inherited, "VEREDA_HOME": str(home), **settings}


def vereda(home, *words, **settings):
    return subprocess.run(
        [sys.executable, "-m", "vereda.config.cli", *words],
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A home that was set up, with the workspace acme in it."""
    home = tmp_path_factory.mktemp("home")
    done = vereda(home, "setup")
    assert done.returncode == 0, done.stderr
    opened = subprocess.run(
        [sys.executable, "-c", OPEN_ACME],
        env=environment(home, DJANGO_SETTINGS_MODULE="vereda.config.settings"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert opened.returncode == 0, opened.stderr
    return home


OPEN_ACME = """
import django
django.setup()
from vereda.foundation.clock import now
from vereda.workspaces.actions.profiles import sign_up_owner
sign_up_owner(email="ana@acme.example", password="correct horse battery", name="Ana",
              workspace_name="Acme", language="en", now=now())
"""


def test_help_names_every_command(tmp_path):
    done = vereda(tmp_path, "--help")

    assert done.returncode == 0
    assert all(f"    {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(prepared, name):
    done = vereda(prepared, name, "--help")

    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: vereda {name}")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nonsense"], 2),
        (["key"], 2),
        (["key", "--workspace", "nobody"], 1),
        (["link", "nobody@acme.example"], 1),
        (["events", "count", "--workspace", "nobody"], 1),
        (["import", "accounts", "/no/such/file.csv", "--workspace", "acme"], 1),
        (["import", "nonsense", "/no/such/file.csv", "--workspace", "acme"], 1),
        (["restore", "/no/such/backup.tar", "--to", "/no/such/home"], 1),
        (["bench", "nonsense"], 1),
    ],
)
def test_a_mistake_gets_a_sentence_and_no_trace(prepared, words, code):
    done = vereda(prepared, *words)

    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("vereda")
    assert done.stdout == ""


def test_an_unknown_setting_is_a_mistake(prepared):
    done = vereda(prepared, "doctor", VEREDA_PROT="8000")

    assert done.returncode == 1
    assert "VEREDA_PROT" in done.stderr
    assert "Traceback" not in done.stderr


def test_setup_can_be_repeated(prepared):
    assert vereda(prepared, "setup").returncode == 0


def test_key_prints_one_key_and_nothing_else(prepared):
    first, second = (vereda(prepared, "key", "--workspace", "acme") for _ in range(2))

    assert first.stdout == second.stdout
    assert first.stdout.startswith("wk_")
    assert first.stdout.count("\n") == 1


def test_events_count_prints_a_number(prepared):
    words = ("events", "count", "--workspace", "acme", "--name", "Never sent")

    assert vereda(prepared, *words).stdout == "0\n"


def test_events_ledger_prints_days_that_add_up(prepared):
    done = vereda(prepared, "events", "ledger", "--workspace", "acme", "--since", "2020-01-01")

    days = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert all(day["adds_up"] and day["received"] >= day["stored"] for day in days)


def test_link_signs_in_and_doctor_is_content(prepared):
    link = vereda(prepared, "link", "ana@acme.example").stdout

    assert "/sign-in/link/" in link
    done = vereda(prepared, "doctor")
    assert done.returncode == 0, done.stdout
    assert "WRONG" not in done.stdout


def test_a_backup_restored_elsewhere_is_equal(prepared, tmp_path):
    backup, home = tmp_path / "all.tar", tmp_path / "elsewhere"

    assert vereda(prepared, "backup", str(backup)).returncode == 0
    assert vereda(tmp_path / "unused", "restore", str(backup), "--to", str(home)).returncode == 0
    done = vereda(home, "doctor", "--against", str(backup))

    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("equal\n")


def test_a_home_that_lost_a_row_is_not_equal(prepared, tmp_path):
    backup, home = tmp_path / "all.tar", tmp_path / "elsewhere"
    vereda(prepared, "backup", str(backup))
    vereda(tmp_path / "unused", "restore", str(backup), "--to", str(home))

    rows = sqlite3.connect(home / "vereda.sqlite3", isolation_level=None)
    rows.execute("DELETE FROM workspaces_auditline")
    rows.close()
    done = vereda(home, "doctor", "--against", str(backup))

    assert done.returncode == 1
    assert "workspaces_auditline" in done.stdout


def test_a_damaged_backup_is_refused_and_leaves_nothing(prepared, tmp_path):
    backup, home = tmp_path / "all.tar", tmp_path / "elsewhere"
    vereda(prepared, "backup", str(backup))
    with tarfile.open(backup) as tar:
        place = tar.getmember("vereda.sqlite3").offset_data
    with backup.open("r+b") as file:
        file.seek(place + 5_000)
        file.write(b"damage")

    done = vereda(tmp_path / "unused", "restore", str(backup), "--to", str(home))

    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert not home.exists()


def test_restore_leaves_a_full_folder_alone(prepared, tmp_path):
    backup = tmp_path / "all.tar"
    vereda(prepared, "backup", str(backup))
    before = sorted(path.name for path in prepared.iterdir())

    done = vereda(prepared, "restore", str(backup), "--to", str(prepared))

    assert done.returncode == 1
    assert sorted(path.name for path in prepared.iterdir()) == before


class Serving:
    """`vereda serve` in its own process group."""

    def __init__(self, home):
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vereda.config.cli", "serve"],
            env=environment(home, VEREDA_PORT=str(self.port)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ask(self, path, *, method="GET", headers="", body=""):
        """Status and body, over a plain socket."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as peer:
            peer.sendall(
                f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}"
                f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            answer = b"".join(iter(lambda: peer.recv(65536), b""))
        return int(answer.split()[1]), answer.partition(b"\r\n\r\n")[2].decode()

    def wait_until_healthy(self, seconds=30):
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            try:
                if self.ask("/healthz")[0] == 200:
                    return time.monotonic() - began
            except OSError:
                time.sleep(0.05)
        raise AssertionError("not healthy")


@pytest.fixture
def serving(prepared):
    server = Serving(prepared)
    server.wait_until_healthy()
    yield server
    if server.process.poll() is None:
        os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()


def test_it_serves_pages_and_takes_events_that_other_processes_count(prepared, serving):
    key = vereda(prepared, "key", "--workspace", "acme").stdout.strip()
    event = json.dumps({"userId": "1", "event": "Served", "writeKey": key})

    assert serving.ask("/sign-in/")[0] == 200
    status, body = serving.ask(
        "/v1/track", method="POST", headers="Content-Type: application/json\r\n", body=event
    )

    assert status == 200, body
    counted = vereda(prepared, "events", "count", "--workspace", "acme", "--name", "Served")
    assert counted.stdout == "1\n"


def test_asked_to_stop_it_ends_with_every_process(serving):
    serving.process.send_signal(signal.SIGTERM)

    assert serving.process.wait(timeout=20) == 0
    with pytest.raises(OSError):  # noqa: PT011 - refused, whatever the system calls it
        serving.ask("/healthz")


def test_its_parent_killed_alone_leaves_no_process_behind(prepared, serving):
    serving.process.kill()
    serving.process.wait()

    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            serving.ask("/healthz")
        except OSError:
            break
        time.sleep(0.1)
    again = Serving(prepared)
    try:
        again.wait_until_healthy()
    finally:
        os.killpg(again.process.pid, signal.SIGKILL)
        again.process.wait()
