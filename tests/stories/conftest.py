"""Servers and browsers for the stories; one of each for the whole run."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page

from tests.stories.browser import Look, window
from tests.stories.server import RunningVereda

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

LINK = re.compile(r"https?://\S+/sign-in/link/\S+")
FEW_COMPANIES = "24"
TODAYS_WORK = """
from vereda.config.clock import take_due_turns
from vereda.foundation.clock import now
from vereda.foundation.tasks import run_waiting_tasks
take_due_turns(now())
run_waiting_tasks()
"""
"""What a server would do in the background once it has started, to the end."""


@dataclass(slots=True)
class Sampled:
    """A running server with the sample workspace in it, and a browser signed in as its owner."""

    server: RunningVereda
    browser: Browser
    cookies: "StorageState"

    @property
    def home(self) -> str:
        """Where the workspace begins."""
        return f"{self.server.url}/w/muestra/"

    @contextmanager
    def window(self, look: Look | None = None) -> Iterator[Page]:
        """A window of the owner, who has chosen the look's theme and language."""
        look = look or Look()
        with window(self.browser, look, cookies=self.cookies) as page:
            page.goto(f"{self.server.url}/me/")
            page.locator("select[name=language]").select_option(look.language)
            page.locator("select[name=theme]").select_option(look.theme)
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_load_state()
            yield page


def sample_in(
    home: Path,
    browser: Browser,
    *,
    companies: str | None = None,
    settings: dict[str, str] | None = None,
) -> Sampled:
    """Load the sample into that home, serve it, and sign in by the link that was printed.

    The day's work in the background is done before, so that no page changes while it is looked at.
    """
    server = RunningVereda(home=home, settings=settings or {})
    printed = server.run("sample", *(("--companies", companies) if companies else ()))
    server.ask(TODAYS_WORK)
    server.start()
    return Sampled(server, browser, come_in_by(printed, browser))


def come_in_by(printed: str, browser: Browser) -> "StorageState":
    """What a browser keeps that signed in by the link in these lines."""
    link = LINK.search(printed)
    assert link, printed
    with window(browser) as page:
        page.goto(link[0])
        page.locator("main form button").first.click()
        page.wait_for_url("**/w/muestra/**")
        return page.context.storage_state()


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Sampled]:
    """`vereda serve` over a small sample workspace, shared by the stories that only look."""
    loaded = sample_in(tmp_path_factory.mktemp("sampled"), browser, companies=FEW_COMPANIES)
    yield loaded
    loaded.server.stop()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[RunningVereda]:
    """`vereda serve` with nothing in it yet."""
    server = RunningVereda(home=tmp_path)
    server.run("setup")
    server.start()
    yield server
    server.stop()
