"""The plans as a calendar: what is owed by which day, by whom, and what is overdue first."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.plans import add_item, refresh_plan, stop_plan
from vereda.onboarding.actions.promises import promise_date
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.pages.months import MOST_A_DAY
from vereda.onboarding.queries.board import PlansAsked
from vereda.onboarding.queries.owed import overdue_in, owed_by_day
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.testing import LONG, a_plan, an_edition, an_item, asked, settled, the_item

pytestmark = pytest.mark.django_db

CALENDAR = "/w/acme/onboarding/calendar/"
NOVEMBER = {"since": date(2026, 11, 1), "until": date(2026, 11, 30)}
DUE = date(2026, 11, 5)


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def owed_in(company, question=PlansAsked(), *, today=MORNING.date(), most=5):  # noqa: B008 - frozen
    found = owed_by_day(company.workspace, question, today=today, most_a_day=most, **NOVEMBER)
    return {
        day: (
            each.count,
            [
                (owed.plan.key, owed.item.key if owed.item else "", owed.party)
                for owed in each.first
            ],
        )
        for day, each in found.items()
    }


def shown_days(client, query="?month=2026-11"):
    page = client.get(CALENDAR + query)
    assert page.status_code == 200
    return {
        str(each["day"]): [f"{owed['plan'].key} {owed['title']}" for owed in each["owed"]]
        for each in page.context["days"]
        if each["owed"]
    }


def test_items_and_promises_stand_on_their_days_with_who_owes_them(acme):
    first = a_plan(acme)
    asked(first, "customers", now=MORNING)
    second = a_plan(acme)
    settled(second, "customers", now=MORNING)
    promise_date(second, what="Ready", work_days=2, by=None, now=MORNING)
    third = a_plan(acme)
    asked(third, "customers", now=MORNING)
    stop_plan(third, because="Bought", by=None, now=MORNING)

    assert owed_in(acme) == {
        date(2026, 11, 4): (1, [("OB-2", "", Party.US)]),
        DUE: (2, [("OB-1", "customers", Party.THEM), ("OB-2", "set-up", Party.US)]),
    }
    assert owed_in(acme, PlansAsked(held_by=Party.THEM)) == {
        DUE: (1, [("OB-1", "customers", Party.THEM)])
    }
    assert owed_in(acme, PlansAsked(late=True)) == {}
    later = owed_in(acme, PlansAsked(late=True), today=DUE)
    assert list(later) == [date(2026, 11, 4)]


def test_what_is_overdue_comes_first_the_longest_first(acme):
    first, second = a_plan(acme), a_plan(acme)
    asked(first, "customers", now=MORNING + timedelta(days=1))
    asked(second, "customers", now=MORNING)
    today = date(2026, 11, 20)
    count, late = overdue_in(acme.workspace, PlansAsked(), today=today, most=1)
    assert (count, [each.plan.key for each in late]) == (2, ["OB-2"])
    _, both = overdue_in(acme.workspace, PlansAsked(), today=today, most=5)
    assert [each.plan.key for each in both] == ["OB-2", "OB-1"]
    assert overdue_in(acme.workspace, PlansAsked(), today=DUE, most=5) == (0, ())


def test_the_page_links_each_item_and_goes_to_other_months(acme, client_of):
    asked(a_plan(acme), "customers", now=MORNING)
    client = client_of(acme.viewer)
    page = client.get(f"{CALENDAR}?month=2026-11")
    told = words(page)
    assert shown_days(client) == {"2026-11-05": ["OB-1 Customers"]}
    assert "/w/acme/onboarding/plans/OB-1/#item-customers" in told
    assert "Waiting for the customer" in told
    assert "?month=2026-10&" in told
    assert "?month=2026-12&" in told
    assert len(page.context["days"]) == 30
    assert page.context["days"][0]["column"] == 7
    empty = client.get(f"{CALENDAR}?month=2030-02")
    assert "Nothing is owed in this month." in words(empty)
    assert "Overdue, the longest first" in words(empty)


def test_a_full_day_says_how_much_more_and_opens(acme, client_of):
    edition = an_edition(acme)
    for _ in range(MOST_A_DAY + 2):
        asked(a_plan(acme, edition=edition), "customers", now=MORNING)
    client = client_of(acme.member)
    page = client.get(f"{CALENDAR}?month=2026-11")
    full = next(each for each in page.context["days"] if each["owed"])
    assert (len(full["owed"]), full["more"]) == (MOST_A_DAY, 2)
    assert "?day=2026-11-05&" in words(page)
    one_day = shown_days(client, "?day=2026-11-05")
    assert len(one_day["2026-11-05"]) == MOST_A_DAY + 2
    assert "Nothing is owed by this day." in words(client.get(f"{CALENDAR}?day=2026-11-06"))


@pytest.mark.parametrize(
    "query", ["?month=2026-13", "?month=0000-00", "?month=last", "?day=2026-02-30", "?day=1"]
)
def test_what_is_no_month_shows_this_one(acme, client_of, query):
    page = client_of(acme.member).get(CALENDAR + query)
    assert page.context["month_asked"] == page.context["this_month"]


def test_board_table_and_calendar_lead_to_each_other_and_keep_the_question(acme, client_of):
    client = client_of(acme.member)
    for name in ("", "plans/", "calendar/"):
        told = words(client.get(f"/w/acme/onboarding/{name}?waiting=us"))
        for other in ("", "plans/", "calendar/"):
            assert f'href="/w/acme/onboarding/{other}?waiting=us"' in told
        assert told.count('aria-current="page"') >= 1
    assert 'name="month" value="2026-11"' in words(client.get(f"{CALENDAR}?month=2026-11"))


def test_the_calendar_costs_the_same_for_many_plans(acme, client_of):
    client, edition = client_of(acme.member), an_edition(acme, spec=LONG)

    def questions():
        client.get(f"{CALENDAR}?month=2026-11")
        with CaptureQueriesContext(connection) as counted:
            assert client.get(f"{CALENDAR}?month=2026-11").status_code == 200
        return len(counted)

    asked(a_plan(acme, edition=edition), "customers", now=MORNING)
    before = questions()
    for _ in range(3):
        plan = a_plan(acme, edition=edition)
        add_item(plan, spec=an_item("more", 1), by=None, now=MORNING)
        for key in ("customers", "size", "contract"):
            asked(plan, key, now=MORNING)
        refresh_plan(plan_with_key(acme.workspace, plan.key), now=MORNING)
        assert the_item(plan, "size").due_on == DUE
    assert questions() == before
