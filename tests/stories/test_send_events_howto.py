"""The lines of docs/how-to/send-events.md are run as they stand, against a real server."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.server import RunningVereda

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = ROOT / "docs" / "how-to" / "send-events.md"
WRITTEN_FOR = "http://127.0.0.1:8000"

pytestmark = pytest.mark.clients


def snippet(heading: str) -> str:
    """The code below the heading that begins so."""
    found = re.search(
        rf"^## {re.escape(heading)}.*?```\w+\n(.*?)```",
        HOW_TO.read_text(encoding="utf-8"),
        flags=re.MULTILINE | re.DOTALL,
    )
    assert found, f"no code below “{heading}”"
    return found[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVereda]:
    """A running Vereda with the workspace `muestra`, small, and its write key."""
    running = RunningVereda(tmp_path_factory.mktemp("home"))
    running.run("setup")
    load_a_small_sample(running)
    running.start()
    yield running
    running.stop()


def load_a_small_sample(server: RunningVereda) -> None:
    """The workspace `muestra` with six customers, by a process of its own."""
    code = (
        "import django; django.setup()\n"
        "from vereda.foundation.clock import now\n"
        "from vereda.sample.testing import a_small_sample\n"
        "a_small_sample(now=now(), companies=6)\n"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "vereda.config.settings"}
    run(server, [sys.executable, "-c", code], **settings)


def sent(server: RunningVereda, code: str) -> str:
    """The code with this server's address in it."""
    return code.replace(WRITTEN_FOR, server.url)


def arrived(server: RunningVereda) -> int:
    """How many routes were planned by people who are not invented."""
    return int(server.run("events", "count", "--workspace", "muestra", "--name", "Route Planned"))


def run(server: RunningVereda, words: list[str], **extra: str) -> None:
    """Run a program that must succeed."""
    done = subprocess.run(
        words,
        env={**server.environment, **extra},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout


def test_curl(server: RunningVereda):
    before = arrived(server)
    key = server.run("key", "--workspace", "muestra")

    run(server, ["bash", "-c", sent(server, snippet("curl"))], WRITE_KEY=key)

    assert arrived(server) == before + 1


@pytest.mark.parametrize(
    "client", ["Python: segment-analytics-python", "Python: rudder-sdk-python"]
)
def test_python(server: RunningVereda, client: str):
    before = arrived(server)
    key = server.run("key", "--workspace", "muestra")

    run(server, [sys.executable, "-c", f"WRITE_KEY = {key!r}\n{sent(server, snippet(client))}"])

    assert arrived(server) == before + 1


def test_node(server: RunningVereda, tmp_path: Path):
    before = arrived(server)
    key = server.run("key", "--workspace", "muestra")
    npm = shutil.which("npm") or str(Path(sys.executable).with_name("npm"))
    run(server, [npm, "install", "--silent", "--prefix", str(tmp_path), "@segment/analytics-node"])
    script = tmp_path / "send.mjs"
    imported, rest = sent(server, snippet("Node: @segment/analytics-node")).split("\n", 1)
    script.write_text(f"{imported}\nconst WRITE_KEY = {key!r};\n{rest}", encoding="utf-8")

    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    run(server, [node, str(script)])

    assert arrived(server) == before + 1
