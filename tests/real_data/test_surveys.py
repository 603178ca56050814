"""Real polls brought in as surveys; every number again without Vereda.

AntennaPod's users rated three designs, asked in four places. Patients of two trusts said how good
their care was and why: of their words only counts are compared here.
"""

import csv
from collections import Counter, defaultdict
from datetime import datetime
from math import sqrt

import pytest
from django.urls import reverse
from scipy.stats import binomtest, norm

from vereda.customers.testing import an_account
from vereda.surveys.contracts import SurveyKind
from vereda.surveys.models.answers import Answer
from vereda.surveys.queries.answers import answers_to
from vereda.surveys.queries.results import (
    AnswersAsked,
    Cohort,
    answers_matching,
    result_in,
    results_by,
)
from vereda.surveys.testing import a_survey

pytestmark = [pytest.mark.real_data, pytest.mark.django_db]

DESIGNS = ("alpha", "bravo", "charlie")
BETTER = {"1": 5, "2": 4, "3": 3, "4": 2, "5": 1}
"""The trusts' categories begin with the best; 6 and 7 are no answer."""


def expected(scores):
    """The net score with its interval and the share of the satisfied, from the scores alone."""
    ends = [1 if score >= 4 else -1 if score <= 2 else 0 for score in scores]
    padded = [(each, 1.0) for each in ends] + [(1, 0.75), (0, 1.5), (-1, 0.75)]
    weight = sum(each for _value, each in padded)
    mean = sum(value * each for value, each in padded) / weight
    spread = sum(each * (value - mean) ** 2 for value, each in padded) / weight
    reach = norm.ppf(0.975) * sqrt(spread / weight)
    high = sum(each == 1 for each in ends)
    wilson = binomtest(high, len(ends)).proportion_ci(0.95, method="wilson")
    return (
        sum(ends) / len(ends),
        max(-1, mean - reach),
        min(1, mean + reach),
        high / len(ends),
        wilson.low,
        wilson.high,
    )


def told(result):
    return (
        result.net.value,
        result.net.low,
        result.net.high,
        result.satisfied.value,
        result.satisfied.low,
        result.satisfied.high,
    )


def same(groups, scores_by_group):
    assert {group for group, _result in groups} == set(scores_by_group)
    for group, result in groups:
        assert result.answers == len(scores_by_group[group])
        assert told(result) == pytest.approx(expected(scores_by_group[group]), abs=1e-9)


def is_dated(text):
    """Is it a day, written day first?"""
    try:
        datetime.strptime(text, "%d/%m/%Y")  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return False
    return True


@pytest.fixture
def votes(tmp_path, rows_of):
    """The ratings and the tags of the comments, one row for each rating."""
    ratings = rows_of("antennapod-votes", "vote-data-ratings")
    comments = rows_of("antennapod-votes", "vote-data-comments-tagged")
    path = tmp_path / "votes.csv"
    rows = []
    for number, (rating, tags) in enumerate(zip(ratings, comments, strict=True)):
        end = datetime.strptime(rating["end"], "%m/%d/%Y %I:%M:%S %p")  # noqa: DTZ007 - no zone
        for design in DESIGNS:
            said = [tags[f"{design}{place}"] for place in range(1, 6)]
            rows.append(
                {
                    "id": f"{design}-{number}",
                    "survey": design,
                    "collector": rating["collector"],
                    "end": end.isoformat(sep=" "),
                    "rating": rating[design],
                    "comment": ", ".join(filter(None, said)),
                }
            )
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path, rows


def test_ratings_split_by_the_place_where_people_were_asked(acme, bring_in, votes, client_of):
    path, rows = votes
    surveys = {name: a_survey(acme, name=name, kind=SurveyKind.CSAT) for name in DESIGNS}

    run = bring_in(acme, "antennapod-votes", "votes", "antennapod_votes", path=path)

    assert run.counts == {"created": 3 * 6_420}
    for name, survey in surveys.items():
        scores = defaultdict(list)
        for row in rows:
            if row["survey"] == name:
                scores[row["collector"]].append(int(row["rating"]))
        answers = answers_to(survey)
        same(results_by(survey, answers, cohort=Cohort.CHANNEL), scores)
        every = [score for told_there in scores.values() for score in told_there]
        whole = result_in(answers, kind=SurveyKind.CSAT)
        assert told(whole) == pytest.approx(expected(every), abs=1e-9)
        assert whole.counts == dict(Counter(every))

    wanted = [row for row in rows if row["survey"] == "alpha" and row["comment"]]
    asked = AnswersAsked(with_words=True, by=Cohort.CHANNEL, group="F-Droid")
    listed = answers_matching(surveys["alpha"], asked).values_list("external_id", "comment")
    assert dict(listed) == {
        row["id"]: row["comment"] for row in wanted if row["collector"] == "F-Droid"
    }
    names = {"workspace": "acme", "survey": surveys["alpha"].key}
    page = client_of(acme.member).get(
        reverse("surveys:survey", kwargs=names), {"words": "1", "by": "channel"}
    )
    assert page.context["headline"].count == len(wanted)
    assert len(page.context["voices"]) == 25
    assert {group["words"] for group in page.context["groups"]} <= {
        row["collector"] for row in wanted
    }


def test_feedback_split_by_the_service_that_gave_it(acme, bring_in, rows_of):
    rows = rows_of("nhs-feedback", "v6framework_230831")
    survey = a_survey(acme, name="FFT", kind=SurveyKind.CSAT)
    trusts = {name: an_account(acme, name=name) for name in ("NEAS", "NHFT")}

    run = bring_in(acme, "nhs-feedback", "v6framework_230831", "nhs_feedback")

    # The file mixes 31/12 and 12/31: what cannot be read as the first is refused, not guessed.
    answered = [
        row for row in rows if row["FFT categorical answer"] in BETTER and is_dated(row["Date"])
    ]
    assert run.counts == {"created": len(answered), "rejected": len(rows) - len(answered)}
    assert len(answered) == 7_182
    scores = defaultdict(list)
    for row in answered:
        group = " ".join(row["Service type 1"].split()) or "import"
        scores[group].append(BETTER[row["FFT categorical answer"]])
    groups = results_by(survey, answers_to(survey), cohort=Cohort.CHANNEL)
    same([(" ".join(group.split()), result) for group, result in groups], scores)
    for name, account in trusts.items():
        mine = [BETTER[row["FFT categorical answer"]] for row in answered if row["Trust"] == name]
        result = result_in(answers_to(survey).filter(account=account), kind=SurveyKind.CSAT)
        assert told(result) == pytest.approx(expected(mine), abs=1e-9)
    words = sum(bool(row["FFT answer"].strip()) for row in answered)
    assert Answer.objects.of(acme.workspace).exclude(comment="").count() == words
