"""What is refused or missing is said to the visitor: in their language, in the portal."""

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.foundation.clock import now
from vereda.onboarding.actions.items import request_item
from vereda.onboarding.contracts.templates import Breadth, EditionSpec, ItemKind
from vereda.onboarding.models.items import PlanItem
from vereda.onboarding.testing import a_plan, an_edition, an_item
from vereda.portal.access import PRIVATE
from vereda.portal.testing import a_visitor

pytestmark = pytest.mark.django_db

ASKS = EditionSpec(
    breadth=Breadth.STANDARD,
    items=(an_item("contract", 1, ItemKind.APPROVAL),),
)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def mara(acme, account):
    """Somebody there who reads Spanish."""
    person = a_person(acme, name="Mara", email="mara@muebles.example", account=account)
    type(person).objects.of(acme.workspace).filter(pk=person.pk).update(language="es")
    person.refresh_from_db()
    return person


@pytest.fixture
def contract(acme, account):
    """Something to approve."""
    plan = a_plan(acme, account=account, edition=an_edition(acme, spec=ASKS))
    item = PlanItem.objects.of(acme.workspace).get(plan=plan, key="contract")
    request_item(item, by=acme.member, now=now())
    return item


def is_of_the_portal(answer):
    """Whether it stands in the portal's frame, in Spanish, and is kept by nobody."""
    page = answer.content.decode()
    return (
        '<html lang="es">' in page
        and "/p/acme/leave/" in page
        and "vereda.js" not in page
        and answer.headers["Content-Language"] == "es"
        and all(answer.headers[name] == value for name, value in PRIVATE.items())
    )


def test_what_is_approved_twice_is_refused_in_the_readers_language(mara, contract):
    client, place = a_visitor(mara), f"/p/acme/steps/{contract.pk}/approve/"
    client.post(place, headers=ENGLISH)

    again = client.post(place, headers=ENGLISH)

    assert 400 <= again.status_code < 500
    assert is_of_the_portal(again)
    assert "<h1>No se ha hecho</h1>" in again.content.decode()


def test_a_smile_that_is_none_is_refused_there_too(mara, contract):
    answer = a_visitor(mara).post(f"/p/acme/steps/{contract.pk}/smile/", {}, headers=ENGLISH)

    assert answer.status_code == 422
    assert is_of_the_portal(answer)


def test_what_is_not_there_is_said_in_the_readers_language(mara, contract):
    answer = a_visitor(mara).get("/p/acme/plans/OB-999/", headers=ENGLISH)

    assert answer.status_code == 404
    assert is_of_the_portal(answer)


def test_what_is_somebody_elses_reads_the_same_as_what_is_not_there(acme, mara, contract):
    stranger = a_person(acme, name="Zoe", email="zoe@other.example", account=an_account(acme))
    client = a_visitor(stranger)

    theirs = client.get(f"/p/acme/plans/{contract.plan.key}/")
    nobodys = client.get("/p/acme/plans/OB-999/")

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert "<h1>There is no such page</h1>" in theirs.content.decode()
    assert without_token(theirs) == without_token(nobodys)


def without_token(answer):
    lines = answer.content.decode().splitlines()
    return [line for line in lines if "csrfmiddlewaretoken" not in line]
