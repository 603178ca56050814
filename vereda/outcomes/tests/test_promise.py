"""Promising a benefit, moving the promise, dropping it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.foundation.errors import Missing
from vereda.foundation.testing import MORNING, NOON
from vereda.outcomes.actions.promising import (
    drop_outcome,
    edit_outcome,
    promise_outcome,
    pursue_outcome,
)
from vereda.outcomes.contracts import (
    Direction,
    OutcomeChanged,
    OutcomeChangedMeanwhile,
    OutcomeIsDropped,
    OutcomePromised,
    OutcomeState,
    Unit,
    WrongOutcome,
)
from vereda.outcomes.models.outcomes import Amendment, Outcome
from vereda.outcomes.testing import DUE, a_measurement, a_promise, an_outcome
from vereda.product.testing import a_feature, a_product

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()


def test_a_promise_is_kept_as_it_was_said(acme, facts):
    account = an_account(acme)
    lucia = a_person(acme, account=account)
    product = a_product(acme)
    feature = a_feature(product)
    outcome = an_outcome(
        account,
        by=acme.member,
        why="Late invoices cost them customers",
        out_of_box="35",
        feature_id=feature.pk,
        owner_id=acme.member.pk,
        said_by_id=lucia.pk,
    )
    outcome.refresh_from_db()
    assert (outcome.key, outcome.benefit) == ("B-1", "Invoices leave the same day")
    assert (outcome.baseline, outcome.target, outcome.out_of_box) == (20, 80, 35)
    assert (outcome.product, outcome.said_by, outcome.owner) == (product, lucia, acme.member)
    assert (outcome.promised_on, outcome.starts_on, outcome.due_on) == (TODAY, TODAY, DUE)
    assert (outcome.state, outcome.state_since_on) == (OutcomeState.PROMISED, TODAY)
    assert facts.of(OutcomePromised) == [
        OutcomePromised(
            workspace_id=acme.workspace.pk, account_id=account.pk, outcome_id=outcome.pk
        )
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"benefit": "  "},
        {"target": "100000000000"},
        {"target": "NaN"},
        {"target": "10"},
        {"target": "80", "baseline": "20", "direction": Direction.LESS},
        {"due_on": TODAY},
        {"due_on": TODAY + timedelta(days=3_661)},
        {"starts_on": DUE},
        {"tolerance_percent": 51},
        {"unit": Unit.OTHER},
        {"unit": Unit.MONEY},
    ],
)
def test_what_could_not_be_verified_is_refused(acme, facts, said):
    account = an_account(acme)
    with pytest.raises(WrongOutcome):
        an_outcome(account, by=acme.member, **said)
    assert not Outcome.every_workspace.exists()
    assert facts.of(OutcomePromised) == []


def test_a_promise_is_not_made_in_the_future(acme):
    with pytest.raises(WrongOutcome):
        an_outcome(an_account(acme), promised_on=TODAY + timedelta(days=1))


def test_what_belongs_to_others_is_missing(acme, globex):
    theirs = a_product(globex)
    stranger = a_person(globex, account=an_account(globex))
    account = an_account(acme)
    with pytest.raises(Missing):
        an_outcome(account, product_id=theirs.pk)
    with pytest.raises(Missing):
        an_outcome(account, said_by_id=stranger.pk)
    with pytest.raises(Missing):
        an_outcome(account, owner_id=globex.member.pk)
    assert not Outcome.every_workspace.exists()


def test_a_person_of_another_account_did_not_say_it(acme):
    other = a_person(acme, account=an_account(acme, name="Otra"))
    with pytest.raises(Missing):
        an_outcome(an_account(acme), said_by_id=other.pk)


def test_a_promise_is_moved_only_with_a_reason_and_the_old_one_stays(acme, facts):
    outcome = an_outcome(an_account(acme), by=acme.member)
    easier = a_promise(target="60")
    with pytest.raises(WrongOutcome):
        edit_outcome(outcome, said=easier, version=1, by=acme.member, now=NOON)
    outcome.refresh_from_db()
    assert (outcome.target, outcome.version) == (80, 1)
    assert facts.of(OutcomeChanged) == []

    edit_outcome(
        outcome, said=easier, version=1, because="They halved the team", by=acme.member, now=NOON
    )
    outcome.refresh_from_db()
    (kept,) = Amendment.objects.of(acme.workspace)
    assert (outcome.target, outcome.version) == (60, 2)
    assert (kept.target, kept.baseline, kept.because) == (80, 20, "They halved the team")
    assert (kept.member, kept.at) == (acme.member, NOON)


def test_wording_it_better_and_filling_in_what_was_unknown_is_no_move(acme):
    outcome = an_outcome(an_account(acme), baseline=None)
    said = a_promise(benefit="Invoices leave within a day", baseline="20", out_of_box="30")
    edit_outcome(outcome, said=said, version=1, by=acme.member, now=NOON)
    outcome.refresh_from_db()
    assert (outcome.benefit, outcome.baseline) == ("Invoices leave within a day", 20)
    assert not Amendment.every_workspace.exists()


def test_what_the_values_mean_cannot_change_once_there_are_any(acme):
    outcome = an_outcome(an_account(acme))
    hours = a_promise(unit=Unit.HOURS)
    edit_outcome(outcome, said=hours, version=1, by=acme.member, now=NOON)
    a_measurement(outcome, "30", by=acme.member)
    with pytest.raises(WrongOutcome):
        edit_outcome(
            outcome, said=replace(hours, unit=Unit.DAYS), version=2, by=acme.member, now=NOON
        )
    outcome.refresh_from_db()
    assert outcome.unit == Unit.HOURS


def test_the_second_person_to_edit_is_told_so(acme):
    outcome = an_outcome(an_account(acme))
    said = a_promise(benefit="First")
    edit_outcome(outcome, said=said, version=1, by=acme.member, now=NOON)
    with pytest.raises(OutcomeChangedMeanwhile):
        edit_outcome(
            outcome, said=replace(said, benefit="Second"), version=1, by=acme.admin, now=NOON
        )
    outcome.refresh_from_db()
    assert outcome.benefit == "First"


def test_a_benefit_is_dropped_with_a_reason_and_taken_up_again(acme):
    outcome = an_outcome(an_account(acme))
    with pytest.raises(WrongOutcome):
        drop_outcome(outcome, because=" ", by=acme.member, now=NOON)
    drop_outcome(outcome, because="They sold that business", by=acme.member, now=NOON)
    outcome.refresh_from_db()
    assert (outcome.state, outcome.dropped_because) == ("dropped", "They sold that business")
    with pytest.raises(OutcomeIsDropped):
        a_measurement(outcome, "30", by=acme.member)
    pursue_outcome(outcome, by=acme.member, now=NOON)
    outcome.refresh_from_db()
    assert (outcome.state, outcome.dropped_at) == ("promised", None)


def test_numbers_are_kept_to_four_decimals(acme):
    outcome = promise_outcome(
        an_account(acme),
        said=replace(a_promise(), target=Decimal("80.00005")),
        by=acme.member,
        now=MORNING,
        promised_on=date(2026, 10, 1),
    )
    outcome.refresh_from_db()
    assert outcome.target == Decimal("80.0000")
