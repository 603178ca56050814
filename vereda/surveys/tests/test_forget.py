"""What is known about a person, and what is left when they are forgotten."""

import pytest
from django.apps import apps

from vereda.customers.testing import a_person, an_account
from vereda.foundation.personal_data import PersonRef
from vereda.foundation.testing import MORNING
from vereda.surveys.actions.answering import answer_invitation
from vereda.surveys.contracts import Said
from vereda.surveys.models.answers import Answer
from vereda.surveys.models.surveys import Question
from vereda.surveys.personal_data import SurveysAnswered
from vereda.surveys.testing import a_survey, an_answer, an_invitation
from vereda.surveys.timeline import AnswersTimeline

pytestmark = pytest.mark.django_db
CANARY = "canary words"


@pytest.fixture
def answered(acme):
    """A person who answered by link and by import, and changed their mind."""
    account = an_account(acme)
    person = a_person(acme, account=account)
    survey = a_survey(acme)
    invited = an_invitation(survey, person, account).invitation
    (question,) = Question.objects.of(acme.workspace).filter(after_answers=["high"])
    for revision, words in enumerate((CANARY, f"{CANARY} again")):
        answer_invitation(
            invited,
            said=Said(revision=revision, score=9, words={question.pk: words}),
            language="en",
            now=MORNING,
        )
    an_answer(survey, account_id=account.pk, person_id=person.pk, score=2, comment=CANARY)
    return person


def reference(person):
    return PersonRef(workspace_id=person.workspace_id, person_id=person.pk)


def everything():
    models = apps.get_app_config("surveys").get_models()
    return repr([row for model in models for row in model._base_manager.values()])


def test_a_person_reads_all_they_answered_and_were_asked(answered):
    told = list(SurveysAnswered().export(reference(answered)))

    assert [record.kind for record in told] == [
        "survey answer",
        "survey answer",
        "survey invitation",
    ]
    words = repr([record.values for record in told])
    assert words.count(CANARY) == 3


def test_forgetting_leaves_the_score_without_who_and_in_what_words(acme, answered):
    assert CANARY in everything()

    assert SurveysAnswered().erase(reference(answered)) == 3

    assert CANARY not in everything()
    assert str(answered.pk) not in everything()
    left = Answer.objects.of(acme.workspace).order_by("score")
    assert list(left.values_list("score", "account__name")) == [
        (2, "Cantera Logística"),
        (9, "Cantera Logística"),
    ]
    assert list(SurveysAnswered().export(reference(answered))) == []


def test_the_timeline_tells_what_was_answered(acme, answered):
    account = an_account(acme, name="Other")
    accounts = Answer.objects.of(acme.workspace).values_list("account", flat=True)
    ids = [*filter(None, accounts), account.pk]

    entries = AnswersTimeline().entries(acme.workspace, account_ids=ids, before=MORNING, limit=10)
    later = AnswersTimeline().entries(
        acme.workspace, account_ids=ids, before=MORNING.replace(year=2030), limit=10
    )

    assert entries == []
    assert len(later) == 2
    assert {entry.major for entry in later} == {True, False}
    assert all("canary" in entry.markdown for entry in later)
