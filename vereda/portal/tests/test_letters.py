"""Letters about what waits: one when asked, few after that, and answers that are taken."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from django_tasks_db.models import DBTaskResult

from vereda.customers.actions.people import edit_person
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.deciding import accept_answer
from vereda.messaging.actions.settings import set_letters
from vereda.messaging.contracts import LetterKind, LetterState
from vereda.messaging.models.letters import Message
from vereda.messaging.models.replies import InboundLetter, ReplyAddress
from vereda.messaging.posting import deliver_message
from vereda.messaging.testing import a_sent_letter
from vereda.messaging.tests.mails import Letterbox, mail_to
from vereda.onboarding.actions.items import request_item, return_item
from vereda.onboarding.contracts.intensity import FollowUpBy, Intensity
from vereda.onboarding.contracts.plans import EntryKind, ItemState
from vereda.onboarding.contracts.templates import Breadth, EditionSpec, FileKind, ItemKind
from vereda.onboarding.models.items import PlanEntry
from vereda.onboarding.testing import a_plan, an_edition, an_item, gave, settled, the_item
from vereda.portal.actions.telling import note_reminders_sent, remind_person, write_about_asked
from vereda.portal.jobs import remind_everybody
from vereda.portal.queries.telling import good_time_for
from vereda.portal.rules import is_due_again

pytestmark = pytest.mark.django_db

ASKS = EditionSpec(
    breadth=Breadth.STANDARD,
    items=(
        an_item("size", 1, ItemKind.VALUE),
        an_item("customers", 1, ItemKind.EXPORT, file_kinds=(FileKind.CSV,)),
        an_item("contract", 1, ItemKind.APPROVAL),
    ),
)
TEN_DAYS = timedelta(days=10)


@pytest.fixture
def plan(acme, account, mara):
    """A plan of which nothing was asked for yet."""
    return a_plan(acme, account=account, edition=an_edition(acme, spec=ASKS))


def ask(acme, plan, *keys, at=MORNING):
    for key in keys:
        request_item(the_item(plan, key), by=acme.member, now=at)


def letters(company):
    return list(Message.objects.of(company.workspace).order_by("asked_at", "pk"))


def ordered(message: Message | None) -> Message:
    """The letter: there is one."""
    assert message is not None
    return message


def reminded(plan, key):
    return PlanEntry.objects.of(plan.workspace_id).filter(
        item__key=key, plan=plan, kind=EntryKind.REMINDED
    )


def test_one_letter_tells_of_everything_that_was_asked(acme, mara, plan):
    ask(acme, plan, "size", "customers", "contract")

    letter = ordered(write_about_asked(mara, now=MORNING + timedelta(minutes=10)))
    again = write_about_asked(mara, now=MORNING + timedelta(minutes=11))

    assert again is None
    assert [each.pk for each in letters(acme)] == [letter.pk]
    assert letter.kind == LetterKind.REQUEST
    assert all(title in letter.text for title in ("Size", "Customers", "Contract"))
    assert "/p/acme/come-in/as/" in letter.text


def test_what_came_back_is_told_of_too(acme, mara, plan):
    ask(acme, plan, "size")
    write_about_asked(mara, now=MORNING + timedelta(minutes=10))
    gave(plan, "size", now=MORNING + timedelta(hours=1))
    return_item(
        the_item(plan, "size"),
        reason="In metres, please",
        by=acme.member,
        now=MORNING + timedelta(hours=2),
    )

    assert write_about_asked(mara, now=MORNING + timedelta(hours=3)) is not None


def test_the_letter_is_ordered_for_their_working_hours(acme, mara, plan, facts):
    ask(acme, plan, "size")
    facts.deliver()

    saturday = datetime.fromisoformat("2026-11-07T12:00:00+00:00")
    edit_person(mara, by=acme.owner, time_zone="America/Bogota")
    mara.refresh_from_db()

    later = DBTaskResult.objects.get(task_path="vereda.portal.writing.write_asked")
    assert later.run_after is not None
    assert not letters(acme)
    assert good_time_for(mara, plan.account, after=saturday) == datetime.fromisoformat(
        "2026-11-09T09:00:00-05:00"
    )


def test_nobody_is_reminded_of_what_was_asked_today(acme, mara, plan):
    ask(acme, plan, "size")

    assert remind_person(mara, now=MORNING + timedelta(hours=1)) is None


def test_the_night_orders_a_digest_for_their_working_hours(acme, mara, plan):
    ask(acme, plan, "size")

    assert remind_everybody() == 1

    later = DBTaskResult.objects.get(task_path="vereda.portal.writing.write_digest")
    assert later.run_after is not None
    assert not letters(acme)


def at(monkeypatch, moment):
    """The mail server is spoken to at that moment."""
    monkeypatch.setattr("vereda.messaging.posting.clock.now", lambda: moment)


def test_one_digest_for_all_plans_is_noted_for_each_item(
    acme, account, mara, plan, facts, monkeypatch
):
    other = a_plan(acme, account=account, edition=an_edition(acme, spec=ASKS), name="Second")
    ask(acme, plan, "size")
    ask(acme, other, "customers")
    facts.deliver()

    at(monkeypatch, MORNING + TEN_DAYS)
    letter = ordered(remind_person(mara, now=MORNING + TEN_DAYS))
    before = reminded(plan, "size").count()
    facts.deliver()
    again = remind_person(mara, now=MORNING + TEN_DAYS)
    note_reminders_sent(acme.workspace.pk, letter.pk, now=MORNING + TEN_DAYS)

    assert before == 0

    assert letter.kind == LetterKind.DIGEST
    assert again is None
    assert "Size" in letter.text
    assert "Customers" in letter.text
    assert reminded(plan, "size").get().letter_id == letter.pk
    assert reminded(other, "customers").get().letter_id == letter.pk


def test_a_digest_that_is_held_back_reminded_nobody_until_it_left(
    acme, mara, plan, facts, monkeypatch
):
    """The budget of the week is spent: no second digest waits beside the first, and the item says
    that somebody was reminded on the day they were."""
    set_letters(acme.workspace, sender_name="", reply_domain="", weekly_budget=1, by=acme.owner)
    ask(acme, plan, "size")
    day = MORNING + TEN_DAYS
    a_sent_letter(acme, mara, now=day - timedelta(days=6))

    at(monkeypatch, day)
    digest = ordered(remind_person(mara, now=day))
    facts.deliver()
    digest.refresh_from_db()
    held = (digest.state, reminded(plan, "size").count())
    tomorrow = remind_person(mara, now=day + timedelta(hours=20))
    at(monkeypatch, day + timedelta(days=1, minutes=1))
    deliver_message.call(str(acme.workspace.pk), str(digest.pk))
    facts.deliver()
    digest.refresh_from_db()

    assert held == (LetterState.HELD, 0)
    assert tomorrow is None
    assert digest.state == LetterState.SENT
    assert reminded(plan, "size").get().letter_id == digest.pk


def test_what_was_given_before_the_digest_left_is_no_reminder(acme, mara, plan, facts, monkeypatch):
    ask(acme, plan, "size", "contract")
    digest = ordered(remind_person(mara, now=MORNING + TEN_DAYS))
    settled(plan, "size", now=MORNING + TEN_DAYS)

    at(monkeypatch, MORNING + TEN_DAYS)
    facts.deliver()

    digest.refresh_from_db()
    assert digest.state == LetterState.SENT
    assert not reminded(plan, "size").exists()
    assert reminded(plan, "contract").count() == 1


def test_reminders_stop_when_it_is_done(acme, mara, plan):
    ask(acme, plan, "size")
    settled(plan, "size", now=MORNING + timedelta(hours=1))

    assert remind_person(mara, now=MORNING + TEN_DAYS) is None


def test_a_letter_that_still_waits_does_not_leave_once_it_is_done(acme, mara, plan, facts):
    ask(acme, plan, "size")
    letter = ordered(write_about_asked(mara, now=MORNING))
    Message.objects.of(acme.workspace).update(state=LetterState.HELD)

    gave(plan, "size", now=MORNING + timedelta(hours=1))
    facts.deliver()

    letter.refresh_from_db()
    assert letter.state == LetterState.STOPPED


INTENSITY = Intensity(follow_ups=2, first_after_days=3, every_days=7, by=FollowUpBy.EMAIL, parts=())
FIRST = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("reminded_on", "day", "is_due"),
    [
        ([], 2, False),
        ([], 3, True),
        ([3], 9, False),
        ([3], 10, True),
        ([3, 10], 30, False),
        ([3], 3, True),
        ([-5], 3, True),
    ],
)
def test_the_intensity_says_when(reminded_on, day, is_due):
    said = {FIRST + timedelta(days=each) for each in reminded_on}
    today = FIRST + timedelta(days=day)

    assert is_due_again(FIRST, reminded_on=said, today=today, intensity=INTENSITY) is is_due


@pytest.fixture
def answering(acme, mara, plan, monkeypatch):
    """Mara was asked for one thing by a letter that can be answered, and our mail server hands in
    what she writes."""
    for place in ("pages.receiving", "opening.clock", "posting.clock"):
        monkeypatch.setattr(f"vereda.messaging.{place}.now", lambda: MORNING)
    set_letters(
        acme.workspace,
        sender_name="Acme",
        reply_domain="reply.acme.example",
        weekly_budget=10,
        by=acme.owner,
    )
    return SimpleNamespace(box=Letterbox(acme, Client()))


def address_for(acme, mara, plan, key):
    ask(acme, plan, key)
    letter = ordered(write_about_asked(mara, now=MORNING))
    assert "answer this letter" in letter.text
    return ReplyAddress.objects.of(acme.workspace).get(thing_id=the_item(plan, key).pk)


def test_an_answer_with_the_words_gives_the_item(acme, mara, plan, answering, facts):
    address = address_for(acme, mara, plan, "size")

    raw = mail_to(address, text="Twelve by nine metres.", sender=mara.email)
    answer = answering.box.hand_in(raw, dmarc="pass")
    facts.deliver()

    entry = PlanEntry.objects.of(acme.workspace).get(kind=EntryKind.SUBMITTED)
    assert answer.status_code in {200, 202, 204}
    assert the_item(plan, "size").state == ItemState.SUBMITTED
    assert (entry.value, entry.person) == ("Twelve by nine metres.", mara)
    assert entry.letter_id == InboundLetter.objects.of(acme.workspace).get().pk


def test_an_answer_with_the_file_gives_the_item(acme, mara, plan, answering, facts):
    address = address_for(acme, mara, plan, "customers")

    raw = mail_to(
        address, text="Here.", sender=mara.email, files={"customers.csv": b"name;city\nAna;Lugo\n"}
    )
    answering.box.hand_in(raw, dmarc="pass")
    facts.deliver()

    entry = PlanEntry.objects.of(acme.workspace).get(kind=EntryKind.SUBMITTED)
    assert entry.file is not None
    assert entry.file.name == "customers.csv"


@pytest.mark.parametrize("vouched", [{}, {"dmarc": "fail"}])
def test_an_answer_nobody_vouches_for_is_left_for_a_member(
    acme, mara, plan, answering, facts, vouched
):
    address = address_for(acme, mara, plan, "size")

    answering.box.hand_in(mail_to(address, text="Mine.", sender=mara.email), **vouched)
    facts.deliver()

    letter = InboundLetter.objects.of(acme.workspace).get()
    assert (letter.own_words, letter.verified) == ("Mine.", False)
    assert the_item(plan, "size").state == ItemState.ASKED

    accept_answer(letter, by=acme.member, now=MORNING)
    facts.deliver()

    entry = PlanEntry.objects.of(acme.workspace).get(kind=EntryKind.SUBMITTED)
    assert (entry.value, entry.person, entry.letter_id) == ("Mine.", mara, letter.pk)


def test_an_approval_is_never_given_by_letter(acme, mara, plan, answering):
    ask(acme, plan, "contract")

    letter = ordered(write_about_asked(mara, now=MORNING))

    assert letter.reply_to is None
    assert "answer this letter" not in letter.text
    assert mail.outbox == []
