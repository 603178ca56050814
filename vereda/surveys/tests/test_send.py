"""Sending: who gets a letter and who not, each exactly once, and what is in it."""

import json
import re
import smtplib
from datetime import UTC, date, datetime, timedelta
from email import message_from_string
from pathlib import Path

import pytest
from django.core import mail

from vereda.customers.actions.people import restrict_person
from vereda.customers.contracts import LifecycleStage
from vereda.customers.testing import a_person, an_account
from vereda.foundation.letters import unsubscribe_headers
from vereda.foundation.testing import MORNING
from vereda.privacy.actions.consents import withdraw_consent
from vereda.privacy.contracts import ConsentPurpose
from vereda.surveys.actions.answering import answer_invitation
from vereda.surveys.actions.asking import (
    claim_letter,
    order_wave,
    plan_wave,
    send_unclear_again,
    stop_wave,
)
from vereda.surveys.actions.surveys import edit_survey, end_survey
from vereda.surveys.contracts import Said, SkipReason, WrongSurvey
from vereda.surveys.jobs import deliver_wave, look_after_waves, send_reminders
from vereda.surveys.links import answer_url
from vereda.surveys.models.asking import SurveyInvitation, Wave
from vereda.surveys.queries.asking import Chosen, figures_of_waves
from vereda.surveys.testing import a_consenting, a_survey
from vereda.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
EVERYBODY = Chosen()


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    """The clock of tasks; a list, so that tests move it."""
    told = [MORNING]
    monkeypatch.setattr("vereda.surveys.jobs.clock.now", lambda: told[0])
    return told


@pytest.fixture
def survey(acme):
    return a_survey(acme)


def people(company, count, **said):
    account = an_account(company, name=said.pop("of", "Cantera"))
    return [
        a_consenting(
            a_person(
                company,
                name=f"Person {number}",
                account=account,
                email=f"person{number}@{account.key.lower()}.example",
                **said,
            )
        )
        for number in range(count)
    ]


def ordered(survey, company, **said):
    values = {"chosen": EVERYBODY, "share": 100, "by": company.owner, "now": MORNING, **said}
    return order_wave(survey, **values)


def figures(wave):
    return figures_of_waves(wave.workspace_id, [wave])[wave.pk]


def test_everybody_chosen_gets_one_letter(acme, survey):
    people(acme, 3)
    wave = ordered(survey, acme)

    assert deliver_wave.func(str(wave.pk)) == 3
    assert sorted(each.to[0] for each in mail.outbox) == [
        "person0@a-1.example",
        "person1@a-1.example",
        "person2@a-1.example",
    ]
    assert (figures(wave).letters, figures(wave).sent) == (3, 3)
    wave.refresh_from_db()
    assert wave.state == "done"


def test_a_task_that_begins_anew_sends_nobody_twice(acme, survey):
    people(acme, 5)
    wave = ordered(survey, acme)

    deliver_wave.func(str(wave.pk))
    Wave.objects.of(acme.workspace).update(state="sending")
    deliver_wave.func(str(wave.pk))

    assert len({each.to[0] for each in mail.outbox}) == len(mail.outbox) == 5


def test_what_was_in_hand_when_the_machine_stopped_is_not_sent_again(acme, survey):
    people(acme, 3)
    wave = ordered(survey, acme)
    lost = SurveyInvitation.objects.of(acme.workspace).order_by("pk")[0]
    assert claim_letter(lost, now=MORNING)
    assert not claim_letter(lost, now=MORNING)

    deliver_wave.func(str(wave.pk))

    assert len(mail.outbox) == 2
    assert (figures(wave).sent, figures(wave).unclear) == (2, 1)
    assert send_unclear_again(wave, by=acme.owner, now=MORNING + timedelta(minutes=5)) == 0
    assert send_unclear_again(wave, by=acme.owner, now=MORNING + timedelta(minutes=11)) == 1
    deliver_wave.func(str(wave.pk))
    assert len({each.to[0] for each in mail.outbox}) == 3


