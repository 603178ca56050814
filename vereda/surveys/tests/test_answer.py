"""Answering through a link: one answer, whatever is clicked."""

import re
import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING
from vereda.privacy.contracts import ConsentPurpose
from vereda.privacy.queries import people_refusing
from vereda.surveys.actions.answering import answer_invitation
from vereda.surveys.actions.surveys import end_survey, word_survey
from vereda.surveys.contracts import (
    ChoiceIn,
    EditionIn,
    QuestionIn,
    QuestionKind,
    Said,
    SurveyAnswered,
    SurveyKind,
)
from vereda.surveys.models.answers import Answer, AnswerBefore
from vereda.surveys.models.asking import SurveyInvitation
from vereda.surveys.models.surveys import Question
from vereda.surveys.rules.asking import ATTEMPTS_PER_HOUR
from vereda.surveys.testing import a_survey, an_invitation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning(monkeypatch):
    """The clock stands still; `later` moves it."""
    moment = [MORNING]
    monkeypatch.setattr("vereda.surveys.pages.answering.now", lambda: moment[0])
    cache.clear()

    def later(**span):
        moment[0] += timedelta(**span)

    return later


@pytest.fixture
def account(acme):
    return an_account(acme)


@pytest.fixture
def person(acme, account):
    return a_person(acme, account=account, email="lucia@cantera.example", language="es")


@pytest.fixture
def invited(acme, person, account):
    return an_invitation(a_survey(acme), person, account)


@pytest.fixture
def url(invited):
    return f"/s/{invited.token}/"


def answers(invited):
    return list(Answer.objects.of(invited.invitation.workspace_id))


def question_for(invited, part):
    return next(
        row
        for row in Question.objects.of(invited.invitation.workspace_id)
        if row.after_answers == [part]
    )


def words_field(page):
    return re.findall(r'name="(words-[0-9a-f-]+)"', page.content.decode())[0]


def test_a_click_in_the_letter_chooses_and_the_button_answers(client, invited, url, facts):
    page = client.get(f"{url}?score=9")
    assert b'value="9" required checked' in page.content
    assert answers(invited) == []

    after = client.post(f"{url}?score=9", {"score": "9", "revision": "0"})
    (answer,) = answers(invited)

    assert after.status_code == 303
    assert after.headers["Location"] == f"{url}more/"
    assert (answer.score, answer.channel, answer.language) == (9, "portal", "es")
    assert answer.person_id == invited.invitation.person_id
    assert answer.account_id == invited.invitation.account_id
    assert [each.answer_id for each in facts.of(SurveyAnswered)] == [answer.pk]


def test_a_get_never_stores_anything_whatever_its_address_says(client, invited, url):
    """The programs that check mail open every link, with every score, many times."""
    for score in range(11):
        for path in (url, f"{url}more/", f"{url}thanks/", f"{url}unsubscribe/"):
            for method in (client.get, client.head):
                method(f"{path}?score={score}&revision=0&change=1")

    row = SurveyInvitation.objects.of(invited.invitation.workspace_id).get()
    assert answers(invited) == []
    assert (row.answered_at, row.unsubscribed_at, row.updated_at) == (
        None,
        None,
        invited.invitation.updated_at,
    )


def test_the_first_confirmed_answer_stands_against_other_clicks(client, invited, url):
    client.post(url, {"score": "9", "revision": "0"})
    for score in ("0", "3", "10", "9"):
        after = client.post(url, {"score": score, "revision": "0"})
        assert after.headers["Location"] == f"{url}thanks/"

    (answer,) = answers(invited)
    assert (answer.score, answer.revision) == (9, 1)


def test_it_can_be_changed_for_a_day_in_a_form_that_shows_it(client, invited, url, in_the_morning):
    client.post(url, {"score": "9", "revision": "0"})
    in_the_morning(hours=23, minutes=59)
    form = client.get(f"{url}?change=1&score=2")
    assert b'value="9" required checked' in form.content

    client.post(f"{url}?change=1", {"score": "4", "revision": "1"})

    (answer,) = answers(invited)
    (before,) = AnswerBefore.objects.of(answer.workspace_id)
    assert (answer.score, answer.revision, before.score) == (4, 2, 9)
    assert answer.changed_at is not None

    in_the_morning(minutes=2)
    assert client.get(f"{url}?change=1").headers["Location"] == f"{url}thanks/"
    client.post(f"{url}?change=1", {"score": "10", "revision": "2"})
    assert [each.score for each in answers(invited)] == [4]


