"""An answer that nobody vouches for waits until a member says what it is."""

from datetime import timedelta

import pytest

from vereda.customers.actions.accounts import archive_account
from vereda.customers.testing import a_person
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.deciding import accept_answer, set_answer_aside
from vereda.messaging.actions.forgetting import forget_letters
from vereda.messaging.contracts import AnswerDecided, AnswerSettled, AnswerWaits, ReplyReceived
from vereda.messaging.queries.replies import answers_on_nobodys_list, answers_to_decide
from vereda.messaging.testing import a_reply, an_address
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(acme, account):
    person = a_person(acme, name="Lucía", account=account, email="l@cantera.example")
    return an_address(acme, person, account=account)


def of_kind(facts, kind):
    return [fact for fact in facts if isinstance(fact, kind)]


def test_it_is_announced_with_its_account_and_counted(acme, account, address, facts):
    letter = a_reply(address, vouched=False)
    a_reply(address)

    (waits,) = of_kind(facts, AnswerWaits)
    assert (waits.letter_id, waits.account_id) == (letter.pk, account.pk)
    assert answers_to_decide(acme.workspace) == 1


def test_the_account_of_an_answer_is_the_persons_where_the_thing_has_none(acme, account):
    person = a_person(acme, account=account, email="x@cantera.example")

    letter = a_reply(an_address(acme, person), vouched=False)

    assert letter.account_id == account.pk


def test_from_them_it_counts_like_one_that_was_verified(acme, address, facts):
    letter = a_reply(address, vouched=False)
    before = len(of_kind(facts, ReplyReceived))

    accept_answer(letter, by=acme.member, now=MORNING)

    told = of_kind(facts, ReplyReceived)[before:]
    assert [(fact.letter_id, fact.verified) for fact in told] == [(letter.pk, True)]
    assert (letter.verified, letter.decided_by) == (True, acme.member)
    assert answers_to_decide(acme.workspace) == 0
    assert AuditLine.objects.of(acme.workspace).filter(verb="vouched for").count() == 1


def test_set_aside_nothing_follows_from_it(acme, address, facts):
    letter = a_reply(address, vouched=False)
    before = len(of_kind(facts, ReplyReceived))

    set_answer_aside(letter, by=acme.member, now=MORNING)

    assert len(of_kind(facts, ReplyReceived)) == before
    assert (letter.verified, letter.waits_for_member) == (False, False)
    (settled,) = of_kind(facts, AnswerSettled)
    assert settled.letter_id == letter.pk


def test_whoever_is_second_is_told_so(acme, address):
    letter = a_reply(address, vouched=False)
    accept_answer(letter, by=acme.member, now=MORNING)

    with pytest.raises(AnswerDecided):
        set_answer_aside(letter, by=acme.owner, now=MORNING)
    with pytest.raises(AnswerDecided):
        accept_answer(a_reply(address), by=acme.member, now=MORNING)


def test_with_the_person_it_is_forgotten_and_waits_no_more(acme, address, facts):
    letter = a_reply(address, vouched=False)

    forget_letters(
        address.person_id,
        workspace=acme.workspace.pk,
        email="l@cantera.example",
        now=MORNING + timedelta(days=1),
    )

    letter.refresh_from_db()
    assert (letter.own_words, letter.waits_for_member) == ("", False)
    assert [fact.letter_id for fact in of_kind(facts, AnswerSettled)] == [letter.pk]


def test_a_member_decides_on_the_page_and_a_viewer_only_reads(acme, address, client_of):
    letter = a_reply(address, vouched=False)
    url = f"/w/acme/letters/in/{letter.pk}/"
    viewer, member = client_of(acme.viewer), client_of(acme.member)

    read = viewer.get(url).content.decode()
    listed = viewer.get("/w/acme/letters/in/?state=to-decide").content.decode()
    refused = viewer.post(f"{url}theirs/").status_code
    offered = member.get(url).content.decode()
    done = member.post(f"{url}theirs/").status_code
    again = member.post(f"{url}aside/").status_code

    assert "Is it from them?" in read
    assert f"{url}theirs/" not in read
    assert ("To decide 1" in listed, url in listed) == (True, True)
    assert f"{url}theirs/" in offered
    assert (refused, done, again) == (403, 303, 409)
    assert "said so" in viewer.get(url).content.decode()
    assert url not in viewer.get("/w/acme/letters/in/?state=to-decide").content.decode()


def test_answers_of_no_account_or_an_archived_one_are_on_nobodys_list(acme, globex, address):
    alone = a_person(acme, name="Alone", email="alone@x.example")
    letter = a_reply(an_address(acme, alone), vouched=False)
    a_reply(an_address(acme, alone))  # verified: nothing to decide
    a_reply(address, vouched=False)  # of an account: its alert tells
    a_reply(an_address(globex, a_person(globex, email="g@x.example")), vouched=False)

    assert letter.account_id is None
    assert answers_on_nobodys_list(acme.workspace) == 1
    archive_account(address.account, by=acme.owner, now=MORNING)
    assert (answers_on_nobodys_list(acme.workspace), answers_to_decide(acme.workspace)) == (2, 2)
    set_answer_aside(letter, by=acme.member, now=MORNING)
    assert answers_on_nobodys_list(acme.workspace) == 1


def test_the_lists_lead_to_what_is_to_decide_and_say_whose_it_is_not(acme, address, client_of):
    member = client_of(acme.member)
    assert "state=to-decide" not in member.get("/w/acme/letters/").content.decode()
    a_reply(address, vouched=False)
    listed = member.get("/w/acme/letters/in/?state=to-decide").content.decode()
    assert "In no account that anybody looks after" not in listed

    alone = a_person(acme, name="Alone", email="alone@x.example")
    a_reply(an_address(acme, alone), vouched=False)

    page = member.get("/w/acme/letters/").content.decode()
    assert '?state=to-decide">' in page
    assert "To decide 2" in page
    listed = member.get("/w/acme/letters/in/?state=to-decide").content.decode()
    assert listed.count("In no account that anybody looks after") == 1
