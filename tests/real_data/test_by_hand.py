"""The accounts of a real software company, brought in by hand in the browser."""

import csv
from collections import Counter

import pytest
from playwright.sync_api import expect

from tests.real_data.conftest import file_of
from tests.stories.browser import window
from tests.stories.first_day import become_owner, import_accounts, workspace_of
from tests.stories.server import RunningVereda

pytestmark = [pytest.mark.browser, pytest.mark.real_data]


@pytest.fixture
def file():
    """The file; a loud skip where it is missing, before anything is started."""
    return file_of("ravenstack", "ravenstack_accounts")


@pytest.fixture
def server(tmp_path):
    running = RunningVereda(tmp_path)
    running.run("setup")
    running.start()
    yield running
    running.stop()


def test_all_accounts_come_in_through_five_steps(browser, file, server):
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    countries = Counter(row["country"] for row in rows)
    country, count = countries.most_common(1)[0]

    with window(browser) as page:
        become_owner(
            page, server.url, name="Rae Stone", email="rae@raven.example", workspace="Raven"
        )
        import_accounts(
            page,
            file,
            fields={
                "account_id": "Account id",
                "account_name": "Name",
                "industry": "Industry",
                "country": "Country",
                "signup_date": "Customer since",
                "referral_source": "Referral source",
                "plan_tier": "Ignore this column",
                "seats": "Seats at start",
                "is_trial": "Ignore this column",
                "churn_flag": "Ignore this column",
            },
            new_fields={"Referral source": "text", "Seats at start": "whole number"},
            rows=len(rows),
            look=lambda _page: None,
        )

        page.goto(f"{workspace_of(page)}accounts/")
        expect(page.locator("#totals")).to_contain_text(f"{len(rows)} accounts")
        page.goto(f"{workspace_of(page)}accounts/?f=country:any_of:{country}")
        expect(page.locator("#totals")).to_contain_text(f"{count} accounts")
        page.goto(f"{workspace_of(page)}accounts/?q={rows[0]['account_name']}")
        page.get_by_role("link", name=rows[0]["account_name"], exact=True).click()
        expect(page.locator(".account")).to_contain_text(rows[0]["industry"])
        expect(page.locator(".account")).to_contain_text(rows[0]["referral_source"])
