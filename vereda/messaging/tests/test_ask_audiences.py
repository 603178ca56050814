"""What audiences ask about letters, why somebody is in, and that it follows what happens."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.audiences.queries.inclusions import account_ids_in, person_ids_in
from vereda.audiences.testing import a_row, an_audience
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Person
from vereda.customers.testing import a_person, an_account
from vereda.foundation.criteria import About, AskedCriterion, Comparison
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.deciding import set_answer_aside
from vereda.messaging.actions.settings import set_letters
from vereda.messaging.actions.settling import note_delivery
from vereda.messaging.actions.wishes import lift_suppression, suppress_address
from vereda.messaging.contracts import DeliveryOutcome, LetterKind, SuppressionReason
from vereda.messaging.criteria import LetterCriteria
from vereda.messaging.testing import a_reply, a_sent_letter, an_address
from vereda.surveys.actions.asking import order_wave
from vereda.surveys.actions.surveys import edit_survey
from vereda.surveys.contracts import SurveyLettersLeft
from vereda.surveys.models.asking import SurveyInvitation
from vereda.surveys.queries.asking import Chosen
from vereda.surveys.testing import a_consenting, a_survey, an_invitation

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def morning(acme, stop_clock):
    stop_clock(MORNING)
    set_letters(
        acme.workspace,
        sender_name="",
        reply_domain="reply.acme.example",
        weekly_budget=50,
        by=acme.owner,
    )


@pytest.fixture
def other(acme):
    return a_person(
        acme, name="Other", account=an_account(acme, name="Other"), email="o@other.example"
    )


def asked(company, about, name, comparison, value=None, **parameters):
    """Who matches, and what is said of each."""
    offered = LetterCriteria().criteria(company.workspace, about=about)
    (criterion,) = [each for each in offered if each.name == f"messaging.{name}"]
    question = AskedCriterion(
        workspace=company.workspace,
        about=about,
        comparison=comparison,
        value=value,
        parameters={each.name: each.default for each in criterion.parameters} | parameters,
        today=MORNING.date(),
        now=MORNING,
    )
    table = Account if about is About.ACCOUNTS else Person
    rows = table.objects.of(company.workspace)
    ids = set(rows.filter(criterion.matching(question)).values_list("pk", flat=True))
    return ids, criterion.told(question, list(rows.values_list("pk", flat=True)))


def sent(acme, person, account, *, days, **said):
    said.setdefault("reply_to", an_address(acme, person, account=account))
    return a_sent_letter(acme, person, account=account, now=MORNING - days * DAY, **said)


@pytest.mark.parametrize("about", list(About))
def test_was_written_to_in_so_many_days_with_such_a_letter(acme, account, person, other, about):
    sent(acme, person, account, days=5)
    a_sent_letter(acme, other, kind=LetterKind.SIGN_IN)
    thing = {About.ACCOUNTS: account, About.PEOPLE: person}[about].pk

    lately, told = asked(acme, about, "written_to", Comparison.IN_LAST_DAYS, Decimal(7))
    sooner, _told = asked(acme, about, "written_to", Comparison.IN_LAST_DAYS, Decimal(3))
    by_hand, _told = asked(acme, about, "written_to", Comparison.KNOWN, kind="personal")
    never, _told = asked(acme, about, "written_to", Comparison.UNKNOWN)

    assert (lately, sooner, by_hand) == ({thing}, set(), set())
    assert thing not in never
    assert len(never) == 1
    assert told[thing] == "Last letter to them: 28 Oct 2026"
    assert {told[each] for each in never} == {"Last letter to them: never"}


@pytest.mark.parametrize("about", list(About))
def test_a_survey_and_its_reminder_are_letters_too(acme, account, person, other, about):
    def asked_by_survey(who, of, *, days, **said):
        invited = an_invitation(a_survey(acme, name=f"S{days}"), who, of)
        at = MORNING - days * DAY
        row = SurveyInvitation.objects.of(acme.workspace).filter(pk=invited.invitation.pk)
        row.update(**{"claimed_at": at, "sent_at": at} | said)

    elsewhere = an_account(acme, name="Elsewhere")
    asked_by_survey(person, account, days=20, reminded_at=MORNING - 5 * DAY)
    asked_by_survey(person, account, days=30)
    asked_by_survey(other, elsewhere, days=2, sent_at=None, trouble="SMTPRecipientsRefused")
    sent(acme, other, elsewhere, days=6)
    mine, theirs = {
        About.ACCOUNTS: (account.pk, elsewhere.pk),
        About.PEOPLE: (person.pk, other.pk),
    }[about]

    any_letter, told = asked(acme, about, "written_to", Comparison.IN_LAST_DAYS, Decimal(7))
    surveys, _told = asked(acme, about, "written_to", Comparison.KNOWN, kind="survey")
    sooner, _told = asked(
        acme, about, "written_to", Comparison.IN_LAST_DAYS, Decimal(4), kind="survey"
    )
    others, _told = asked(acme, about, "written_to", Comparison.KNOWN, kind="request")

    assert (any_letter, surveys, sooner, others) == ({mine, theirs}, {mine}, set(), {theirs})
    assert told[mine] == "Last letter to them: 28 Oct 2026"
    assert told[theirs] == "Last letter to them: 27 Oct 2026"


def test_it_follows_the_letters_of_a_survey(acme, account, person, facts, monkeypatch):
    monkeypatch.setattr("vereda.surveys.jobs.clock.now", lambda: MORNING)
    a_consenting(person)
    row = a_row("messaging.written_to", "in_last_days", "7", kind="any")
    of_people = an_audience(acme, row, name="P", about=About.PEOPLE, now=MORNING)
    of_accounts = an_audience(acme, row, name="A", about=About.ACCOUNTS, now=MORNING)
    survey = edit_survey(a_survey(acme), by=acme.owner, quiet_days=[])
    order_wave(survey, chosen=Chosen(), share=100, by=acme.owner, now=MORNING)

    facts.deliver()

    assert [fact.person_ids for fact in facts if isinstance(fact, SurveyLettersLeft)] == [
        (person.pk,)
    ]
    assert set(person_ids_in(of_people)) == {person.pk}
    assert set(account_ids_in(of_accounts)) == {account.pk}


@pytest.mark.parametrize("about", list(About))
def test_an_answer_counts_unless_a_member_set_it_aside(acme, account, person, other, about):
    a_reply(an_address(acme, person, account=account), now=MORNING - 2 * DAY)
    not_theirs = a_reply(an_address(acme, other), vouched=False, now=MORNING - DAY)
    set_answer_aside(not_theirs, by=acme.member, now=MORNING)

    ids, told = asked(acme, about, "answered", Comparison.IN_LAST_DAYS, Decimal(7))

    thing = {About.ACCOUNTS: account, About.PEOPLE: person}[about].pk
    assert ids == {thing}
    assert told[thing] == "Last answer by letter: 31 Oct 2026"


@pytest.mark.parametrize("about", list(About))
def test_has_not_answered_the_last_letter_for_so_many_days(acme, account, person, other, about):
    sent(acme, person, account, days=20)
    a_reply(an_address(acme, person, account=account), now=MORNING - 15 * DAY)
    sent(acme, person, account, days=10)
    sent(acme, other, None, days=12, reply_to=None)
    thing = {About.ACCOUNTS: account, About.PEOPLE: person}[about].pk

    ten, told = asked(acme, about, "unanswered", Comparison.AT_LEAST, Decimal(10))
    eleven, _told = asked(acme, about, "unanswered", Comparison.AT_LEAST, Decimal(11))
    a_reply(an_address(acme, person, account=account), now=MORNING - DAY)
    answered, _told = asked(acme, about, "unanswered", Comparison.AT_LEAST, Decimal(0))

    assert (ten, eleven, answered) == ({thing}, set(), set())
    assert told[thing] == "letter of 23 Oct 2026 not answered for 10 days"


def test_where_no_answers_can_come_in_nobody_owes_one(acme, account, person):
    sent(acme, person, account, days=20)
    set_letters(acme.workspace, sender_name="", reply_domain="", weekly_budget=4, by=acme.owner)

    assert asked(acme, About.PEOPLE, "unanswered", Comparison.AT_LEAST, Decimal(0))[0] == set()


@pytest.mark.parametrize("about", list(About))
def test_a_letter_that_came_back(acme, account, person, other, about):
    letter = sent(acme, person, account, days=3)
    note_delivery(letter, DeliveryOutcome.BOUNCED, now=MORNING - DAY)

    ids, told = asked(acme, about, "returned", Comparison.IN_LAST_DAYS, Decimal(2))

    thing = {About.ACCOUNTS: account, About.PEOPLE: person}[about].pk
    assert ids == {thing}
    assert told[thing] == "A letter did not arrive: 1 Nov 2026"


@pytest.mark.parametrize("about", list(About))
@pytest.mark.parametrize("email", ["l@cantera.example", "l+news@cantera.example"])
def test_an_address_that_is_closed_under_any_spelling(acme, other, about, email):
    account = an_account(acme, name="Cantera")
    person = a_person(acme, name="Lucía", account=account, email=email)
    close(acme, SuppressionReason.BOUNCED)
    thing = {About.ACCOUNTS: account, About.PEOPLE: person}[about].pk

    bounced, told = asked(acme, about, "closed", Comparison.IS, "bounced")
    by_member, _told = asked(acme, about, "closed", Comparison.IS, "by_member")
    neither, _told = asked(acme, about, "closed", Comparison.NONE_OF, ("bounced", "complained"))

    assert (bounced, by_member) == ({thing}, set())
    assert thing not in neither
    assert told[thing] == "address not written to: a letter came back: there is no such address"


def close(company, reason, *, address="l@cantera.example"):
    return suppress_address(
        company.workspace, address=address, reason=reason, by=company.owner, now=MORNING
    )


def test_it_follows_letters_answers_and_addresses_as_they_come(acme, account, person, facts):
    """Without waiting for the night."""
    rows = {
        "written": a_row("messaging.written_to", "in_last_days", "7", kind="any"),
        "answered": a_row("messaging.answered", "in_last_days", "7"),
        "closed": a_row("messaging.closed", "is", "by_member"),
    }
    about = {"written": About.ACCOUNTS, "answered": About.ACCOUNTS, "closed": About.PEOPLE}
    audiences = {
        name: an_audience(acme, row, name=name, about=about[name], now=MORNING)
        for name, row in rows.items()
    }

    def inside():
        facts.deliver()
        ids = {account.pk: account_ids_in, person.pk: person_ids_in}
        return {
            name
            for name, audience in audiences.items()
            for pk, asking in ids.items()
            if pk in set(asking(audience))
        }

    nobody = inside()
    a_sent_letter(acme, person, account=account)
    written = inside()
    a_reply(an_address(acme, person, account=account))
    answered = inside()
    suppression = close(acme, SuppressionReason.BY_MEMBER)
    closed = inside()
    lift_suppression(suppression, by=acme.owner)

    assert nobody == set()
    assert written == {"written"}
    assert answered == {"written", "answered"}
    assert closed == {"written", "answered", "closed"}
    assert inside() == {"written", "answered"}


@pytest.mark.parametrize("about", list(About))
def test_questions_cost_the_same_however_many_are_asked_about(acme, account, person, about):
    def cost():
        with CaptureQueriesContext(connection) as told:
            for name in ("written_to", "answered", "returned"):
                asked(acme, about, name, Comparison.KNOWN)
            asked(acme, about, "unanswered", Comparison.AT_LEAST, Decimal(0))
            asked(acme, about, "closed", Comparison.IS, "bounced")
        return len(told)

    sent(acme, person, account, days=3)
    close(acme, SuppressionReason.BOUNCED)
    few = cost()
    for number in range(4):
        more = a_person(
            acme,
            name=f"P{number}",
            account=an_account(acme, name=f"A{number}"),
            email=f"p{number}@cantera.example",
        )
        sent(acme, more, None, days=2)
        a_reply(an_address(acme, more))
        close(acme, SuppressionReason.BOUNCED, address=more.email)

    assert cost() == few