def test_what_was_answered_is_not_asked_for_again(client, invited, url):
    client.post(url, {"score": "9", "revision": "0"})
    after = client.get(f"{url}?score=3")

    assert after.headers["Location"] == f"{url}thanks/"
    assert "Tu respuesta: 9" in client.get(f"{url}thanks/").content.decode() or (
        "Your answer: 9" in client.get(f"{url}thanks/").content.decode()
    )


@pytest.mark.parametrize(("score", "part"), [(0, "low"), (6, "low"), (8, "middle"), (9, "high")])
def test_the_next_question_follows_from_the_score(client, invited, url, score, part):
    client.post(url, {"score": score, "revision": "0"})
    page = client.get(f"{url}more/")

    wanted = question_for(invited, part)
    assert wanted.texts["es"] in page.content.decode()
    client.post(f"{url}more/", {words_field(page): " Falta la exportación. ", "revision": "1"})
    (answer,) = answers(invited)
    assert answer.comment == "Falta la exportación."
    assert answer.words == {str(wanted.pk): "Falta la exportación."}


def test_words_to_a_question_that_is_not_asked_are_not_kept(client, invited, url):
    client.post(url, {"score": 10, "revision": "0"})
    other = question_for(invited, "low")
    client.post(f"{url}more/", {f"words-{other.pk}": "nothing of this", "revision": "1"})

    (answer,) = answers(invited)
    assert answer.comment == ""


def test_words_are_kept_as_they_were_when_they_are_changed(client, invited, url):
    client.post(url, {"score": 10, "revision": "0"})
    field = words_field(client.get(f"{url}more/"))
    client.post(f"{url}more/", {field: "Good", "revision": "1"})
    client.post(f"{url}more/", {field: "Very good", "revision": "2"})
    client.post(f"{url}more/", {field: "replayed", "revision": "2"})

    (answer,) = answers(invited)
    assert answer.comment == "Very good"
    assert [row.comment for row in AnswerBefore.objects.of(answer.workspace_id)] == ["Good"]


def test_choices_lead_to_the_question_that_hangs_on_them(acme, client, person, account):
    survey = a_survey(acme, live=False)
    words = EditionIn(
        subject={"en": "?"},
        letter={"en": "?"},
        thanks={"en": "!"},
        questions=(
            QuestionIn(kind=QuestionKind.SCORE, texts={"en": "How likely?"}),
            QuestionIn(
                kind=QuestionKind.CHOICE,
                texts={"en": "What was it?"},
                choices=(
                    ChoiceIn(code="price", texts={"en": "The price"}),
                    ChoiceIn(code="help", texts={"en": "The help"}),
                ),
                after=1,
                after_answers=("low",),
            ),
            QuestionIn(
                kind=QuestionKind.WORDS, texts={"en": "Who?"}, after=2, after_answers=("help",)
            ),
        ),
    )
    survey = word_survey(survey, words=words, by=None)
    survey.state = "live"
    survey.save()
    invited = an_invitation(survey, person, account)
    url = f"/s/{invited.token}/"
    client.post(url, {"score": 2, "revision": "0"})
    choice, last = Question.objects.of(acme.workspace).filter(edition=invited.invitation.edition)[
        1:
    ]

    after = client.post(f"{url}more/", {f"choice-{choice.pk}": ["help", "no such"], "revision": 1})

    assert after.headers["Location"] == f"{url}more/"
    page = client.get(f"{url}more/")
    assert f"words-{last.pk}" in page.content.decode()
    after = client.post(
        f"{url}more/",
        {f"choice-{choice.pk}": "help", f"words-{last.pk}": "Support", "revision": "2"},
    )
    assert after.headers["Location"] == f"{url}thanks/"
    (answer,) = answers(invited)
    assert [row.code for row in answer.choices.all()] == ["help"]
    assert answer.comment == "Support"


@pytest.mark.parametrize("score", ["", "11", "-1", "9.5", "nine", "\uff19", "9" * 300])
def test_nothing_off_the_scale_is_an_answer(client, invited, url, score):
    assert client.post(url, {"score": score, "revision": "0"}).status_code == 422
    assert answers(invited) == []


def test_an_open_question_wants_words(acme, client, person, account):
    invited = an_invitation(a_survey(acme, kind=SurveyKind.OPEN), person, account)
    url = f"/s/{invited.token}/"
    field = words_field(client.get(url))

    assert client.post(url, {field: "  ", "revision": "0"}).status_code == 422
    after = client.post(url, {field: "Exports", "revision": "0"})

    assert after.headers["Location"] == f"{url}thanks/"
    (answer,) = answers(invited)
    assert (answer.score, answer.comment) == (None, "Exports")


