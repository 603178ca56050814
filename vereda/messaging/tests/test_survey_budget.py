"""Surveys keep to the week's budget: whoever had enough letters gets theirs later."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.models.people import Person
from vereda.customers.testing import a_person
from vereda.foundation.letter_budgets import people_written_enough
from vereda.foundation.testing import MORNING
from vereda.messaging.actions.settings import set_letters
from vereda.messaging.contracts import LetterKind
from vereda.messaging.queries.people import next_letter_at
from vereda.messaging.testing import a_letter, a_sent_letter
from vereda.surveys.actions.asking import order_wave, plan_wave, stop_wave
from vereda.surveys.actions.surveys import edit_survey, end_survey
from vereda.surveys.jobs import deliver_wave, look_after_waves, send_reminders
from vereda.surveys.models.asking import SurveyInvitation, Wave
from vereda.surveys.queries.asking import Chosen
from vereda.surveys.testing import a_consenting, a_survey, an_invitation

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
EVERYBODY = Chosen()


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    """The clock of the surveys' tasks; a list, so that tests move it."""
    told = [MORNING]
    monkeypatch.setattr("vereda.surveys.jobs.clock.now", lambda: told[0])
    return told


@pytest.fixture
def busy(acme, account):
    """Somebody who had as many letters as a week allows, the first of them two days ago."""
    person = a_consenting(
        a_person(acme, name="Busy", account=account, email="busy@cantera.example")
    )
    for hours in range(4):
        a_sent_letter(acme, person, now=MORNING - 2 * DAY + timedelta(hours=hours))
    return person


@pytest.fixture
def calm(acme, account):
    return a_consenting(a_person(acme, name="Calm", account=account, email="calm@cantera.example"))


@pytest.fixture
def survey(acme):
    row = a_survey(acme)
    return edit_survey(row, by=acme.owner, quiet_days=[], remind_after_days=2)


def ordered(survey, company, *, now=MORNING):
    return order_wave(survey, chosen=EVERYBODY, share=100, by=company.owner, now=now)


def sent_to():
    return [letter.to[0] for letter in mail.outbox]


def test_whoever_had_enough_waits_and_is_written_to_once_the_week_is_free(
    acme, survey, busy, calm, moment
):
    assert plan_wave(survey, chosen=EVERYBODY, share=100, now=MORNING).held == 1
    wave = ordered(survey, acme)

    assert deliver_wave.func(str(wave.pk)) == 1
    wave.refresh_from_db()
    assert (sent_to(), wave.state, wave.held) == (["calm@cantera.example"], "waiting", 1)

    moment[0] = MORNING + 4 * DAY
    assert look_after_waves() == 2  # the sending, and the reminder of the one who was asked
    assert deliver_wave.func(str(wave.pk)) == 0
    moment[0] = MORNING + 5 * DAY + timedelta(hours=1)
    assert deliver_wave.func(str(wave.pk)) == 1
    assert deliver_wave.func(str(wave.pk)) == 0
    wave.refresh_from_db()
    assert (sent_to()[1:], wave.state, wave.held) == (["busy@cantera.example"], "done", 0)


def test_those_behind_many_who_wait_are_written_to(acme, survey, account, busy, monkeypatch):
    """A part of a sending in which everybody waits does not end it."""
    monkeypatch.setattr("vereda.surveys.jobs.AT_ONCE", 1)
    for number in range(3):
        a_consenting(a_person(acme, account=account, email=f"p{number}@cantera.example"))
    wave = ordered(survey, acme)

    assert deliver_wave.func(str(wave.pk)) == 3
    assert "busy@cantera.example" not in sent_to()


def test_a_reminder_waits_as_well(acme, survey, calm, moment):
    wave = ordered(survey, acme)
    deliver_wave.func(str(wave.pk))
    for hours in range(3):
        a_sent_letter(acme, calm, now=MORNING + timedelta(hours=hours))
    moment[0] = MORNING + 3 * DAY

    assert send_reminders.func(str(acme.workspace.pk)) == 0
    moment[0] = MORNING + 8 * DAY
    assert send_reminders.func(str(acme.workspace.pk)) == 1
    assert send_reminders.func(str(acme.workspace.pk)) == 0


