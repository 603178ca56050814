"""A whole software company from its five files, counted again by the csv module."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from vereda.customers.models.accounts import Account
from vereda.events.queries.single_events import count_events, events_with_messages
from vereda.foundation.clock import now
from vereda.foundation.importing import FieldType
from vereda.imports.actions.mapping import create_field_on_the_way
from vereda.imports.models import Import, RejectedRow
from vereda.revenue.actions.rates import put_exchange_rates
from vereda.revenue.contracts import ArrMovement, BillingPeriod, RateIn
from vereda.revenue.models import ChurnEvent, Subscription
from vereda.revenue.queries.departures import departures
from vereda.revenue.queries.movements import movements_between, movements_of_spans
from vereda.revenue.rules.movements import Span
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


RATES = [(date(2023, 1, 1), Decimal("0.93")), (date(2024, 3, 1), Decimal("0.87"))]
SPANS = [
    (date(2023, 1, 1), date(2024, 12, 31)),
    (date(2023, 6, 30), date(2023, 7, 31)),
    (date(2024, 1, 1), date(2024, 7, 1)),
    (date(2024, 7, 1), date(2025, 1, 1)),
    (date(2024, 2, 28), date(2024, 3, 1)),
]


@pytest.fixture
def with_dollars(with_subscriptions, acme):
    """And what a dollar was worth."""
    told = [RateIn(currency="USD", on=on, rate=rate) for on, rate in RATES]
    put_exchange_rates(acme.workspace, told, by=acme.admin)


def dollars_on(rows, day):
    """What each account paid a year that day, in cents: every row looked at, one by one."""
    paid: dict[str, int] = {}
    for row in rows:
        started = date.fromisoformat(row["start_date"])
        ended = date.fromisoformat(row["end_date"]) if row["end_date"] else date.max
        if row["is_trial"] == "FALSE" and started <= day < ended:
            cents = int(Decimal(row["mrr_amount"]) * 100) * 12
            paid[row["account_id"]] = paid.get(row["account_id"], 0) + cents
    return {account: cents for account, cents in paid.items() if cents}


def euros(cents, day):
    rate = [rate for on, rate in RATES if on <= day][-1]
    return int((cents * rate).to_integral_value(rounding="ROUND_HALF_EVEN"))


def first_paid(rows):
    """The first day on which each account paid anything."""
    days: dict[str, date] = {}
    for row in rows:
        never = row["end_date"] == row["start_date"]
        if row["is_trial"] == "FALSE" and Decimal(row["mrr_amount"]) and not never:
            day = date.fromisoformat(row["start_date"])
            days[row["account_id"]] = min(day, days.get(row["account_id"], day))
    return days


def moved_slowly(rows, since, until):
    """Opening, exchange, the five kinds and closing, account by account."""
    before, after, first = dollars_on(rows, since), dollars_on(rows, until), first_paid(rows)
    told: Counter[str] = Counter()
    for account in before.keys() | after.keys():
        opening = euros(before.get(account, 0), since)
        restated = euros(before.get(account, 0), until)
        closing = euros(after.get(account, 0), until)
        if account not in before:
            kind = "new" if first[account] > since else "reactivation"
        elif account not in after:
            kind = "churn"
        else:
            kind = "expansion" if closing > restated else "contraction"
        told["opening"] += opening
        told["exchange"] += restated - opening
        told[kind] += closing - restated
        told["closing"] += closing
    return told


@pytest.mark.parametrize(("since", "until"), SPANS)
def test_movements_conserve_and_equal_a_slow_count(with_dollars, acme, rows_of, since, until):
    rows = rows_of(FOLDER, "ravenstack_subscriptions")

    totals = movements_between(acme.workspace, span=Span(since, until))

    slowly = moved_slowly(rows, since, until)
    assert totals.reconciles
    assert totals.unrated == {}
    assert {name: totals.amounts[name] for name in ArrMovement} == {
        name: slowly[name] for name in ArrMovement
    }
    assert (totals.opening, totals.exchange, totals.closing) == (
        slowly["opening"],
        slowly["exchange"],
        slowly["closing"],
    )


def test_halves_of_a_span_make_the_whole(with_dollars, acme):
    days = [date(2023, 1, 1), date(2023, 9, 17), date(2024, 4, 2), date(2024, 12, 31)]

    parts = movements_of_spans(acme.workspace, days=days)
    whole = movements_between(acme.workspace, span=Span(days[0], days[-1]))

    assert sum(part.totals.net + part.totals.exchange for part in parts) == (
        whole.net + whole.exchange
    )
    assert [part.totals.closing for part in parts[:-1]] == [
        part.totals.opening for part in parts[1:]
    ]


def test_departures_equal_a_slow_count(with_subscriptions, acme, rows_of):
    rows = rows_of(FOLDER, "ravenstack_subscriptions")
    days = [date(2024, 10, 1) + timedelta(days=number) for number in range(92)]

    told = departures(acme.workspace, since=days[0], until=days[-1] + timedelta(days=1))

    paying = [dollars_on(rows, day) for day in [days[0] - timedelta(days=1), *days]]
    slowly = [len(yesterday.keys() - today.keys()) for yesterday, today in pairwise(paying)]
    by_day = Counter(each.day for each in told)
    assert [by_day[day] for day in days] == slowly
