"""The report on whose the days were: rows behind it, repeat requests, who was left out."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.items import request_item
from vereda.onboarding.testing import a_plan, an_edition, asked, gave, settled, the_item
from vereda.product.testing import a_product

pytestmark = pytest.mark.django_db

DAYS = "/w/acme/reports/where-days-go/"


def words(response):
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def finished(company, *, days, **said):
    """A plan that was in their hands after so many days, on which we waited for them."""
    plan = a_plan(company, **said)
    asked(plan, "customers", now=MORNING)
    for key in ("customers", "set-up", "opening"):
        settled(plan, key, now=MORNING + timedelta(days=days))
    return plan


def test_days_are_told_with_the_plans_behind_them_the_longest_first(acme, client_of):
    finished(acme, days=2)
    finished(acme, days=7)
    page = client_of(acme.viewer).get(DAYS)
    assert [row["plan"].key for row in page.context["plans"]] == ["OB-2", "OB-1"]
    assert [row["remembered"] for row in page.context["plans"]] == ["7 days", "2 days"]
    said = words(page)
    assert "The days of 2 plans" in said
    assert "0 repeat requests, of 2 in all plans. The target is none." in said


def test_it_is_narrowed_to_a_product_a_lead_and_finished_waits(acme, client_of):
    product = a_product(acme, name="Ruta")
    finished(acme, days=2, product=product)
    a_plan(acme, lead=acme.admin)
    client = client_of(acme.member)

    def keys(query):
        return sorted(row["plan"].key for row in client.get(DAYS + query).context["plans"])

    assert keys("") == ["OB-1", "OB-2"]
    assert keys("?which=sold") == ["OB-1"]
    assert keys(f"?product={product.pk}") == ["OB-1"]
    assert keys(f"?lead={acme.admin.pk}") == ["OB-2"]


def test_repeat_requests_stand_there_with_their_reason(acme, client_of):
    plan = a_plan(acme)
    gave(plan, "customers", now=MORNING)
    request_item(
        the_item(plan, "customers"), by=acme.member, now=MORNING, insist_because="We lost it"
    )
    said = words(client_of(acme.member).get(DAYS))
    assert "1 repeat request, of 1 in all plans." in said
    assert "We lost it" in said


def test_who_was_not_reached_is_named(acme, client_of):
    account = an_account(acme, name="Naranjo")
    a_person(acme, name="Ana Ruiz", account=account)
    a_plan(acme, account=account)
    said = words(client_of(acme.member).get(DAYS))
    assert "0 of 1 reached" in said
    assert "Ana Ruiz" in said


def test_without_a_plan_it_says_so(acme, client_of):
    assert "No plan has begun" in words(client_of(acme.member).get(DAYS))


def test_it_costs_the_same_for_many_plans(acme, client_of):
    client, edition = client_of(acme.member), an_edition(acme)
    for _ in range(2):
        finished(acme, days=1, edition=edition)

    def questions():
        client.get(DAYS)
        with CaptureQueriesContext(connection) as counted:
            client.get(DAYS)
        return len(counted)

    a_plan(acme, edition=edition)
    before = questions()
    for _ in range(3):
        finished(acme, days=2, edition=edition)
        a_plan(acme, edition=edition)
    assert questions() == before
