"""Sending: once by key, to one person, never above their budget, and nothing lost silently."""

import smtplib
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.db import transaction

from vereda.customers.actions.people import edit_person
from vereda.customers.models.people import Person
from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.delivering import take_letter
from vereda.messaging.actions.sending import (
    About,
    resend_letter,
    stop_letter,
    stop_letters_about,
)
from vereda.messaging.actions.settings import set_letters
from vereda.messaging.actions.wishes import prefer_letters, suppress_address
from vereda.messaging.contracts import (
    HoldReason,
    LetterGone,
    LetterKind,
    LetterState,
    LetterStopped,
    StopReason,
    SuppressionReason,
    WrongLetter,
)
from vereda.messaging.jobs import look_after_letters
from vereda.messaging.letters import message_ref
from vereda.messaging.models.letters import Delivery, Message
from vereda.messaging.posting import deliver_message
from vereda.messaging.rules.budget import WEEK
from vereda.messaging.testing import a_letter, an_address
from vereda.privacy.actions.consents import withdraw_consent
from vereda.privacy.actions.requests import erase_person
from vereda.privacy.contracts import ConsentPurpose
from vereda.surveys.models.asking import SurveyInvitation
from vereda.surveys.testing import a_consenting, a_survey, an_invitation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    """The clock of tasks; a list, so that tests move it."""
    told = [MORNING]
    monkeypatch.setattr("vereda.messaging.posting.clock.now", lambda: told[0])
    return told


def became(message):
    """The state of the letter, and the words of what happened to it."""
    message.refresh_from_db()
    rows = Delivery.objects.of(message.workspace_id).filter(message=message)
    return message.state, list(rows.order_by("at", "pk").values_list("outcome", flat=True))


def test_a_letter_leaves_after_the_transaction(acme, person, facts):
    message = a_letter(acme, person)
    assert mail.outbox == []

    facts.deliver()

    assert [each.to for each in mail.outbox] == [["l@cantera.example"]]
    assert became(message) == (LetterState.SENT, ["asked", "sent"])


def test_what_is_rolled_back_sends_nothing(acme, person, facts):
    with transaction.atomic():
        a_letter(acme, person)
        transaction.set_rollback(True)

    facts.deliver()

    assert mail.outbox == []
    assert Message.objects.of(acme.workspace).count() == 0


def test_one_key_is_one_letter(acme, person, facts):
    first = a_letter(acme, person, key="item 7 requested")
    facts.deliver()
    second = a_letter(acme, person, key="item 7 requested", subject="Another subject")
    facts.deliver()

    assert first.pk == second.pk
    assert [each.subject for each in mail.outbox] == ["The plan of the warehouse"]


def test_the_same_key_in_another_workspace_is_another_letter(acme, globex, person, facts):
    stranger = a_person(globex, name="Zoe", email="z@other.example")
    a_letter(acme, person, key="one")
    a_letter(globex, stranger, key="one")

    facts.deliver()

    assert len(mail.outbox) == 2


def test_a_task_that_runs_twice_sends_once(acme, person, facts):
    message = a_letter(acme, person)
    facts.deliver()

    assert deliver_message.func(str(acme.workspace.pk), str(message.pk)) is False
    assert len(mail.outbox) == 1


# --- Who is written to ---------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("", StopReason.NO_ADDRESS),
        ("a@b.c, evil@x.y", StopReason.WRONG_ADDRESS),
        ("a@b.example\r\nBcc: evil@x.example", StopReason.WRONG_ADDRESS),
        ('"<script>"@x.co', StopReason.WRONG_ADDRESS),
        ("a@[127.0.0.1]", StopReason.WRONG_ADDRESS),
        ("a@b", StopReason.WRONG_ADDRESS),
        ("lucía@x.example", StopReason.WRONG_ADDRESS),
        ("Ana <a@x.example>", StopReason.WRONG_ADDRESS),
        ("a" * 250 + "@x.example", StopReason.WRONG_ADDRESS),
    ],
)
def test_e03_e04_an_address_that_is_no_single_mailbox_gets_nothing(
    acme, person, facts, email, reason
):
    Person.objects.of(acme.workspace).filter(pk=person.pk).update(email=email[:254])
    person.refresh_from_db()

    message = a_letter(acme, person)
    facts.deliver()

    assert mail.outbox == []
    assert (message.state, message.stopped_because) == (LetterState.STOPPED, reason)
    (told,) = facts.of(LetterStopped)
    assert (told.message_id, told.reason) == (message.pk, reason)


