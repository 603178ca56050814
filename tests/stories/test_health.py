"""Health in a real browser: why a score is what it is, and a scorecard built and published."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.browser import Look, barriers, overflow
from tests.stories.conftest import FEW_COMPANIES, sample_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NUMBERED = re.compile(r"^\d+ · ")


@pytest.fixture(scope="module")
def judged(tmp_path_factory, browser):
    """A sample workspace of its own: this story publishes in it."""
    loaded = sample_in(tmp_path_factory.mktemp("judged"), browser, companies=FEW_COMPANIES)
    yield loaded
    loaded.server.stop()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_why_a_score_is_what_it_is_takes_two_clicks(judged, theme):
    with judged.window(Look(theme=theme)) as page:
        page.goto(judged.home)

        page.get_by_role("link", name="Accounts", exact=True).first.click()
        chip = page.get_by_role("link", name=NUMBERED).first
        number = chip.inner_text().split(" · ")[0]
        chip.click()

        expect(page.get_by_role("heading", name=f"Why {number}")).to_be_visible()
        table = page.get_by_role("region", name="What each factor earned")
        expect(table.get_by_role("row")).not_to_have_count(0)
        expect(page.get_by_role("heading", name="The last 13 weeks")).to_be_visible()
        expect(page.get_by_text("unproven", exact=True)).to_be_visible()
        assert barriers(page) == []
        page.set_viewport_size({"width": 320, "height": 800})
        assert overflow(page) == 0


def test_a_scorecard_is_built_tried_and_published(judged):
    with judged.window(Look()) as page:
        page.goto(f"{judged.home}health/")
        page.get_by_role("link", name="New scorecard").click()
        page.get_by_label("Name").fill("Use alone")
        page.get_by_label("Precedence").fill("5")
        page.get_by_role("button", name="Make the draft").click()

        page.get_by_role("link", name="Add a factor").click()
        assert barriers(page) == []
        page.get_by_role("link", name="People active in 28 days").first.click()
        page.get_by_label("Weight").fill("40")
        page.get_by_role("button", name="Try it").click()
        expect(
            page.get_by_role("heading", name="What this factor alone would say of the portfolio")
        ).to_be_visible()
        assert barriers(page) == []
        page.get_by_role("button", name="Save in the draft").click()

        try_everywhere(page)

        page.get_by_label("What changed, and why").fill("To begin with")
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_text("v1 is in force")).to_be_visible()
        assert barriers(page) == []


def try_everywhere(page):
    """The draft on one account, then on all, and back."""
    page.get_by_role("link", name="Try on one account").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text(NUMBERED).first).to_be_visible()
    page.get_by_role("link", name="Try on the portfolio").click()
    expect(page.get_by_role("heading", name="Colours before and after")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("link", name="Back to the draft").click()
