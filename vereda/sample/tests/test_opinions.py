"""The sample's answers follow the accounts' hidden health, through the noise of individuals."""

from datetime import date
from statistics import correlation, mean

import pytest

from vereda.sample.contracts import World
from vereda.sample.rules.opinions import answers_invented, asking_days
from vereda.sample.rules.world import invent_world

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def world() -> World:
    return invent_world(TODAY)


@pytest.fixture(scope="module")
def answers(world):
    return {
        account.company.external_id: answers_invented(world.seed, account, world.window)
        for account in world.accounts
    }


def test_an_account_says_what_it_lives(world, answers):
    lived, said = [], []
    for account in world.accounts:
        for answer in answers[account.company.external_id]:
            day = answer.answered_at.date()
            past = [week.health for week in account.life.weeks if week.starts_on <= day]
            lived.append(past[-1])
            said.append(answer.score)

    assert len(said) > 2_000
    assert 0.35 < correlation(lived, said) < 0.95
    assert 5.5 < mean(said) < 9


def test_nobody_answers_before_they_come_or_after_they_go(world, answers):
    for account in world.accounts:
        people = {person.external_id: person for person in account.people}
        for answer in answers[account.company.external_id]:
            person, day = people[answer.person_external_id], answer.answered_at.date()
            assert person.joined_on <= day
            assert 0 <= answer.score <= 10
            assert answer.language in {"es", "en"}
            assert day < TODAY


def test_answers_are_the_same_every_time_and_apart_from_each_other(world, answers):
    ids = [answer.external_id for told in answers.values() for answer in told]
    again = answers_invented(world.seed, world.accounts[0], world.window)

    assert len(ids) == len(set(ids))
    assert again == answers[world.accounts[0].company.external_id]


def test_the_question_goes_out_each_quarter(world):
    days = list(asking_days(world.window))

    assert days[-1] == date(2026, 11, 10)
    assert [day.month for day in days[-4:]] == [2, 5, 8, 11]