def test_e04_a_domain_in_other_letters_is_written_as_servers_know_it(acme, person, facts):
    Person.objects.of(acme.workspace).filter(pk=person.pk).update(email="a@bücher.example")

    a_letter(acme, Person.objects.of(acme.workspace).get(pk=person.pk))
    facts.deliver()

    assert mail.outbox[0].to == ["a@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    "said",
    [
        {"subject": "Hello\r\nBcc: evil@x.example"},
        {"subject": "Hello\nX: y"},
        {"subject": "Hello\x00"},
        {"subject": "Hello\u2028there"},
        {"subject": " "},
        {"subject": "x" * 201},
        {"text": "\n"},
        {"text": "x" * 100_001},
        {"key": ""},
        {"key": "x" * 201},
    ],
)
def test_e01_a_letter_that_breaks_its_headers_is_refused(acme, person, facts, said):
    with pytest.raises(WrongLetter):
        a_letter(acme, person, **said)

    assert Message.objects.of(acme.workspace).count() == 0
    assert facts == []


def test_e01_e02_no_name_in_a_letter_reaches_its_headers(acme, person, facts):
    acme.workspace.name = 'Acme"\r\nBcc: evil@x.example <x@y.example>'
    acme.workspace.save()

    a_letter(acme, person)
    facts.deliver()

    sent = mail.outbox[0].message()
    assert sent["Bcc"] is None
    assert str(sent["From"]).endswith("<vereda@localhost>")
    assert {name.lower() for name in sent.keys()} == {  # noqa: SIM118 - a message, no dict
        "auto-submitted",
        "content-language",
        "content-type",
        "date",
        "from",
        "list-unsubscribe",
        "message-id",
        "mime-version",
        "subject",
        "to",
    }


def test_e05_a_field_in_somebodys_name_stays_as_it_is(acme, facts):
    strange = a_person(acme, name="{{ other.email }}", email="s@x.example")

    a_letter(acme, strange, text=f"Dear {strange.name},\n\n{{% load x %}} <b>&amp;</b>")
    facts.deliver()

    letter, html = only_letter()
    assert "Dear {{ other.email }},\n\n{% load x %} <b>&amp;</b>" in str(letter.body)
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in html


def only_letter():
    (letter,) = mail.outbox
    assert isinstance(letter, mail.EmailMultiAlternatives)
    ((html, _kind),) = letter.alternatives
    return letter, str(html)


def test_html_of_others_is_words_and_links_only(acme, person, facts):
    html = (
        '<p onclick="x()">Hello <a href="https://acme.example/plan">plan</a></p>'
        '<img src="https://evil.example/x.gif"><form action="/x"><input></form>'
        '<script>alert(1)</script><a href="javascript:alert(1)">x</a>'
    )

    a_letter(acme, person, html=html)
    facts.deliver()

    _letter, shown = only_letter()
    assert '<p>Hello <a href="https://acme.example/plan">plan</a></p>' in shown
    assert not any(word in shown for word in ("onclick", "<img", "<form", "alert", "javascript"))


