"""Somebody who says no to scores counts in none: neither what they answered, nor their part."""

import pytest

import vereda.config.wiring  # noqa: F401 - nothing may be imported while the clock stands
from vereda.customers.actions.people import restrict_person
from vereda.customers.actions.relationships import relate_people
from vereda.customers.contracts import RelationKind
from vereda.customers.factors import CHAMPIONS, ROLES
from vereda.customers.testing import a_person, an_account
from vereda.foundation import clock
from vereda.foundation.testing import MORNING, NOON
from vereda.health import reactions
from vereda.health.queries.inputs import readings_of_accounts
from vereda.privacy.contracts import ConsentGiven, ConsentPurpose, ConsentWithdrawn
from vereda.privacy.testing import a_no, a_yes
from vereda.support.actions.tickets import resolve_ticket
from vereda.support.factors import SATISFACTION
from vereda.support.models.tickets import Ticket
from vereda.support.testing import a_ticket
from vereda.surveys.factors import DETRACTORS, LAST_ANSWER
from vereda.surveys.testing import a_survey, an_answer

pytestmark = pytest.mark.django_db

PROFILING = ConsentPurpose.PROFILING
NPS = "surveys.nps"
NAMES = (CHAMPIONS, ROLES, SATISFACTION, NPS, DETRACTORS, LAST_ANSWER)


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def account(acme):
    """A customer."""
    return an_account(acme, name="Cantera")


@pytest.fixture
def lucia(acme, account):
    """Its champion, who answered a survey and judged a ticket."""
    person = a_person(acme, name="Lucía", account=account, role="Buyer")
    relate_people(person, account=account, kind=RelationKind.CHAMPION, to=None, by=acme.owner)
    an_answer(a_survey(acme), account_id=account.pk, person_id=person.pk, score=2)
    ticket = a_ticket(account, person_id=person.pk)
    resolve_ticket(ticket, by=acme.member, now=MORNING)
    Ticket.objects.of(acme.workspace).filter(pk=ticket.pk).update(satisfaction=1)
    return person


def told(acme, account):
    """What every input says of the account on that day."""
    known = readings_of_accounts(
        acme.workspace, names=NAMES, account_ids=[account.pk], on=NOON.date()
    )
    return {name: reading.value for name, reading in known[account.pk].items()}


def test_who_said_nothing_counts(acme, account, lucia):
    assert told(acme, account) == {
        CHAMPIONS: 1,
        ROLES: 1,
        SATISFACTION: 1,
        NPS: 2,
        DETRACTORS: 1,
        LAST_ANSWER: 0,
    }


def test_after_a_no_it_is_as_if_they_had_never_said_anything(acme, account, lucia):
    a_no(lucia, purpose=PROFILING)

    assert told(acme, account) == {CHAMPIONS: 0, ROLES: 0}


def test_a_no_to_something_else_leaves_them_counted(acme, account, lucia):
    a_no(lucia, purpose=ConsentPurpose.MESSAGES)

    assert len(told(acme, account)) == len(NAMES)


def test_a_yes_after_it_brings_them_back(acme, account, lucia):
    a_no(lucia, purpose=PROFILING)
    a_yes(lucia, purpose=PROFILING)

    assert len(told(acme, account)) == len(NAMES)


def test_data_that_may_only_be_kept_count_in_no_score(acme, account, lucia):
    restrict_person(lucia, restricted=True, by=acme.admin, now=NOON)

    assert told(acme, account) == {CHAMPIONS: 0, ROLES: 0}


def test_colleagues_and_people_nobody_knows_still_count(acme, account, lucia):
    leo = a_person(acme, name="Leo", account=account, role="User")
    survey = a_survey(acme, name="Winter")
    an_answer(survey, account_id=account.pk, person_id=leo.pk, score=10)
    an_answer(survey, account_id=account.pk, score=10)
    a_no(lucia, purpose=PROFILING)

    said = told(acme, account)

    assert (said[ROLES], said[NPS], said[DETRACTORS]) == (1, 10, 0)


@pytest.mark.parametrize("fact", [ConsentGiven, ConsentWithdrawn])
def test_their_accounts_are_scored_again_at_once(acme, account, lucia, monkeypatch, fact):
    scored = []
    monkeypatch.setattr(
        reactions, "score_accounts", lambda _home, **asked: scored.extend(asked["account_ids"])
    )
    said = {"workspace_id": acme.workspace.pk, "person_id": lucia.pk}

    reactions.score_after_profiling(fact(**said, purpose=ConsentPurpose.MESSAGES))
    before = list(scored)
    reactions.score_after_profiling(fact(**said, purpose=PROFILING))

    assert (before, scored) == ([], [account.pk])
