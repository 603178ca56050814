"""The board and the table of plans: where each stands, who holds it up, what is late."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.testing import an_account
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING
from vereda.onboarding.actions.plans import refresh_plan, stop_plan
from vereda.onboarding.contracts.board import BoardColumn
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.queries.board import CARDS_SHOWN, PlansAsked, board_of, column_of_plan
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.testing import LONG, a_plan, an_edition, asked, gave, settled, the_item
from vereda.product.testing import a_product

pytestmark = pytest.mark.django_db

BOARD = "/w/acme/onboarding/"
TABLE = "/w/acme/onboarding/plans/"


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def placed(client, query=""):
    """The keys of the cards by column."""
    page = client.get(BOARD + query)
    assert page.status_code == 200
    return {
        each["column"]: [card["plan"].key for card in each["cards"]]
        for each in page.context["columns"]
        if each["cards"]
    }


def listed(client, query=""):
    page = client.get(TABLE + query)
    assert page.status_code == 200
    return sorted(card["plan"].key for card in page.context["cards"])


def questions(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


def test_each_plan_stands_in_the_column_that_follows_from_what_happened(acme, client_of):
    a_plan(acme, started_at=None)
    a_plan(acme)
    second = a_plan(acme)
    settled(second, "customers", now=MORNING)
    sold = a_plan(acme)
    for key in ("customers", "set-up", "opening"):
        settled(sold, key, now=MORNING)
    fourth = a_plan(acme, spec=LONG)
    for item in LONG.items:
        if item.set_number <= 3 and item.required:
            settled(fourth, item.key, now=MORNING)
    stopped = a_plan(acme)
    stop_plan(stopped, because="Bought", by=acme.member, now=MORNING)

    assert placed(client_of(acme.member)) == {
        "pre_sale": ["OB-1"],
        "set_1": ["OB-2"],
        "set_2": ["OB-3"],
        "set_4": ["OB-5"],
        "sold": ["OB-4"],
    }
    for plan in Plan.objects.of(acme.workspace).exclude(pk=stopped.pk):
        column = column_of_plan(plan)
        mine = next(
            each
            for each in board_of(acme.workspace, PlansAsked(), today=MORNING.date())
            if each.column is column
        )
        assert plan.pk in {row.pk for row in mine.plans}
    assert column_of_plan(plan_with_key(acme.workspace, stopped.key)) is None


def test_a_card_says_whom_it_waits_for_and_how_late_it_is(acme, client_of):
    plan = a_plan(acme, lead=acme.admin, started_at=MORNING)
    asked(plan, "customers", now=MORNING)
    client = client_of(acme.member)
    said = words(client.get(BOARD))
    assert "Waiting for the customer: Customers" in said
    assert "days late" in said
    assert acme.admin.name in said
    assert "in this set" in said
    assert f"{TABLE}{plan.key}/move/" in said


def test_plans_are_narrowed_by_lead_product_template_whom_they_wait_for_and_lateness(
    acme, client_of
):
    product, edition = a_product(acme, name="Ruta"), an_edition(acme)
    a_plan(acme, lead=acme.admin, product=product, edition=edition)
    other = a_plan(acme, started_at=now() - timedelta(minutes=1), now=now())
    asked(plan_with_key(acme.workspace, "OB-1"), "customers", now=MORNING)
    client = client_of(acme.member)
    for query, wanted in (
        (f"?lead={acme.admin.pk}", ["OB-1"]),
        (f"?product={product.pk}", ["OB-1"]),
        (f"?template={edition.template_id}", ["OB-1"]),
        ("?waiting=them", ["OB-1"]),
        ("?waiting=us", [other.key]),
        ("?late=on", ["OB-1"]),
        ("?lead=nobody&product=1&waiting=everyone&late=", ["OB-1", "OB-2"]),
    ):
        assert listed(client, query) == wanted, query
        shown = [key for keys in placed(client, query).values() for key in keys]
        assert sorted(shown) == wanted, query


def test_a_move_answers_with_what_is_missing_and_moves_nothing(acme, client_of):
    plan = a_plan(acme)
    client = client_of(acme.viewer)
    said = words(client.get(f"{TABLE}{plan.key}/move/"))
    assert [said.count(f"#item-{key}") for key in ("customers", "set-up", "opening")] == [1, 1, 1]
    assert client.post(f"{TABLE}{plan.key}/move/").status_code == 405
    settled(plan, "customers", now=MORNING)
    said = words(client.get(f"{TABLE}{plan.key}/move/"))
    assert "#item-customers" not in said
    assert "#item-set-up" in said


def test_a_column_shows_so_many_cards_and_a_way_to_the_rest(acme, client_of):
    account, edition = an_account(acme), an_edition(acme)
    for _ in range(CARDS_SHOWN + 2):
        a_plan(acme, account=account, edition=edition)
    client = client_of(acme.member)
    page = client.get(BOARD)
    column = next(each for each in page.context["columns"] if each["column"] == "set_1")
    assert (column["count"], len(column["cards"]), column["more"]) == (14, 12, 2)
    assert len(listed(client, f"?column={BoardColumn.SET_1}")) == 14
    assert listed(client, f"?column={BoardColumn.SET_2}") == []


def test_the_chosen_plans_get_another_lead_with_the_items_that_were_the_old_ones(acme, client_of):
    first, second, third = (a_plan(acme) for _ in range(3))
    client = client_of(acme.member)
    said = {"row": [first.key, second.key], "new_lead": str(acme.admin.pk)}
    assert client.post(f"{TABLE}assign/", said).status_code == 303
    leads = {plan.key: plan.lead for plan in Plan.objects.of(acme.workspace)}
    assert leads == {"OB-1": acme.admin, "OB-2": acme.admin, "OB-3": acme.member}
    assert the_item(first, "set-up").member == acme.admin
    assert the_item(third, "set-up").member == acme.member
    unknown = client.post(f"{TABLE}assign/", {**said, "row": ["OB-9"]})
    assert unknown.status_code == 404
    assert client.post(f"{TABLE}assign/", {}).status_code == 303
    assert client_of(acme.viewer).post(f"{TABLE}assign/", said).status_code == 403


def test_those_that_ended_are_in_the_table_too(acme, client_of):
    plan = a_plan(acme)
    a_plan(acme)
    stop_plan(plan, because="Bought", by=acme.member, now=MORNING)
    client = client_of(acme.member)
    assert listed(client, "?ended=1") == ["OB-1"]
    assert listed(client) == ["OB-2"]


def test_board_and_table_cost_the_same_for_many_plans(acme, client_of):
    client, edition = client_of(acme.member), an_edition(acme)
    for _ in range(2):
        gave(a_plan(acme, edition=edition), "customers", now=MORNING)
    before = [questions(client, url) for url in (BOARD, TABLE)]
    product = a_product(acme)
    for _ in range(4):
        plan = a_plan(acme, edition=edition, lead=acme.admin, product=product)
        settled(plan, "customers", now=MORNING)
        refresh_plan(plan, now=MORNING + timedelta(days=9))
    assert [questions(client, url) for url in (BOARD, TABLE)] == before