def test_each_reads_the_letters_foot_in_their_language(acme, person, facts):
    edit_person(person, by=acme.owner, language="es-MX")
    person.refresh_from_db()

    message = a_letter(acme, person)
    facts.deliver()

    letter, html = only_letter()
    assert (message.language, letter.extra_headers["Content-Language"]) == ("es", "es")
    assert '<html lang="es">' in html


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        (LetterKind.SIGN_IN, False),
        (LetterKind.ANSWER, False),
        (LetterKind.REMINDER, True),
        (LetterKind.DIGEST, True),
    ],
)
def test_what_can_be_refused_says_how_in_its_headers(acme, person, facts, settings, kind, offered):
    settings.BASE_URL = "https://crm.acme.example"

    a_letter(acme, person, kind=kind)
    facts.deliver()

    letter, html = only_letter()
    headers = letter.extra_headers
    assert ("List-Unsubscribe" in headers) is offered
    assert (headers.get("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click") is offered
    assert ("https://crm.acme.example/l/" in str(letter.body)) is offered
    assert ("https://crm.acme.example/l/" in html) is offered
    assert headers["Auto-Submitted"] == "auto-generated"


def test_somebody_restricted_gets_only_what_they_asked_for(acme, person, facts):
    Person.objects.of(acme.workspace).filter(pk=person.pk).update(restricted_at=MORNING)
    person.refresh_from_db()

    request = a_letter(acme, person)
    link = a_letter(acme, person, kind=LetterKind.SIGN_IN)
    facts.deliver()

    assert request.stopped_because == StopReason.RESTRICTED
    assert became(link)[0] == LetterState.SENT


def test_what_they_say_meanwhile_counts(acme, person, facts):
    message = a_letter(acme, person, kind=LetterKind.DIGEST)

    prefer_letters(person, wanted=[LetterKind.REQUEST], source="test", by=None, now=MORNING)
    facts.deliver()

    message.refresh_from_db()
    assert (message.state, message.stopped_because) == ("stopped", StopReason.REFUSED_KIND)
    assert mail.outbox == []


# --- News to many ---------------------------------------------------------------


def test_e06_news_to_ten_goes_to_exactly_those_who_may_get_it(acme, facts):
    people = [
        a_consenting(a_person(acme, name=f"P {n}", email=f"p{n}@x.example")) for n in range(8)
    ]
    people.append(a_person(acme, name="Silent", email="silent@x.example"))
    people.append(a_consenting(a_person(acme, name="Twin", email="P0+news@X.example")))
    for person in people[1:4]:
        suppress_address(
            acme.workspace,
            address=person.email.upper(),
            reason=SuppressionReason.COMPLAINED,
            by=None,
            now=MORNING,
        )
    news = About(kind="test.news", thing_id=acme.workspace.pk)
    letters = [
        a_letter(acme, person, kind=LetterKind.NEWS, about=news, key=f"news {person.key}")
        for person in people
    ]
    withdraw_consent(
        people[4], purpose=ConsentPurpose.MESSAGES, source="test", by=None, now=MORNING
    )
    erase_person(people[5], by=acme.owner, now=MORNING)
    facts.deliver()

    assert sorted(each.to[0] for each in mail.outbox) == [
        "p0@x.example",
        "p6@x.example",
        "p7@x.example",
    ]
    reasons = [Message.objects.of(acme.workspace).get(pk=m.pk).stopped_because for m in letters]
    assert reasons == [
        "",
        "suppressed",
        "suppressed",
        "suppressed",
        "no_consent",
        "erased",
        "",
        "",
        "no_consent",
        "same_address",
    ]


# --- The budget -----------------------------------------------------------------


def test_what_is_over_the_budget_waits_and_leaves_when_the_week_allows(acme, person, facts, moment):
    letters = [a_letter(acme, person, subject=f"Letter {n}") for n in range(6)]
    facts.deliver()

    assert len(mail.outbox) == 4
    held = letters[4]
    assert became(held) == (LetterState.HELD, ["asked", "held"])
    assert (held.held_because, held.due_at) == (HoldReason.BUDGET, MORNING + WEEK)

    moment[0] = MORNING + WEEK
    assert look_after_letters() == 2
    facts.deliver()

    assert len(mail.outbox) == 6
    assert became(held)[0] == LetterState.SENT


def test_what_they_asked_for_is_free_and_leaves_at_once(acme, person, facts):
    for _ in range(5):
        a_letter(acme, person)
    links = [a_letter(acme, person, kind=LetterKind.SIGN_IN) for _ in range(3)]
    facts.deliver()

    assert len(mail.outbox) == 4 + 3
    assert {became(link)[0] for link in links} == {LetterState.SENT}


def test_surveys_count_in_the_budget(acme, person, facts, moment):
    survey = a_survey(acme)
    invited = an_invitation(survey, person, an_account(acme, name="Other"))
    SurveyInvitation.objects.of(acme.workspace).filter(pk=invited.invitation.pk).update(
        sent_at=MORNING - timedelta(days=1), reminded_at=MORNING
    )

    letters = [a_letter(acme, person) for _ in range(3)]
    facts.deliver()

    assert [became(letter)[0] for letter in letters] == ["sent", "sent", "held"]
    letters[2].refresh_from_db()
    assert letters[2].due_at == MORNING + timedelta(days=6)


def test_one_persons_budget_is_nobody_elses(acme, person, facts):
    other = a_person(acme, name="Other", email="o@x.example")
    for _ in range(5):
        a_letter(acme, person)
    a_letter(acme, other)
    facts.deliver()

    assert [each.to[0] for each in mail.outbox].count("o@x.example") == 1


def test_a_reminder_that_waited_too_long_is_stopped_and_says_so(acme, person, facts, moment):
    for _ in range(4):
        a_letter(acme, person)
    late = a_letter(acme, person, kind=LetterKind.REMINDER)
    facts.deliver()

    moment[0] = MORNING + WEEK
    look_after_letters()
    facts.deliver()

    assert became(late) == (LetterState.STOPPED, ["asked", "held", "stopped"])
    assert late.stopped_because == StopReason.TOO_LATE
    assert len(mail.outbox) == 4


def test_what_was_done_meanwhile_needs_no_letter(acme, person, facts, moment):
    about = About(kind="test.thing", thing_id=person.pk)
    waiting = a_letter(acme, person, about=about, not_before=MORNING + timedelta(hours=1))
    other = a_letter(acme, person, not_before=MORNING + timedelta(hours=1))

    count = stop_letters_about(acme.workspace, about="test.thing", thing_id=person.pk, now=MORNING)
    moment[0] = MORNING + timedelta(hours=2)
    look_after_letters()
    facts.deliver()

    assert count == 1
    assert (became(waiting)[0], became(other)[0]) == (LetterState.STOPPED, LetterState.SENT)
    with pytest.raises(LetterGone):
        stop_letter(other, by=acme.owner, now=MORNING)


def test_a_letter_for_later_leaves_later(acme, person, facts, moment):
    message = a_letter(acme, person, not_before=MORNING + timedelta(hours=3))
    facts.deliver()
    assert mail.outbox == []

    moment[0] = MORNING + timedelta(hours=3)
    assert look_after_letters() == 1
    assert look_after_letters() == 0
    facts.deliver()

    assert became(message)[0] == LetterState.SENT


# --- The mail server (E10) --------------------------------------------------------


class Refusing:
    """A mail server's answers, one for each letter; None takes it."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.send = mail.EmailMultiAlternatives.send

    def __call__(self, letter, *args, **said):
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        return self.send(letter, *args, **said)


@pytest.fixture
def server(monkeypatch):
    """Let the mail server answer so."""

    def answering(*answers):
        refusing = Refusing(*answers)
        monkeypatch.setattr(
            mail.EmailMultiAlternatives, "send", lambda self, *a, **k: refusing(self, *a, **k)
        )

    return answering


def test_e10_what_is_put_off_is_tried_again_and_leaves_once(acme, person, facts, moment, server):
    busy = smtplib.SMTPResponseException(421, b"later, l@cantera.example")
    server(busy, smtplib.SMTPRecipientsRefused({"l@cantera.example": (450, b"busy")}))
    message = a_letter(acme, person)
    facts.deliver()
    assert became(message) == (LetterState.HELD, ["asked", "put_off"])

    for wait in (timedelta(minutes=1), timedelta(minutes=6)):
        moment[0] = MORNING + wait
        assert look_after_letters() == 1
        facts.deliver()

    assert became(message) == (LetterState.SENT, ["asked", "put_off", "put_off", "sent"])
    assert len(mail.outbox) == 1
    words = Delivery.objects.of(acme.workspace).exclude(words="").values_list("words", flat=True)
    assert not any("cantera" in each for each in words)


def test_e10_eight_hours_without_a_server_lose_nothing(acme, person, facts, moment, monkeypatch):
    away = [True]

    def opening(self):
        if away[0]:
            raise ConnectionRefusedError
        return True

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", opening)
    message = a_letter(acme, person)
    facts.deliver()
    for minutes in range(0, 8 * 60, 20):
        moment[0] = MORNING + timedelta(minutes=minutes)
        look_after_letters()
        facts.deliver()
    assert became(message)[0] == LetterState.HELD

    away[0] = False
    moment[0] = MORNING + timedelta(hours=20)
    look_after_letters()
    facts.deliver()

    assert became(message)[0] == LetterState.SENT
    assert len(mail.outbox) == 1


def test_e10_what_is_refused_for_good_is_not_tried_again(acme, person, facts, moment, server):
    server(smtplib.SMTPRecipientsRefused({"l@cantera.example": (550, b"no such person")}))
    message = a_letter(acme, person)
    facts.deliver()

    moment[0] = MORNING + timedelta(days=2)
    assert look_after_letters() == 0
    assert became(message) == (LetterState.FAILED, ["asked", "refused"])


def test_e10_a_connection_that_breaks_leaves_an_unclear_letter_and_no_second_one(
    acme, person, facts, moment, server
):
    server(smtplib.SMTPServerDisconnected("gone"))
    message = a_letter(acme, person)
    facts.deliver()

    moment[0] = MORNING + timedelta(days=1)
    look_after_letters()
    facts.deliver()
    assert became(message) == (LetterState.UNCLEAR, ["asked", "unclear"])
    assert mail.outbox == []

    message.refresh_from_db()
    resend_letter(message, by=acme.owner, now=moment[0])
    facts.deliver()
    assert became(message) == (LetterState.SENT, ["asked", "unclear", "again", "sent"])


def test_a_machine_that_stops_in_between_leaves_an_unclear_letter(acme, person, facts, moment):
    message = a_letter(acme, person)
    assert take_letter(acme.workspace.pk, message.pk, now=MORNING) is not None
    assert take_letter(acme.workspace.pk, message.pk, now=MORNING) is None
    facts.deliver()
    assert mail.outbox == []

    moment[0] = MORNING + timedelta(minutes=16)
    look_after_letters()

    assert became(message)[0] == LetterState.UNCLEAR


def test_the_letter_goes_over_a_real_mail_server(acme, person, facts, settings, mail_server):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.hostname, mail_server.port
    set_letters(
        acme.workspace,
        sender_name="Acme Cuidado",
        reply_domain="reply.acme.example",
        weekly_budget=4,
        by=acme.owner,
    )
    message = a_letter(acme, person, reply_to=an_address(acme, person), subject="Él plan")
    facts.deliver()

    assert became(message)[0] == LetterState.SENT
    ((sender, recipients, raw),) = mail_server.taken
    assert (sender, recipients) == ("vereda@localhost", ["l@cantera.example"])
    got = message_from_bytes(raw, policy=policy.default)
    assert (got["Subject"], str(got["From"])) == ("Él plan", "Acme Cuidado <vereda@localhost>")
    assert got["Message-ID"] == message_ref(message)
    local, _, domain = str(got["Reply-To"]).partition("@")
    assert (len(local) <= 64, domain) == (True, "reply.acme.example")
