"""Settling the alerts of one cause for many accounts at once."""

from datetime import timedelta

import pytest

from vereda.customers.actions.accounts import archive_account
from vereda.customers.testing import an_account
from vereda.foundation.testing import MORNING, NOON
from vereda.worklist.actions.alerts import dismiss_alert
from vereda.worklist.actions.settling import settle_alerts
from vereda.worklist.contracts import (
    AlertKind,
    AlertReason,
    AlertsSettled,
    CloseReason,
    DismissReason,
    Noticed,
    Settled,
)
from vereda.worklist.models.alerts import Alert
from vereda.worklist.queries.alerts import open_alert_ids

pytestmark = pytest.mark.django_db
STOPPED = Noticed(reason=AlertReason.USAGE_STOPPED, details={"last_on": "2026-10-01"})


def settled(acme, accounts, *, now=MORNING, among=None):
    return settle_alerts(
        acme.workspace,
        kind=AlertKind.USAGE,
        cause="use",
        noticed={each.pk: STOPPED for each in accounts},
        now=now,
        among=None if among is None else [each.pk for each in among],
    )


def open_accounts(acme):
    return set(open_alert_ids(acme.workspace, kind=AlertKind.USAGE, cause="use"))


def test_alerts_become_exactly_those_that_are_due(acme, facts):
    one, two, three = (an_account(acme, name=name) for name in ("A", "B", "C"))
    assert settled(acme, [one, two]) == Settled(raised=2, refreshed=0, cleared=0)
    assert settled(acme, [two, three], now=NOON) == Settled(raised=1, refreshed=1, cleared=1)
    assert open_accounts(acme) == {two.pk, three.pk}
    gone = Alert.objects.of(acme.workspace).get(account=one)
    assert (gone.closed_because, gone.closed_at) == (CloseReason.CLEARED, NOON)
    assert {*facts.of(AlertsSettled)[-1].account_ids} == {one.pk, three.pk}


def test_settling_the_same_twice_announces_nothing(acme, facts):
    one = an_account(acme)
    settled(acme, [one])
    settled(acme, [one], now=NOON)
    assert len(facts.of(AlertsSettled)) == 1
    assert Alert.objects.of(acme.workspace).get().times == 2


def test_accounts_that_were_not_looked_at_keep_their_alerts(acme):
    one, two = (an_account(acme, name=name) for name in ("A", "B"))
    settled(acme, [one, two])
    settled(acme, [], among=[one], now=NOON)
    assert open_accounts(acme) == {two.pk}


def test_a_dismissed_one_stays_quiet_until_it_goes_away_and_comes_back(acme):
    one = an_account(acme)
    settled(acme, [one])
    dismiss_alert(
        Alert.objects.of(acme.workspace).get(), because=DismissReason.KNOWN, by=None, now=NOON
    )
    settled(acme, [one], now=NOON + timedelta(days=1))
    assert open_accounts(acme) == set()
    settled(acme, [], now=NOON + timedelta(days=2))
    settled(acme, [one], now=NOON + timedelta(days=3))
    assert open_accounts(acme) == {one.pk}


def test_an_archived_account_raises_nothing(acme):
    one = an_account(acme)
    archive_account(one, by=acme.member, now=MORNING)
    assert settled(acme, [one]).raised == 0


def test_the_work_does_not_grow_with_the_accounts(acme, django_assert_max_num_queries):
    accounts = [an_account(acme, name=f"A{number}") for number in range(40)]
    with django_assert_max_num_queries(24):
        settled(acme, accounts)
    with django_assert_max_num_queries(24):
        settled(acme, accounts, now=NOON)
