"""The lines of docs/how-to/send-events.md are run as they stand, against a real server."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.clients.sites import site
from tests.clients.tools import HERE, bundled, node_with_sdks
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
    server.ask(
        "from vereda.foundation.clock import now\n"
        "from vereda.sample.testing import a_small_sample\n"
        "a_small_sample(now=now(), companies=6)\n"
    )


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
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout


def test_curl(server: RunningVereda):
    before = arrived(server)
    key = server.run("key", "--workspace", "muestra")

    run(server, ["bash", "-c", sent(server, snippet("curl"))], WRITE_KEY=key)

    assert arrived(server) == before + 1


@pytest.mark.parametrize(
    "client",
    ["Python: segment-analytics-python", "Python: rudder-sdk-python", "Python: posthog"],
)
def test_python(server: RunningVereda, client: str):
    before = arrived(server)
    key = server.run("key", "--workspace", "muestra")

    run(server, [sys.executable, "-c", f"WRITE_KEY = {key!r}\n{sent(server, snippet(client))}"])

    assert arrived(server) == before + 1


@pytest.mark.parametrize(
    "client",
    [
        "Node: @segment/analytics-node",
        "Node: @rudderstack/rudder-sdk-node",
        "Node: posthog-node",
    ],
)
def test_node(server: RunningVereda, tmp_path: Path, client: str):
    before = arrived(server)
    key = server.run("key", "--workspace", "muestra")
    script = tmp_path / "send.mjs"
    script.write_text(with_key(sent(server, snippet(client)), key), encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")

    run(server, [node_with_sdks(), "--preserve-symlinks", str(script)])

    assert arrived_after(server, before) == before + 1


@pytest.mark.browser
@pytest.mark.parametrize(
    "client",
    ["@segment/analytics-next", "@rudderstack/analytics-js", "posthog-js"],
)
def test_browser(server: RunningVereda, browser: Browser, client: str):
    before = arrived(server)
    key = server.run("key", "--workspace", "muestra")
    code = sent(server, snippet(f"Browser: {client}")).replace(
        "127.0.0.1:8000", f"127.0.0.1:{server.port}"
    )
    patient = code.replace("{ api_host", "{ opt_out_useragent_filter: true, api_host")

    with site(bundled(with_key(patient, key))) as address:
        page = browser.new_context().new_page()
        page.goto(address)
        assert arrived_after(server, before, meanwhile=lambda: page.wait_for_timeout(200)) == (
            before + 1
        )
        page.context.close()


def test_picture(server: RunningVereda):
    before = arrived(server)
    key = server.run("key", "--workspace", "muestra")

    run(server, ["bash", "-c", sent(server, snippet("A picture"))], WRITE_KEY=key)

    assert arrived(server) == before + 1


def with_key(code: str, key: str) -> str:
    """The module with its key declared after what it imports."""
    imported, rest = code.split("\n", 1)
    return f"{imported}\nconst WRITE_KEY = {key!r};\n{rest}"


def arrived_after(
    server: RunningVereda, before: int, *, meanwhile: Callable[[], None] = lambda: None
) -> int:
    """How many arrived, once there are more than before or a minute and a half went by."""
    deadline = time.monotonic() + 90
    while (count := arrived(server)) <= before and time.monotonic() < deadline:
        meanwhile()
    return count