@pytest.mark.parametrize("end", ["stop", "end"])
def test_a_letter_that_waits_does_not_leave_after_the_end(acme, survey, busy, moment, end):
    wave = ordered(survey, acme)
    deliver_wave.func(str(wave.pk))
    if end == "stop":
        wave.refresh_from_db()
        stop_wave(wave, by=acme.owner, now=MORNING)
    else:
        end_survey(survey, by=acme.owner, now=MORNING)

    moment[0] = MORNING + 6 * DAY
    deliver_wave.func(str(wave.pk))

    assert sent_to() == []
    assert Wave.objects.of(acme.workspace).get().state == ("stopped" if end == "stop" else "done")


def test_the_budget_of_many_is_that_of_each(acme, account, busy, calm):
    """Over letters, surveys and their reminders, without what people asked for themselves."""
    asked = a_person(acme, name="Asked", account=account, email="asked@cantera.example")
    for number in range(2):
        invited = an_invitation(a_survey(acme, name=f"S{number}"), asked, account)
        SurveyInvitation.objects.of(acme.workspace).filter(pk=invited.invitation.pk).update(
            sent_at=MORNING - 3 * DAY, reminded_at=MORNING - DAY
        )
    long_ago = a_person(acme, name="Long ago", account=account, email="old@cantera.example")
    links = a_person(acme, name="Links", account=account, email="links@cantera.example")
    merged = a_person(acme, name="Merged", account=account, email="merged@cantera.example")
    for hours in range(4):
        a_sent_letter(acme, long_ago, now=MORNING - 8 * DAY)
        a_sent_letter(acme, links, kind=LetterKind.SIGN_IN, now=MORNING - DAY)
        a_sent_letter(acme, merged, now=MORNING - timedelta(hours=hours + 1))
    Person.objects.of(acme.workspace).filter(pk=merged.pk).update(merged_into=calm)
    people = [busy, calm, asked, long_ago, links]

    full = people_written_enough(acme.workspace.pk, [each.pk for each in people], now=MORNING)

    assert full == {each.pk for each in people if next_letter_at(each, now=MORNING)}
    assert full == {busy.pk, asked.pk, calm.pk}
    set_letters(acme.workspace, sender_name="", reply_domain="", weekly_budget=5, by=acme.owner)
    assert people_written_enough(acme.workspace.pk, [busy.pk], now=MORNING) == set()


def test_survey_letters_are_no_budget_of_other_workspaces(acme, globex, busy):
    assert people_written_enough(globex.workspace.pk, [busy.pk], now=MORNING) == set()
    assert people_written_enough(acme.workspace.pk, [], now=MORNING) == set()


def test_asking_of_many_costs_as_many_queries_as_of_one(acme, account, busy):
    ids = [a_person(acme, account=account).pk for _number in range(20)]
    counts = []
    for some in ([busy.pk], [busy.pk, *ids]):
        with CaptureQueriesContext(connection) as queries:
            people_written_enough(acme.workspace.pk, some, now=MORNING)
        counts.append(len(queries))

    assert counts == [3, 3]


def test_the_pages_say_whose_letters_wait(acme, survey, busy, calm, client_of, facts, monkeypatch):
    monkeypatch.setattr("vereda.surveys.pages.sending.now", lambda: MORNING)
    client = client_of(acme.member)
    path = f"/w/acme/surveys/{survey.key}/sending/"

    assert "1 of them had as many letters this week" in client.get(path, {"share": 100}).text
    client.post(path, {"share": 100})
    facts.deliver()

    assert "1 had enough letters this week" in client.get(path).text
    assert sent_to() == ["calm@cantera.example"]


def test_letters_that_wait_count_the_surveys_that_left(acme, survey, calm, facts):
    """The other way round: a letter of ours waits after a survey's."""
    deliver_wave.func(str(ordered(survey, acme).pk))
    for _number in range(3):
        a_sent_letter(acme, calm, now=MORNING)

    letter = a_letter(acme, calm)
    facts.deliver()

    letter.refresh_from_db()
    assert letter.state == "held"
