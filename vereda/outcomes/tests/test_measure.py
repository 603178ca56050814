"""Measuring by us, by the customer, and by metrics; and what is noticed of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.events.contracts.facts import MetricsMeasured
from vereda.events.contracts.measuring import Measure, MetricDefinition
from vereda.events.models.metrics import Metric, MetricValue
from vereda.foundation.errors import Missing
from vereda.foundation.testing import MORNING, NOON
from vereda.outcomes.actions.measuring import measure_outcome, take_measurements
from vereda.outcomes.actions.noticing import refresh_outcomes, refreshed_at_the_end
from vereda.outcomes.contracts import (
    MeasuredBy,
    OutcomeBehind,
    OutcomeMeasured,
    OutcomesMeasured,
    WrongMeasurement,
)
from vereda.outcomes.models.outcomes import Measurement
from vereda.outcomes.queries.outcomes import outcomes_of_account, view_of
from vereda.outcomes.reactions import measure_by_metrics
from vereda.outcomes.testing import DUE, a_measurement, an_outcome
from vereda.worklist.contracts import AlertKind, AlertReason, CloseReason
from vereda.worklist.models.alerts import Alert

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()


def later(days):
    return MORNING + timedelta(days=days)


def test_a_member_measures_with_words_and_the_outcome_moves(acme, facts):
    account = an_account(acme)
    outcome = an_outcome(account)
    a_measurement(outcome, "50", by=acme.member, now=later(50), words="From their own report")
    (view,) = outcomes_of_account(account, today=later(50).date())
    (row,) = view.measurements
    assert (str(view.state), row.value) == ("on_the_way", 50)
    assert (row.source, row.member, row.words) == (
        MeasuredBy.MEMBER,
        acme.member,
        "From their own report",
    )
    assert len(facts.of(OutcomeMeasured)) == 1


def test_a_person_of_the_customer_measures_for_themselves(acme):
    account = an_account(acme)
    lucia = a_person(acme, account=account)
    outcome = an_outcome(account)
    measure_outcome(outcome, value=Decimal(50), on=TODAY, person=lucia, now=NOON)
    (row,) = Measurement.objects.of(acme.workspace)
    assert (row.source, row.person, row.member) == (MeasuredBy.CUSTOMER, lucia, None)


def test_somebody_of_another_account_measures_nothing(acme):
    stranger = a_person(acme, account=an_account(acme, name="Otra"))
    outcome = an_outcome(an_account(acme))
    with pytest.raises(Missing):
        measure_outcome(outcome, value=Decimal(50), on=TODAY, person=stranger, now=NOON)
    assert not Measurement.every_workspace.exists()


@pytest.mark.parametrize(
    ("value", "on"),
    [
        ("NaN", TODAY),
        ("Infinity", TODAY),
        ("1e12", TODAY),
        ("5", TODAY + timedelta(days=1)),
        ("5", date(1999, 1, 1)),
    ],
)
def test_what_cannot_be_a_measurement_is_refused(acme, facts, value, on):
    outcome = an_outcome(an_account(acme))
    with pytest.raises(WrongMeasurement):
        measure_outcome(outcome, value=Decimal(value), on=on, by=acme.member, now=NOON)
    assert not Measurement.every_workspace.exists()
    assert facts.of(OutcomeMeasured) == []


def test_nobody_measures_anonymously(acme):
    with pytest.raises(WrongMeasurement):
        measure_outcome(an_outcome(an_account(acme)), value=Decimal(1), on=TODAY, now=NOON)


def test_of_several_about_one_day_the_last_said_counts_and_all_stay(acme):
    outcome = an_outcome(an_account(acme))
    a_measurement(outcome, "50", by=acme.member, now=MORNING)
    a_measurement(outcome, "40", by=acme.member, now=NOON)
    assert view_of(outcome, today=TODAY).delivered == 40
    assert Measurement.objects.of(acme.workspace).count() == 2


def test_what_is_known_of_a_day_ignores_what_came_later(acme):
    outcome = an_outcome(an_account(acme))
    a_measurement(outcome, "30", by=acme.member, now=later(20))
    a_measurement(outcome, "70", by=acme.member, now=later(60))
    assert view_of(outcome, today=later(30).date()).delivered == 30


# --- Noticing ---------------------------------------------------------------------


def open_alert(acme):
    return Alert.objects.of(acme.workspace).filter(closed_at=None).get()


def test_falling_behind_raises_an_alert_that_closes_by_itself(acme, facts):
    outcome = an_outcome(an_account(acme))
    a_measurement(outcome, "29", by=acme.member, now=later(50))
    alert = open_alert(acme)
    assert (alert.kind, alert.reason) == (AlertKind.HEALTH, AlertReason.OUTCOME_BEHIND)
    assert alert.details == {
        "outcome": "B-1",
        "percent": 15,
        "expected": 50,
        "tolerance": 15,
        "days": 35,
    }
    assert len(facts.of(OutcomeBehind)) == 1

    a_measurement(outcome, "30", by=acme.member, now=later(51))
    assert open_alert(acme).details["days"] == 35
    assert len(facts.of(OutcomeBehind)) == 1

    a_measurement(outcome, "55", by=acme.member, now=later(52))
    alert.refresh_from_db()
    assert alert.closed_because == CloseReason.CLEARED
    assert not Alert.objects.of(acme.workspace).filter(closed_at=None).exists()


def test_silence_is_noticed_when_days_pass(acme):
    outcome = an_outcome(an_account(acme))
    assert refresh_outcomes(acme.workspace, now=later(25)) == 0
    assert not Alert.objects.of(acme.workspace).exists()
    assert refresh_outcomes(acme.workspace, now=later(26)) == 1
    assert open_alert(acme).reason == AlertReason.OUTCOME_UNMEASURED
    outcome.refresh_from_db()
    assert (outcome.state, outcome.state_since_on) == ("unknown", later(26).date())


def test_what_is_told_in_one_go_is_noticed_once_as_of_the_last_word(acme, facts):
    outcome = an_outcome(an_account(acme))
    with refreshed_at_the_end():
        a_measurement(outcome, "30", by=acme.member, now=later(50))
        assert not Alert.objects.of(acme.workspace).exists()
        a_measurement(outcome, "30", by=acme.member, now=later(51))
    outcome.refresh_from_db()
    assert (outcome.state, outcome.state_since_on) == ("behind", later(51).date())
    assert open_alert(acme).reason == AlertReason.OUTCOME_BEHIND
    assert len(facts.of(OutcomeBehind)) == 1
    assert len(facts.of(OutcomeMeasured)) == 2
    a_measurement(outcome, "80", by=acme.member, now=later(52))
    assert not Alert.objects.of(acme.workspace).filter(closed_at=None).exists()


def test_a_reached_benefit_asks_to_be_verified_once_its_day_has_passed(acme):
    outcome = an_outcome(an_account(acme))
    a_measurement(outcome, "80", by=acme.member, on=DUE, now=later(100))
    assert not Alert.objects.of(acme.workspace).exists()
    refresh_outcomes(acme.workspace, now=later(101))
    assert open_alert(acme).reason == AlertReason.OUTCOME_TO_VERIFY


def test_a_missed_day_is_told_as_missed(acme):
    outcome = an_outcome(an_account(acme))
    a_measurement(outcome, "70", by=acme.member, on=DUE, now=later(101))
    assert open_alert(acme).reason == AlertReason.OUTCOME_MISSED


def test_two_outcomes_of_an_account_are_two_alerts_and_two_workspaces_apart(acme, globex):
    account, other = an_account(acme), an_account(globex)
    for home, whose in ((acme, account), (acme, account), (globex, other)):
        a_measurement(an_outcome(whose), "20", by=home.member, now=later(50))
    assert Alert.objects.of(acme.workspace).count() == 2
    assert Alert.objects.of(globex.workspace).count() == 1


# --- By metrics ---------------------------------------------------------------------


def a_metric(acme, account, value=50.0):
    metric = Metric.objects.of(acme.workspace).create(
        name="Weekly people",
        slug="weekly_people",
        definition={"measure": str(Measure.PEOPLE), "window": 7},
        per="account",
    )
    assert metric.defined == MetricDefinition(measure=Measure.PEOPLE, window=7)
    says(acme, metric, account, value)
    return metric


def says(acme, metric, account, value):
    MetricValue.objects.of(acme.workspace).filter(metric=metric, account=account).delete()
    MetricValue.objects.of(acme.workspace).create(
        metric=metric, account=account, value=value, on=TODAY, computed_at=MORNING
    )


def test_a_promise_starts_at_what_its_metric_says(acme):
    account = an_account(acme)
    metric = a_metric(acme, account, 12.5)
    outcome = an_outcome(account, baseline=None, metric_id=metric.pk)
    assert outcome.baseline == Decimal("12.5")


def test_a_metric_measures_at_most_once_a_day_whoever_asks(acme, facts):
    account = an_account(acme)
    metric = a_metric(acme, account)
    outcome = an_outcome(account, metric_id=metric.pk)
    fact = MetricsMeasured(workspace_id=acme.workspace.pk, account_ids=(account.pk,))
    assert take_measurements(acme.workspace, account_ids=[account.pk], now=MORNING) == 1
    says(acme, metric, account, 60.0)
    assert take_measurements(acme.workspace, now=NOON) == 0
    (row,) = Measurement.objects.of(acme.workspace)
    assert (row.outcome, row.value, row.source) == (outcome, 50, MeasuredBy.METRIC)
    assert facts.of(OutcomesMeasured) == [
        OutcomesMeasured(workspace_id=acme.workspace.pk, account_ids=(account.pk,))
    ]
    measure_by_metrics(fact)
    once = Measurement.objects.of(acme.workspace).count()
    measure_by_metrics(fact)
    assert Measurement.objects.of(acme.workspace).count() == once


def test_the_same_value_is_written_again_only_after_a_week(acme):
    account = an_account(acme)
    an_outcome(account, metric_id=a_metric(acme, account).pk)
    assert take_measurements(acme.workspace, now=MORNING) == 1
    assert take_measurements(acme.workspace, now=later(6)) == 0
    assert take_measurements(acme.workspace, now=later(7)) == 1


def test_another_value_the_next_day_is_measured(acme):
    account = an_account(acme)
    metric = a_metric(acme, account)
    an_outcome(account, metric_id=metric.pk)
    take_measurements(acme.workspace, now=MORNING)
    says(acme, metric, account, 51.0)
    assert take_measurements(acme.workspace, now=later(1)) == 1


def test_a_metric_that_says_nothing_measures_nothing(acme):
    account = an_account(acme)
    metric = a_metric(acme, account, None)
    an_outcome(account, metric_id=metric.pk)
    assert take_measurements(acme.workspace, now=MORNING) == 0
    assert not Measurement.every_workspace.exists()


def test_metrics_measure_any_number_of_outcomes_with_as_many_queries(
    acme, django_assert_max_num_queries
):
    account = an_account(acme)
    metric = a_metric(acme, account)
    for _ in range(12):
        an_outcome(account, metric_id=metric.pk)
    with django_assert_max_num_queries(25):
        assert take_measurements(acme.workspace, now=later(1)) == 12
