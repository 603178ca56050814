"""Servers and browsers for the stories; one of each for the whole run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.stories.browser import chromium
from tests.stories.server import RunningVereda

LINK = re.compile(r"https?://\S+/link/\S+")


@dataclass(frozen=True, slots=True)
class Sampled:
    """A server with the sample workspace in it."""

    server: RunningVereda

    def sign_in(self, page: Page) -> None:
        """Sign in as the sample's owner by a fresh one-time link."""
        printed = self.server.run("sample", "--link")
        link = LINK.search(printed)
        assert link, printed
        page.goto(link[0])
        page.locator("main form button").first.click()
        page.wait_for_url("**/w/muestra/**")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sampled]:
    """`vereda serve` over a loaded sample workspace, shared by the stories that only look."""
    server = RunningVereda(home=tmp_path_factory.mktemp("sampled"))
    server.run("sample")
    server.start()
    yield Sampled(server)
    server.stop()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[RunningVereda]:
    """`vereda serve` with nothing in it yet."""
    server = RunningVereda(home=tmp_path)
    server.run("setup")
    server.start()
    yield server
    server.stop()
