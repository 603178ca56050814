from datetime import date

import pytest

from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING
from vereda.revenue.actions.churn import record_churn
from vereda.revenue.actions.subscriptions import change_subscription, end_subscription
from vereda.revenue.actions.upserts import upsert_churn
from vereda.revenue.contracts import ChurnIn, ChurnReason, Comeback, Departure, DepartureKind
from vereda.revenue.queries.departures import comebacks, departures, paying_account_ids
from vereda.revenue.rules.departures import PaidSpan, departures_in, paid_spans
from vereda.revenue.testing import a_subscription

YEAR = {"since": date(2026, 1, 1), "until": date(2027, 1, 1)}
MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)
ENDED, SAID = DepartureKind.ENDED, DepartureKind.SAID


def test_what_touches_or_overlaps_is_one_span():
    stretches = [(MAY, JULY), (MARCH, MAY), (date(2026, 4, 1), date(2026, 6, 1))]

    assert paid_spans(stretches) == [PaidSpan(MARCH, JULY)]


def test_a_day_without_anything_divides_two_spans():
    stretches = [(MARCH, MAY), (date(2026, 5, 2), None)]

    assert paid_spans(stretches) == [PaidSpan(MARCH, MAY), PaidSpan(date(2026, 5, 2), None)]


def test_what_never_ran_covers_nothing():
    assert paid_spans([(MARCH, MARCH)]) == []


def test_a_goodbye_within_a_month_of_an_end_tells_the_same_departure():
    near = departures_in([PaidSpan(MARCH, MAY)], goodbyes=[date(2026, 4, 1)])
    far = departures_in([PaidSpan(MARCH, MAY)], goodbyes=[date(2026, 3, 30)])

    assert near == [(MAY, ENDED)]
    assert far == [(date(2026, 3, 30), SAID), (MAY, ENDED)]


@pytest.mark.django_db
def test_the_last_paid_end_is_the_departure(acme, cantera):
    one = a_subscription(cantera, started_on=MARCH)
    other = a_subscription(cantera, started_on=MARCH, product="Extra")
    end_subscription(one, ends_on=MAY, by=None, now=MORNING)
    end_subscription(other, ends_on=JULY, by=None, now=MORNING)

    assert departures(acme.workspace, **YEAR) == [Departure(cantera.pk, JULY, ENDED)]


@pytest.mark.django_db
def test_a_change_of_terms_and_the_end_of_a_trial_are_none(acme, cantera, delfos):
    change_subscription(
        a_subscription(cantera, started_on=MARCH), from_on=MAY, by=None, now=MORNING, seats=3
    )
    a_subscription(delfos, started_on=MARCH, ends_on=MAY, trial=True)

    assert departures(acme.workspace, **YEAR) == []


@pytest.mark.django_db
def test_who_comes_back_departed_and_may_depart_again(acme, cantera):
    a_subscription(cantera, started_on=MARCH, ends_on=MAY)
    a_subscription(cantera, started_on=JULY, ends_on=date(2026, 9, 1))

    assert [told.day for told in departures(acme.workspace, **YEAR)] == [MAY, date(2026, 9, 1)]
    assert comebacks(acme.workspace, **YEAR) == [Comeback(cantera.pk, JULY)]


@pytest.mark.django_db
def test_a_goodbye_while_something_runs_is_a_departure_that_was_said(acme, cantera):
    a_subscription(cantera, started_on=MARCH)
    row = ChurnIn(external_id="c-1", account_id=cantera.pk, churned_on=MAY)
    upsert_churn(acme.workspace, [row], by=None, now=MORNING)

    assert departures(acme.workspace, **YEAR) == [Departure(cantera.pk, MAY, SAID)]


@pytest.mark.django_db
def test_a_goodbye_before_the_span_that_tells_of_an_end_in_it_is_one_departure(acme, cantera):
    a_subscription(cantera, started_on=MARCH, ends_on=MAY)
    row = ChurnIn(external_id="c-1", account_id=cantera.pk, churned_on=date(2026, 5, 20))
    upsert_churn(acme.workspace, [row], by=None, now=MORNING)

    after = departures(acme.workspace, since=date(2026, 5, 10), until=date(2027, 1, 1))

    assert after == []
    assert departures(acme.workspace, **YEAR) == [Departure(cantera.pk, MAY, ENDED)]


@pytest.mark.django_db
def test_a_recorded_goodbye_is_one_departure(acme, cantera):
    a_subscription(cantera, started_on=MARCH)
    record_churn(cantera, churned_on=MAY, reason=ChurnReason.PRICE, by=None, now=MORNING)

    assert departures(acme.workspace, **YEAR) == [Departure(cantera.pk, MAY, ENDED)]


@pytest.mark.django_db
def test_the_last_day_asked_about_is_not_in_it(acme, cantera):
    a_subscription(cantera, started_on=MARCH, ends_on=MAY)

    assert departures(acme.workspace, since=MARCH, until=MAY) == []
    assert len(departures(acme.workspace, since=MAY, until=date(2026, 5, 2))) == 1


@pytest.mark.django_db
def test_only_those_who_pay_that_day_are_paying(acme, globex, cantera, delfos):
    a_subscription(cantera, started_on=MARCH, ends_on=JULY)
    a_subscription(delfos, started_on=MARCH, trial=True)
    a_subscription(an_account(globex), started_on=MARCH)

    assert paying_account_ids(acme.workspace, on=MAY) == {cantera.pk}
    assert paying_account_ids(acme.workspace, on=JULY) == set()


@pytest.mark.django_db
def test_it_costs_the_same_for_many(acme, django_assert_num_queries):
    for number in range(5):
        account = an_account(acme, name=f"Leaver {number}")
        a_subscription(account, started_on=MARCH, ends_on=MAY)

    with django_assert_num_queries(3):
        assert len(departures(acme.workspace, **YEAR)) == 5
