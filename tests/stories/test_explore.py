"""A question that takes its time, in a real browser: it is waited for, and it is cancelled."""

import re

import duckdb
import pytest
from playwright.sync_api import expect

from tests.stories.browser import Look, barriers, window
from tests.stories.conftest import LINK, Sampled
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MANY = """
INSERT INTO events SELECT 1000000000 + i, (SELECT MIN(workspace) FROM events), 'm' || i, 'track',
  'Opened', 'u' || (i % 300000), '', 'a', 1, moment, moment, '{}', '', '', ''
FROM (SELECT i, CAST(CURRENT_DATE - 20 AS TIMESTAMP) + TO_MICROSECONDS(i * 100000) AS moment
      FROM RANGE(6000000) AS t(i))
"""
STEPS = "&".join(["step=Opened"] * 8)


@pytest.fixture(scope="module")
def much_used(tmp_path_factory, browser):
    """`vereda serve` over a workspace with six million events."""
    server = RunningVereda(home=tmp_path_factory.mktemp("explored"))
    link = LINK.search(server.run("sample", "--companies", "3"))
    with duckdb.connect(str(server.home / "events.duckdb")) as connection:
        connection.execute(MANY)
    assert link
    server.start()
    with window(browser) as page:
        page.goto(link[0])
        page.locator("main form button").first.click()
        page.wait_for_url("**/w/muestra/**")
        cookies = page.context.storage_state()
    yield Sampled(server, browser, cookies)
    server.stop()


def test_a_long_question_shows_how_far_it_is_and_is_cancelled(much_used):
    with much_used.window(Look()) as page:
        page.goto(f"{much_used.home}events/explore/funnel/?{STEPS}&within=30&unit=days")
        waiting = page.locator("#answer[aria-busy=true]")
        expect(waiting.get_by_role("status")).to_have_text(re.compile(r"Counting… .*\d+ s"))
        found = barriers(page)
        waiting.get_by_role("button", name="Cancel").click()

        expect(page.get_by_role("heading", name="You cancelled the question")).to_be_visible()
        expect(waiting).to_have_count(0)
    assert found == []


def test_an_answer_takes_the_place_of_the_skeleton(much_used):
    with much_used.window(Look(theme="dark")) as page:
        page.goto(
            f"{much_used.home}events/explore/funnel/?step=Opened&step=Opened&within=1&unit=hours&days=17"
        )

        expect(page.locator("#answer[aria-busy=true]")).to_have_count(1)
        expect(page.get_by_text(re.compile("of 300,000 went all the way"))).to_be_visible()
        assert barriers(page) == []


def test_without_a_script_the_form_waits_for_its_answer(much_used):
    with much_used.window(Look(scripts=False)) as page:
        page.goto(f"{much_used.home}events/explore/trend/")
        page.get_by_role("checkbox", name="People").check()
        page.get_by_role("button", name="Ask", exact=True).click()

        assert "wait=1" in page.url
        expect(page.get_by_role("table")).to_be_visible()
