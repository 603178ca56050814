"""A morning worked through from Today, by keyboard alone, in a real browser."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stories.browser import Look, barriers
from tests.stories.conftest import FEW_COMPANIES, sample_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def morning(tmp_path_factory, browser):
    """A sample of its own: this story changes what it finds."""
    loaded = sample_in(tmp_path_factory.mktemp("morning"), browser, companies=FEW_COMPANIES)
    yield loaded
    loaded.server.stop()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def first_line(page: Page) -> Locator:
    """The line that stands first now, wherever it stands later; others may come at any time."""
    href = page.locator(".todo tbody th a").first.get_attribute("href")
    assert href
    return page.locator(f'.todo tbody tr:has(th a[href^="{href.partition("?")[0]}"])')


def test_a_morning_is_worked_through_by_keyboard(morning):
    with morning.window() as page:
        page.goto(morning.home)
        lines = page.locator(".todo tbody tr")
        assert lines.count() >= 4

        press(page, "j", "j")
        expect(lines.nth(1)).to_be_focused()
        press(page, "k")
        expect(lines.nth(0)).to_be_focused()
        first = first_line(page)
        press(page, "x")
        expect(page.get_by_text("is done.")).to_be_visible()
        expect(first).to_have_count(0)
        press(page, "u")
        expect(page.get_by_text("It is as it was before.")).to_be_visible()
        expect(first).to_have_count(1)


def test_the_rest_waits_is_handed_over_or_opened_by_keyboard(morning):
    with morning.window() as page:
        page.goto(morning.home)
        lines = page.locator(".todo tbody tr")
        first = first_line(page)
        press(page, "j", "s")
        expect(page.get_by_role("heading", name="Snooze")).to_be_visible()
        press(page, "3")
        expect(page.get_by_text(" waits.")).to_be_visible()
        expect(first).to_have_count(0)
        expect(page.get_by_role("link", name="Snoozed 1")).to_be_visible()

        first = first_line(page)
        press(page, "j", "d")
        expect(page.get_by_role("heading", name="Hand over")).to_be_visible()
        page.get_by_role("button", name="Hand over").press("Enter")
        expect(page.get_by_text("is handed over.")).to_be_visible()
        expect(first).to_have_count(0)

        title = lines.nth(0).locator("th a").inner_text()
        press(page, "j", "Enter")
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        expect(page.get_by_role("heading", name="Where it stands")).to_be_visible()


def test_switched_off_keys_do_nothing(morning):
    with morning.window() as page:
        page.goto(f"{morning.server.url}/me/")
        page.locator("input[name=shortcuts]").uncheck()
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
        page.goto(morning.home)
        press(page, "j")
        expect(page.locator(".todo tbody tr").nth(0)).not_to_be_focused()
        page.goto(f"{morning.server.url}/me/")
        page.locator("input[name=shortcuts]").check()
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()


@pytest.mark.parametrize(
    "look",
    [Look(), Look(theme="dark"), Look(narrow=True)],
    ids=["light", "dark", "narrow"],
)
def test_axe_finds_nothing_in_the_mornings_pages(morning, look):
    found = []
    with morning.window(look) as page:
        for path in ("", "work/", "work/?what=tasks", "work/new/", "playbooks/", "queues/"):
            page.goto(morning.home + path)
            found += barriers(page)
        for path in ("reports/portfolio/", "reports/features/", "playbooks/new/"):
            page.goto(morning.home + path)
            found += barriers(page)
        page.goto(morning.home)
        page.locator(".todo tbody th a").first.click()
        found += barriers(page)
    assert found == []


def test_without_scripts_the_same_is_done_with_buttons(morning):
    with morning.window(Look(scripts=False)) as page:
        page.goto(morning.home)
        first = first_line(page)
        first.locator(".tick-box").click()
        expect(page.get_by_text("is done.")).to_be_visible()
        expect(first).to_have_count(0)
        page.get_by_role("button", name="Undo").click()
        expect(first).to_have_count(1)
