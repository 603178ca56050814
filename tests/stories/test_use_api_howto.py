"""The lines of docs/how-to/use-the-api.md are run as they stand, in their order."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.server import RunningVereda

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = ROOT / "docs" / "how-to" / "use-the-api.md"
WRITTEN_FOR = "http://127.0.0.1:8000"
ISSUE = """
import django
django.setup()
from conftest import company
from vereda.workspaces.testing import a_program
print(a_program(company("acme").owner).secret)
"""

pytestmark = pytest.mark.clients


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVereda]:
    """A running Vereda with an empty workspace."""
    running = RunningVereda(tmp_path_factory.mktemp("home"))
    running.run("setup")
    running.start()
    yield running
    running.stop()


def output_of(server: RunningVereda, words: list[str], **extra: str) -> str:
    """What a program prints; it must succeed."""
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**server.environment, **extra},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_every_line_works(server: RunningVereda):
    token = output_of(
        server,
        [sys.executable, "-c", ISSUE],
        DJANGO_SETTINGS_MODULE="vereda.config.settings",
    ).strip()
    snippets = re.findall(r"```sh\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), flags=re.DOTALL)

    answers = [
        json.loads(
            output_of(
                server,
                ["bash", "-c", snippet.replace(WRITTEN_FOR, server.url)],
                API_TOKEN=token,
            )
        )
        for snippet in snippets
    ]

    added, many, listed, changed = answers
    assert added["name"] == "Cantera Logística"
    assert [row["outcome"] for row in many["rows"]] == ["updated", "created"]
    assert [item["name"] for item in listed["items"]] == ["Áridos del Duero", "Cantera Logística"]
    assert (changed["key"], changed["stage"]) == (added["key"], "adoption")
