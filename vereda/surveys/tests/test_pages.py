"""The pages of surveys: the list, the builder, sending, results and the words beside them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING
from vereda.surveys.contracts import SurveyKind
from vereda.surveys.models.asking import SurveyInvitation, Wave
from vereda.surveys.models.surveys import Survey
from vereda.surveys.queries.surveys import edition_now, questions_of, wording_of
from vereda.surveys.testing import a_consenting, a_survey, an_answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(acme, client_of):
    return client_of(acme.member)


def address(route, **names):
    return reverse(f"surveys:{route}", kwargs={"workspace": "acme", **names})


def answered(survey, account, *, count=12):
    for number in range(count):
        an_answer(
            survey,
            account_id=account.pk,
            score=number % 11,
            comment=f"Reason {number}",
            source="Web" if number % 2 else "",
            answered_at=MORNING - timedelta(days=number * 9),
        )


def test_a_survey_is_drafted_worded_opened_and_ended(acme, browser):
    browser.post(address("new"), {"name": "Autumn", "kind": "ces"})
    survey = Survey.objects.of(acme.workspace).get()
    assert (survey.kind, survey.state) == ("ces", "draft")

    browser.post(address("open", survey=survey.key))
    survey.refresh_from_db()
    assert survey.state == "live"
    browser.post(address("end", survey=survey.key))
    survey.refresh_from_db()
    assert survey.state == "ended"


def builder_fields(survey, **changes):
    """The builder's page as a browser would post it."""
    words = wording_of(edition_now(survey))
    data = {"version": survey.version, "count": len(words.questions)}
    for name in ("subject", "letter", "thanks"):
        data |= {f"{name}-{language}": text for language, text in getattr(words, name).items()}
    for place, question in enumerate(words.questions, start=1):
        data[f"q{place}-kind"] = str(question.kind)
        data |= {f"q{place}-text-{each}": text for each, text in question.texts.items()}
        if question.after is not None:
            data[f"q{place}-after"] = [
                f"{question.after}:{each}" for each in question.after_answers
            ]
    return {**data, **changes}


def test_saving_what_the_builder_shows_changes_nothing(acme, browser):
    survey = a_survey(acme)
    before = wording_of(edition_now(survey))

    browser.post(address("wording", survey=survey.key), builder_fields(survey, do="save"))

    survey.refresh_from_db()
    assert wording_of(edition_now(survey)) == before
    assert (survey.edition, survey.version) == (1, 2)


def test_a_question_is_added_filled_moved_and_removed(acme, browser):
    survey = a_survey(acme)
    url = address("wording", survey=survey.key)

    added = browser.post(url, builder_fields(survey, do="add-choice"))
    assert added.status_code == 200
    assert 'name="q5-kind" value="choice"' in added.content.decode()
    assert len(questions_of(edition_now(survey))) == 4

    fields = {
        "count": 5,
        "q5-kind": "choice",
        "q5-text-en": "What was it?",
        "q5-choices-en": "The price\nThe help\n\n",
        "q5-choices-es": "El precio\nLa ayuda",
        "q5-after": ["1:low"],
        "do": "save",
    }
    assert browser.post(url, builder_fields(survey, **fields)).status_code == 303
    survey.refresh_from_db()
    last = questions_of(edition_now(survey))[-1]
    assert [one["code"] for one in last.choices] == ["the-price", "the-help"]
    assert last.choices[1]["texts"] == {"en": "The help", "es": "La ayuda"}
    assert (last.after, last.after_answers) == (1, ["low"])

    moved = browser.post(url, builder_fields(survey, do="up-4")).content.decode()
    assert moved.index("What do you like best?") < moved.index("What is missing")
    removed = browser.post(url, builder_fields(survey, do="remove-2")).content.decode()
    assert "What went wrong?" not in removed


