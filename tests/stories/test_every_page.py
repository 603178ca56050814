import pytest

from tests.stories.browser import Look, barriers, overflow, window
from tests.stories.walk import kinds_of_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOME = "/w/muestra/"
FEWEST_KINDS = 30


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(browser, sampled, theme):
    with window(browser, Look(theme=theme)) as page:
        sampled.sign_in(page)
        kinds, found = [], []
        for kind in kinds_of_page(page, start=sampled.server.url + HOME):
            kinds.append(kind)
            found += barriers(page)

    assert found == []
    assert len(kinds) >= FEWEST_KINDS


def test_no_page_is_wider_than_a_small_phone(browser, sampled):
    with window(browser, Look(narrow=True, language="es")) as page:
        sampled.sign_in(page)
        wide = [
            (kind, overflow(page))
            for kind in kinds_of_page(page, start=sampled.server.url + HOME)
            if overflow(page)
        ]

    assert wide == []


def test_every_page_opens_without_javascript(browser, sampled):
    with window(browser, Look(scripts=False)) as page:
        sampled.sign_in(page)
        kinds = list(kinds_of_page(page, start=sampled.server.url + HOME))

    assert len(kinds) >= FEWEST_KINDS
