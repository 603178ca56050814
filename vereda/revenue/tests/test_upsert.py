from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.foundation.importing import Change, Outcome
from vereda.foundation.testing import MORNING
from vereda.revenue.actions.subscriptions import correct_subscription
from vereda.revenue.actions.upserts import (
    undo_subscription_upsert,
    upsert_churn,
    upsert_subscriptions,
)
from vereda.revenue.contracts import BillingPeriod, ChurnIn, ChurnReason, SubscriptionIn
from vereda.revenue.models import ChurnEvent, Subscription


def said(account, number, **values):
    wanted = {
        "account_id": account.pk,
        "started_on": date(2026, 1, 1),
        "amount_minor": 1_000,
        "plan": "Pro",
        "seats": 2,
        **values,
    }
    return SubscriptionIn(external_id=f"S-{number}", **wanted)


def upsert(acme, rows, **options):
    return upsert_subscriptions(acme.workspace, rows, by=acme.member, now=MORNING, **options)


def changes_in(results):
    return [Change(r.object_id, r.outcome, r.before, r.after) for r in results]


def test_new_rows_are_created_and_the_account_is_told(acme, cantera, delfos):
    results = upsert(acme, [said(cantera, 1), said(cantera, 2), said(delfos, 3, trial=True)])

    cantera.refresh_from_db()
    delfos.refresh_from_db()
    assert [result.outcome for result in results] == [Outcome.CREATED] * 3
    assert (cantera.arr_minor, cantera.seats) == (24_000, 4)
    assert (delfos.arr_minor, delfos.seats) == (0, 2)


def test_the_same_again_is_unchanged(acme, cantera):
    upsert(acme, [said(cantera, 1)])

    results = upsert(acme, [said(cantera, 1)])

    assert [result.outcome for result in results] == [Outcome.UNCHANGED]


def test_what_is_not_said_stays(acme, cantera):
    upsert(acme, [said(cantera, 1, period=BillingPeriod.YEARLY)])

    results = upsert(acme, [SubscriptionIn(external_id="S-1", seats=9)])

    row = Subscription.objects.of(acme.workspace).get()
    assert results[0].before == {"seats": 2}
    assert (row.seats, row.period, row.amount_minor) == (9, BillingPeriod.YEARLY, 1_000)


def test_a_row_that_makes_no_sense_is_rejected_and_its_neighbours_are_not(acme, cantera):
    results = upsert(
        acme,
        [said(cantera, 1, ends_on=date(2025, 1, 1)), said(cantera, 2), said(cantera, 3, seats=-1)],
    )

    assert [result.problem and result.problem.code for result in results] == [
        "ends_before_start",
        None,
        "negative_seats",
    ]
    assert Subscription.objects.of(acme.workspace).count() == 1


def test_another_workspaces_account_is_unknown(acme, globex, cantera):
    results = upsert_subscriptions(
        globex.workspace, [said(cantera, 1)], by=globex.member, now=MORNING
    )

    assert [result.problem and result.problem.code for result in results] == ["unknown_account"]
    assert Subscription.objects.of(globex.workspace).count() == 0


def test_a_dry_run_writes_nothing(acme, cantera, facts):
    results = upsert(acme, [said(cantera, 1)], dry_run=True)

    cantera.refresh_from_db()
    assert [result.outcome for result in results] == [Outcome.CREATED]
    assert Subscription.objects.of(acme.workspace).count() == 0
    assert cantera.arr_minor is None
    assert facts == []


def test_the_number_of_queries_does_not_grow_with_the_rows(acme, cantera, delfos):
    upsert(acme, [said(cantera, 0)])
    with CaptureQueriesContext(connection) as few:
        upsert(acme, [said(cantera, number) for number in range(1, 4)])
    with CaptureQueriesContext(connection) as many:
        upsert(acme, [said(delfos, number) for number in range(10, 50)])

    assert len(many) == len(few)


def test_undo_takes_back_what_was_created(acme, cantera):
    results = upsert(acme, [said(cantera, 1), said(cantera, 2)])

    undone = undo_subscription_upsert(
        acme.workspace, changes_in(results), by=acme.member, now=MORNING
    )

    cantera.refresh_from_db()
    assert (undone.undone, undone.kept) == (2, ())
    assert cantera.arr_minor is None


def test_undo_leaves_what_somebody_changed_since(acme, cantera):
    upsert(acme, [said(cantera, 1), said(cantera, 2)])
    results = upsert(acme, [said(cantera, 1, seats=5, ends_on=date(2027, 1, 1)), said(cantera, 2)])
    row = Subscription.objects.of(acme.workspace).get(external_id="S-1")
    correct_subscription(row, seats=7, by=acme.member, now=MORNING)
    changed = [each for each in changes_in(results) if each.outcome is Outcome.UPDATED]

    undone = undo_subscription_upsert(acme.workspace, changed, by=acme.member, now=MORNING)

    row.refresh_from_db()
    assert (row.seats, row.ends_on) == (7, None)
    assert [kept.object_id for kept in undone.kept] == [row.pk]


def test_goodbyes_come_in_and_leave_the_status_alone(acme, cantera):
    rows = [
        ChurnIn(
            external_id="C-1",
            account_id=cantera.pk,
            churned_on=date(2026, 5, 1),
            reason=ChurnReason.PRICE,
            refund_minor=403,
            comment="switched",
        )
    ]

    first = upsert_churn(acme.workspace, rows, by=acme.member, now=MORNING)
    again = upsert_churn(acme.workspace, rows, by=acme.member, now=MORNING)

    row = ChurnEvent.objects.of(acme.workspace).get()
    cantera.refresh_from_db()
    assert [result.outcome for result in (*first, *again)] == [Outcome.CREATED, Outcome.UNCHANGED]
    assert (row.refund_minor, row.currency, cantera.status) == (403, "EUR", "active")
