"""A survey goes to an audience: who is asked, who is not and why, and nobody twice."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.audiences.actions.audiences import archive_audience
from vereda.audiences.actions.surveys import (
    ask_audience,
    order_survey_sending,
    plan_survey_sending,
    stop_survey_sending,
)
from vereda.audiences.contracts import About, AudienceArchived, SendingTerms, SendingWaits
from vereda.audiences.jobs import ask_whoever_entered, send_survey_to_audience
from vereda.audiences.models import SurveySending
from vereda.audiences.testing import a_row, an_audience, answered
from vereda.customers.actions.accounts import change_stage
from vereda.customers.actions.people import edit_person, leave_account
from vereda.customers.actions.relationships import relate_people
from vereda.customers.contracts import LifecycleStage, RelationKind
from vereda.customers.models.people import Membership
from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING, NOON
from vereda.surveys.actions.surveys import edit_survey, end_survey
from vereda.surveys.contracts import RepeatUnit, Repetition, SkipReason, WrongSurvey
from vereda.surveys.jobs import deliver_wave
from vereda.surveys.models.asking import SurveyInvitation, Wave
from vereda.surveys.testing import a_consenting, a_survey
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db

IN_TRIAL = a_row("customers.stage", "is", "trial")
DAY = timedelta(days=1)


@pytest.fixture
def survey(acme):
    """A live survey whose letters may leave on any day."""
    row = a_survey(acme)
    edit_survey(row, by=acme.owner, quiet_days=[])
    return row


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    """The clock of tasks; a list, so that tests move it."""
    told = [NOON]
    monkeypatch.setattr("vereda.audiences.jobs.clock.now", lambda: told[0])
    monkeypatch.setattr("vereda.surveys.jobs.clock.now", lambda: told[0])
    return told


def somebody(company, name, *, account, consents=True, **said):
    person = a_person(
        company, name=name, account=account, **{"email": f"{name.lower()}@x.example", **said}
    )
    return a_consenting(person) if consents else person


def order(survey, audience, company, *, keeps_on=False, now=NOON, **terms):
    return order_survey_sending(
        survey,
        audience=audience,
        terms=SendingTerms(**terms),
        keeps_on=keeps_on,
        by=company.member,
        now=now,
    )


def planned_for(survey, audience, *, now=NOON, **terms):
    return plan_survey_sending(survey, audience=audience, terms=SendingTerms(**terms), now=now)


def names_asked(survey):
    rows = SurveyInvitation.objects.of(survey.workspace_id).filter(survey=survey)
    return sorted(rows.values_list("person__name", flat=True))


def test_the_people_of_an_audiences_accounts_are_asked(acme, survey):
    inside = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    outside = an_account(acme, name="Elsewhere", stage=LifecycleStage.VALUE)
    for name in ("Ana", "Bea"):
        somebody(acme, name, account=inside)
    somebody(acme, "Carla", account=outside)
    row = order(survey, an_audience(acme, IN_TRIAL), acme)

    assert send_survey_to_audience.func(str(row.pk)) == 2
    assert names_asked(survey) == ["Ana", "Bea"]
    row.refresh_from_db()
    assert (row.state, row.asked, row.looked_at) == ("looked", 2, NOON)


def test_roles_narrow_an_audience_of_accounts(acme, survey):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    other = an_account(acme, name="Dehesa", stage=LifecycleStage.TRIAL)
    ana, _bea = (somebody(acme, name, account=account) for name in ("Ana", "Bea"))
    somebody(acme, "Carla", account=other)
    relate_people(ana, account=account, kind=RelationKind.DECIDES, by=acme.owner)
    audience = an_audience(acme, IN_TRIAL)

    planned = planned_for(survey, audience, roles=(RelationKind.DECIDES,))

    assert [each.person_id for each in planned.plan.choice.asked] == [ana.pk]
    assert planned.unreached == 1  # Dehesa has nobody who decides
    ask_audience(order(survey, audience, acme, roles=(RelationKind.DECIDES,)), now=NOON)
    assert names_asked(survey) == ["Ana"]
    wave = Wave.objects.of(acme.workspace).get()
    assert wave.chosen["audience"] == audience.key
    assert wave.chosen["roles"] == ["decides"]


def test_the_preview_says_who_is_left_out_and_why(acme, survey):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    somebody(acme, "Ana", account=account)
    somebody(acme, "Bea", account=account, consents=False)
    somebody(acme, "Carla", account=account, email="")
    audience = an_audience(acme, a_row("customers.name", "known"), about=About.PEOPLE)

    planned = planned_for(survey, audience)

    assert len(planned.plan.choice.asked) == 1
    assert planned.plan.reasons == {SkipReason.NO_ADDRESS: 1, SkipReason.NO_CONSENT: 1}
    assert SurveySending.objects.of(acme.workspace).count() == 0


def test_people_of_an_audience_without_an_account_are_counted(acme, survey):
    account = an_account(acme, name="Cantera")
    ana = somebody(acme, "Ana", account=account)
    membership = Membership.objects.of(acme.workspace).get(person=ana)
    leave_account(membership, until_on=MORNING.date(), by=acme.owner)
    audience = an_audience(acme, a_row("customers.name", "known"), about=About.PEOPLE)

    planned = planned_for(survey, audience)

    assert (len(planned.plan.choice.asked), planned.unreached) == (0, 1)


def test_a_task_that_begins_anew_asks_nobody_twice(acme, survey):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    somebody(acme, "Ana", account=account)
    row = order(survey, an_audience(acme, IN_TRIAL), acme)

    ask_audience(row, now=NOON)
    SurveySending.objects.of(acme.workspace).update(state="waiting")
    ask_audience(row, now=NOON)

    assert names_asked(survey) == ["Ana"]
    row.refresh_from_db()
    assert row.asked == 1


def test_ordered_twice_the_second_is_refused_while_the_first_waits(acme, survey):
    audience = an_audience(acme, IN_TRIAL)
    order(survey, audience, acme)

    with pytest.raises(SendingWaits, match="already"):
        order(survey, audience, acme)

    assert SurveySending.objects.of(acme.workspace).count() == 1


def test_sent_again_later_only_new_people_are_asked_however_long_ago_it_was(acme, survey):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    somebody(acme, "Ana", account=account)
    audience = an_audience(acme, IN_TRIAL)
    ask_audience(order(survey, audience, acme), now=NOON)
    deliver_wave.func(str(Wave.objects.of(acme.workspace).get().pk))
    somebody(acme, "Bea", account=account)

    later = NOON + 400 * DAY
    row = order(survey, audience, acme, now=later)
    ask_audience(row, now=later)

    assert names_asked(survey) == ["Ana", "Bea"]
    row.refresh_from_db()
    assert row.left_out == {"already_invited": 1}
    assert row.asked == 2


def test_whoever_enters_later_is_asked_once_a_day_in_the_daytime(acme, survey, moment, facts):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    somebody(acme, "Ana", account=account)
    audience = an_audience(acme, a_row("customers.title", "is", "Boss"), about=About.PEOPLE)
    row = order(survey, audience, acme, keeps_on=True)
    assert ask_audience(row, now=NOON) == 0

    bea = somebody(acme, "Bea", account=account)
    edit_person(bea, by=acme.owner, title="Boss")
    answered(audience, now=NOON + timedelta(hours=1))
    moment[0] = NOON + timedelta(hours=2)
    assert ask_whoever_entered() == 0  # looked at today already
    moment[0] = NOON.replace(hour=3) + DAY
    assert ask_whoever_entered() == 0  # at night
    moment[0] = NOON + DAY
    assert ask_whoever_entered() == 1
    assert ask_whoever_entered() == 0  # one look an hour, whoever's clock it is
    send_survey_to_audience.func(str(row.pk))
    moment[0] = NOON + 2 * DAY
    send_survey_to_audience.func(str(row.pk))

    assert names_asked(survey) == ["Bea"]


def test_stopped_it_asks_nobody_who_enters(acme, survey, moment):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    audience = an_audience(acme, IN_TRIAL)
    row = order(survey, audience, acme, keeps_on=True)
    ask_audience(row, now=NOON)
    assert stop_survey_sending(row, by=acme.member)
    assert not stop_survey_sending(row, by=acme.member)

    somebody(acme, "Ana", account=account)
    moment[0] = NOON + DAY
    assert ask_whoever_entered() == 0
    assert ask_audience(row, now=NOON + DAY) == 0
    assert names_asked(survey) == []


def test_an_ended_survey_or_an_archived_audience_asks_nobody(acme, survey):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    somebody(acme, "Ana", account=account)
    audience = an_audience(acme, IN_TRIAL)
    row = order(survey, audience, acme, keeps_on=True)
    archive_audience(audience, by=acme.owner, now=NOON)

    assert ask_audience(row, now=NOON) == 0
    audience.refresh_from_db()
    with pytest.raises(AudienceArchived):
        order(survey, audience, acme)
    end_survey(survey, by=acme.owner, now=NOON)
    survey.refresh_from_db()
    with pytest.raises(WrongSurvey, match="Open the survey"):
        order(survey, an_audience(acme, IN_TRIAL, name="Other"), acme)


def test_a_survey_of_somebody_else_is_refused(acme, globex):
    with pytest.raises(WrongSurvey, match="both"):
        order(a_survey(globex), an_audience(acme, IN_TRIAL), acme)


def test_chosen_looked_at_and_confirmed_on_the_page(acme, survey, client_of, facts):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    somebody(acme, "Ana", account=account)
    somebody(acme, "Bea", account=account, consents=False)
    audience = an_audience(acme, IN_TRIAL)
    client = client_of(acme.member)
    path = f"/w/acme/surveys/{survey.key}/audiences/"

    assert path in client.get(f"/w/acme/surveys/{survey.key}/sending/").text
    looked = client.get(path, {"audience": audience.key, "share": 100})
    assert "1 person would be asked" in looked.text
    assert "Never said yes to such messages" in looked.text
    assert SurveySending.objects.of(acme.workspace).count() == 0
    answer = client.post(path, {"audience": audience.key, "share": 100})

    assert answer.status_code == 303
    row = SurveySending.objects.of(acme.workspace).get()
    assert row.ordered_by_id == acme.member.pk
    assert client.post(path, {"audience": audience.key, "share": 100}).status_code == 422
    facts.deliver()
    assert [each.to for each in mail.outbox] == [["ana@x.example"]]
    assert "Never said yes to such messages: 1" in client.get(path).text


def test_whoever_enters_can_be_asked_though_nobody_is_in_and_stopped(acme, survey, client_of):
    audience = an_audience(acme, IN_TRIAL)
    client = client_of(acme.member)
    path = f"/w/acme/surveys/{survey.key}/audiences/"

    assert (
        "Ask whoever enters" not in client.get(path, {"audience": audience.key, "share": 100}).text
    )
    chosen = {"audience": audience.key, "share": 100, "keeps_on": "on"}
    assert "Ask whoever enters" in client.get(path, chosen).text
    client.post(path, chosen)
    row = SurveySending.objects.of(acme.workspace).get()
    assert row.keeps_on

    assert client.post(f"{path}{row.pk}/stop/").status_code == 303
    row.refresh_from_db()
    assert not row.keeps_on


def test_viewers_see_to_whom_it_went_and_cannot_send(acme, survey, client_of):
    audience = an_audience(acme, IN_TRIAL, name="Trials")
    order(survey, audience, acme, keeps_on=True)
    viewer = client_of(acme.viewer)

    page = viewer.get(f"/w/acme/surveys/{survey.key}/sending/").text
    assert "Trials" in page
    assert "/audiences/" + str(SurveySending.objects.of(acme.workspace).get().pk) not in page
    assert viewer.get(f"/w/acme/surveys/{survey.key}/audiences/").status_code == 403


def test_the_page_costs_the_same_with_more_people_and_audiences(acme, survey, client_of):
    client = client_of(acme.member)
    path = f"/w/acme/surveys/{survey.key}/audiences/"
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    counts = []
    for many in (2, 6):
        for number in range(many):
            somebody(acme, f"Somebody{many}{number}", account=account)
            audience = an_audience(acme, IN_TRIAL, name=f"Audience {many} {number}")
            ask_audience(order(survey, audience, acme), now=NOON)
        client.get(path, {"audience": audience.key, "share": 100})
        with CaptureQueriesContext(connection) as queries:
            client.get(path, {"audience": audience.key, "share": 100})
        counts.append(len(queries))

    assert counts[0] == counts[1]


# --- A share, and again -------------------------------------------------------------------------


def crowd(company, count, *, account, start=0):
    return [somebody(company, f"P{number:03}", account=account) for number in range(start, count)]


def test_a_share_is_the_same_people_at_every_look_and_of_whoever_enters_later(acme, survey, moment):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    first = crowd(acme, 40, account=account)
    audience = an_audience(acme, a_row("customers.name", "known"), about=About.PEOPLE)
    looked = {each.person_id for each in planned_for(survey, audience, share=30).plan.choice.asked}

    row = order(survey, audience, acme, share=30, keeps_on=True)
    assert ask_audience(row, now=NOON) == len(looked)
    row.refresh_from_db()
    assert row.left_out == {"not_sampled": 40 - len(looked)}
    for days in (1, 2, 3):  # drawn again each day, nearly everybody would be asked in the end
        assert ask_audience(row, now=NOON + days * DAY) == 0

    later = crowd(acme, 80, account=account, start=40)
    answered(audience, now=NOON + 4 * DAY)
    ask_audience(row, now=NOON + 4 * DAY)
    rows = SurveyInvitation.objects.of(acme.workspace)
    asked = set(rows.values_list("person_id", flat=True))
    drawn = {
        person.pk
        for person in (*first, *later)
        if int.from_bytes(sha256(f"{survey.pk}\0{person.pk}".encode()).digest()[:8], "big") % 10_000
        < 3_000
    }
    assert asked == drawn
    assert asked & {person.pk for person in later}


def test_a_larger_share_keeps_those_of_the_smaller_one(acme, survey):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    crowd(acme, 30, account=account)
    audience = an_audience(acme, IN_TRIAL)

    few, more, everybody = (
        {each.person_id for each in planned_for(survey, audience, share=share).plan.choice.asked}
        for share in (20, 60, 100)
    )

    assert few <= more <= everybody
    assert len(everybody) == 30


def answer_letters(survey):
    """Everybody who was asked answered, so that no invitation is open."""
    rows = SurveyInvitation.objects.of(survey.workspace_id).filter(survey=survey)
    rows.update(answered_at=NOON)


def test_the_same_people_are_asked_again_after_the_time_while_they_are_in(acme, moment):
    survey = a_survey(acme, recontact_days=30)
    stays, leaves = (
        an_account(acme, name=name, stage=LifecycleStage.TRIAL) for name in ("Cantera", "Dehesa")
    )
    for name, account in (("Ana", stays), ("Bea", leaves)):
        somebody(acme, name, account=account)
    audience = an_audience(acme, IN_TRIAL)
    row = order(survey, audience, acme, again=Repetition(3, RepeatUnit.MONTHS))  # 2 November
    assert row.keeps_on
    assert ask_audience(row, now=NOON) == 2
    answer_letters(survey)
    change_stage(leaves, stage=LifecycleStage.VALUE, by=acme.owner, now=NOON)
    answered(audience, now=NOON + DAY)
    somebody(acme, "Carla", account=stays)
    assert ask_audience(row, now=NOON + DAY) == 1  # who came later, once
    answer_letters(survey)

    eve = NOON.replace(year=2027, month=2, day=1)
    assert ask_audience(row, now=eve) == 0
    row.refresh_from_db()
    assert row.left_out == {"not_again_yet": 2}
    assert ask_audience(row, now=eve + DAY) == 1  # Ana; Bea is not in any more
    assert ask_audience(row, now=eve + DAY + timedelta(hours=1)) == 0
    assert ask_audience(row, now=eve + 2 * DAY) == 1
    assert names_asked(survey) == ["Ana", "Ana", "Bea", "Carla", "Carla"]


def test_asking_again_keeps_to_what_other_surveys_asked(acme):
    survey = a_survey(acme, recontact_days=20)
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    somebody(acme, "Ana", account=account)
    audience = an_audience(acme, IN_TRIAL)
    row = order(survey, audience, acme, again=Repetition(20, RepeatUnit.DAYS))
    ask_audience(row, now=NOON)
    other = a_survey(acme, name="Other", recontact_days=0)
    answer_letters(survey)
    ask_audience(order(other, audience, acme, now=NOON + 10 * DAY), now=NOON + 10 * DAY)
    answer_letters(other)

    assert ask_audience(row, now=NOON + 20 * DAY) == 0
    row.refresh_from_db()
    assert row.left_out == {"asked_recently": 1}
    assert ask_audience(row, now=NOON + 30 * DAY) == 1


def test_again_sooner_than_between_any_two_surveys_is_refused(acme, survey, client_of):
    audience = an_audience(acme, IN_TRIAL)

    for again in (Repetition(89, RepeatUnit.DAYS), Repetition(2, RepeatUnit.MONTHS)):
        with pytest.raises(WrongSurvey, match="90 days"):
            order(survey, audience, acme, again=again)
        with pytest.raises(WrongSurvey, match="90 days"):
            planned_for(survey, audience, again=again)
    with pytest.raises(WrongSurvey, match="two years"):
        order(survey, audience, acme, again=Repetition(25, RepeatUnit.MONTHS))
    with pytest.raises(WrongSurvey, match="1 and 100"):
        order(survey, audience, acme, share=0)

    path = f"/w/acme/surveys/{survey.key}/audiences/"
    data = {"audience": audience.key, "share": 100, "again_every": 60, "again_unit": "days"}
    refused = client_of(acme.member).get(path, data)
    assert refused.status_code == 422
    assert "leaves 90 days" in refused.text
    assert SurveySending.objects.of(acme.workspace).count() == 0


def test_share_and_repetition_are_chosen_and_stopped_on_the_page(acme, survey, client_of, facts):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    crowd(acme, 30, account=account)
    audience = an_audience(acme, IN_TRIAL)
    client = client_of(acme.member)
    path = f"/w/acme/surveys/{survey.key}/audiences/"
    data = {"audience": audience.key, "share": 50, "again_every": 4, "again_unit": "months"}
    count = len(planned_for(survey, audience, share=50).plan.choice.asked)
    assert 0 < count < 30

    looked = client.get(path, data).text
    assert f"{count} pe" in looked
    assert "Outside the share that is asked" in looked
    assert client.post(path, data).status_code == 303
    facts.deliver()

    page = client.get(path).text
    assert "50 of a hundred" in page
    assert "again after 4 months" in page
    assert len(names_asked(survey)) == count
    row = SurveySending.objects.of(acme.workspace).get()
    client.post(f"{path}{row.pk}/stop/")
    answer_letters(survey)
    assert "again after 4 months" not in client.get(path).text
    assert ask_audience(row, now=NOON + 400 * DAY) == 0


def test_programs_send_a_survey_to_an_audience_and_stop_it(acme, survey, facts):
    account = an_account(acme, name="Cantera", stage=LifecycleStage.TRIAL)
    crowd(acme, 30, account=account)
    somebody(acme, "Silent", account=account, consents=False)
    audience = an_audience(acme, IN_TRIAL)
    path = f"/surveys/{survey.key}/audiences"
    client = a_program(acme.member)
    again = {"every": 4, "unit": "months"}
    body = {"audience": audience.key, "roles": [], "share": 50, "again": again}

    planned = client.post(f"{path}/plan", body).json()
    assert planned["asked"] + planned["left_out"]["not_sampled"] == 30
    assert planned["left_out"]["no_consent"] == 1
    assert SurveySending.objects.of(acme.workspace).count() == 0

    ordered = client.post(path, body)
    assert ordered.status_code == 201
    told = ordered.json()
    assert (told["audience"], told["share"], told["keeps_on"]) == (audience.key, 50, True)
    assert told["again"] == again
    assert client.post(path, body).status_code == 422  # it waits already
    facts.deliver()
    assert len(names_asked(survey)) == planned["asked"]
    (listed,) = client.get(path).json()
    assert (listed["state"], listed["asked"]) == ("looked", planned["asked"])
    assert client.post(f"{path}/{listed['id']}/stop", {}).json()["keeps_on"] is False
    soon = {"audience": audience.key, "again": {"every": 3, "unit": "days"}}
    assert client.post(f"{path}/plan", soon).status_code == 422
