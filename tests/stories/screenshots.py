"""Photographs of every kind of page, for people to look at: `make screenshots`."""

import os
import re
import tempfile
from pathlib import Path

import django

from vereda.config.testing import prepare

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vereda.config.settings")
prepare()
django.setup()

from tests.stories.browser import Look, chromium  # noqa: E402 - Django must be ready
from tests.stories.conftest import Sampled, sample_in  # noqa: E402
from tests.stories.walk import kinds_of_page  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "screenshots"
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
        finally:
            sampled.server.stop()


def photograph_all(sampled: Sampled, *, name: str, look: Look) -> None:
    """One picture of each kind of page in that look."""
    with sampled.window(look) as page:
        for kind in kinds_of_page(page, starts=[sampled.home]):
            title = re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-") or "home"
            page.wait_for_load_state("networkidle")
            page.screenshot(path=PLACE / f"{title}.{name}.png", full_page=True)


if __name__ == "__main__":
    photograph()
