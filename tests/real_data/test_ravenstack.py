"""A whole software company from its five files, counted again by the csv module."""

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from vereda.customers.models.accounts import Account
from vereda.events.queries.single_events import count_events, events_with_messages
from vereda.foundation.clock import now
from vereda.foundation.importing import FieldType
from vereda.imports.actions.mapping import create_field_on_the_way
from vereda.imports.models import Import, RejectedRow
from vereda.revenue.contracts import BillingPeriod
from vereda.revenue.models import ChurnEvent, Subscription
from vereda.support.models.tickets import Ticket

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.slow]
FOLDER = "ravenstack"


@pytest.fixture
def with_accounts(acme, bring_in):
    """Acme with two fields of its own and the accounts of the file."""
    fields = (("Referral source", FieldType.TEXT), ("Seats", FieldType.INTEGER))
    probe = Import(workspace=acme.workspace, kind="accounts")
    for label, type_ in fields:
        create_field_on_the_way(probe, label=label, type=type_, by=acme.admin, now=now())
    return bring_in(acme, FOLDER, "ravenstack_accounts", "ravenstack_accounts")


@pytest.fixture
def with_subscriptions(with_accounts, acme, bring_in):
    """And its subscriptions."""
    return bring_in(acme, FOLDER, "ravenstack_subscriptions", "ravenstack_subscriptions")


def test_accounts(with_accounts, acme, rows_of):
    rows = rows_of(FOLDER, "ravenstack_accounts")

    stored = Account.objects.of(acme.workspace)

    assert with_accounts.counts == {"created": 500}
    assert Counter(stored.values_list("industry", flat=True)) == Counter(
        row["industry"] for row in rows
    )
    assert Counter(stored.values_list("country", flat=True)) == Counter(
        row["country"] for row in rows
    )
    assert sorted(stored.values_list("name", flat=True)) == sorted(
        row["account_name"] for row in rows
    )


def test_subscriptions(with_subscriptions, acme, rows_of):
    rows = rows_of(FOLDER, "ravenstack_subscriptions")

    stored = list(Subscription.objects.of(acme.workspace))

    assert with_subscriptions.counts == {"created": 5000}
    assert sum(one.ends_on is None for one in stored) == 4514
    assert sum(one.seats or 0 for one in stored) == sum(int(row["seats"]) for row in rows)
    assert {one.external_id: one.started_on for one in stored} == {
        row["subscription_id"]: date.fromisoformat(row["start_date"]) for row in rows
    }
    assert sum(one.trial for one in stored) == sum(row["is_trial"] == "TRUE" for row in rows)
    monthly = sum(one.amount_minor for one in stored if one.period == BillingPeriod.MONTHLY)
    assert monthly == sum(
        int(Decimal(row["mrr_amount"]) * 100)
        for row in rows
        if row["billing_frequency"] == "monthly"
    )
    assert {one.currency for one in stored} == {"USD"}


def test_churn(with_subscriptions, acme, bring_in, rows_of):
    rows = rows_of(FOLDER, "ravenstack_churn_events")

    run = bring_in(acme, FOLDER, "ravenstack_churn_events", "ravenstack_churn_events")

    stored = list(ChurnEvent.objects.of(acme.workspace))
    assert run.counts == {"created": 600}
    assert {one.external_id: one.churned_on for one in stored} == {
        row["churn_event_id"]: date.fromisoformat(row["churn_date"]) for row in rows
    }
    assert sum(one.refund_minor or 0 for one in stored) == sum(
        int(Decimal(row["refund_amount_usd"]) * 100) for row in rows
    )
    assert sum(one.reactivation for one in stored) == sum(
        row["is_reactivation"] == "TRUE" for row in rows
    )
    assert Counter(one.comment for one in stored) == Counter(row["feedback_text"] for row in rows)


def test_tickets(with_accounts, acme, bring_in, rows_of):
    rows = rows_of(FOLDER, "ravenstack_support_tickets")
    zone = ZoneInfo("UTC")

    run = bring_in(acme, FOLDER, "ravenstack_support_tickets", "ravenstack_support_tickets")

    stored = list(Ticket.objects.of(acme.workspace))
    rejected = RejectedRow.objects.of(acme.workspace).filter(import_run=run)
    assert run.counts == {"created": 2000}
    assert not rejected.exists()
    assert sum(one.satisfaction is None for one in stored) == 825
    assert sum(one.satisfaction or 0 for one in stored) == sum(
        int(row["satisfaction_score"].partition(".")[0] or 0) for row in rows
    )
    assert {one.external_id: one.resolved_at for one in stored} == {
        row["ticket_id"]: moment(row["closed_at"], zone) for row in rows
    }
    assert seconds_to_answer(stored) == 60 * sum(
        int(row["first_response_time_minutes"]) for row in rows
    )


def seconds_to_answer(tickets) -> float:
    """All the time that first answers took."""
    total: float = sum((one.first_response_at - one.opened_at).total_seconds() for one in tickets)
    return total


def moment(text, zone):
    """The csv's "2023-07-28 3:00" as an instant, read by the standard library alone."""
    form = "%Y-%m-%d %H:%M" if ":" in text else "%Y-%m-%d"
    return datetime.strptime(text, form).replace(tzinfo=zone)


def test_usage(with_subscriptions, acme, bring_in, rows_of):
    rows = rows_of(FOLDER, "ravenstack_feature_usage")
    first: dict[str, dict[str, str]] = {}
    for row in rows:
        first.setdefault(row["usage_id"], row)

    run = bring_in(acme, FOLDER, "ravenstack_feature_usage", "ravenstack_feature_usage")

    unused = [row for row in first.values() if row["usage_count"] == "0"]
    assert run.counts == {"created": 25_000 - 21 - len(unused), "skipped": 21, "rejected": 2}
    told = RejectedRow.objects.of(acme.workspace).filter(import_run=run)
    assert Counter(told.values_list("code", flat=True)) == {"repeated": 21, "not_used": 2}
    assert not told.filter(reason="").exists()
    assert count_events(acme.workspace) == 24_977
    feature = count_events(acme.workspace, name="feature_20")
    assert feature == sum(row["feature_name"] == "feature_20" for row in first.values())
    stored = [
        event
        for batch in range(0, len(first), 1000)
        for event in events_with_messages(
            acme.workspace.pk,
            messages=[f"usage:{one}" for one in list(first)[batch : batch + 1000]],
        )
    ]
    wanted = sum(int(row["usage_count"]) for row in first.values())
    assert sum(int(event.count) for event in stored) == wanted


def test_everything_a_second_time_adds_nothing(with_subscriptions, acme, bring_in):
    accounts = bring_in(acme, FOLDER, "ravenstack_accounts", "ravenstack_accounts")
    subscriptions = bring_in(acme, FOLDER, "ravenstack_subscriptions", "ravenstack_subscriptions")

    assert accounts.counts == {"unchanged": 500}
    assert subscriptions.counts == {"unchanged": 5000}
