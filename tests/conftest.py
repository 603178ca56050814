"""What tests of several folders share."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.stories.browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once for the whole run.

    Playwright leaves its event loop running in this thread, in which Django then refuses to speak
    to a database. Tests that follow in the same process do so rightly: nothing awaits there.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as started:
        yield started
