"""Photographs of every kind of page, for people to look at: `make screenshots`."""

import re
import tempfile
from pathlib import Path

from tests.stories.browser import Look, chromium, window
from tests.stories.conftest import Sampled
from tests.stories.server import RunningVereda
from tests.stories.walk import kinds_of_page

PLACE = Path(__file__).resolve().parents[2] / "screenshots"
LOOKS = (
    ("light", Look()),
    ("dark", Look(theme="dark", language="es")),
    ("phone", Look(narrow=True, language="es")),
)


def photograph() -> None:
    """Load the sample, walk every kind of page, and keep a picture of each."""
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vereda-shots-") as home, chromium() as browser:
        server = RunningVereda(home=Path(home))
        server.run("sample")
        server.start()
        try:
            for name, look in LOOKS:
                with window(browser, look) as page:
                    Sampled(server).sign_in(page)
                    for kind in kinds_of_page(page, start=f"{server.url}/w/muestra/"):
                        title = re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-") or "home"
                        page.screenshot(path=PLACE / f"{title}.{name}.png", full_page=True)
        finally:
            server.stop()


if __name__ == "__main__":
    photograph()
