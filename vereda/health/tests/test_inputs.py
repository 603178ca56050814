"""What events, customers and opinions say of accounts, today and on past days."""

from datetime import timedelta

import pytest

import vereda.config.wiring  # noqa: F401 - nothing may be imported while the clock stands
from vereda.customers.actions.fields import define_field
from vereda.customers.contracts import FieldTarget, FieldType
from vereda.customers.factors import CustomerInputs
from vereda.customers.queries.accounts import accounts_by_external_id
from vereda.customers.testing import a_note, an_account
from vereda.events.actions.folding import fold_workspace
from vereda.events.actions.measuring import measure_all
from vereda.events.actions.metrics import add_ready_metrics
from vereda.events.actions.storing import store_events
from vereda.events.factors import UsageInputs
from vereda.events.store.current import another_store
from vereda.events.store.duckdb import IN_MEMORY, DuckStore
from vereda.events.testing import an_event
from vereda.foundation import clock
from vereda.foundation.inputs import Reading
from vereda.foundation.testing import MORNING
from vereda.health.factors import OpinionInputs
from vereda.health.queries.inputs import inputs_of, readings_of_accounts
from vereda.health.testing import an_opinion

pytestmark = pytest.mark.django_db

TODAY = MORNING.date()
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MORNING)


@pytest.fixture
def used(acme):
    """An account with three people a month ago, one yesterday; its metrics are measured."""
    store = DuckStore(IN_MEMORY, on_broken=lambda _error: None)
    with another_store(store):
        events = [
            an_event(account_key="a1", person_key=f"u{n}", occurred_at=MORNING - timedelta(days=40))
            for n in range(3)
        ]
        events += [
            an_event(account_key="a1", person_key="u1", occurred_at=MORNING - timedelta(days=1))
        ]
        store_events(acme.workspace, events, now=MORNING)
        while fold_workspace(acme.workspace, now=MORNING):
            pass
        add_ready_metrics(acme.workspace, by=None)
        measure_all(acme.workspace, now=MORNING)
        yield accounts_by_external_id(acme.workspace, ["a1"])["a1"]
    store.close()


def told(source, acme, name, account_id, on):
    readings = source.readings(acme.workspace, names=[name], account_ids=[account_id], on=on)
    return readings.get(name, {}).get(account_id)


@pytest.mark.parametrize(
    ("name", "today", "then"),
    [
        ("events.metric.people-28d", 1, 3),
        ("events.active_people_28d", 1, 3),
        ("events.active_days_28d", 1, 1),
        ("events.days_since_use", 1, 5),
    ],
)
def test_use_is_told_as_it_was_on_the_day(acme, used, name, today, then):
    past = TODAY - 5 * WEEK

    assert told(UsageInputs(), acme, name, used, TODAY) == Reading(today, TODAY)
    assert told(UsageInputs(), acme, name, used, past) == Reading(then, past)


def test_a_change_is_a_share_of_what_was_before(acme, used):
    change = told(UsageInputs(), acme, "events.trend.people-28d", used, TODAY)

    assert change.value == pytest.approx(-2 / 3)


def test_nothing_is_said_before_the_first_use_or_of_the_silent(acme, used):
    silent = an_account(acme, name="Silent")
    usage, name = UsageInputs(), "events.metric.people-28d"

    assert told(usage, acme, name, used, TODAY - 8 * WEEK) is None
    assert told(usage, acme, name, silent.pk, TODAY) is None
    assert told(usage, acme, "events.days_since_use", silent.pk, TODAY) is None


def test_contact_is_told_as_of_the_day(acme):
    account = an_account(acme)
    a_note(account, kind="meeting", happened_at=MORNING - 3 * WEEK)
    a_note(account, kind="call", happened_at=MORNING - timedelta(days=2))
    a_note(account, kind="note", happened_at=MORNING)
    source = CustomerInputs()

    def days(name, on=TODAY):
        reading = told(source, acme, f"customers.days_since_{name}", account.pk, on)
        return None if reading is None else reading.value

    assert (days("contact"), days("meeting"), days("note")) == (2, 21, 0)
    assert days("contact", TODAY - WEEK) == 14
    assert days("contact", TODAY - 4 * WEEK) is None


def test_what_is_only_known_today_is_unknown_of_past_days(acme):
    field = define_field(
        acme.workspace,
        label="Sites",
        target=FieldTarget.ACCOUNT,
        type=FieldType.NUMBER,
        by=acme.admin,
    )
    account = an_account(acme, custom={field.slug: 12})
    source, name = CustomerInputs(), f"customers.field.{field.slug}"

    assert told(source, acme, name, account.pk, TODAY) == Reading(12, TODAY)
    assert told(source, acme, name, account.pk, TODAY - WEEK) is None
    assert told(source, acme, "customers.champions", account.pk, TODAY) == Reading(0, TODAY)
    assert told(source, acme, "customers.champions", account.pk, TODAY - WEEK) is None


def test_the_latest_opinion_of_the_day_counts(acme):
    account = an_account(acme)
    an_opinion(account, 2, now=MORNING - 3 * WEEK)
    an_opinion(account, 5, now=MORNING)
    source = OpinionInputs()

    assert told(source, acme, "health.pulse", account.pk, TODAY) == Reading(5, TODAY)
    past = told(source, acme, "health.pulse", account.pk, TODAY - WEEK)
    assert past == Reading(2, TODAY - 3 * WEEK)


def test_every_source_offers_inputs_and_answers_for_them(acme):
    account = an_account(acme)
    inputs = inputs_of(acme.workspace)

    found = readings_of_accounts(
        acme.workspace, names=list(inputs), account_ids=[account.pk], on=TODAY
    )

    groups = {name.partition(".")[0] for name in inputs}
    assert {"customers", "events", "health", "revenue", "support", "surveys"} <= groups
    assert set(found[account.pk]) <= set(inputs)
