"""What accounts and people said last: for scores, for audiences, never with what came later."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Person
from vereda.customers.testing import a_person, an_account
from vereda.foundation.criteria import About, AskedCriterion, Comparison
from vereda.foundation.inputs import Reading
from vereda.foundation.testing import MORNING
from vereda.surveys.actions.answering import answer_invitation
from vereda.surveys.contracts import Channel, Said, SurveyKind
from vereda.surveys.criteria import SurveyCriteria
from vereda.surveys.factors import SurveyInputs
from vereda.surveys.models.asking import SurveyInvitation
from vereda.surveys.testing import a_survey, an_answer, an_invitation

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture
def survey(acme):
    return a_survey(acme)


@pytest.fixture
def account(acme):
    return an_account(acme)


def readings(company, account, on=TODAY):
    inputs = SurveyInputs()
    names = [each.name for each in inputs.inputs(company.workspace)]
    told = inputs.readings(company.workspace, names=names, account_ids=[account.pk], on=on)
    return {name.partition(".")[2]: by_account.get(account.pk) for name, by_account in told.items()}


def days_ago(days):
    return MORNING - timedelta(days=days)


def test_each_person_counts_once_with_their_last_answer(acme, survey, account):
    one, two = (a_person(acme, name=name, account=account) for name in ("One", "Two"))
    said = {"account_id": account.pk}
    an_answer(survey, **said, person_id=one.pk, score=10, answered_at=days_ago(50))
    an_answer(survey, **said, person_id=one.pk, score=2, answered_at=days_ago(3))
    an_answer(survey, **said, person_id=two.pk, score=9, answered_at=days_ago(20))
    an_answer(survey, **said, person_id=two.pk, score=0, answered_at=days_ago(200))

    told = readings(acme, account)

    assert told["nps"] == Reading(5.5, days_ago(3).date())
    assert told["detractors"] == Reading(0.5, days_ago(3).date())
    assert told["days_since_answer"] == Reading(3.0, days_ago(3).date())
    assert (told["csat"], told["ces"]) == (None, None)


def test_an_account_that_said_nothing_has_no_number(acme, account):
    assert set(readings(acme, account).values()) == {None}


def test_each_scale_is_told_apart(acme, account):
    for kind, score in ((SurveyKind.CSAT, 4), (SurveyKind.CES, 2), (SurveyKind.SMILE, 1)):
        an_answer(a_survey(acme, kind=kind), account_id=account.pk, score=score)

    told = readings(acme, account)

    assert (told["csat"].value, told["ces"].value, told["nps"]) == (4.0, 2.0, None)


def test_a_day_knows_nothing_of_what_came_after_its_end(acme, survey, account):
    noon = datetime(2026, 6, 10, 12, tzinfo=UTC)
    midnight = datetime(2026, 6, 11, tzinfo=UTC)
    an_answer(survey, account_id=account.pk, score=9, answered_at=noon)
    an_answer(survey, account_id=account.pk, score=1, answered_at=midnight)

    assert readings(acme, account, on=date(2026, 6, 9))["nps"] is None
    assert readings(acme, account, on=date(2026, 6, 10))["nps"] == Reading(9.0, date(2026, 6, 10))
    assert readings(acme, account, on=date(2026, 6, 11))["nps"].value == 5.0


def test_an_answer_changed_later_counts_as_it_was_then(acme, survey, account):
    person = a_person(acme, account=account)
    invited = an_invitation(survey, person, account)
    answer_invitation(invited.invitation, said=Said(score=9), language="en", now=MORNING)
    late = MORNING + timedelta(hours=23)
    answer_invitation(invited.invitation, said=Said(revision=1, score=3), language="en", now=late)
    assert late.date() > TODAY

    assert readings(acme, account)["nps"].value == 9.0
    assert readings(acme, account, on=late.date())["nps"].value == 3.0


def test_inputs_cost_the_same_for_many_accounts(acme, survey):
    def cost(count):
        ids = [an_account(acme, name=f"{count}-{number}").pk for number in range(count)]
        for each in ids:
            an_answer(survey, account_id=each, score=5)
        inputs = SurveyInputs()
        names = [each.name for each in inputs.inputs(acme.workspace)]
        with CaptureQueriesContext(connection) as asked:
            inputs.readings(acme.workspace, names=names, account_ids=ids, on=TODAY)
        return len(asked)

    assert cost(1) == cost(12)


# --- What audiences ask -----------------------------------------------------------------


def criterion(company, name, about):
    told = SurveyCriteria().criteria(company.workspace, about=about)
    return next(each for each in told if each.name == f"surveys.{name}")


def matching(company, name, comparison, value=None, *, about=About.ACCOUNTS, **parameters):
    """The names of those who match, and what is said of them."""
    asked = AskedCriterion(
        workspace=company.workspace,
        about=about,
        comparison=comparison,
        value=value,
        parameters={"survey": "any", **parameters},
        today=TODAY,
        now=MORNING,
    )
    found = criterion(company, name, about)
    rows = (Account if about is About.ACCOUNTS else Person).objects.of(company.workspace)
    fitting = {row.pk: row.name for row in rows.filter(found.matching(asked))}
    told = found.told(asked, list(fitting))
    return {name: told.get(pk, "") for pk, name in fitting.items()}


@pytest.fixture
def three(acme, survey):
    """A happy account, an unhappy one, and one that was asked and is silent."""
    happy, unhappy, silent = (
        an_account(acme, name=name) for name in ("Happy", "Unhappy", "Silent")
    )
    people = {
        each.name: a_person(acme, name=f"{each.name} person", account=each)
        for each in (happy, unhappy, silent)
    }
    an_answer(
        survey,
        account_id=happy.pk,
        person_id=people["Happy"].pk,
        score=10,
        comment="We love the timeline",
        answered_at=days_ago(10),
    )
    an_answer(
        survey,
        account_id=unhappy.pk,
        person_id=people["Unhappy"].pk,
        score=3,
        comment="Exports of 100% fail_again",
        answered_at=days_ago(40),
    )
    invited = an_invitation(
        survey, people["Silent"], silent, now=days_ago(5), channel=Channel.EMAIL
    )
    SurveyInvitation.objects.of(acme.workspace).filter(pk=invited.invitation.pk).update(
        sent_at=days_ago(5)
    )


@pytest.mark.parametrize(
    ("name", "comparison", "value", "wanted"),
    [
        ("nps", Comparison.AT_LEAST, Decimal(9), {"Happy"}),
        ("nps", Comparison.AT_MOST, Decimal(6), {"Unhappy"}),
        ("nps", Comparison.AT_LEAST, Decimal("3.5"), {"Happy"}),
        ("nps", Comparison.KNOWN, None, {"Happy", "Unhappy"}),
        ("nps", Comparison.UNKNOWN, None, {"Silent"}),
        ("part", Comparison.IS, "low", {"Unhappy"}),
        ("part", Comparison.IS_NOT, "low", {"Happy"}),
        ("part", Comparison.ANY_OF, ("low", "high"), {"Happy", "Unhappy"}),
        ("answered", Comparison.IN_LAST_DAYS, Decimal(30), {"Happy"}),
        ("answered", Comparison.IN_LAST_DAYS, Decimal(90), {"Happy", "Unhappy"}),
        ("answered", Comparison.UNKNOWN, None, {"Silent"}),
        ("unanswered", Comparison.IN_LAST_DAYS, Decimal(30), {"Silent"}),
        ("unanswered", Comparison.IN_LAST_DAYS, Decimal(4), set()),
        ("comment", Comparison.CONTAINS, "TIMELINE", {"Happy"}),
        ("comment", Comparison.CONTAINS, "100%", {"Unhappy"}),
        ("comment", Comparison.CONTAINS, "fail%again", set()),
    ],
)
@pytest.mark.parametrize("about", list(About))
def test_audiences_find_whom_they_ask_for(acme, three, name, comparison, value, wanted, about):
    told = matching(acme, name, comparison, value, about=about)

    assert {who.removesuffix(" person") for who in told} == wanted
    says_something = comparison is not Comparison.UNKNOWN
    assert all(told.values()) == (says_something or not wanted)


def test_a_question_about_one_survey_is_not_answered_by_another(acme, three, survey):
    other = a_survey(acme, name="Other")

    this = matching(acme, "answered", Comparison.KNOWN, survey=survey.key)
    that = matching(acme, "answered", Comparison.KNOWN, survey=other.key)
    nonsense = matching(acme, "answered", Comparison.KNOWN, survey="SV-1 or 1=1")

    assert (set(this), set(that), set(nonsense)) == ({"Happy", "Unhappy"}, set(), set())


def test_nobody_is_told_of_another_workspace(acme, globex, three):
    assert matching(globex, "nps", Comparison.KNOWN) == {}
    assert matching(globex, "comment", Comparison.CONTAINS, "timeline") == {}


def test_the_day_of_an_answer_is_the_one_it_was_where_the_workspace_is(acme, survey):
    acme.workspace.time_zone = "Pacific/Auckland"
    acme.workspace.save()
    account = an_account(acme, name="Cantera")
    an_answer(
        survey, account_id=account.pk, score=9, answered_at=datetime(2026, 10, 30, 12, tzinfo=UTC)
    )

    told = matching(acme, "answered", Comparison.KNOWN)

    assert told == {"Cantera": "answered Autumn on 31 Oct 2026"}
