"""What tests of several folders share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.stories.browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once for the whole run."""
    with chromium() as started:
        yield started
