"""When each side works: said, changed, taken from a calendar file; and what it does to clocks."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from vereda.foundation.testing import MORNING
from vereda.foundation.working_hours import Hours, WeeklySpan
from vereda.onboarding.actions.promises import promise_date, set_calendar
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.queries.calendars import calendar_set_for, calendars_between
from vereda.onboarding.queries.histories import clocks_of
from vereda.onboarding.queries.hours import effect_of_hours
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.testing import a_plan, asked, settled, the_item

pytestmark = pytest.mark.django_db

PLAN = "/w/acme/onboarding/plans/OB-1/"
MORNINGS = tuple(WeeklySpan(weekday, 9 * 60, 13 * 60) for weekday in range(5))
CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20261104
SUMMARY:Local day
END:VEVENT
END:VCALENDAR
"""


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def said(**more):
    days = {f"day_{weekday}": "9:00-13:00" for weekday in range(5)}
    return {"time_zone": "Europe/Madrid", "holidays": "", **days, **more}


def seen_in(response):
    return response.context["form"]["seen"].value()


def test_both_sides_are_shown_with_where_their_hours_come_from(acme, client_of):
    plan = a_plan(acme)
    client = client_of(acme.viewer)
    told = words(client.get(f"{PLAN}hours/"))
    assert "Nobody said so: taken for granted from our own hours" in told
    assert "Support's business hours, or office hours where there are none." in told.replace(
        "&#x27;", "'"
    )
    assert f"{PLAN}hours/theirs/" not in told
    set_calendar(
        acme.workspace,
        plan.account,
        time_zone="America/Santiago",
        spans=MORNINGS,
        holidays=[(date(2200, 1, 1), "New year")],
        by=acme.admin,
        now=MORNING,
    )
    told = words(client.get(f"{PLAN}hours/"))
    assert "America/Santiago" in told
    assert "09:00-13:00" in told
    assert "New year" in told
    assert "taken for granted" not in told


def test_what_other_hours_do_is_what_comes_about(acme):
    plan = a_plan(acme)
    settled(plan, "customers", now=MORNING)
    promise_date(plan, what="Ready", work_days=1, by=None, now=MORNING)
    holiday = calendars_between(plan.workspace, plan.account_id).ours
    tomorrow = MORNING.date() + timedelta(days=1)
    hours = Hours(zone=holiday.zone, spans=holiday.spans, holidays=frozenset({tomorrow}))
    later = MORNING + timedelta(days=1, hours=5)

    told = effect_of_hours(plan, side=Party.US, hours=hours, now=later)

    assert told.before.clocks == clocks_of(plan, until=later)
    assert told.before.promised_on == tomorrow
    assert told.after.promised_on == tomorrow + timedelta(days=1)
    assert told.after.clocks.us < told.before.clocks.us
    assert told.after.clocks.remembered == told.before.clocks.remembered
    assert told.plans == 1


def test_it_is_said_what_their_hours_do_before_they_hold(acme, client_of):
    plan, client = a_plan(acme), client_of(acme.member)
    asked(plan, "customers", now=MORNING)
    due = the_item(plan, "customers").due_on
    assert due == date(2026, 11, 5)
    url = f"{PLAN}hours/theirs/"
    assert "Europe/Madrid" in words(client.get(url))

    shown = client.post(url, said(calendar=SimpleUploadedFile("days.ics", CALENDAR)))

    assert shown.status_code == 200
    told = words(shown)
    assert "What these hours do to this plan" in told
    assert "1 plan that goes on is reckoned anew." in told
    assert "2026-11-04 Local day" in told
    assert calendar_set_for(acme.workspace, plan.account) is None

    typed = said(holidays="2026-11-04 Local day", seen=seen_in(shown))
    assert client.post(url, typed).status_code == 303

    kept = calendar_set_for(acme.workspace, plan.account)
    assert kept is not None
    assert kept.holidays == [["2026-11-04", "Local day"]]
    assert the_item(plan, "customers").due_on == date(2026, 11, 6)

    assert client.post(f"{url}usual/").status_code == 303
    assert calendar_set_for(acme.workspace, plan.account) is None
    assert the_item(plan, "customers").due_on == due


def test_hours_that_were_not_shown_do_not_hold(acme, client_of):
    plan, client = a_plan(acme), client_of(acme.member)
    url = f"{PLAN}hours/theirs/"
    seen = seen_in(client.post(url, said()))
    other = client.post(url, said(day_0="10:00-14:00", seen=seen))
    assert other.status_code == 200
    assert calendar_set_for(acme.workspace, plan.account) is None
    assert client.post(url, said(day_0="later")).status_code == 422
    assert client.post(url, said(time_zone="Mars/Olympus")).status_code == 422


def test_ours_hold_for_every_plan_and_only_an_admin_sets_them(acme, client_of, facts):
    first, second = a_plan(acme), a_plan(acme)
    for plan in (first, second):
        settled(plan, "customers", now=MORNING)
    url = f"{PLAN}hours/ours/"
    assert client_of(acme.member).get(url).status_code == 403
    client = client_of(acme.admin)
    holiday = said(holidays="2026-11-03 Local day")
    shown = client.post(url, holiday)
    assert "2 plans that go on are reckoned anew." in words(shown)
    assert client.post(url, {**holiday, "seen": seen_in(shown)}).status_code == 303
    facts.deliver()

    ours = calendars_between(acme.workspace, second.account_id).ours
    assert date(2026, 11, 3) in ours.holidays
    for plan in (first, second):
        row = plan_with_key(acme.workspace, plan.key)
        assert the_item(row, "set-up").due_on == date(2026, 11, 6)
    assert client.post(f"{url}usual/").status_code == 303
    assert calendar_set_for(acme.workspace, None) is None
