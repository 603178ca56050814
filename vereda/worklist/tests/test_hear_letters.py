"""An answer that nobody vouches for is somebody's work until somebody said what it is."""

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING, NOON
from vereda.messaging.actions.deciding import accept_answer, set_answer_aside
from vereda.messaging.contracts import AnswerWaits
from vereda.messaging.testing import a_reply, an_address
from vereda.worklist.contracts import AlertKind, AlertReason, CloseReason
from vereda.worklist.models.alerts import Alert
from vereda.worklist.reactions import notice_unverified_answer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_of_the_rows(stop_clock):
    stop_clock(NOON)


@pytest.fixture
def address(acme):
    account = an_account(acme, name="Cantera", owner_id=acme.member.pk)
    person = a_person(acme, name="Lucía", account=account, email="l@cantera.example")
    return an_address(acme, person, account=account)


def alerts(company):
    return Alert.objects.of(company.workspace)


def test_it_is_raised_for_who_looks_after_the_account_and_leads_to_the_letter(
    acme, address, facts, client_of
):
    letter = a_reply(address, vouched=False)
    a_reply(address)
    facts.deliver()

    alert = alerts(acme).get()
    assert (alert.kind, alert.reason) == (AlertKind.VOICE, AlertReason.ANSWER_UNVERIFIED)
    assert alert.owner == acme.member
    page = client_of(acme.member).get(f"/w/acme/work/{alert.key}/").content.decode()
    assert "An answer came on 2 Nov 2026, and nobody vouches that they wrote it." in page
    assert f"/w/acme/letters/in/{letter.pk}/" in page


@pytest.mark.parametrize("decide", [accept_answer, set_answer_aside])
def test_it_closes_by_itself_once_somebody_decided(acme, address, facts, decide):
    letter = a_reply(address, vouched=False)
    facts.deliver()

    decide(letter, by=acme.member, now=MORNING)
    facts.deliver()

    assert alerts(acme).get().closed_because == CloseReason.CLEARED


def test_news_that_comes_after_the_decision_raises_nothing(acme, address, facts):
    letter = a_reply(address, vouched=False)
    set_answer_aside(letter, by=acme.member, now=MORNING)

    notice_unverified_answer(
        AnswerWaits(
            workspace_id=letter.workspace_id,
            letter_id=letter.pk,
            person_id=address.person_id,
            account_id=letter.account_id,
        )
    )

    assert not alerts(acme).exists()


def test_each_answer_is_its_own(acme, address, facts):
    first = a_reply(address, vouched=False)
    a_reply(address, vouched=False)
    facts.deliver()

    accept_answer(first, by=acme.member, now=MORNING)
    facts.deliver()

    assert (alerts(acme).count(), alerts(acme).open().count()) == (2, 1)


def test_of_nobodys_account_it_waits_among_the_letters(acme, facts):
    person = a_person(acme, name="Alone", email="alone@x.example")
    a_reply(an_address(acme, person), vouched=False)

    facts.deliver()

    assert not alerts(acme).exists()
