"""A survey from the letter to the words: a customer with a mail program and a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.browser import Look, barriers, window
from tests.stories.conftest import sample_in
from tests.stories.letters import letters_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = "The routes save us an hour a day."


@pytest.fixture(scope="module")
def surveyed(tmp_path_factory, browser):
    """A server of its own: this story sends letters."""
    loaded = sample_in(tmp_path_factory.mktemp("surveyed"), browser, companies="3")
    yield loaded
    loaded.server.stop()


def send_to_everybody(surveyed):
    """Order the letters as a member does, and wait for the first."""
    with surveyed.window(Look()) as page:
        page.goto(f"{surveyed.home}surveys/SV-1/settings/")
        ticked = page.locator("input[name=quiet_days]:checked")
        while ticked.count():
            ticked.first.uncheck()
        page.get_by_role("button", name="Save").click()
        page.goto(f"{surveyed.home}surveys/SV-1/sending/")
        page.get_by_role("button", name="Show who would be asked").click()
        expect(page.get_by_role("heading", name=re.compile("would be asked"))).to_be_visible()
        found = barriers(page)
        page.get_by_role("button", name=re.compile("Send now")).click()
        expect(page.get_by_role("heading", name="Sent before")).to_be_visible()
        for _ in range(240):
            if letters_in(surveyed.server.home):
                break
            page.wait_for_timeout(500)
    assert found == []
    return letters_in(surveyed.server.home)[0]


def answer_on_a_phone(surveyed, browser, path):
    """Open the link of a score, confirm it, say why; without a cookie."""
    with window(browser, Look(narrow=True)) as page:
        page.goto(f"{surveyed.server.url}/s/{path}")
        expect(page.locator("input[value='9']")).to_be_checked()
        found = barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.locator("main button").click()
        page.locator("textarea").fill(WORDS)
        found += barriers(page)
        page.locator("main button").click()
        expect(page.get_by_text(WORDS)).to_be_visible()
        found += barriers(page)
        assert page.context.cookies() == []
    assert found == []


def test_a_customer_answers_from_the_letter(surveyed, browser):
    letter = send_to_everybody(surveyed)
    (nine,) = re.findall(r'href="([^"]+\?score=9)"', letter.get_body(("html",)).get_content())
    assert letter["List-Unsubscribe"]

    answer_on_a_phone(surveyed, browser, nine.partition("/s/")[2])

    with surveyed.window(Look(theme="dark")) as page:
        page.goto(f"{surveyed.home}surveys/SV-1/?q=routes+save")
        expect(page.locator("#voices")).to_contain_text(WORDS)
        found = barriers(page)
        page.locator("#voices a[href*='/accounts/']").first.click()
        page.get_by_role("link", name="Voice").click()
        expect(page.locator("main")).to_contain_text(WORDS)
    assert found == []
