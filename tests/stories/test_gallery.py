"""The components in a real browser: both themes, wide and narrow, by keyboard, without scripts."""

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from tests.stories.browser import Look, barriers, overflow, window
from vereda.foundation.gallery import example_palette
from vereda.foundation.shell import FoundGroup

pytestmark = pytest.mark.browser
LOOKS = [
    Look(theme=theme, narrow=narrow, language=language)
    for theme, language in (("light", "en"), ("dark", "es"))
    for narrow in (False, True)
]


class Quiet(WSGIRequestHandler):
    """Says nothing for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """Where the gallery answers: the real application with its real policy, in a thread."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/gallery"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page(browser, gallery) -> Iterator[Page]:
    """The gallery, open in a wide light window."""
    with window(browser) as opened:
        opened.goto(gallery)
        yield opened


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.theme}-{look.narrow}")
def test_axe_finds_nothing_and_nothing_is_too_wide(browser, gallery, look):
    with window(browser, look) as page:
        page.goto(gallery)
        page.locator("details summary").first.click()

        assert barriers(page) == []
        assert overflow(page) == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens_above_the_page(browser, gallery, theme):
    with window(browser, Look(theme=theme)) as page:
        page.goto(gallery)
        found = []
        page.get_by_role("button", name="New task").first.click()
        expect(page.locator("#example-dialog > div")).to_be_visible()
        found += barriers(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="More").click()
        found += barriers(page)
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(page.locator("#shortcuts > div")).to_be_visible()
        found += barriers(page)

    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_fixed_theme_wins_over_the_system(browser, gallery, theme):
    other = "dark" if theme == "light" else "light"
    with window(browser, Look(theme=other)) as page:
        page.goto(f"{gallery}?theme={theme}")
        scheme = page.evaluate("getComputedStyle(document.documentElement).colorScheme")

    assert scheme == theme


def test_the_palette_finds_and_opens_by_keyboard(page):
    accounts, to_create = example_palette()
    found = {"q=": answers([accounts, to_create]), "q=new": answers([to_create])}
    page.route(
        "**/find?*",
        lambda route: route.fulfill(
            body=found[route.request.url.partition("?")[2]], content_type="text/html"
        ),
    )

    page.keyboard.press("Control+k")
    field = page.locator("#palette input")
    expect(field).to_be_focused()
    field.fill("new")
    options = page.locator("#palette [role=option]")
    expect(options).to_have_count(2)
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(page.url.split("#")[0] + "#note")


def answers(groups: list[FoundGroup]) -> str:
    """What the server would answer the palette."""
    context = {"groups": groups, "request": {"htmx": True}}
    return render_to_string("foundation/palette.html#answers", context)


def test_escape_closes_the_palette_and_returns_the_focus(page):
    link = page.get_by_role("link", name="Go to, do…")
    page.route("**/find?*", lambda route: route.fulfill(body="", content_type="text/html"))

    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#palette")).to_be_hidden()
    expect(link).to_be_focused()


def test_two_keys_go_somewhere(page):
    page.keyboard.press("g")
    page.keyboard.press("a")

    assert page.url.endswith("#accounts")


def test_keys_are_letters_while_somebody_writes(page):
    page.get_by_label("Name").first.focus()
    page.keyboard.type("ga?")

    assert page.url.endswith("/gallery")
    expect(page.locator("#shortcuts > div")).to_be_hidden()


def test_keys_can_be_switched_off(page):
    page.evaluate("document.body.dataset.shortcuts = 'off'")

    page.keyboard.press("?")

    expect(page.locator("#shortcuts > div")).to_be_hidden()


def test_rows_are_chosen_by_range_and_counted(page):
    boxes = page.locator("tbody .pick input")
    bar = page.locator("[data-bulk]")
    expect(bar).to_contain_text("1 chosen")

    boxes.nth(2).click()
    boxes.nth(4).click(modifiers=["Shift"])

    expect(bar).to_contain_text("4 chosen")
    assert page.locator("thead .pick input").evaluate("box => box.indeterminate")


def test_rows_are_walked_and_chosen_by_keyboard(page):
    page.keyboard.press("j")
    page.keyboard.press("x")

    expect(page.locator("tbody .pick input").first).to_be_checked()


