from datetime import date

import pytest

from vereda.foundation.testing import MORNING
from vereda.revenue.actions.subscriptions import (
    change_subscription,
    correct_subscription,
    end_subscription,
    set_renewal,
    start_subscription,
)
from vereda.revenue.contracts import (
    BillingPeriod,
    Movement,
    NotRunning,
    SubscriptionChanged,
    SubscriptionEnded,
    SubscriptionStarted,
    WrongTerms,
)
from vereda.revenue.models import Subscription
from vereda.revenue.queries.subscriptions import arr_of_accounts
from vereda.revenue.testing import a_subscription

OCTOBER = date(2026, 10, 1)
NEXT_YEAR = date(2027, 3, 1)


def figures(account):
    account.refresh_from_db()
    return account.arr_minor, account.currency, account.plan, account.seats, account.renewal_on


def arr(account, day):
    return arr_of_accounts(account.workspace_id, [account.pk], on=day)[account.pk]


def test_starting_tells_the_account_what_it_is_worth(acme, cantera, facts):
    row = start_subscription(
        cantera,
        started_on=date(2026, 3, 1),
        plan="Pro",
        seats=24,
        amount_minor=84_000_00,
        period=BillingPeriod.YEARLY,
        by=acme.member,
        now=MORNING,
    )

    assert row.key == "S-1"
    assert figures(cantera) == (84_000_00, "EUR", "Pro", 24, date(2027, 3, 1))
    assert [fact.subscription_id for fact in facts.of(SubscriptionStarted)] == [row.pk]


def test_a_change_keeps_what_was_paid_before(acme, cantera, facts):
    before = a_subscription(cantera)

    after = change_subscription(
        before, from_on=OCTOBER, amount_minor=150_000, seats=15, by=acme.member, now=MORNING
    )

    assert arr(cantera, date(2026, 9, 30)) == {"EUR": 1_200_000}
    assert arr(cantera, OCTOBER) == {"EUR": 1_800_000}
    assert after.continues_id == before.pk
    assert figures(cantera)[:4] == (1_800_000, "EUR", "Pro", 15)
    assert [fact.movement for fact in facts.of(SubscriptionChanged)] == [Movement.UPGRADED]


def test_a_change_from_the_first_day_corrects(acme, cantera):
    row = a_subscription(cantera)

    changed = change_subscription(
        row, from_on=row.started_on, amount_minor=200_000, by=acme.member, now=MORNING
    )

    assert changed.pk == row.pk
    assert arr(cantera, OCTOBER) == {"EUR": 2_400_000}
    assert Subscription.objects.of(acme.workspace).count() == 1


def test_what_has_ended_does_not_change(acme, cantera, facts):
    row = a_subscription(cantera, ends_on=date(2026, 6, 1))

    with pytest.raises(NotRunning):
        change_subscription(row, from_on=OCTOBER, seats=1, by=acme.member, now=MORNING)

    assert Subscription.objects.of(acme.workspace).count() == 1
    assert facts.of(SubscriptionChanged) == []


def test_ending_leaves_the_arr_until_the_day(acme, cantera, facts):
    row = a_subscription(cantera)

    end_subscription(row, ends_on=date(2026, 12, 1), by=acme.member, now=MORNING)

    assert arr(cantera, date(2026, 11, 30)) == {"EUR": 1_200_000}
    assert arr(cantera, date(2026, 12, 1)) == {}
    assert figures(cantera)[4] is None
    assert [fact.ends_on for fact in facts.of(SubscriptionEnded)] == [date(2026, 12, 1)]


def test_it_ends_once(acme, cantera):
    row = a_subscription(cantera, ends_on=date(2026, 6, 1))

    with pytest.raises(NotRunning):
        end_subscription(row, ends_on=date(2026, 12, 1), by=acme.member, now=MORNING)

    row.refresh_from_db()
    assert row.ends_on == date(2026, 6, 1)


def test_terms_that_make_no_sense_are_refused_and_nothing_is_written(acme, cantera, facts):
    with pytest.raises(WrongTerms):
        start_subscription(
            cantera,
            started_on=OCTOBER,
            ends_on=date(2026, 9, 1),
            amount_minor=1,
            by=acme.member,
            now=MORNING,
        )

    assert Subscription.objects.of(acme.workspace).count() == 0
    assert facts.of(SubscriptionStarted) == []


def test_the_renewal_is_told_of_the_subscription_that_renews_next(acme, cantera):
    later = a_subscription(cantera, renews_on=date(2027, 9, 1))
    sooner = a_subscription(cantera, renews_on=date(2027, 5, 1))

    set_renewal(cantera, renews_on=NEXT_YEAR, by=acme.member, now=MORNING)

    sooner.refresh_from_db()
    later.refresh_from_db()
    assert (sooner.renews_on, later.renews_on) == (NEXT_YEAR, date(2027, 9, 1))
    assert figures(cantera)[4] == NEXT_YEAR


def test_an_account_that_pays_nothing_has_no_renewal(acme, cantera):
    with pytest.raises(NotRunning):
        set_renewal(cantera, renews_on=NEXT_YEAR, by=acme.member, now=MORNING)


def test_correcting_nothing_says_nothing(acme, cantera, facts):
    row = a_subscription(cantera)
    facts.clear()

    correct_subscription(row, seats=10, by=acme.member, now=MORNING)

    assert facts == []
