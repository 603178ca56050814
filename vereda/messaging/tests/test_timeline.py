"""Letters among what happened: on an account's timeline and on a person's page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING, NOON
from vereda.messaging.actions.deciding import set_answer_aside
from vereda.messaging.actions.delivering import note_letter_unclear, take_letter
from vereda.messaging.contracts import LetterKind
from vereda.messaging.testing import a_letter, a_reply, a_sent_letter, an_address
from vereda.messaging.timeline import LettersTimeline
from vereda.workspaces.contracts import Role
from vereda.workspaces.roles import permissions_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def entries(company, *accounts, before=NOON, limit=10):
    ids = [account.pk for account in accounts]
    return LettersTimeline().entries(company.workspace, account_ids=ids, before=before, limit=limit)


def titles(company, *accounts, **said):
    return [entry.title for entry in entries(company, *accounts, **said)]


def test_letters_that_left_and_answers_are_told_newest_first_with_the_way_to_them(
    acme, account, person
):
    letter = a_sent_letter(acme, person, account=account, by=acme.member)
    answer = a_reply(an_address(acme, person, account=account), now=MORNING + HOUR)

    came, went = entries(acme, account)

    assert (went.title, went.actor) == (
        "Letter to Lucía Martos: The plan of the warehouse",
        acme.member.name,
    )
    assert went.url == f"/w/acme/letters/{letter.pk}/"
    assert came.title == "Lucía Martos answered by letter"
    assert came.markdown == "> We send it tomorrow\\."
    assert came.url == f"/w/acme/letters/in/{answer.pk}/"
    assert (went.account_id, came.account_id) == (account.pk, account.pk)


def test_what_has_not_left_and_what_they_asked_for_themselves_is_not_told(acme, account, person):
    a_letter(acme, person, account=account)
    a_sent_letter(acme, person, account=account, kind=LetterKind.SIGN_IN)

    assert entries(acme, account) == []


def test_doubt_is_told(acme, account, person):
    unclear = a_letter(acme, person, account=account)
    assert take_letter(acme.workspace.pk, unclear.pk, now=MORNING) is not None
    note_letter_unclear(unclear, words="", now=MORNING)
    a_reply(an_address(acme, person, account=account), vouched=False, now=MORNING + HOUR)
    aside = a_reply(
        an_address(acme, person, account=account), vouched=False, now=MORNING + 2 * HOUR
    )
    set_answer_aside(aside, by=acme.member, now=MORNING + 2 * HOUR)

    assert titles(acme, account) == [
        "Answer in the name of Lucía Martos, set aside",
        "Answer in the name of Lucía Martos, not verified",
        "Letter to Lucía Martos, which may have left: The plan of the warehouse",
    ]


def test_their_words_are_never_taken_for_marks(acme, account, person):
    a_reply(an_address(acme, person, account=account), text="See [this](https://evil.example) <b>!")

    (entry,) = entries(acme, account)

    assert "](" not in entry.markdown


def test_a_page_of_it_costs_two_queries_and_ends_where_it_is_cut(acme, account, person):
    for number in range(4):
        a_sent_letter(acme, person, account=account, now=MORNING + number * 8 * timedelta(days=1))
        a_reply(an_address(acme, person, account=account), now=MORNING - number * HOUR)

    with CaptureQueriesContext(connection) as told:
        few = entries(acme, account, before=MORNING, limit=2)

    assert len(told) == 2
    assert [entry.at for entry in few] == [MORNING - HOUR, MORNING - 2 * HOUR]


def test_another_account_hears_nothing_of_it(acme, globex, account, person):
    a_sent_letter(acme, person, account=account)

    assert entries(acme, an_account(acme, name="Other")) == []
    assert entries(globex, account) == []


def test_whoever_sees_an_account_may_see_letters():
    """A timeline is the same for everybody who sees the account."""
    for role in Role:
        held = permissions_of(role)
        assert "customers.see" not in held or "messaging.see" in held


def test_the_account_and_the_person_show_the_last_letters(
    acme, account, person, client_of, stop_clock
):
    stop_clock(NOON)
    letter = a_sent_letter(acme, person, account=account)
    client = client_of(acme.viewer)

    story = client.get(f"/w/acme/accounts/{account.key}/timeline/?kind=letter").content.decode()
    page = client.get(f"/w/acme/people/{person.key}/").content.decode()

    for shown in (story, page):
        assert "Letter to Lucía Martos: The plan of the warehouse" in shown
        assert f"/w/acme/letters/{letter.pk}/" in shown
    assert "Last letters" in page


def test_a_person_to_whom_nobody_wrote_has_no_such_panel(acme, person, client_of):
    page = client_of(acme.viewer).get(f"/w/acme/people/{person.key}/").content.decode()

    assert "Last letters" not in page