def test_choosing_none_hides_the_bar(page):
    page.locator("thead .pick input").click()
    page.locator("thead .pick input").click()

    expect(page.locator("[data-bulk]")).to_be_hidden()


def test_a_cell_is_edited_in_place(page):
    cell = page.locator("vereda-edit-cell").first

    cell.get_by_role("button", name="Stage: Engagement. Change").click()
    expect(cell.get_by_label("Stage", exact=True)).to_be_focused()
    cell.get_by_label("Stage", exact=True).fill("Adoption")
    page.keyboard.press("Enter")

    expect(cell.get_by_role("button", name="Stage: Adoption. Change")).to_be_focused()


def test_escape_puts_the_cell_back(page):
    cell = page.locator("vereda-edit-cell").first

    cell.get_by_role("button").click()
    cell.get_by_label("Stage", exact=True).fill("Something else")
    page.keyboard.press("Escape")

    expect(cell.get_by_role("button", name="Stage: Engagement. Change")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell.get_by_label("Stage", exact=True)).to_have_value("Engagement")


def test_a_refused_cell_keeps_the_form_and_says_why(page):
    cell = page.locator("vereda-edit-cell").first

    cell.get_by_role("button").click()
    cell.get_by_label("Stage", exact=True).fill("")
    page.keyboard.press("Enter")

    expect(cell.get_by_role("alert")).to_have_text("A stage needs a name.")
    expect(cell.get_by_label("Stage", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(cell.get_by_role("button", name="Stage: Engagement. Change")).to_be_visible()


def test_a_menu_is_walked_by_arrows_and_closed_by_escape(page):
    opener = page.get_by_role("button", name="More")

    opener.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#example-menu a").first).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator("#example-menu button")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#example-menu")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_chart_is_read_by_arrows(page):
    chart = page.locator("vereda-chart")

    chart.locator("svg").focus()
    page.keyboard.press("ArrowLeft")
    last = chart.locator("output").inner_text()
    page.keyboard.press("Home")

    assert last == "22 Nov 2026: 5 people"
    expect(chart.locator("output")).to_have_text("31 May 2026: 14 people")


def test_the_server_speaks_through_one_live_region(page):
    region = page.locator("#toasts")
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('vereda:toast',"
        " {detail: [{tone: 'success', text: '<b>Saved</b>'}]}))"
    )

    expect(region).to_have_attribute("aria-live", "polite")
    expect(region.locator(".toast span")).to_have_text("<b>Saved</b>")
    region.get_by_role("button", name="Close").click()
    expect(region.locator(".toast")).to_have_count(0)


def test_a_failing_server_leaves_the_page_alone_and_says_so(page):
    page.route("**/gallery?cell=*", lambda route: route.fulfill(status=404, body="<html>gone"))
    cell = page.locator("vereda-edit-cell").first

    cell.get_by_role("button").click()

    expect(page.locator("#toasts .toast.risk")).to_contain_text("no longer there")
    expect(cell.get_by_role("button", name="Stage: Engagement. Change")).to_be_visible()


def test_code_is_copied(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy").click()

    expect(page.locator("#toasts")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith('curl -u "$WRITE_KEY:"')


def test_tab_reaches_the_content_past_the_rail(page):
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_menus_and_dialogs_open_without_scripts(browser, gallery):
    with window(browser, Look(scripts=False)) as page:
        page.goto(gallery)
        page.get_by_role("button", name="More").click()
        expect(page.locator("#example-menu")).to_be_visible()
        page.get_by_role("button", name="New task").first.click()
        expect(page.locator("#example-dialog > div")).to_be_visible()


def test_small_targets_are_at_least_24_pixels(page):
    small = page.eval_on_selector_all(
        "button, a.btn, a.filter, .rail a, .bottom-bar a, .page-tabs a, .views a, .pick label",
        """all => all.filter(one => one.checkVisibility()).map(one => [one.className,
        one.textContent.trim(), one.getBoundingClientRect()]).filter(([, , box]) => box.width > 0
        && (box.width < 24 || box.height < 24)).map(([name, words]) => name + ': ' + words)""",
    )

    assert small == []
