"""What customers read by themselves, and when they are asked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from vereda.customers.testing import a_person, an_account
from vereda.foundation.testing import MORNING, NOON
from vereda.outcomes.actions.promising import drop_outcome
from vereda.outcomes.actions.verdicts import confirm_outcome, deny_outcome, verify_outcome
from vereda.outcomes.contracts import OutcomeState, Per, Unit, WhyNot
from vereda.outcomes.queries.customers import (
    MOST_MEASURED,
    benefits_of_accounts,
    customers_paper,
    customers_report,
    read_benefits,
)
from vereda.outcomes.queries.reports import value_report
from vereda.outcomes.rules.asking import awaits_customer
from vereda.outcomes.rules.reporting import Worth
from vereda.outcomes.testing import DUE, a_measurement, an_outcome
from vereda.revenue.testing import a_subscription

TODAY = MORNING.date()


@pytest.mark.parametrize(
    ("state", "days_left", "asked"),
    [
        (OutcomeState.PROMISED, 1, False),
        (OutcomeState.ON_THE_WAY, 1, False),
        (OutcomeState.BEHIND, 1, False),
        (OutcomeState.BEHIND, 0, True),
        (OutcomeState.UNKNOWN, -1, True),
        (OutcomeState.REACHED, 90, True),
        (OutcomeState.VERIFIED, 90, True),
        (OutcomeState.NOT_VERIFIED, 90, False),
        (OutcomeState.NOT_VERIFIED, -1, True),
        (OutcomeState.DROPPED, -1, False),
    ],
)
def test_they_are_asked_when_its_day_has_come_or_it_is_said_to_be_true(state, days_left, asked):
    due_on = TODAY + timedelta(days=days_left)

    assert awaits_customer(state, has_their_word=False, due_on=due_on, today=TODAY) is asked
    assert not awaits_customer(state, has_their_word=True, due_on=due_on, today=TODAY)


@pytest.mark.django_db
def test_our_own_words_are_left_out_and_theirs_stay(acme):
    account = an_account(acme)
    mara = a_person(acme, name="Mara", account=account)
    row = an_outcome(account)
    a_measurement(row, "50", by=acme.member, words="Their report of May")
    deny_outcome(
        row, reason=WhyNot.NOT_ADOPTED, words="Nobody there listens", by=acme.member, now=NOON
    )
    confirm_outcome(row, person=mara, words="We do notice it", now=NOON)

    report = customers_report(account, until=TODAY)
    paper = customers_paper(report, workspace=acme.workspace)

    view, ours = report.views[0], value_report(account, until=TODAY).views[0].ours
    assert view.ours is not None
    assert view.theirs is not None
    assert ours is not None
    assert (view.ours.words, view.ours.reason) == ("", WhyNot.NOT_ADOPTED)
    assert view.theirs.words == "We do notice it"
    assert read_benefits(report)[0].measured[0].evidence == "Their report of May"
    assert ours.words == "Nobody there listens"
    assert paper.startswith(b"%PDF")


@pytest.mark.django_db
def test_what_they_pay_is_left_out_and_proves_nothing(acme):
    account = an_account(acme)
    a_subscription(account, amount_minor=100, currency="EUR", started_on=date(2026, 1, 1))
    row = an_outcome(
        account, unit=Unit.MONEY, currency="EUR", per=Per.YEAR, baseline="0", target="2000"
    )
    a_measurement(row, "2000", by=acme.member)
    verify_outcome(row, by=acme.member, now=NOON)
    an_outcome(account)

    ours, theirs = value_report(account, until=TODAY), customers_report(account, until=TODAY)

    assert ours.worth is Worth.PAID_BACK
    assert theirs.worth is Worth.PARTLY
    assert theirs.money == replace(ours.money, cost_a_year={})
    assert theirs.counts == ours.counts


@pytest.mark.django_db
def test_why_something_was_dropped_is_read_by_them(acme):
    account = an_account(acme)
    drop_outcome(an_outcome(account), because="You closed the shop", by=acme.member, now=NOON)

    report = customers_report(account, until=TODAY)

    assert [view.outcome.dropped_because for view in report.dropped] == ["You closed the shop"]
    assert read_benefits(report) == ()


@pytest.mark.django_db
def test_of_many_measurements_the_newest_stand_in_words(acme):
    row = an_outcome(an_account(acme))
    for back in range(MOST_MEASURED + 3):
        on = TODAY - timedelta(days=back)
        a_measurement(row, str(40 - back), by=acme.member, on=on)

    measured = read_benefits(customers_report(row.account, until=TODAY))[0].measured

    assert len(measured) == MOST_MEASURED
    assert measured[0].sentence.startswith("40 on ")


@pytest.mark.django_db
def test_benefits_of_accounts_cost_the_same_for_many(acme, django_assert_num_queries):
    first, second = an_account(acme, name="One"), an_account(acme, name="Two")
    an_outcome(first)
    with django_assert_num_queries(3):
        benefits_of_accounts(acme.workspace, [first.pk, second.pk], today=TODAY)
    for account in (first, second):
        late = an_outcome(account, due_on=DUE + timedelta(days=1))
        a_measurement(late, "30", by=acme.member)
    drop_outcome(an_outcome(second), because="Closed", by=acme.member, now=NOON)

    with django_assert_num_queries(3):
        found = benefits_of_accounts(acme.workspace, [first.pk, second.pk], today=TODAY)

    assert [view.outcome.number for view in found] == [1, 2, 3]
