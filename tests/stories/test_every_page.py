import pytest

from tests.stories.browser import Look, barriers, overflow, window
from tests.stories.visiting import busiest_visitor
from tests.stories.walk import kinds_of_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FEWEST_PAGES = 240
FEWEST_PORTAL_PAGES = 3
LIGHT, DARK = Look(), Look(theme="dark", language="es")
NARROW, PLAIN = Look(narrow=True, language="es"), Look(scripts=False)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light-en", "dark-es"])
def test_axe_finds_nothing_on_any_page(sampled, look):
    kinds, found = [], []

    with sampled.window(look) as page:
        for kind in kinds_of_page(page, starts=[sampled.home], filtered=look is LIGHT):
            kinds.append(kind)
            found += barriers(page)

    assert found == []
    assert len(kinds) >= FEWEST_PAGES


def test_no_page_is_wider_than_a_small_phone(sampled):
    kinds, wide = [], []

    with sampled.window(NARROW) as page:
        for kind in kinds_of_page(page, starts=[sampled.home]):
            kinds.append(kind)
            wide += [(page.url, overflow(page))]

    assert [(url, pixels) for url, pixels in wide if pixels] == []
    assert len(kinds) >= FEWEST_PAGES


def test_every_page_opens_without_javascript(sampled):
    with sampled.window(PLAIN) as page:
        kinds = list(kinds_of_page(page, starts=[sampled.home]))

    assert len(kinds) >= FEWEST_PAGES


@pytest.fixture(scope="session")
def visitors(sampled):
    """The busiest customers of the sample, one for each language."""
    return {each: busiest_visitor(sampled, language=each) for each in ("en", "es")}


def pages_of_portal(sampled, visitor, look):
    """Every kind of page of the portal, and of its door, each with its kind."""
    portal = f"{sampled.server.url}/p/muestra/"
    with window(sampled.browser, look, cookies=visitor.cookies) as page:
        for kind in kinds_of_page(page, starts=[portal]):
            yield kind, page
        for kind, path in (("missing", "plans/OB-99999/"), ("nowhere", "steps/")):
            page.goto(portal + path)
            yield kind, page
    with window(sampled.browser, look) as page:
        yield from pages_of_door(page, portal, visitor)


def pages_of_door(page, portal, visitor):
    """What somebody sees whose browser is not known: each page, and each with a mistake."""
    doors = {
        "by address": f"{portal}come-in/",
        "by letter": visitor.door,
        "by code": f"{portal}come-in/code/",
        "spent link": visitor.link,
    }
    for kind, address in doors.items():
        page.goto(address)
        yield kind, page
    for kind, field, wrong in (("by address", "email", "nobody"), ("by code", "code", "12")):
        page.goto(doors[kind])
        page.locator("main form").evaluate("form => { form.noValidate = true }")
        page.locator(f"input[name={field}]").fill(wrong)
        page.locator("main form button").click()
        page.wait_for_load_state()
        yield f"{kind}, with a mistake", page


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light-en", "dark-es"])
def test_axe_finds_nothing_in_the_portal(sampled, visitors, look):
    kinds, found = set(), []

    for kind, page in pages_of_portal(sampled, visitors[look.language], look):
        kinds.add(kind)
        found += barriers(page)

    assert found == []
    assert len(kinds) >= FEWEST_PORTAL_PAGES + 8


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_of_the_portal_is_wider_than_a_small_phone(sampled, visitors, language):
    kinds, wide = set(), []

    look = Look(narrow=True, language=language)
    for kind, page in pages_of_portal(sampled, visitors[language], look):
        kinds.add(kind)
        wide += [(page.url, overflow(page))]

    assert [(url, pixels) for url, pixels in wide if pixels] == []
    assert len(kinds) >= FEWEST_PORTAL_PAGES + 8


def test_every_page_of_the_portal_opens_without_javascript(sampled, visitors):
    look = Look(scripts=False)
    kinds = {kind for kind, _page in pages_of_portal(sampled, visitors["en"], look)}

    assert len(kinds) >= FEWEST_PORTAL_PAGES + 8
