"""Photographs of every kind of page, for people to look at: `make screenshots`."""

from __future__ import annotations

import os
import re
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import django

from vereda.config.testing import prepare

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vereda.config.settings")
prepare()
django.setup()

from tests.stories.browser import NARROW, WIDE, Look, chromium  # noqa: E402 - Django must be ready
from tests.stories.conftest import Sampled, sample_in  # noqa: E402
from tests.stories.first_day import import_accounts  # noqa: E402
from tests.stories.walk import kinds_of_page  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "screenshots"
FILE_WITH_FAULTS = """account id;name;industry;owner;customer since;password
new-1;Acuario Textil;Fashion;ana@muestra.example;31/12/2024;x
new-2;Bodegas Arlanza;Food;bruno@muestra.example;15/02/2025;x
new-3;;Logistics;ana@muestra.example;01/03/2025;x
new-4;Delfos Robotica;Industry;nobody@muestra.example;31/02/2025;x
"""
LOOKS = (
    ("light", Look()),
    ("dark", Look(theme="dark", language="es")),
    ("phone", Look(narrow=True, language="es")),
)


def photograph() -> None:
    """Load the whole sample, walk every kind of page, and keep a picture of each."""
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vereda-shots-") as home, chromium() as browser:
        sampled = sample_in(Path(home), browser)
        try:
            for name, look in LOOKS:
                photograph_all(sampled, name=name, look=look)
            photograph_import(sampled, folder=Path(home))
        finally:
            sampled.server.stop()


def photograph_all(sampled: Sampled, *, name: str, look: Look) -> None:
    """One picture of each kind of page in that look."""
    with sampled.window(look) as page:
        for kind in kinds_of_page(page, starts=[sampled.home]):
            title = re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-") or "home"
            page.wait_for_load_state("networkidle")
            page.screenshot(path=PLACE / f"{title}.{name}.png", full_page=True)


def photograph_import(sampled: Sampled, *, folder: Path) -> None:
    """Every step of the wizard, with a file that has something to repair, wide and narrow."""
    file = folder / "accounts.csv"
    file.write_text(FILE_WITH_FAULTS, encoding="utf-8")
    steps = count(1)

    def look(page: Page) -> None:
        page.wait_for_load_state("networkidle")
        number = next(steps)
        for name, size in (("light", WIDE), ("phone", NARROW)):
            page.set_viewport_size(size)
            page.screenshot(path=PLACE / f"import-wizard-{number}.{name}.png", full_page=True)
        page.set_viewport_size(WIDE)

    with sampled.window() as page:
        page.goto(sampled.home)
        import_accounts(page, file, fields={}, new_fields={}, rows=3, look=look)


if __name__ == "__main__":
    photograph()
