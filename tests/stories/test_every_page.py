import pytest

from tests.stories.browser import Look, barriers, overflow
from tests.stories.walk import kinds_of_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FEWEST_KINDS = 75


@pytest.mark.parametrize(
    "look", [Look(), Look(theme="dark", language="es")], ids=["light-en", "dark-es"]
)
def test_axe_finds_nothing_on_any_page(sampled, look):
    kinds, found = [], []

    with sampled.window(look) as page:
        for kind in kinds_of_page(page, starts=[sampled.home]):
            kinds.append(kind)
            found += barriers(page)

    assert found == []
    assert len(kinds) >= FEWEST_KINDS


def test_no_page_is_wider_than_a_small_phone(sampled):
    kinds, wide = [], []

    with sampled.window(Look(narrow=True, language="es")) as page:
        for kind in kinds_of_page(page, starts=[sampled.home]):
            kinds.append(kind)
            wide += [(page.url, overflow(page))]

    assert [(url, pixels) for url, pixels in wide if pixels] == []
    assert len(kinds) >= FEWEST_KINDS


def test_every_page_opens_without_javascript(sampled):
    with sampled.window(Look(scripts=False)) as page:
        kinds = list(kinds_of_page(page, starts=[sampled.home]))

    assert len(kinds) >= FEWEST_KINDS
