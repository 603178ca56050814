"""Programs read scores and their history, and say what they think."""

from datetime import timedelta

import pytest

from vereda.customers.testing import an_account
from vereda.foundation.clock import now
from vereda.health.actions.scoring import score_portfolio
from vereda.health.models.pulses import Pulse
from vereda.health.testing import a_published_card, an_opinion
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(acme):
    return a_program(acme.owner)


@pytest.fixture
def scored(acme):
    """An account whose opinion fell from 5 to 2 in two days."""
    account = an_account(acme)
    a_published_card(acme, now=now() - timedelta(days=3))
    for days, opinion in ((2, 5), (1, 2)):
        at = now() - timedelta(days=days)
        an_opinion(account, opinion, now=at)
        score_portfolio(acme.workspace, now=at)
    return account


def test_a_score_comes_with_its_factors(program, scored):
    told = program.get(f"/accounts/{scored.key}/health").json()

    assert (told["value"], told["band"], told["proven"]) == (25, "at_risk", False)
    assert (told["coverage"], told["scorecard"], told["version"]) == (1, "SC-1", 1)
    (factor,) = told["factors"]
    assert (factor["input"], factor["state"], factor["value"]) == ("health.pulse", "fresh", 2)
    assert (factor["earned"], factor["weight"]) == (2.5, 10)


def test_the_history_has_the_days_on_which_it_moved(program, scored):
    days = program.get(f"/accounts/{scored.key}/health/days").json()

    assert [day["value"] for day in days] == [100, 25]


def test_all_scores_are_listed(program, acme, scored):
    an_account(acme, name="Never scored")

    listed = program.get("/health/scores").json()

    assert [row["account"] for row in listed["items"]] == [scored.key]


def test_an_opinion_is_given(program, acme, scored):
    answer = program.post(f"/accounts/{scored.key}/opinions", {"value": 3, "comment": "Calmer"})

    assert answer.status_code == 201
    assert (answer.json()["value"], answer.json()["comment"]) == (3, "Calmer")
    assert Pulse.every_workspace.count() == 3
    listed = program.get(f"/accounts/{scored.key}/opinions").json()["items"]
    assert [each["value"] for each in listed] == [3, 2, 5]


def test_six_is_no_opinion(program, scored):
    answer = program.post(f"/accounts/{scored.key}/opinions", {"value": 6})

    assert answer.status_code == 422
    assert Pulse.every_workspace.count() == 2


def test_without_a_scorecard_there_is_no_health(program, acme):
    account = an_account(acme)

    assert program.get(f"/accounts/{account.key}/health").status_code == 404
