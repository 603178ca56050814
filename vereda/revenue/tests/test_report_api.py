"""What programs are told about money, and that they may enter rates."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from vereda.customers.testing import an_account
from vereda.foundation.clock import now
from vereda.foundation.testing import MORNING
from vereda.revenue.actions.subscriptions import change_subscription
from vereda.revenue.contracts import BillingPeriod
from vereda.revenue.queries.exchange import rates_of
from vereda.revenue.rules.retention import months_earlier
from vereda.revenue.testing import a_rate, a_subscription
from vereda.workspaces.testing import a_program

pytestmark = pytest.mark.django_db
SPAN = {"since": "2026-01-01", "until": "2026-07-01"}


@pytest.fixture
def program(acme):
    return a_program(acme.owner)


@pytest.fixture
def grown(acme, cantera, delfos):
    """One that grew from 12,000 to 15,000, one new, one in pounds that nothing is known of."""
    row = a_subscription(cantera, started_on=date(2025, 1, 1))
    change_subscription(row, from_on=date(2026, 3, 1), amount_minor=125_000, by=None, now=MORNING)
    a_subscription(delfos, started_on=date(2026, 2, 1), amount_minor=10_000)
    a_subscription(an_account(acme, name="Pounds"), started_on=date(2025, 1, 1), currency="GBP")


def test_movements_reconcile(program, grown):
    told = program.get("/revenue/movements", **SPAN).json()

    assert told["opening"] + told["new"] + told["expansion"] == told["closing"]
    assert (told["opening"], told["new"], told["expansion"]) == (1_200_000, 120_000, 300_000)
    assert told["unrated"] == {"GBP": [1_200_000, 1_200_000]}


def test_the_accounts_behind_a_kind(program, grown, cantera):
    told = program.get("/revenue/movements/accounts", kind="expansion", **SPAN).json()

    assert [(each["account"], each["movement"]) for each in told] == [(cantera.key, 300_000)]
    assert program.get("/revenue/movements/accounts", start=5, **SPAN).json() == []


def test_retention_by_plan_and_by_nothing_known(program, grown):
    told = program.get("/revenue/retention", **SPAN).json()
    refused = program.get("/revenue/retention", by="shoe_size")

    assert [(each["group"], each["accounts"], each["nrr"]) for each in told] == [("Pro", 2, 1.25)]
    assert told[0]["logos"]["share"] == 1.0
    assert refused.status_code == 422


def test_renewals_and_their_rates(program, acme, cantera):
    today = now().date()
    a_subscription(
        cantera,
        started_on=today - timedelta(days=400),
        renews_on=today + timedelta(days=20),
        period=BillingPeriod.YEARLY,
    )

    coming = program.get("/revenue/renewals").json()
    rates = program.get("/revenue/renewal-rates").json()

    assert [(each["account"], each["renewal_rate"]) for each in coming] == [(cantera.key, 1.0)]
    assert [(each["plan"], each["renewed"], each["due"]) for each in rates] == [("Pro", 1, 1)]


def test_rates_are_entered_exactly_and_read(program, acme):
    body = {"rows": [{"currency": "USD", "on": "2026-01-01", "rate": "0.924512345"}]}

    entered = program.put("/exchange-rates", body)
    read = program.get("/exchange-rates").json()["items"]

    assert entered.json() == {"changed": 1}
    assert read == [{"currency": "USD", "on": "2026-01-01", "rate": "0.924512345", "source": ""}]
    assert rates_of(acme.workspace).rate_on("USD", day=date(2026, 1, 1)) == Decimal("0.924512345")


def test_a_member_may_not_enter_rates(acme):
    body = {"rows": [{"currency": "USD", "on": "2026-01-01", "rate": "0.9"}]}

    assert a_program(acme.member).put("/exchange-rates", body).status_code == 403


def test_a_rate_is_written_as_people_do(program, acme):
    a_rate(acme, rate="0.90")

    assert program.get("/exchange-rates").json()["items"][0]["rate"] == "0.9"


def test_programs_compare_the_same_days_as_pages_where_nobody_says_which(program, acme, client_of):
    told = program.get("/revenue/movements").json()

    page = client_of(acme.viewer).get("/w/acme/reports/revenue/").content.decode()

    assert told["since"] == months_earlier(date.fromisoformat(told["until"]), 12).isoformat()
    assert f'value="{told["since"]}"' in page
    assert f'value="{told["until"]}"' in page


def test_renewals_that_are_still_to_come_were_not_renewed(program, cantera):
    today = now().date()
    begun = months_earlier(today, 18)
    a_subscription(cantera, started_on=begun, period=BillingPeriod.YEARLY)
    until = today + timedelta(days=3_000)

    told = program.get("/revenue/renewal-rates", since=f"{begun}", until=f"{until}").json()

    assert [(each["renewed"], each["due"]) for each in told] == [(1, 1)]
