"""What the worklist hears from support, surveys and money."""

from datetime import UTC, datetime, timedelta

import pytest

from vereda.customers.actions.accounts import archive_account
from vereda.customers.testing import a_person, an_account
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING, NOON
from vereda.revenue.contracts import SubscriptionEnded, SubscriptionStarted
from vereda.support.actions.tickets import resolve_ticket
from vereda.support.contracts import Clock, SlaBreached, SlaCleared, SlaWarned, TicketEscalated
from vereda.support.testing import a_ticket
from vereda.surveys.contracts import AnswersUpserted, SurveyKind
from vereda.surveys.models.answers import Answer
from vereda.surveys.testing import a_survey
from vereda.surveys.testing import an_answer as an_answer_of_a_file
from vereda.worklist.actions.noticing import notice_answer
from vereda.worklist.contracts import AlertKind, AlertReason, CloseReason
from vereda.worklist.models.alerts import Alert
from vereda.worklist.reactions import (
    forget_cancellation,
    forget_sla,
    notice_cancellation,
    notice_escalation,
    notice_many_words,
    notice_sla,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_of_the_rows(stop_clock):
    stop_clock(NOON)


def about(kind, ticket):
    return kind(
        workspace_id=ticket.workspace_id,
        account_id=ticket.account_id,
        ticket_id=ticket.pk,
        clock=Clock.FIRST_RESPONSE,
    )


def test_a_warning_becomes_a_breach_of_the_same_alert_and_ends_with_the_answer(acme):
    ticket = a_ticket(an_account(acme))
    notice_sla(about(SlaWarned, ticket))
    notice_sla(about(SlaBreached, ticket))
    alert = Alert.objects.of(acme.workspace).get()
    assert (alert.reason, alert.details) == (AlertReason.SLA_BREACHED, {"ticket": ticket.key})
    forget_sla(about(SlaCleared, ticket))
    alert.refresh_from_db()
    assert alert.closed_because == CloseReason.CLEARED


def test_hearing_the_same_twice_changes_nothing_but_the_count(acme):
    ticket = a_ticket(an_account(acme))
    notice_sla(about(SlaWarned, ticket))
    notice_sla(about(SlaWarned, ticket))
    assert Alert.objects.of(acme.workspace).get().times == 2


def test_an_escalation_ends_when_the_ticket_is_resolved(acme, facts):
    ticket = a_ticket(an_account(acme))
    notice_escalation(
        TicketEscalated(
            workspace_id=ticket.workspace_id, account_id=ticket.account_id, ticket_id=ticket.pk
        )
    )
    assert Alert.objects.of(acme.workspace).open().count() == 1
    resolve_ticket(ticket, by=acme.member, now=now())
    facts.deliver()
    assert Alert.objects.of(acme.workspace).open().count() == 0


def an_answer(acme, account, person, score):
    survey = a_survey(acme, kind=SurveyKind.NPS)
    return Answer.objects.of(acme.workspace).create(
        survey=survey, account=account, person=person, score=score, answered_at=MORNING
    )


def test_a_detractor_is_heard_until_the_same_person_says_better(acme):
    account = an_account(acme)
    person = a_person(acme, account=account)
    answer = an_answer(acme, account, person, 3)
    notice_answer(answer, now=MORNING)
    alert = Alert.objects.of(acme.workspace).get()
    assert (alert.kind, alert.reason) == (AlertKind.VOICE, AlertReason.DETRACTOR)
    assert alert.details["score"] == 3
    answer.score = 9
    notice_answer(answer, now=MORNING + timedelta(days=30))
    alert.refresh_from_db()
    assert alert.closed_because == CloseReason.CLEARED


def test_an_answer_of_nobodys_account_says_nothing_to_anybody(acme):
    notice_answer(an_answer(acme, None, None, 0), now=MORNING)
    assert not Alert.every_workspace.exists()


def test_a_cancelled_subscription_is_noticed_until_they_subscribe_again(acme):
    account = an_account(acme)
    ids = {"workspace_id": acme.workspace.pk, "account_id": account.pk}
    day = now().date() + timedelta(days=40)
    notice_cancellation(SubscriptionEnded(**ids, subscription_id=account.pk, ends_on=day))
    alert = Alert.objects.of(acme.workspace).open().get()
    assert alert.reason == AlertReason.SUBSCRIPTION_CANCELLED
    forget_cancellation(SubscriptionStarted(**ids, subscription_id=account.pk))
    assert not Alert.objects.of(acme.workspace).open().exists()


def imported(acme, survey, account, person, *scores):
    """Answers that a file brought, the last one yesterday, and the news of it."""
    yesterday = now() - timedelta(days=1)
    for back, score in enumerate(reversed(scores)):
        an_answer_of_a_file(
            survey,
            account_id=account.pk,
            person_id=person.pk,
            score=score,
            answered_at=yesterday - timedelta(days=back),
        )
    return AnswersUpserted(workspace_id=acme.workspace.pk, account_ids=(account.pk,))


def test_the_newest_answer_of_an_import_decides_however_often_it_is_heard(acme):
    account, survey = an_account(acme), a_survey(acme, kind=SurveyKind.NPS)
    content, unhappy = (a_person(acme, name=name, account=account) for name in ("Ana", "Luis"))
    imported(acme, survey, account, content, 2, 9)
    fact = imported(acme, survey, account, unhappy, 9, 4, 1)

    notice_many_words(fact)
    notice_many_words(fact)

    (alert,) = Alert.objects.of(acme.workspace)
    assert (alert.closed_at, alert.details["score"]) == (None, 1)
    assert alert.cause.endswith(str(unhappy.pk))


def test_what_an_undone_import_said_is_said_no_more(acme):
    account, survey = an_account(acme), a_survey(acme, kind=SurveyKind.NPS)
    fact = imported(acme, survey, account, a_person(acme, account=account), 1)
    notice_many_words(fact)
    Answer.objects.of(acme.workspace).delete()

    notice_many_words(fact)

    assert Alert.objects.of(acme.workspace).get().closed_because == CloseReason.CLEARED


def test_an_archived_account_asks_for_nothing_whatever_is_heard_of_it(acme):
    account = an_account(acme)
    ticket, person = a_ticket(account), a_person(acme, account=account)
    archive_account(account, by=acme.owner, now=MORNING)

    notice_sla(about(SlaBreached, ticket))
    notice_answer(an_answer(acme, account, person, 0), now=MORNING)

    assert not Alert.every_workspace.exists()


def test_the_day_of_an_answer_is_the_one_it_was_where_the_workspace_is(acme):
    acme.workspace.time_zone = "America/Bogota"
    acme.workspace.save()
    account = an_account(acme)
    answer = an_answer(acme, account, None, 0)
    answer.answered_at = datetime(2026, 11, 2, 3, tzinfo=UTC)

    notice_answer(answer, now=MORNING)

    assert Alert.objects.of(acme.workspace).get().details["answered_on"] == "2026-11-01"