def test_a_wording_that_makes_no_sense_is_refused_with_the_reason(acme, browser):
    survey = a_survey(acme)
    fields = builder_fields(survey, **{"q2-text-en": "", "q2-text-es": "", "do": "save"})

    page = browser.post(address("wording", survey=survey.key), fields)

    assert page.status_code == 422
    assert "Question 2 has no text." in page.content.decode()


def test_who_was_slower_overwrites_nothing(acme, browser):
    survey = a_survey(acme)
    stale = builder_fields(survey, **{"subject-en": "Mine", "do": "save"})
    browser.post(
        address("wording", survey=survey.key),
        builder_fields(survey, **{"subject-en": "Theirs", "do": "save"}),
    )

    page = browser.post(address("wording", survey=survey.key), stale)

    assert page.status_code == 409
    survey.refresh_from_db()
    assert edition_now(survey).subject["en"] == "Theirs"


def test_the_preview_shows_each_branch_and_stores_nothing(acme, browser):
    survey = a_survey(acme, live=False)
    url = address("preview", survey=survey.key)

    first = browser.get(url, {"language": "es"}).content.decode()
    low = browser.get(url, {"language": "en", "score": 2}).content.decode()
    high = browser.get(url, {"language": "en", "score": 10}).content.decode()

    assert 'lang="es"' in first
    assert "recomiendes" in first
    assert "What went wrong?" in low
    assert "What do you like best?" in high
    assert "What went wrong?" not in high


def test_a_survey_is_sent_to_those_the_preview_showed(acme, browser, facts):
    survey = a_survey(acme, quiet_days=[])
    account = an_account(acme)
    a_consenting(a_person(acme, name="Lucía", account=account, email="l@c.example"))
    a_person(acme, name="Silent", account=account, email="s@c.example")
    url = address("sending", survey=survey.key)

    page = browser.get(url, {"share": 100}).content.decode()
    assert "1 person would be asked" in page
    assert "Never said yes to such messages" in page
    after = browser.post(url, {"share": 100})
    assert after.status_code == 303
    facts.deliver()

    (letter,) = SurveyInvitation.objects.of(acme.workspace)
    assert letter.sent_at is not None
    assert Wave.objects.of(acme.workspace).get().state == "done"
    again = browser.post(url, {"share": 100})
    assert again.status_code == 422
    assert "Nobody would be asked." in again.content.decode()


@pytest.mark.parametrize("route", ["open", "end", "wording", "settings", "new"])
def test_a_viewer_changes_nothing(acme, client_of, route):
    survey = a_survey(acme)
    names = {} if route == "new" else {"survey": survey.key}

    assert client_of(acme.viewer).post(address(route, **names)).status_code == 403


def test_a_viewer_sends_nothing(acme, client_of):
    survey = a_survey(acme, quiet_days=[])
    a_consenting(a_person(acme, account=an_account(acme), email="l@c.example"))

    page = client_of(acme.viewer).post(address("sending", survey=survey.key), {"share": 100})

    assert page.status_code in (200, 403)
    assert not Wave.objects.of(acme.workspace).exists()


def test_the_number_stands_beside_its_interval_and_the_words(acme, browser):
    survey, account = a_survey(acme), an_account(acme, name="Cantera")
    answered(survey, account)

    page = browser.get(address("survey", survey=survey.key)).content.decode()

    # 0 to 10 and 0 again: two promoters, two passives, eight detractors.
    assert '<strong class="figure">-50</strong>' in page
    assert "12 answers" in page
    assert "Reason 3" in page
    assert "Cantera" in page
    assert "Web" in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ({"part": "high"}, ["Reason 9", "Reason 10"], ["Reason 8", "Reason 3"]),
        ({"score": "3"}, ["Reason 3"], ["Reason 4"]),
        ({"q": "reason 7"}, ["Reason 7"], ["Reason 8"]),
        ({"in": "channel", "group": "Web"}, ["Reason 3"], ["Reason 4"]),
        ({"in": "channel", "group": "api"}, ["Reason 4"], ["Reason 3"]),
        ({"in": "quarter", "group": "2026-10-01"}, [], []),
        ({"in": "quarter", "group": "nonsense"}, [], ["Reason"]),
        ({"in": "quarter", "group": "9999-12-01"}, [], ["Reason"]),
        ({"in": "quarter", "group": "2026-03-31"}, [], ["Reason"]),
        ({"in": "feature", "group": "-"}, ["Reason 3"], []),
        ({"score": "99", "part": "none", "by": "none"}, ["Reason 3"], []),
    ],
)
def test_a_number_opens_to_its_answers(acme, browser, query, shown, hidden):
    survey = a_survey(acme)
    answered(survey, an_account(acme))

    page = browser.get(address("survey", survey=survey.key), query).content.decode()
    listed = page.partition('id="voices"')[2]

    assert all(f"{words}<" in listed for words in shown)
    assert not any(f"{words}<" in listed for words in hidden)


