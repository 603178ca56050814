"""Every page of the portal, opened by nobody, by other workspaces' people, by other customers'."""

import re

import pytest
from django.test import Client

from tests.architecture.test_access import routes
from tests.strangers.test_pages import attempts, body_of
from tests.strangers.world import CANARY, fingerprint
from vereda.customers.queries.people import listed_people
from vereda.customers.testing import a_person, an_account
from vereda.onboarding.queries.items import plan_item
from vereda.onboarding.queries.plans import plan_with_key
from vereda.outcomes.queries.outcomes import measurements_said, outcome_rows_of
from vereda.portal.access import COOKIE, PortalPage
from vereda.portal.testing import a_visitor
from vereda.privacy.holdings import HOLDINGS
from vereda.privacy.queries import what_is_known_about
from vereda.privacy.telling import NAMES

NUMBERED = re.compile(r"/B-[0-9]+/")
OF_VISITORS = [(route, view) for route, view in routes() if isinstance(view, PortalPage)]
every_page = pytest.mark.parametrize(
    ("route", "view"), OF_VISITORS, ids=[route for route, _view in OF_VISITORS]
)
OF_A_THING = [
    (route, view)
    for route, view in OF_VISITORS
    if any(thing in route for thing in ("plan", "item", "outcome"))
]
every_thing = pytest.mark.parametrize(
    ("route", "view"), OF_A_THING, ids=[route for route, _view in OF_A_THING]
)

pytestmark = pytest.mark.django_db


def plan_in(company):
    """The company's plan, of which its customer gave something."""
    return plan_with_key(company.company.workspace, company.keys["onboarding-plans/key"])


def address(route, *, slug, plan):
    """The route with the keys of that plan put in; a parameter unknown here fails the sweep."""
    item = plan_item(plan, "customers")
    benefits = outcome_rows_of(plan.workspace_id, [plan.account_id])
    values = {
        "slug": slug,
        "str:plan": plan.key,
        "uuid:item_id": str(item.pk),
        "str:outcome": benefits[0].key,
        "uuid:file_id": str(measurements_said(benefits[0])[0].file_id),
        "str:purpose": "messages",
    }
    filled = route.replace("<slug:slug>", slug)
    for name, value in values.items():
        filled = filled.replace(f"<{name}>", value)
    assert "<" not in filled, route
    return "/" + filled


def somebody_at(company, account=None):
    """A person of the company's customer, in their browser."""
    account = account or an_account(company.company, name="Somebody else's company")
    return a_visitor(a_person(company.company, email="else@where.example", account=account))


def said(plan):
    """What every form of the portal would take, for that plan's item and benefit."""
    name = plan_item(plan, "customers").pk.hex
    return {
        f"{name}-value": "changed",
        f"no-{name}-because": "changed",
        "score": "5",
        "said": "yes",
        "kind": "correction",
        "note": "changed",
        "to": "/p/theirs/data/",
    }


@every_page
def test_nobody_is_shown_anything(route, view, theirs):
    plan = plan_in(theirs)
    before = fingerprint(theirs.company)

    answers = attempts(Client(), address(route, slug="theirs", plan=plan), said(plan))

    assert {answer.status_code for answer in answers} <= {303, 404, 405}
    assert CANARY.encode() not in b"".join(map(body_of, answers))
    assert fingerprint(theirs.company) == before


@every_page
def test_a_visitor_of_another_workspace_is_nobody_here(route, view, ours, theirs):
    plan, client = plan_in(theirs), somebody_at(ours)
    before = fingerprint(theirs.company)

    answers = attempts(client, address(route, slug="theirs", plan=plan), said(plan))

    assert {answer.status_code for answer in answers} <= {303, 404, 405}
    assert CANARY.encode() not in b"".join(map(body_of, answers))
    assert fingerprint(theirs.company) == before


@every_thing
def test_their_keys_open_nothing_in_our_portal(route, view, ours, theirs):
    plan, client = plan_in(theirs), somebody_at(ours, plan_in(ours).account)
    foreign = address(route, slug="ours", plan=plan)
    if "<str:plan>" in route:
        foreign = foreign.replace(plan.key, "OB-999999")
    if "<str:outcome>" in route:
        foreign = NUMBERED.sub("/B-999999/", foreign)
    before = fingerprint(theirs.company)

    answers = attempts(client, foreign, said(plan))

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert CANARY.encode() not in b"".join(map(body_of, answers))
    assert fingerprint(theirs.company) == before


@every_thing
def test_a_visitor_of_another_customer_finds_nothing_and_changes_nothing(route, view, theirs):
    plan, client = plan_in(theirs), somebody_at(theirs)
    before = fingerprint(theirs.company)

    answers = attempts(client, address(route, slug="theirs", plan=plan), said(plan))

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert CANARY.encode() not in b"".join(map(body_of, answers))
    assert fingerprint(theirs.company) == before


@every_page
def test_who_is_of_the_customer_is_let_in(route, view, theirs):
    plan = plan_in(theirs)
    client = somebody_at(theirs, plan.account)
    url = address(route, slug="theirs", plan=plan)

    answer = client.get(url) if "GET" in view.methods else client.post(url, said(plan))

    body_of(answer)
    assert answer.status_code in {200, 303, 409, 422}


@every_page
def test_a_browser_whose_visit_was_ended_is_nobody(route, view, theirs):
    plan = plan_in(theirs)
    client = somebody_at(theirs, plan.account)
    client.post("/p/theirs/leave/")
    client.cookies[COOKIE] = "made-up"
    before = fingerprint(theirs.company)

    answers = attempts(client, address(route, slug="theirs", plan=plan), said(plan))

    assert {answer.status_code for answer in answers} <= {303, 404, 405}
    assert CANARY.encode() not in b"".join(map(body_of, answers))
    assert fingerprint(theirs.company) == before


@pytest.mark.parametrize("path", ["value/", "value/report.pdf"])
def test_the_report_of_another_customer_is_not_there_by_its_key(path, theirs):
    plan = plan_in(theirs)

    answers = attempts(
        somebody_at(theirs), f"/p/theirs/{path}?account={plan.account.key}", said(plan)
    )

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert CANARY.encode() not in b"".join(map(body_of, answers))


@pytest.mark.parametrize("path", ["data/", "data/copy/"])
def test_what_is_held_about_others_is_in_nobody_elses_data(path, theirs):
    client = somebody_at(theirs)

    answers = [client.get(f"/p/theirs/{path}"), client.post(f"/p/theirs/{path}")]

    assert {answer.status_code for answer in answers} == {200, 405}
    assert CANARY.encode() not in b"".join(map(body_of, answers))


def test_whatever_is_held_has_a_purpose_words_and_a_copy(theirs):
    people = listed_people(theirs.company.workspace)
    told = [section for person in people for section in what_is_known_about(person)]
    kinds = {record.kind for section in told for record in section.records}
    names = {name for section in told for record in section.records for name in record.values}

    assert len(kinds) > 9
    assert kinds - set(HOLDINGS) == set()
    assert {name for name in names if not name.startswith("custom.")} - set(NAMES) == set()
