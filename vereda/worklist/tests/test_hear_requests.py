"""What somebody asks about their data is somebody's work until it is met."""

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING, NOON
from vereda.privacy.actions.requests import (
    answer_data_request,
    ask_on_own_page,
    erase_person,
    open_data_request,
)
from vereda.privacy.contracts import DataRequested, RequestKind
from vereda.worklist.contracts import AlertKind, AlertReason, CloseReason
from vereda.worklist.models.alerts import Alert
from vereda.worklist.reactions import notice_data_request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_of_the_rows(stop_clock):
    stop_clock(NOON)


@pytest.fixture
def person(acme):
    account = an_account(acme, name="Cantera", owner_id=acme.member.pk)
    return a_person(acme, name="Lucía", account=account, email="l@cantera.example")


def alerts(company):
    return Alert.objects.of(company.workspace)


def test_it_is_raised_for_who_looks_after_the_account_and_leads_to_the_request(
    acme, person, facts, client_of
):
    ask_on_own_page(person, kind=RequestKind.CORRECTION, note="secret words", now=MORNING)
    facts.deliver()

    alert = alerts(acme).get()
    assert (alert.kind, alert.reason) == (AlertKind.PEOPLE, AlertReason.DATA_REQUESTED)
    assert alert.owner == acme.member
    assert "secret words" not in str(alert.details)
    page = client_of(acme.member).get(f"/w/acme/work/{alert.key}/").content.decode()
    assert "To have something corrected. It has to be met by 2 Dec 2026." in page
    assert f"/w/acme/people/{person.key}/privacy/" in page


@pytest.mark.parametrize("kind", list(RequestKind))
def test_it_closes_by_itself_once_it_is_met(acme, person, facts, kind):
    request = open_data_request(person, kind=kind, by=acme.member, now=MORNING)
    facts.deliver()

    answer_data_request(request, by=acme.admin, now=NOON)
    facts.deliver()

    assert alerts(acme).get().closed_because == CloseReason.CLEARED


def test_it_closes_too_where_they_are_erased_without_it(acme, person, facts):
    ask_on_own_page(person, kind=RequestKind.ACCESS, now=MORNING)
    facts.deliver()

    erase_person(person, by=acme.admin, now=NOON)
    facts.deliver()

    assert not alerts(acme).open().exists()


def test_news_that_comes_after_the_answer_raises_nothing(acme, person):
    request = open_data_request(person, kind=RequestKind.ACCESS, by=acme.member, now=MORNING)
    answer_data_request(request, by=acme.admin, now=NOON)

    notice_data_request(
        DataRequested(workspace_id=request.workspace_id, person_id=person.pk, request_id=request.pk)
    )

    assert not alerts(acme).exists()


def test_each_account_they_are_in_is_told_once(acme, person, facts):
    second = an_account(acme, name="Second")
    from_both = a_person(acme, name="Both", account=second, email="b@second.example")
    ask_on_own_page(from_both, kind=RequestKind.ERASURE, now=MORNING)
    ask_on_own_page(person, kind=RequestKind.ERASURE, now=MORNING)
    facts.deliver()
    facts.deliver()

    assert sorted(alert.account.name for alert in alerts(acme)) == ["Cantera", "Second"]


def test_of_nobodys_account_it_waits_in_the_settings(acme, facts):
    person = a_person(acme, name="Alone", email="alone@x.example")
    ask_on_own_page(person, kind=RequestKind.ACCESS, now=MORNING)

    facts.deliver()

    assert not alerts(acme).exists()
