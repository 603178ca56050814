"""What outcomes offer to scores, audiences, timelines, and to a person who asks."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from vereda.customers.models.accounts import Account
from vereda.customers.testing import a_person, an_account
from vereda.foundation.criteria import About, AskedCriterion, Comparison
from vereda.foundation.personal_data import PersonRef
from vereda.foundation.testing import MORNING, NOON
from vereda.outcomes.actions.measuring import measure_outcome
from vereda.outcomes.actions.promising import drop_outcome, edit_outcome
from vereda.outcomes.actions.verdicts import confirm_outcome, deny_outcome, verify_outcome
from vereda.outcomes.contracts import WhyNot
from vereda.outcomes.criteria import OutcomeCriteria
from vereda.outcomes.factors import DAYS_BEHIND, INPUTS, ON_THE_WAY, VERIFIED, OutcomeInputs
from vereda.outcomes.models.outcomes import Measurement, Verdict
from vereda.outcomes.personal_data import BenefitsSpokenOf
from vereda.outcomes.testing import a_measurement, a_promise, an_expectation, an_outcome
from vereda.outcomes.timeline import ValueTimeline

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()


def later(days):
    return MORNING + timedelta(days=days)


# --- Scores ---------------------------------------------------------------------------


def readings(acme, account, *, on):
    told = OutcomeInputs().readings(
        acme.workspace, names={each.name for each in INPUTS}, account_ids=[account.pk], on=on
    )
    return {name: each[account.pk].value for name, each in told.items() if account.pk in each}


def test_an_account_without_promises_has_no_reading(acme):
    assert readings(acme, an_account(acme), on=TODAY) == {}


def test_inputs_say_what_is_on_the_way_what_is_verified_and_how_late_the_latest_is(acme):
    account = an_account(acme)
    verify_outcome(an_outcome(account), words="Seen", by=acme.member, now=NOON)
    deny_outcome(an_outcome(account), reason=WhyNot.NOT_ADOPTED, by=acme.member, now=NOON)
    a_measurement(an_outcome(account), "32", by=acme.member, now=later(50))
    assert readings(acme, account, on=later(50).date()) == {
        ON_THE_WAY.name: pytest.approx(1 / 3),
        VERIFIED.name: 0.5,
        DAYS_BEHIND.name: 30.0,
    }


def test_a_past_day_is_told_without_what_came_later(acme):
    account = an_account(acme)
    outcome = an_outcome(account)
    a_measurement(outcome, "50", by=acme.member, now=later(50))
    known = readings(acme, account, on=later(50).date())
    assert known == {ON_THE_WAY.name: 1.0, DAYS_BEHIND.name: 0.0}

    a_measurement(outcome, "25", by=acme.member, on=later(49).date(), now=later(60))
    edit_outcome(
        outcome, said=a_promise(target="500"), version=1, because="More", by=None, now=later(61)
    )
    deny_outcome(outcome, reason=WhyNot.OVER_PROMISED, by=acme.member, now=later(62))
    drop_outcome(outcome, because="Gone", by=acme.member, now=later(63))
    assert readings(acme, account, on=later(50).date()) == known
    assert readings(acme, account, on=later(63).date()) == {}


def test_inputs_ask_as_many_questions_for_many_as_for_few(acme, django_assert_max_num_queries):
    accounts = [an_account(acme, name=f"Cuenta {each}") for each in range(6)]
    for account in accounts:
        a_measurement(an_outcome(account), "30", by=acme.member)
    with django_assert_max_num_queries(6):
        told = OutcomeInputs().readings(
            acme.workspace,
            names=[DAYS_BEHIND.name],
            account_ids=[each.pk for each in accounts],
            on=TODAY,
        )
    assert len(told[DAYS_BEHIND.name]) == 6


# --- Audiences --------------------------------------------------------------------------


def asked(acme, name, comparison, value, **parameters):
    (criterion,) = (
        each
        for each in OutcomeCriteria().criteria(acme.workspace, about=About.ACCOUNTS)
        if each.name == f"outcomes.{name}"
    )
    question = AskedCriterion(
        workspace=acme.workspace,
        about=About.ACCOUNTS,
        comparison=comparison,
        value=value,
        parameters=parameters,
        today=TODAY,
        now=MORNING,
    )
    rows = Account.objects.of(acme.workspace).filter(criterion.matching(question))
    told = criterion.told(question, [row.pk for row in rows])
    return {row.name for row in rows.order_by("pk")}, set(told.values())


def test_audiences_ask_for_benefits_in_a_state_and_are_told_which(acme):
    late, fine = an_account(acme, name="Late"), an_account(acme, name="Fine")
    a_measurement(an_outcome(late), "20", by=acme.member, now=later(50))
    an_outcome(fine)
    names, words = asked(acme, "benefit", Comparison.IS, "behind")
    assert (names, words) == ({"Late"}, {"Behind: 1"})
    assert asked(acme, "benefit", Comparison.NONE_OF, ("behind",))[0] == {"Fine"}


@pytest.mark.parametrize(
    ("comparison", "value", "names"),
    [
        (Comparison.AT_LEAST, "1", {"Two"}),
        (Comparison.AT_LEAST, "2", {"Two"}),
        (Comparison.AT_LEAST, "3", set()),
        (Comparison.AT_LEAST, "0", {"Two", "None"}),
        (Comparison.AT_MOST, "1", {"None"}),
        (Comparison.AT_MOST, "0", {"None"}),
        (Comparison.AT_MOST, "2.5", {"Two", "None"}),
    ],
)
def test_audiences_count_benefits_and_none_is_zero(acme, comparison, value, names):
    two = an_account(acme, name="Two")
    an_account(acme, name="None")
    an_outcome(two)
    an_outcome(two)
    found, _told = asked(acme, "count", comparison, Decimal(value), state="promised")
    assert found == names


def test_people_are_asked_nothing_of_this(acme):
    assert OutcomeCriteria().criteria(acme.workspace, about=About.PEOPLE) == ()


# --- The timeline --------------------------------------------------------------------------


def test_the_timeline_tells_promises_words_and_expectations_newest_first(acme):
    account = an_account(acme)
    outcome = an_outcome(account, promised_on=date(2026, 10, 1))
    an_expectation(account, set_on=date(2026, 10, 2))
    verify_outcome(outcome, words="Seen", by=acme.member, now=MORNING)
    told = ValueTimeline().entries(acme.workspace, account_ids=[account.pk], before=NOON, limit=10)
    assert [entry.icon for entry in told] == ["check", "flag", "target"]
    assert len({entry.key for entry in told}) == 3
    assert ValueTimeline().entries(
        acme.workspace, account_ids=[account.pk], before=MORNING, limit=1
    ) == [told[1]]


# --- Whoever asks what is known about them ----------------------------------------------------


def spoken(acme):
    account = an_account(acme)
    lucia = a_person(acme, account=account)
    outcome = an_outcome(account, said_by_id=lucia.pk)
    measure_outcome(
        outcome, value=Decimal(80), on=TODAY, person=lucia, words="My list", now=MORNING
    )
    confirm_outcome(outcome, person=lucia, words="I am happy", now=NOON)
    an_expectation(account, person_id=lucia.pk)
    return outcome, PersonRef(workspace_id=acme.workspace.pk, person_id=lucia.pk)


def test_a_person_is_told_all_they_said_and_were_told(acme):
    _outcome, lucia = spoken(acme)
    assert [record.kind for record in BenefitsSpokenOf().export(lucia)] == [
        "promised benefit",
        "measurement of a benefit",
        "word about a benefit",
        "expectation",
    ]


def test_a_person_is_forgotten_and_the_values_stay_with_their_side(acme):
    outcome, lucia = spoken(acme)
    assert BenefitsSpokenOf().erase(lucia) == 4
    assert list(BenefitsSpokenOf().export(lucia)) == []
    measured = Measurement.objects.of(acme.workspace).get()
    said = Verdict.objects.of(acme.workspace).get()
    assert (measured.value, measured.source, measured.words) == (80, "customer", "")
    assert (said.side, said.kind, said.words) == ("customer", "verified", "")
    outcome.refresh_from_db()
    assert (outcome.said_by, outcome.ruled_by) == (None, "customer")
