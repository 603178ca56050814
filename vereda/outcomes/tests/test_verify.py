"""What either side says: ours and theirs apart, why not, taken back."""

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.foundation.errors import Missing
from vereda.foundation.testing import MORNING, NOON
from vereda.outcomes.actions.verdicts import (
    confirm_outcome,
    deny_outcome,
    dispute_outcome,
    take_back_verdict,
    verify_outcome,
)
from vereda.outcomes.contracts import (
    OutcomeNotVerified,
    OutcomeState,
    OutcomeVerified,
    Side,
    WhyNot,
    WrongVerdict,
)
from vereda.outcomes.models.outcomes import Verdict
from vereda.outcomes.queries.outcomes import view_of
from vereda.outcomes.testing import a_measurement, an_outcome

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()


@pytest.fixture
def outcome(acme):
    row = an_outcome(an_account(acme))
    a_measurement(row, "80", by=acme.member)
    return row


@pytest.fixture
def lucia(acme, outcome):
    return a_person(acme, account=outcome.account)


def test_we_verify_and_the_customer_confirms_and_both_are_kept_apart(acme, outcome, lucia, facts):
    verify_outcome(outcome, by=acme.member, now=NOON)
    ours = view_of(outcome, today=TODAY)
    assert ours.state is OutcomeState.VERIFIED
    assert ours.ruling == ours.ours
    assert ours.theirs is None
    confirm_outcome(outcome, person=lucia, words="Yes, since October", now=NOON)
    both = view_of(outcome, today=TODAY)
    assert both.ruling == both.theirs
    sides = Verdict.objects.of(acme.workspace).order_by("at", "id")
    assert [(row.side, row.member, row.person) for row in sides] == [
        (Side.US, acme.member, None),
        (Side.CUSTOMER, None, lucia),
    ]
    assert [fact.side for fact in facts.of(OutcomeVerified)] == ["us", "customer"]
    outcome.refresh_from_db()
    assert (outcome.state, outcome.ruled_by) == ("verified", "customer")


def test_the_customers_no_outweighs_our_yes(acme, outcome, lucia):
    dispute_outcome(outcome, person=lucia, reason=WhyNot.NOT_ADOPTED, now=MORNING)
    verify_outcome(outcome, by=acme.member, now=NOON)
    outcome.refresh_from_db()
    assert (outcome.state, outcome.why_not) == ("not_verified", WhyNot.NOT_ADOPTED)


def test_not_verified_says_why_not(acme, outcome, facts):
    deny_outcome(
        outcome, reason=WhyNot.OVER_PROMISED, words="No such report", by=acme.member, now=NOON
    )
    (verdict,) = Verdict.objects.of(acme.workspace)
    assert (verdict.reason, verdict.words) == (WhyNot.OVER_PROMISED, "No such report")
    assert [fact.reason for fact in facts.of(OutcomeNotVerified)] == ["over_promised"]


def test_another_reason_needs_words(acme, outcome, facts):
    with pytest.raises(WrongVerdict):
        deny_outcome(outcome, reason=WhyNot.OTHER, by=acme.member, now=NOON)
    assert not Verdict.every_workspace.exists()
    assert facts.of(OutcomeNotVerified) == []


def test_what_was_never_measured_is_verified_only_with_how_we_know(acme, facts):
    bare = an_outcome(an_account(acme))
    with pytest.raises(WrongVerdict):
        verify_outcome(bare, by=acme.member, now=NOON)
    assert not Verdict.every_workspace.exists()
    verify_outcome(bare, words="Saw it on their screen", by=acme.member, now=NOON)
    assert view_of(bare, today=TODAY).state is OutcomeState.VERIFIED


def test_a_word_that_is_taken_back_leaves_the_line_to_speak(acme, outcome):
    verify_outcome(outcome, by=acme.member, now=MORNING)
    take_back_verdict(outcome, by=acme.member, now=NOON)
    view = view_of(outcome, today=TODAY)
    assert (view.state, view.ours) == (OutcomeState.REACHED, None)
    assert Verdict.objects.of(acme.workspace).count() == 2
    outcome.refresh_from_db()
    assert (outcome.state, outcome.ruled_by) == ("reached", "")


def test_what_nobody_said_cannot_be_taken_back(acme, outcome):
    with pytest.raises(WrongVerdict):
        take_back_verdict(outcome, by=acme.member, now=NOON)
    assert not Verdict.every_workspace.exists()


def test_somebody_of_another_account_confirms_nothing(acme, outcome):
    stranger = a_person(acme, account=an_account(acme, name="Otra"))
    with pytest.raises(Missing):
        confirm_outcome(outcome, person=stranger, now=NOON)
    assert not Verdict.every_workspace.exists()


def test_a_member_may_write_down_what_the_customer_said(acme, outcome, lucia):
    confirm_outcome(outcome, person=lucia, by=acme.member, now=NOON)
    (verdict,) = Verdict.objects.of(acme.workspace)
    assert (verdict.side, verdict.person, verdict.member) == ("customer", lucia, acme.member)
