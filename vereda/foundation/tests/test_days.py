"""Days are those of the workspace: at 23:30 in Bogotá it is not tomorrow, whatever UTC says."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta

import pytest

from vereda.audiences.contracts import About
from vereda.audiences.queries.asking import asked_question, vocabulary_of
from vereda.audiences.queries.reasons import reasons_of
from vereda.audiences.testing import a_row, all_of, an_audience
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Membership, Person
from vereda.customers.queries.lighthouses import lighthouse_of
from vereda.customers.testing import a_person, an_account
from vereda.foundation.zones import day_where
from vereda.support.testing import a_ticket
from vereda.surveys.actions.asking import order_wave
from vereda.surveys.jobs import deliver_wave, look_after_waves
from vereda.surveys.models.asking import SurveyInvitation
from vereda.surveys.queries.asking import Chosen
from vereda.surveys.testing import a_consenting, a_survey
from vereda.worklist.queries.ranks import rank_of_task, reckoning_at
from vereda.worklist.testing import a_task

pytestmark = pytest.mark.django_db

LATE = datetime(2026, 11, 3, 4, 30, tzinfo=UTC)
"""23:30 on 2 November in Bogotá."""
TODAY = date(2026, 11, 2)


@pytest.fixture
def bogota(acme):
    """Acme, which works in Bogotá."""
    acme.workspace.time_zone = "America/Bogota"
    acme.workspace.save(update_fields=["time_zone"])
    for member in (acme.owner, acme.admin, acme.member, acme.viewer):
        member.workspace.refresh_from_db()
    return acme


def test_the_day_where_somebody_is():
    assert day_where(LATE, "America/Bogota") == TODAY
    assert day_where(LATE, "UTC") == date(2026, 11, 3)
    assert day_where(LATE, "Nowhere/Nothing") == date(2026, 11, 3)


def test_accounts_and_people_are_known_since_today(bogota):
    account = an_account(bogota, now=LATE)
    person = a_person(bogota, account=account, now=LATE)

    assert Account.objects.of(bogota.workspace).get(pk=account.pk).created_on == TODAY
    assert Person.objects.of(bogota.workspace).get(pk=person.pk).created_on == TODAY


def test_somebody_leaves_and_an_account_is_singled_out_today(bogota, client_of, stop_clock):
    account = an_account(bogota)
    person = a_person(bogota, account=account)
    held = Membership.objects.of(bogota.workspace).get(person=person)
    client = client_of(bogota.admin)
    stop_clock(LATE)

    client.post(f"/w/acme/people/{person.key}/memberships/{held.pk}/leave/")
    client.post(f"/w/acme/accounts/{account.key}/lighthouse/", {"why": "Speaks for us"})

    held.refresh_from_db()
    assert held.until_on == TODAY
    listed = lighthouse_of(account)
    assert listed is not None
    assert listed.since_on == TODAY


def test_the_reason_of_an_audience_names_the_local_day(bogota):
    account = an_account(bogota)
    a_ticket(account, opened_at=LATE)
    vocabulary = vocabulary_of(bogota.workspace, about=About.ACCOUNTS)
    row = a_row("support.oldest_open", "at_least", "0")
    asked = asked_question(vocabulary, all_of(row), now=LATE)

    (reason,) = reasons_of(asked, [account.pk])[account.pk]

    assert "2 Nov 2026" in reason


def test_an_audiences_file_says_the_local_day(bogota, client_of):
    an_account(bogota, name="Cantera")
    audience = an_audience(bogota, a_row("customers.name", "known"), now=LATE)

    answer = client_of(bogota.admin).get(f"/w/acme/audiences/{audience.key}/export/")
    content = b"".join(answer.streaming_content).decode("utf-8-sig")

    (row,) = list(csv.reader(io.StringIO(content)))[1:]
    assert "2026-11-02" in row


def test_a_task_added_this_evening_is_no_day_old_by_tomorrows_date(bogota):
    task = a_task(bogota.member, now=LATE)
    reckoning = reckoning_at(bogota.workspace, now=LATE)

    assert reckoning.today == TODAY
    same_day = rank_of_task(task, None, reckoning=reckoning)
    task.added_at = datetime(2026, 11, 2, 15, tzinfo=UTC)
    assert rank_of_task(task, None, reckoning=reckoning) == same_day


def test_reminders_leave_in_the_morning_of_their_day_east_of_us(acme, monkeypatch):
    acme.workspace.time_zone = "Pacific/Auckland"
    acme.workspace.save(update_fields=["time_zone"])
    told = [datetime(2026, 11, 2, 0, tzinfo=UTC)]  # 13:00 on the second, in Auckland
    monkeypatch.setattr("vereda.surveys.jobs.clock.now", lambda: told[0])
    account = an_account(acme)
    a_consenting(a_person(acme, account=account, email="a@x.example"), now=told[0])
    survey = a_survey(acme, now=told[0])
    wave = order_wave(survey, chosen=Chosen(), share=100, by=acme.owner, now=told[0])
    deliver_wave.func(str(wave.pk))
    row = SurveyInvitation.objects.of(acme.workspace).get()
    assert row.remind_on is not None
    evening_before = row.remind_on - timedelta(days=1)  # 10:00 on that day, in Auckland
    told[0] = datetime.combine(evening_before, time(21), tzinfo=UTC)

    assert look_after_waves() == 1
