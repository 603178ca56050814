"""What customers are told to expect at each step, and what came of it."""

from datetime import timedelta

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.foundation.errors import Missing
from vereda.foundation.testing import MORNING, NOON
from vereda.outcomes.actions.expectations import meet_expectation, miss_expectation
from vereda.outcomes.contracts import (
    ExpectationIsSettled,
    ExpectationSet,
    ExpectationSettled,
    ExpectationState,
    WrongExpectation,
)
from vereda.outcomes.models.expectations import Expectation
from vereda.outcomes.queries.expectations import expectations_of
from vereda.outcomes.testing import an_expectation, an_outcome

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()
TOMORROW = TODAY + timedelta(days=1)


def test_an_expectation_says_what_to_whom_at_which_step(acme, facts):
    account = an_account(acme)
    lucia = a_person(acme, account=account)
    an_expectation(account, by=acme.member, person_id=lucia.pk, by_on=TOMORROW)
    (row,) = expectations_of(account)
    assert (row.step, row.member, row.person) == ("sale", acme.member, lucia)
    assert row.state_on(TOMORROW) is ExpectationState.OPEN
    assert row.state_on(TOMORROW + timedelta(days=1)) is ExpectationState.OVERDUE
    assert len(facts.of(ExpectationSet)) == 1


def test_what_came_of_it_is_said_once(acme, facts):
    row = an_expectation(an_account(acme))
    settled = meet_expectation(row, by=acme.member, now=NOON)
    assert settled.state_on(TODAY) is ExpectationState.MET
    with pytest.raises(ExpectationIsSettled):
        miss_expectation(row, words="It did not", by=acme.admin, now=NOON)
    row.refresh_from_db()
    assert (row.met_on, row.missed_on) == (TODAY, None)
    assert [fact.met for fact in facts.of(ExpectationSettled)] == [True]


def test_what_did_not_come_needs_words(acme, facts):
    row = an_expectation(an_account(acme))
    with pytest.raises(WrongExpectation):
        miss_expectation(row, words=" ", by=acme.member, now=NOON)
    miss_expectation(row, words="It took four; Lucía knows", by=acme.member, now=NOON)
    row.refresh_from_db()
    assert row.state_on(TODAY) is ExpectationState.MISSED
    assert [fact.met for fact in facts.of(ExpectationSettled)] == [False]


@pytest.mark.parametrize(
    "said", [{"words": "  "}, {"set_on": TOMORROW}, {"by_on": TODAY - timedelta(days=1)}]
)
def test_what_makes_no_expectation_is_refused(acme, said):
    with pytest.raises(WrongExpectation):
        an_expectation(an_account(acme), **said)
    assert not Expectation.every_workspace.exists()


def test_it_is_about_a_benefit_and_a_person_of_the_same_account(acme):
    account, other = an_account(acme), an_account(acme, name="Otra")
    with pytest.raises(WrongExpectation):
        an_expectation(account, outcome=an_outcome(other))
    with pytest.raises(Missing):
        an_expectation(account, person_id=a_person(acme, account=other).pk)
    assert not Expectation.every_workspace.exists()
