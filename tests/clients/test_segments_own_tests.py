"""The tests that segment-analytics-python brings, run against our server instead of Segment's."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.load import write_key_of
from tests.clients.tools import HERE
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.clients, pytest.mark.slow]

THEIR_KEY = "testsecret"
BY_DESIGN = {"test_success_on_invalid_write_key"}
"""Segment answers 200 to a key nobody has and throws the events away; we say it is unknown."""

MAKE_KEY = f"""
import django
django.setup()
from vereda.workspaces.models import Workspace, WriteKey
from vereda.foundation.tokens import digest_of
WriteKey.objects.of(Workspace.objects.get(slug="muestra")).create(
    digest=digest_of("{THEIR_KEY}"), secret="{THEIR_KEY}", prefix="{THEIR_KEY}", label="suite"
)
"""


def test_131_of_132_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    server = RunningVereda(home=tmp_path)
    server.run("setup")
    write_key_of(server)
    settings = {"DJANGO_SETTINGS_MODULE": "vereda.config.settings"}
    subprocess.run(
        [sys.executable, "-c", MAKE_KEY], env={**server.environment, **settings}, check=True
    )
    server.start()

    try:
        done = subprocess.run(
            [
                sys.executable,
                str(HERE / "suite_of_segment.py"),
                server.url,
                str(tmp_path / "suite.log"),
            ],
            capture_output=True,
            text=True,
            timeout=900,
            check=True,
        )
        stored = int(server.run("events", "count", "--workspace", "muestra"))
    finally:
        server.stop()

    told = json.loads(done.stdout)
    failed = set(told["failed"])
    with capsys.disabled():
        print(  # noqa: T201 - the log shows how far they pass
            f"\nsegment-analytics-python's own tests: {told['run'] - len(failed)} of {told['run']}"
            f" pass, {told['sent']} requests, {stored} events stored",
            end="",
        )
    assert told["run"] == 132
    assert failed == BY_DESIGN
    assert told["sent"] >= 49
    assert stored > 0