def test_a_letter_the_server_refuses_stops_no_other(acme, survey, monkeypatch):
    people(acme, 3)
    wave = ordered(survey, acme)
    send = mail.EmailMultiAlternatives.send

    def refusing(self, *args, **said):
        if self.to == ["person1@a-1.example"]:
            raise smtplib.SMTPRecipientsRefused({self.to[0]: (550, b"no such person")})
        return send(self, *args, **said)

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", refusing)
    deliver_wave.func(str(wave.pk))

    told = figures(wave)
    assert (told.sent, told.refused, told.unclear) == (2, 1, 0)
    trouble = SurveyInvitation.objects.of(acme.workspace).exclude(trouble="").get().trouble
    assert trouble == "SMTPRecipientsRefused"


def test_the_preview_says_who_and_why_not(acme, survey):
    (asked,) = people(acme, 1)
    account = an_account(acme, name="Other")
    silent = a_person(acme, name="Silent", account=account, email="s@other.example")
    unreachable = a_consenting(a_person(acme, name="No address", account=account))
    refusing = a_person(acme, name="No", account=account, email="n@other.example")
    withdraw_consent(refusing, purpose=ConsentPurpose.MESSAGES, source="test", by=None, now=MORNING)

    plan = plan_wave(survey, chosen=EVERYBODY, share=100, now=MORNING)

    assert [each.person_id for each in plan.choice.asked] == [asked.pk]
    assert {each.person_id: reason for each, reason in plan.choice.skipped} == {
        silent.pk: SkipReason.NO_CONSENT,
        unreachable.pk: SkipReason.NO_ADDRESS,
        refusing.pk: SkipReason.REFUSED,
    }
    assert SurveyInvitation.objects.of(acme.workspace).count() == 0


def test_nobody_is_asked_again_too_soon_by_any_survey(acme, survey):
    people(acme, 2)
    other = a_survey(acme, name="Another", recontact_days=30)
    deliver_wave.func(str(ordered(survey, acme).pk))

    open_one = plan_wave(other, chosen=EVERYBODY, share=100, now=MORNING + timedelta(days=5))
    assert open_one.reasons == {SkipReason.ANOTHER_OPEN: 2}
    for row in SurveyInvitation.objects.of(acme.workspace):
        answer_invitation(row, said=Said(score=9), language="en", now=MORNING)
    recent = plan_wave(other, chosen=EVERYBODY, share=100, now=MORNING + timedelta(days=29))
    later = plan_wave(other, chosen=EVERYBODY, share=100, now=MORNING + timedelta(days=30))

    assert recent.reasons == {SkipReason.ASKED_RECENTLY: 2}
    assert (later.reasons, len(later.choice.asked)) == ({}, 2)
    with pytest.raises(WrongSurvey):
        ordered(other, acme, now=MORNING + timedelta(days=1))


def test_accounts_are_chosen_by_stage_owner_or_name(acme, globex, survey):
    one = an_account(acme, name="One", stage=LifecycleStage.VALUE, owner=acme.member)
    two = an_account(acme, name="Two", stage=LifecycleStage.ONBOARDING)
    for account in (one, two):
        a_consenting(
            a_person(acme, name=account.name, account=account, email=f"{account.key}@x.example")
        )
    foreign = an_account(globex, name="Foreign")

    def asked(**said):
        plan = plan_wave(survey, chosen=Chosen(**said), share=100, now=MORNING)
        return {plan.accounts[each.account_id].name for each in plan.choice.asked}

    assert asked() == {"One", "Two"}
    assert asked(stages=("value",)) == {"One"}
    assert asked(owner_ids=(acme.member.pk,)) == {"One"}
    assert asked(owner_ids=(acme.member.pk,), stages=("onboarding",)) == set()
    assert asked(account_ids=(two.pk, foreign.pk)) == {"Two"}


def test_letters_wait_for_a_day_that_is_not_quiet(acme, survey, moment):
    people(acme, 1)
    saturday = datetime(2026, 11, 21, 10, tzinfo=UTC)
    wave = ordered(survey, acme, now=saturday)
    assert wave.send_on == date(2026, 11, 23)

    for at, expected in (
        (saturday, 0),
        (datetime(2026, 11, 23, 3, tzinfo=UTC), 0),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), 1),
        (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), 0),
    ):
        moment[0] = at
        assert look_after_waves() == expected


