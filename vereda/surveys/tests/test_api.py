"""Answers and links for programs."""

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.product.testing import a_feature, a_product
from vereda.surveys.contracts import AnswersUpserted, SurveyKind
from vereda.surveys.models.answers import Answer
from vereda.surveys.testing import a_survey
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db
WHEN = "2026-01-05T08:00:00Z"


@pytest.fixture
def program(acme):
    return a_program(acme.owner)


@pytest.fixture
def survey(acme):
    return a_survey(acme)


def test_an_answer_sent_twice_is_there_once(program, acme, survey, facts):
    account = an_account(acme)
    person = a_person(acme, account=account, external_id="u-1")
    feature = a_feature(a_product(acme), name="Routes")
    row = {
        "external_id": "m-1",
        "survey": survey.key,
        "account": account.key,
        "person": "u-1",
        "feature": feature.slug,
        "score": 9,
        "comment": "Fast",
        "answered_at": WHEN,
    }

    first = program.post("/surveys/answers/bulk", {"rows": [row]}).json()
    again = program.post("/surveys/answers/bulk", {"rows": [row]}).json()
    changed = program.post("/surveys/answers/bulk", {"rows": [{**row, "score": 2}]}).json()

    assert [
        (one["created"], one["updated"], one["unchanged"]) for one in (first, again, changed)
    ] == [
        (1, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
    ]
    (stored,) = Answer.objects.of(acme.workspace)
    assert (stored.score, stored.person_id, stored.channel) == (2, person.pk, "api")
    assert [each.account_ids for each in facts.of(AnswersUpserted)] == [(account.pk,)] * 2
    (listed,) = program.get("/surveys/answers", survey=survey.key).json()["items"]
    assert (listed["account"], listed["feature"], listed["score"]) == (account.key, feature.slug, 2)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"survey": "SV-99"}, "survey"),
        ({"account": "A-99"}, "account"),
        ({"person": "nobody"}, "person"),
        ({"feature": "no-such"}, "feature"),
        ({"score": None}, "score"),
        ({"answered_at": None}, "answered_at"),
        ({"answered_at": "2199-01-01T00:00:00Z"}, "answered_at"),
    ],
)
def test_a_row_that_cannot_be_stored_says_which_field(program, acme, survey, said, field):
    row = {"external_id": "x", "survey": survey.key, "score": 3, "answered_at": WHEN, **said}

    answer = program.post("/surveys/answers/bulk", {"rows": [row]}).json()

    assert (answer["refused"], answer["rows"][0]["field"]) == (1, field)
    assert answer["rows"][0]["message"]
    assert not Answer.objects.of(acme.workspace).exists()


def test_a_score_off_the_scale_is_refused_row_by_row(program, acme):
    survey = a_survey(acme, kind=SurveyKind.CSAT)
    rows = [
        {"external_id": str(score), "survey": survey.key, "score": score, "answered_at": WHEN}
        for score in (0, 1, 5, 6)
    ]

    answer = program.post("/surveys/answers/bulk", {"rows": rows}).json()

    assert [row["outcome"] for row in answer["rows"]] == [
        "refused",
        "created",
        "created",
        "refused",
    ]


def test_a_link_is_the_same_until_it_is_answered(program, acme, survey, client):
    account = an_account(acme)
    person = a_person(acme, account=account)
    said = {"account": account.key, "person": person.key, "moment": "first invoice"}

    first = program.post(f"/surveys/{survey.key}/links", said)
    again = program.post(f"/surveys/{survey.key}/links", said)
    path = "/s/" + first.json()["url"].partition("/s/")[2]
    client.post(path, {"score": 9, "revision": "0"})
    later = program.post(f"/surveys/{survey.key}/links", said)

    assert first.status_code == 201
    assert first.json()["url"] == again.json()["url"] != later.json()["url"]
    (stored,) = Answer.objects.of(acme.workspace)
    assert (stored.person_id, stored.moment, stored.channel) == (
        person.pk,
        "first invoice",
        "portal",
    )


def test_a_link_about_another_feature_is_another_link(program, acme, survey, client):
    account, product = an_account(acme), a_product(acme)
    person = a_person(acme, account=account)
    offline, maps = (a_feature(product, name=name) for name in ("Offline mode", "Maps"))
    said = {"account": account.key, "person": person.key}

    urls = [
        program.post(f"/surveys/{survey.key}/links", {**said, "feature": each.slug}).json()["url"]
        for each in (offline, maps, maps)
    ]
    for score, url in ((9, urls[0]), (3, urls[1])):
        client.post("/s/" + url.partition("/s/")[2], {"score": score, "revision": "0"})

    assert urls[0] != urls[1] == urls[2]
    about = dict(Answer.objects.of(acme.workspace).values_list("feature", "score"))
    assert about == {offline.pk: 9, maps.pk: 3}


def test_a_draft_gives_no_links(program, acme):
    account = an_account(acme)
    said = {"account": account.key, "person": a_person(acme, account=account).key}

    refused = program.post(f"/surveys/{a_survey(acme, live=False).key}/links", said)

    assert refused.status_code == 422


def test_a_token_for_reading_adds_nothing(acme, survey):
    reader = a_program(acme.owner, "surveys.see")
    row = {"external_id": "x", "survey": survey.key, "score": 3, "answered_at": WHEN}

    assert reader.post("/surveys/answers/bulk", {"rows": [row]}).status_code == 403
    assert reader.get("/surveys").json()["items"][0]["key"] == survey.key
