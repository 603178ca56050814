"""A member shows somebody the way to their page, and sees who was there."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from vereda.customers.testing import a_person, an_account
from vereda.foundation.clock import now
from vereda.foundation.tasks import run_waiting_tasks
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.wishes import suppress_address
from vereda.messaging.contracts import LetterState, SuppressionReason
from vereda.messaging.models.letters import Message
from vereda.portal.actions.inviting import invite_to_portal
from vereda.portal.contracts import CannotInvite
from vereda.portal.testing import a_visitor
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(acme, account):
    """Somebody there."""
    return a_person(acme, name="Mara", email="mara@muebles.example", account=account, language="es")


def people_page(account):
    return f"/w/acme/accounts/{account.key}/portal/people/"


def test_the_letter_leads_to_the_page(acme, account, mara, client_of):
    url = f"{people_page(account)}{mara.key}/invite/"

    answer = client_of(acme.member).post(url)
    run_waiting_tasks()
    door = re.findall(r"http://\S+?(/p/acme/come-in/as/\S+)", str(mail.outbox[-1].body))[0]
    browser = Client()
    browser.post(door)
    run_waiting_tasks()
    link = re.findall(r"http://\S+?(/p/\S+)", str(mail.outbox[-1].body))[0]
    browser.post(link)

    assert answer.status_code == 303
    assert [letter.to for letter in mail.outbox] == [["mara@muebles.example"]] * 2
    assert browser.get("/p/acme/").status_code == 200
    assert AuditLine.objects.of(acme.workspace).filter(verb="invited to the portal").exists()


def test_two_presses_send_one_letter(acme, account, mara):
    first = invite_to_portal(mara, account=account, by=acme.member, now=MORNING)
    again = invite_to_portal(mara, account=account, by=acme.member, now=MORNING)
    later = invite_to_portal(mara, account=account, by=acme.member, now=MORNING + timedelta(days=1))

    assert first == again
    assert later != first


def test_whose_address_must_not_be_written_to_is_not_invited(acme, account, mara):
    suppress_address(
        acme.workspace,
        address=mara.email,
        reason=SuppressionReason.BY_MEMBER,
        by=acme.owner,
        now=MORNING,
    )

    with pytest.raises(CannotInvite):
        invite_to_portal(mara, account=account, by=acme.member, now=MORNING)

    sent = Message.objects.of(acme.workspace).exclude(state=LetterState.STOPPED)
    assert not sent.exists()


def test_members_see_who_was_there_and_end_it(acme, account, mara, client_of):
    a_person(acme, name="Never There", account=account)
    visitor, member = a_visitor(mara), client_of(acme.member)

    before = member.get(people_page(account)).content.decode()
    member.post(f"{people_page(account)}{mara.key}/end-visits/")
    after = member.get(people_page(account)).content.decode()

    assert "1 browser" in before
    assert "Not yet" in before
    assert "1 browser" not in after
    assert visitor.get("/p/acme/").status_code == 303


def test_somebody_of_another_account_is_not_there(acme, account, client_of):
    other = a_person(acme, name="Other", email="o@other.example", account=an_account(acme))

    url = f"{people_page(account)}{other.key}/invite/"

    assert client_of(acme.member).post(url).status_code == 404


def test_viewers_invite_nobody(acme, account, mara, client_of):
    url = f"{people_page(account)}{mara.key}/invite/"

    assert client_of(acme.viewer).post(url).status_code == 403
    assert not Message.objects.of(acme.workspace).exists()


def test_the_page_costs_the_same_for_many(acme, account, client_of, django_assert_max_num_queries):
    for number in range(5):
        a_visitor(a_person(acme, name=f"Person {number}", account=account), at=now())
    client = client_of(acme.member)
    client.get(people_page(account))

    with django_assert_max_num_queries(25):
        assert client.get(people_page(account)).status_code == 200
