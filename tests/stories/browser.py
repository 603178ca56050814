"""A real Chromium, and what axe says about the page that it shows."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import StorageState, ViewportSize

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    None,
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PATIENCE_MS = 60_000
"""What is waited for comes earlier or never, on however slow a machine."""
WIDE: "ViewportSize" = {"width": 1440, "height": 900}
NARROW: "ViewportSize" = {"width": 320, "height": 720}
PHONE: "ViewportSize" = {"width": 390, "height": 844}


AT_REST = """() => Promise.allSettled(
  document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime !== Infinity)
    .map(each => each.finished)
).then(() => null)"""


@dataclass(frozen=True, slots=True)
class Look:
    """How a browser is set up: theme, size, language, with or without JavaScript."""

    theme: str = "light"
    narrow: bool = False
    phone: bool = False
    scripts: bool = True
    language: str = "en"

    @property
    def size(self) -> "ViewportSize":
        """How large its window is."""
        return NARROW if self.narrow else PHONE if self.phone else WIDE


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium; missing in CI is a failure, elsewhere a loud skip."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing, and CI must look at the pages.")
        pytest.skip("*** no Chromium on this machine: the pages were not looked at ***")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def window(
    browser: Browser, look: Look | None = None, *, cookies: "StorageState | None" = None
) -> Iterator[Page]:
    """A page of a fresh browser profile that fails the test at any error on its console."""
    look = look or Look()
    context = browser.new_context(
        viewport=look.size,
        is_mobile=look.phone,
        has_touch=look.phone,
        color_scheme="dark" if look.theme == "dark" else "light",
        locale=look.language,
        java_script_enabled=look.scripts,
        storage_state=cookies,
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: (
            complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None
        ),
    )
    try:
        yield page
    finally:
        context.close()
    unexpected = [line for line in complaints if "status of 4" not in line]
    assert unexpected == []


def barriers(page: Page) -> list[str]:
    """What axe finds on the page: rule, place and why; an empty list is what we want."""
    page.evaluate(AT_REST)
    found = Axe().run(page, options=WCAG).response["violations"]
    return [
        f"{page.url} {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window; reflow wants 0.

    A phone makes its window as wide as the page, so the size that was asked for is what counts.
    """
    size = page.viewport_size
    assert size is not None
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return max(0, wide - size["width"])