def test_somebody_who_says_no_meanwhile_gets_nothing(acme, survey, facts):
    first, _second = people(acme, 2)
    wave = ordered(survey, acme)
    withdraw_consent(first, purpose=ConsentPurpose.MESSAGES, source="test", by=None, now=MORNING)
    facts.deliver()

    deliver_wave.func(str(wave.pk))

    assert [each.to for each in mail.outbox] == [["person1@a-1.example"]]


def test_a_letter_that_failed_is_not_sent_again_to_who_said_no_since(acme, survey, facts):
    refusing, restricted, third = people(acme, 3)
    wave = ordered(survey, acme)
    for row in SurveyInvitation.objects.of(acme.workspace):
        assert claim_letter(row, now=MORNING)
    withdraw_consent(refusing, purpose=ConsentPurpose.MESSAGES, source="test", by=None, now=MORNING)
    restrict_person(restricted, restricted=True, by=acme.owner, now=MORNING)
    facts.deliver()

    assert send_unclear_again(wave, by=acme.owner, now=MORNING + timedelta(hours=1)) == 1
    deliver_wave.func(str(wave.pk))

    assert [each.to for each in mail.outbox] == [[third.email]]


def test_who_is_restricted_meanwhile_gets_neither_letter_nor_reminder(acme, survey, moment):
    reminded, unreminded, unasked = people(acme, 3)
    wave = ordered(survey, acme)
    restrict_person(unasked, restricted=True, by=acme.owner, now=MORNING)
    assert deliver_wave.func(str(wave.pk)) == 2
    wave.refresh_from_db()
    assert wave.state == "done"

    restrict_person(unreminded, restricted=True, by=acme.owner, now=MORNING)
    mail.outbox.clear()
    moment[0] = MORNING + timedelta(days=8)
    send_reminders.func(str(acme.workspace.pk))

    assert [each.to for each in mail.outbox] == [[reminded.email]]


def test_the_letter_names_the_day_until_which_its_link_works(acme, moment):
    people(acme, 1)
    survey = a_survey(acme, open_days=2)
    friday_evening = datetime(2026, 11, 20, 19, tzinfo=UTC)
    wave = ordered(survey, acme, now=friday_evening)
    moment[0] = datetime(2026, 11, 23, 9, tzinfo=UTC)

    deliver_wave.func(str(wave.pk))

    (letter,) = mail.outbox
    invited = SurveyInvitation.objects.of(acme.workspace).get()
    assert invited.expires_at == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert "25 Nov 2026" in str(letter.body)


def test_the_last_day_is_told_as_it_is_where_the_workspace_is(acme, moment):
    people(acme, 1)
    Workspace.objects.filter(pk=acme.workspace.pk).update(time_zone="Pacific/Auckland")
    acme.workspace.refresh_from_db()
    survey = a_survey(acme, open_days=2)
    moment[0] = datetime(2026, 11, 23, 12, tzinfo=UTC)

    deliver_wave.func(str(ordered(survey, acme, now=moment[0]).pk))

    assert "26 Nov 2026" in str(mail.outbox[0].body)


def test_an_ended_survey_orders_no_reminders_for_ever(acme, survey, moment):
    people(acme, 1)
    deliver_wave.func(str(ordered(survey, acme).pk))
    end_survey(survey, by=acme.owner, now=MORNING)

    moment[0] = MORNING + timedelta(days=8)

    assert look_after_waves() == 0


@pytest.mark.parametrize("stop", ["wave", "survey"])
def test_what_is_stopped_does_not_leave(acme, survey, stop):
    people(acme, 2)
    wave = ordered(survey, acme)
    if stop == "wave":
        assert stop_wave(wave, by=acme.owner, now=MORNING) == 2
    else:
        end_survey(survey, by=acme.owner, now=MORNING)

    deliver_wave.func(str(wave.pk))

    assert mail.outbox == []
    again = plan_wave(survey, chosen=EVERYBODY, share=100, now=MORNING)
    assert len(again.choice.asked) == 2


