"""Metrics that are compared with seats or ARR follow what was agreed, at once."""

from datetime import date, timedelta

import pytest

from vereda.events.actions.folding import fold_workspace
from vereda.events.actions.measuring import measure_all
from vereda.events.actions.metrics import define_metric, remove_metric
from vereda.events.actions.storing import store_events
from vereda.events.contracts.measuring import Measure, MetricDefinition
from vereda.events.queries.metrics import metric_values, metric_with_slug
from vereda.events.store.current import another_store
from vereda.events.store.duckdb import IN_MEMORY, DuckStore
from vereda.events.testing import an_event
from vereda.foundation import clock
from vereda.foundation.testing import MORNING
from vereda.revenue.actions.subscriptions import change_subscription, end_subscription
from vereda.revenue.actions.upserts import upsert_subscriptions
from vereda.revenue.contracts import BillingPeriod, SubscriptionIn
from vereda.revenue.testing import a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """The keys of each question to the store since the metrics were computed for everybody."""
    store = DuckStore(IN_MEMORY)
    questions = []
    measure = store.measure

    def watched(*args, **said):
        questions.append(said["keys"] and sorted(said["keys"]))
        return measure(*args, **said)

    monkeypatch.setattr(store, "measure", watched)
    with another_store(store):
        yield questions
    store.close()


@pytest.fixture
def measured(acme, cantera, delfos, facts, asked):
    """Two people used Cantera, one Delfos; a share of seats, a ratio to ARR and plain use."""
    at = clock.now()
    people = (("crm-1", "u1"), ("crm-1", "u2"), ("crm-2", "u3"))
    store_events(
        acme.workspace,
        [
            an_event(
                account_key=account,
                person_key=person,
                occurred_at=at - timedelta(hours=30),
                received_at=at,
            )
            for account, person in people
        ],
        now=at,
    )
    while fold_workspace(acme.workspace, now=at):
        pass
    for name, definition in {
        "Uses": MetricDefinition(measure=Measure.COUNT, window=7),
        "Share": MetricDefinition(measure=Measure.SEAT_SHARE, window=7),
        "Paid": MetricDefinition(
            measure=Measure.FIELD_RATIO, of="uses", over="arr", per_how_many=1000
        ),
    }.items():
        define_metric(acme.workspace, name=name, definition=definition, by=acme.member)
    measure_all(acme.workspace, now=at)
    facts.deliver()
    asked.clear()


def said_of(account):
    told = metric_values(account.workspace_id, account_ids=[account.pk])[account.pk]
    return told["share"], told["paid"]


def test_shares_and_ratios_follow_each_change_of_the_terms(
    acme, cantera, delfos, measured, facts, asked
):
    before = said_of(cantera)
    row = a_subscription(cantera, seats=10, amount_minor=100_000, period=BillingPeriod.YEARLY)
    facts.deliver()
    started = said_of(cantera)
    row = change_subscription(
        row, from_on=date(2026, 6, 1), seats=4, amount_minor=400_000, by=acme.member, now=MORNING
    )
    facts.deliver()
    changed = said_of(cantera)
    end_subscription(row, ends_on=MORNING.date(), by=acme.member, now=MORNING)
    facts.deliver()

    assert (before, started, changed) == ((None, None), (0.2, 2.0), (0.5, 0.5))
    assert said_of(cantera) == (None, None)
    assert said_of(delfos) == (None, None)
    assert asked == [["crm-1"]] * 3


def test_many_changes_in_one_go_are_one_question(acme, cantera, delfos, measured, facts, asked):
    rows = [
        SubscriptionIn(
            external_id=f"s-{account.number}",
            account_id=account.pk,
            seats=5,
            amount_minor=100_000,
            period=BillingPeriod.YEARLY,
            started_on=date(2026, 3, 1),
        )
        for account in (cantera, delfos)
    ]
    upsert_subscriptions(acme.workspace, rows, by=acme.member, now=MORNING)
    facts.deliver()

    assert (said_of(cantera), said_of(delfos)) == ((0.4, 2.0), (0.2, 1.0))
    assert asked == [["crm-1", "crm-2"]]


def test_nothing_is_asked_where_no_metric_is_compared_with_terms(
    acme, cantera, measured, facts, asked
):
    for slug in ("paid", "share"):
        remove_metric(metric_with_slug(acme.workspace, slug), by=acme.member)

    a_subscription(cantera)
    facts.deliver()

    assert asked == []