@pytest.mark.parametrize(
    "cohort", ["channel", "plan", "owner", "stage", "language", "feature", "moment", "quarter"]
)
def test_every_group_adds_up_to_all_answers(acme, browser, cohort):
    survey = a_survey(acme)
    answered(survey, an_account(acme, owner=acme.member))

    page = browser.get(address("survey", survey=survey.key), {"by": cohort})

    assert sum(group["headline"].count for group in page.context["groups"]) == 12


def test_the_export_holds_the_same_answers_and_no_formula(acme, browser):
    survey, account = a_survey(acme), an_account(acme, name="Cantera")
    an_answer(survey, account_id=account.pk, score=2, comment="=cmd()", answered_at=MORNING)
    an_answer(survey, account_id=account.pk, score=10, comment="Good", answered_at=MORNING)

    answer = browser.get(address("export", survey=survey.key), {"part": "low"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert len(text.splitlines()) == 2
    assert "'=cmd()" in text
    assert account.key in text


def test_a_person_writing_markup_is_quoted(acme, browser):
    survey = a_survey(acme)
    an_answer(survey, score=2, comment="<script>alert(1)</script>", answered_at=MORNING)

    assert "<script>alert" not in browser.get(address("survey", survey=survey.key)).content.decode()


@pytest.mark.parametrize("kind", list(SurveyKind))
def test_every_kind_has_every_page(acme, browser, kind):
    survey = a_survey(acme, kind=kind)
    said = {"comment": "Fine"} if kind is SurveyKind.OPEN else {"score": 3}
    an_answer(survey, **said, answered_at=MORNING)

    for route in ("survey", "sending", "wording", "settings", "preview"):
        assert browser.get(address(route, survey=survey.key)).status_code == 200
    assert browser.get(address("surveys")).status_code == 200
    assert browser.get(address("new")).status_code == 200


def test_pages_cost_the_same_for_much_as_for_little(acme, browser):
    survey, account = a_survey(acme), an_account(acme)
    answered(survey, account, count=2)

    def cost(url):
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        return len(asked)

    urls = [
        address("surveys"),
        address("survey", survey=survey.key),
        address("sending", survey=survey.key),
        reverse(
            "console:account-tab",
            kwargs={"workspace": "acme", "account": account.key, "tab": "voice"},
        ),
    ]
    for url in urls:
        cost(url)
    few = [cost(url) for url in urls]
    for number in range(4):
        other = a_survey(acme, name=f"Survey {number}")
        an_answer(other, account_id=account.pk, score=5, external_id=f"other-{number}")
    answered(survey, account, count=24)
    for number in range(6):
        a_consenting(
            a_person(acme, name=f"P {number}", account=account, email=f"{number}@x.example")
        )

    assert [cost(url) for url in urls] == few


def test_the_account_shows_what_its_people_answered(acme, browser):
    survey, account = a_survey(acme), an_account(acme)
    answered(survey, account)
    names = {"workspace": "acme", "account": account.key, "tab": "voice"}

    page = browser.get(reverse("console:account-tab", kwargs=names)).content.decode()

    assert "Reason 3" in page
    assert survey.name in page