def test_one_reminder_to_those_who_did_not_answer(acme, survey, moment):
    people(acme, 3)
    deliver_wave.func(str(ordered(survey, acme).pk))
    first = SurveyInvitation.objects.of(acme.workspace).order_by("pk")[0]
    answer_invitation(first, said=Said(score=9), language="en", now=MORNING)
    mail.outbox.clear()

    remind = lambda: send_reminders.func(str(acme.workspace.pk))  # noqa: E731
    moment[0] = MORNING + timedelta(days=4)
    assert remind() == 0
    moment[0] = MORNING + timedelta(days=8)
    assert remind() == 2
    assert remind() == 0

    assert {each.to[0] for each in mail.outbox} == {"person1@a-1.example", "person2@a-1.example"}
    for row in SurveyInvitation.objects.of(acme.workspace).exclude(pk=first.pk):
        (letter,) = [each for each in mail.outbox if each.to == [row.person.email]]
        assert answer_url(row) in str(letter.body)


def test_a_survey_without_reminders_reminds_nobody(acme, survey, moment):
    people(acme, 1)
    edit_survey(survey, by=acme.owner, remind_after_days=None)
    survey.refresh_from_db()
    deliver_wave.func(str(ordered(survey, acme).pk))

    moment[0] = MORNING + timedelta(days=20)
    assert send_reminders.func(str(acme.workspace.pk)) == 0


def only_letter() -> tuple[mail.EmailMultiAlternatives, str]:
    """The one letter that left, and its HTML."""
    (letter,) = mail.outbox
    assert isinstance(letter, mail.EmailMultiAlternatives)
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    return letter, str(html)


def test_each_reads_the_letter_in_their_language(acme, survey):
    people(acme, 1, language="es-MX")
    deliver_wave.func(str(ordered(survey, acme).pk))

    letter, html = only_letter()
    assert "recomiendes" in str(letter.body)
    assert "recomiendes" in html
    assert '<html lang="es">' in html
    assert letter.extra_headers["Content-Language"] == "es"


def test_the_letter_has_a_link_for_each_score_and_nothing_from_elsewhere(acme, survey, settings):
    settings.BASE_URL = "https://crm.acme.example"
    people(acme, 1)
    deliver_wave.func(str(ordered(survey, acme).pk))

    letter, html = only_letter()
    links = re.findall(r'href="([^"]+)"', html)
    assert [link.partition("?score=")[2] for link in links[:11]] == [str(n) for n in range(11)]
    assert all(link.startswith("https://crm.acme.example/s/") for link in links)
    assert not re.search(r"<img|<link|<script|url\(|src=|background=", html)
    parsed = message_from_string(letter.message().as_string())
    assert parsed["From"] == '"Acme" <vereda@localhost>'
    assert parsed["Auto-Submitted"] == "auto-generated"


def test_mail_programs_unsubscribe_with_one_click_over_https_alone(acme, survey, settings):
    """The cases of ../shared/data/standard-webhooks/rfc8058_cases.json."""
    settings.BASE_URL = "https://crm.acme.example"
    people(acme, 1)
    deliver_wave.func(str(ordered(survey, acme).pk))
    headers = mail.outbox[0].extra_headers

    assert re.fullmatch(
        r"<https://crm\.acme\.example/s/[\w-]+/unsubscribe/>", headers["List-Unsubscribe"]
    )
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert unsubscribe_headers("http://localhost/s/x/unsubscribe/") == {
        "List-Unsubscribe": "<http://localhost/s/x/unsubscribe/>"
    }
    for case in one_click_cases():
        offers = one_click_target(case["list_unsubscribe"], case["list_unsubscribe_post"])
        assert case["expected"].startswith("POST https") == (offers is not None)
    ours = one_click_target(headers["List-Unsubscribe"], headers["List-Unsubscribe-Post"])
    assert ours is not None
    assert one_click_target("<http://localhost/s/x/unsubscribe/>", "") is None


def one_click_target(header, post):
    """What a mail program that keeps RFC 8058 posts to; None where it may not."""
    if post != "List-Unsubscribe=One-Click":
        return None
    return next((uri for uri in re.findall(r"<([^>]+)>", header) if uri.startswith("https:")), None)


def one_click_cases():
    path = Path(__file__).parents[3].parent / "shared" / "data" / "standard-webhooks"
    file = path / "rfc8058_cases.json"
    if not file.exists():
        pytest.skip(f"*** {file} is not there: its cases are not tested ***")
    return json.loads(file.read_text())