def test_the_link_says_when_its_time_is_over(client, invited, url, in_the_morning):
    in_the_morning(days=31)

    page = client.get(url)
    assert page.status_code == 410
    assert b"<form" not in page.content
    assert client.post(url, {"score": 9, "revision": "0"}).status_code == 410
    assert answers(invited) == []


def test_an_ended_survey_takes_no_answer(acme, client, invited, url):
    end_survey(invited.invitation.survey, by=acme.owner, now=MORNING)

    assert client.post(url, {"score": 9, "revision": "0"}).status_code == 410
    assert answers(invited) == []


@pytest.mark.parametrize("token", ["no-such-link", "x" * 200])
def test_a_link_that_leads_nowhere_says_so(client, invited, token):
    page = client.get(f"/s/{token}/")

    assert page.status_code == 404
    assert page.headers["X-Robots-Tag"].startswith("noindex")


def test_the_database_keeps_only_a_hash_of_the_link(invited):
    row = SurveyInvitation.objects.of(invited.invitation.workspace_id).values().get()

    assert invited.token not in str(row)
    assert len(invited.token) == 64


def test_the_pages_are_private_and_need_neither_cookie_nor_script(client, url):
    client.post(url, {"score": 9, "revision": "0"})
    for path in (f"{url}?change=1", f"{url}more/", f"{url}thanks/", f"{url}unsubscribe/"):
        page = client.get(path)
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert page.headers["Content-Language"] == "es"
        assert not page.cookies
        assert b"<script" not in page.content
        assert b'<html lang="es"' in page.content
        outside = re.findall(r'(?:src|href|action)="(https?:|//)', page.content.decode())
        assert outside == []


def test_too_many_posts_through_one_link_are_refused(client, url):
    codes = [
        client.post(url, {"score": 99, "revision": "0"}).status_code
        for _ in range(ATTEMPTS_PER_HOUR + 1)
    ]

    assert codes == [422] * ATTEMPTS_PER_HOUR + [429]


def test_one_click_unsubscribes_without_cookie_or_redirect(acme, invited, url, person, facts):
    mail_program = Client(enforce_csrf_checks=True)
    asked = mail_program.get(f"{url}unsubscribe/")
    assert asked.status_code == 200
    assert people_refusing(acme.workspace, purpose=ConsentPurpose.MESSAGES) == set()

    done = mail_program.post(
        f"{url}unsubscribe/",
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )

    assert done.status_code == 200
    assert people_refusing(acme.workspace, purpose=ConsentPurpose.MESSAGES) == {person.pk}
    again = mail_program.post(f"{url}unsubscribe/")
    assert again.status_code == 200


def test_an_answer_keeps_the_words_it_answered(acme, client, invited, url, person, account):
    client.post(url, {"score": 9, "revision": "0"})
    survey = invited.invitation.survey
    words = EditionIn(
        subject={"en": "Other"},
        letter={"en": "Other"},
        thanks={"en": "Other"},
        questions=(QuestionIn(kind=QuestionKind.SCORE, texts={"en": "Other words?"}),),
    )
    survey = word_survey(survey, words=words, by=acme.owner)

    (answer,) = answers(invited)
    assert survey.edition == 2
    assert answer.edition.number == 1
    assert Question.objects.of(acme.workspace).filter(edition=answer.edition).count() == 4
    assert "Other words?" not in client.get(f"{url}?change=1").content.decode()


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_are_one_answer(acme, invited, url):
    """With eleven different scores; the first confirmed one stands."""
    start, codes, errors = threading.Barrier(20), [], []

    def click(score):
        try:
            start.wait(timeout=20)
            codes.append(Client().post(url, {"score": score, "revision": "0"}).status_code)
        except Exception as error:  # noqa: BLE001 - told below, in the test's own thread
            errors.append(error)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click, args=(number % 11,)) for number in range(20)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert errors == []
    assert codes == [303] * 20
    (answer,) = answers(invited)
    assert answer.revision == 1
    assert AnswerBefore.objects.of(acme.workspace).count() == 0


def test_saying_the_same_twice_changes_nothing(invited):
    said = Said(score=9)
    first = answer_invitation(invited.invitation, said=said, language="en", now=MORNING)
    again = answer_invitation(
        invited.invitation,
        said=Said(revision=1, score=9),
        language="en",
        now=MORNING + timedelta(minutes=1),
    )

    assert (first.changed, again.changed) == (True, False)
    assert again.answer.changed_at is None
