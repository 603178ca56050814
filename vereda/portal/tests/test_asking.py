"""Letters that ask whether a promised benefit came true: few, with all else that waits."""

from datetime import date, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING
from vereda.messaging.contracts import LetterKind, LetterState
from vereda.messaging.models.letters import Message
from vereda.onboarding.actions.items import request_item
from vereda.onboarding.actions.plans import put_in_plan
from vereda.onboarding.contracts.templates import Breadth, EditionSpec, ItemKind
from vereda.onboarding.testing import a_plan, an_edition, an_item, gave, the_item
from vereda.outcomes.actions.promising import drop_outcome
from vereda.outcomes.actions.verdicts import confirm_outcome, verify_outcome
from vereda.outcomes.testing import an_outcome
from vereda.portal.actions.telling import remind_person, write_about_asked
from vereda.portal.jobs import remind_everybody
from vereda.portal.queries.asking import readers_of_benefit
from vereda.portal.rules import is_benefit_due

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ASKS = EditionSpec(breadth=Breadth.STANDARD, items=(an_item("size", 1, ItemKind.VALUE),))


def due(account, *, days=0, **said):
    """A benefit promised long ago, whose day comes so many days after the morning."""
    return an_outcome(account, now=MORNING - 100 * DAY, due_on=MORNING.date() + days * DAY, **said)


def left(letter, *, at):
    """The mail server took it."""
    assert letter is not None
    rows = Message.objects.of(letter.workspace_id).filter(pk=letter.pk)
    rows.update(state=LetterState.SENT, settled_at=at)
    letter.refresh_from_db()
    return letter


def test_the_digest_asks_about_a_benefit_the_day_after_its_day(account, mara):
    due(account, benefit="Invoices leave the same day")

    on_its_day = remind_person(mara, now=MORNING)
    letter = remind_person(mara, now=MORNING + DAY)

    assert on_its_day is None
    assert letter is not None
    assert letter.kind == LetterKind.DIGEST
    assert letter.subject == "One thing waits for you at Acme"
    assert "* Did it come true? Invoices leave the same day" in letter.text
    assert "  It was promised by " in letter.text
    assert "/p/acme/come-in/as/" in letter.text


def test_it_stands_in_one_letter_with_the_steps(acme, account, mara):
    plan = a_plan(acme, account=account, edition=an_edition(acme, spec=ASKS))
    request_item(the_item(plan, "size"), by=acme.member, now=MORNING)
    due(account)

    asked = write_about_asked(mara, now=MORNING + timedelta(minutes=10))
    digest = remind_person(mara, now=MORNING + 10 * DAY)

    assert asked is not None
    assert "Did it come true?" not in asked.text
    assert digest is not None
    assert digest.subject == "2 things wait for you at Acme"
    assert "* Size" in digest.text
    assert "* Did it come true?" in digest.text
    assert digest.reply_to is None


def test_it_is_asked_in_the_persons_language(acme, account):
    ana = a_person(acme, name="Ana", email="ana@m.example", account=account, language="es")
    due(account)

    letter = remind_person(ana, now=MORNING + DAY)

    assert letter is not None
    assert "¿Se cumplió? Invoices leave the same day" in letter.text


def test_what_we_verified_is_asked_about_before_its_day(acme, account, mara):
    row = due(account, days=50)
    verify_outcome(row, by=acme.member, words="We counted", now=MORNING)

    assert remind_person(mara, now=MORNING) is None
    assert remind_person(mara, now=MORNING + DAY) is not None


@pytest.mark.parametrize(
    ("written", "day", "is_due"),
    [
        ([], 0, False),
        ([], 1, True),
        ([], 60, True),
        ([], 61, False),
        ([1], 14, False),
        ([1], 15, True),
        ([1, 15], 29, True),
        ([1, 15, 29], 43, False),
        ([-3], 10, False),
        ([-3], 11, True),
        ([-30, -44], 1, True),
        ([1], 1, True),
    ],
)
def test_few_letters_ask(written, day, is_due):
    since = date(2026, 11, 2)
    said = {since + each * DAY for each in written}

    assert is_benefit_due(since, written_on=said, today=since + day * DAY) is is_due


