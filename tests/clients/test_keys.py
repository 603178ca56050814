"""Write keys against a real server: what is proven, on which site, and until when."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request  # noqa: TID251 - a test asks a server on loopback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.load import write_key_of
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.clients, pytest.mark.slow]

KEYS = """
import json
import django
django.setup()
from datetime import timedelta
from vereda.foundation import clock
from vereda.workspaces.actions.keys import (
    edit_write_key, issue_key_of_kind, issue_write_key, replace_write_key
)
from vereda.workspaces.contracts import WriteKeyKind
from vereda.workspaces.queries import owner_of, workspace_with_slug
workspace = workspace_with_slug("muestra")
by, now = owner_of(workspace), clock.now()
site = issue_write_key(workspace, label="site", by=by, now=now)
edit_write_key(site, by=by, origins=["https://app.example"])
old = issue_write_key(workspace, label="old", by=by, now=now)
ended = issue_write_key(workspace, label="ended", by=by, now=now)
print(json.dumps({
    "site": site.secret,
    "old": old.secret,
    "new": replace_write_key(old, ends_at=now + timedelta(hours=1), by=by, now=now).secret,
    "ended": ended.secret,
    "after": replace_write_key(ended, ends_at=now, by=by, now=now).secret,
    "secret": issue_key_of_kind(
        workspace, kind=WriteKeyKind.SECRET, label="server", by=by, now=now
    ).secret,
}))
"""

USES = """
import json
import django
django.setup()
from vereda.workspaces.models import WriteKey
print(json.dumps({
    key.label + (" replaced" if key.replaced_at else ""):
        [bool(key.last_used_at), key.still_sends, bool(key.in_browser_at)]
    for key in WriteKey.every_workspace.all()
}))
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVereda]:
    prepared = RunningVereda(home=tmp_path_factory.mktemp("home"))
    prepared.run("setup")
    write_key_of(prepared)
    yield prepared
    if is_running(prepared):
        prepared.stop()


@pytest.fixture
def server(prepared: RunningVereda) -> RunningVereda:
    """Running, whatever the test before did."""
    if not is_running(prepared):
        prepared.start()
    return prepared


@pytest.fixture(scope="module")
def keys(prepared: RunningVereda) -> dict[str, str]:
    told: dict[str, str] = told_by(prepared, KEYS)
    return told


def is_running(server: RunningVereda) -> bool:
    return server.process is not None and server.process.poll() is None


def told_by(server: RunningVereda, code: str) -> Any:
    settings = {"DJANGO_SETTINGS_MODULE": "vereda.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**server.environment, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def post(server: RunningVereda, key: str, *items: dict[str, Any], **headers: str) -> int:
    """The status of a batch of these items."""
    body = json.dumps({"batch": items, "writeKey": key}).encode()
    request = urllib.request.Request(f"{server.url}/v1/batch", body, headers)  # noqa: S310, TID251
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310, TID251
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def a_track(event: str = "Seen", **said: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "userId": "u1", **said}


def test_each_key_is_good_for_what_it_is(server, keys):
    answers = {
        "on its site": post(server, keys["site"], a_track(), Origin="https://app.example"),
        "elsewhere": post(server, keys["site"], a_track(), Origin="https://evil.example"),
        "replaced": post(server, keys["old"], a_track()),
        "its successor": post(server, keys["new"], a_track()),
        "ended": post(server, keys["ended"], a_track()),
        "after it": post(server, keys["after"], a_track()),
        "secret": post(server, keys["secret"], a_track()),
        "secret in a browser": post(server, keys["secret"], a_track(), Origin="https://a.example"),
    }

    assert answers == {
        "on its site": 200,
        "elsewhere": 403,
        "replaced": 200,
        "its successor": 200,
        "ended": 401,
        "after it": 200,
        "secret": 200,
        "secret in a browser": 403,
    }


def test_the_page_knows_which_keys_are_used_and_where(server, keys):
    post(server, keys["old"], a_track())
    post(server, keys["secret"], a_track(), Origin="https://a.example")
    told = {
        "old replaced": [True, True, False],
        "server": [True, False, True],
        "ended replaced": [False, False, False],
    }
    until = time.monotonic() + 60

    while (uses := told_by(server, USES)) | told != uses and time.monotonic() < until:
        time.sleep(0.2)

    assert {name: uses[name] for name in told} == told


def test_a_person_told_by_a_server_stays_who_they_are_after_a_restart(
    server: RunningVereda, keys: dict[str, str]
):
    person = {"type": "identify", "userId": "p1"}
    assert post(server, keys["secret"], {**person, "traits": {"email": "a@ok.example"}}) == 200
    server.stop()
    server.start()

    assert post(server, keys["new"], {**person, "traits": {"email": "thief@x.example"}}) == 200
    server.stop()

    connection = duckdb.connect(str(Path(server.home) / "events.duckdb"))
    told = connection.execute(
        "SELECT traits FROM events WHERE person_key = 'p1' ORDER BY seq"
    ).fetchall()
    warned = connection.execute(
        "SELECT reason FROM quarantine WHERE reason = 'unproven_traits_dropped'"
    ).fetchall()
    connection.close()
    assert told == [('{"email":"a@ok.example"}',), ("",)]
    assert len(warned) == 1