def test_three_digests_ask_two_weeks_apart_and_then_none(account, mara):
    due(account)
    asked = []

    for day in range(1, 50):
        letter = remind_person(mara, now=MORNING + day * DAY)
        if letter is not None:
            left(letter, at=MORNING + day * DAY)
            asked.append(day)

    assert asked == [1, 15, 29]


@pytest.fixture
def letters_wait(monkeypatch):
    """The mail server puts every letter off."""
    monkeypatch.setattr("vereda.messaging.posting.take_letter", lambda *_, **__: None)


def test_whoever_said_it_is_not_asked_again(acme, account, mara, facts, letters_wait):
    row = due(account)
    letter = remind_person(mara, now=MORNING + DAY)
    assert letter is not None

    confirm_outcome(row, person=mara, words="", now=MORNING + DAY)
    facts.deliver()

    letter.refresh_from_db()
    assert letter.state == LetterState.STOPPED
    assert remind_person(mara, now=MORNING + 2 * DAY) is None


def test_our_own_word_stops_no_letter(acme, account, mara, facts, letters_wait):
    row = due(account)
    letter = remind_person(mara, now=MORNING + DAY)
    assert letter is not None

    verify_outcome(row, by=acme.member, words="We counted", now=MORNING + DAY)
    facts.deliver()

    letter.refresh_from_db()
    assert letter.state == LetterState.WAITING


def test_a_request_does_not_leave_once_it_is_given_though_a_benefit_waits(
    acme, account, mara, facts, letters_wait
):
    plan = a_plan(acme, account=account, edition=an_edition(acme, spec=ASKS))
    request_item(the_item(plan, "size"), by=acme.member, now=MORNING)
    due(account, days=-5)
    letter = write_about_asked(mara, now=MORNING)
    assert letter is not None

    gave(plan, "size", now=MORNING + timedelta(hours=1))
    facts.deliver()

    letter.refresh_from_db()
    assert letter.state == LetterState.STOPPED


def test_nobody_is_asked_about_what_is_dropped(acme, account, mara):
    row = due(account)
    drop_outcome(row, because="They closed the shop", by=acme.member, now=MORNING)

    assert remind_person(mara, now=MORNING + DAY) is None


def test_whoever_named_it_is_asked_and_nobody_else(acme, account, mara):
    leo = a_person(acme, name="Leo", email="leo@muebles.example", account=account)
    row = due(account, said_by_id=leo.pk)

    assert readers_of_benefit(row, now=MORNING) == [leo]
    assert remind_person(mara, now=MORNING + DAY) is None
    assert remind_person(leo, now=MORNING + DAY) is not None


def test_when_they_have_left_those_with_a_part_are_asked(acme, account, mara):
    leo = a_person(acme, name="Leo", email="leo@muebles.example", account=account)
    row = due(account, said_by_id=leo.pk)
    leo.memberships.update(until_on=date(2026, 10, 1))
    plan = a_plan(acme, account=account, edition=an_edition(acme, spec=ASKS))
    put_in_plan(plan, mara, part="Buyer", purpose="", by=acme.member)
    a_person(acme, name="Eva", email="eva@muebles.example", account=account)

    assert readers_of_benefit(row, now=MORNING) == [mara]
    assert remind_person(leo, now=MORNING + DAY) is None


def test_of_several_of_whom_we_know_nothing_nobody_is_asked(acme, account, mara):
    a_person(acme, name="Eva", email="eva@muebles.example", account=account)
    row = due(account)

    assert readers_of_benefit(row, now=MORNING) == []
    assert remind_person(mara, now=MORNING + DAY) is None


def test_the_night_orders_the_letter_for_who_has_no_plan(acme, account, mara, monkeypatch):
    due(account)
    due(an_account(acme, name="Nobody there"))
    monkeypatch.setattr("vereda.portal.jobs.clock.now", lambda: MORNING + DAY)

    assert remind_everybody() == 1

    later = DBTaskResult.objects.get(task_path="vereda.portal.writing.write_digest")
    assert later.args_kwargs["args"][1] == str(mara.pk)
    assert not Message.objects.of(acme.workspace).exists()
