"""The reports about money: what they show, whose, and at what cost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vereda.customers.actions.accounts import edit_account
from vereda.customers.actions.figures import note_health
from vereda.customers.contracts import FieldType, HealthBand, HealthFigures
from vereda.customers.testing import a_field, an_account
from vereda.foundation.testing import MORNING
from vereda.revenue.actions.costs import put_monthly_cost
from vereda.revenue.actions.rates import put_exchange_rates
from vereda.revenue.actions.subscriptions import change_subscription, end_subscription
from vereda.revenue.contracts import BillingPeriod, RateIn
from vereda.revenue.testing import a_subscription
from vereda.workspaces.actions.members import end_membership
from vereda.workspaces.models import AuditLine

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()
YEARLY = {"period": BillingPeriod.YEARLY}
REPORTS = ["revenue", "retention", "renewals", "lifetime", "business-case", "wins"]
SPAN = "?from=2026-01-01&to=2026-07-01"


@pytest.fixture(autouse=True)
def the_day_of_the_rows(stop_clock):
    stop_clock(MORNING)


@pytest.fixture
def told(acme, client_of):
    """The page of a report as a viewer reads it."""

    def read(path, *, member=acme.viewer):
        response = client_of(member).get(f"/w/acme/reports/{path}")
        assert response.status_code == 200
        return response.content.decode()

    return read


@pytest.fixture
def moved(acme, cantera, delfos):
    """From January to July of 2026: one new, one that grew, one that left, one in dollars."""
    new = an_account(acme, name="Nueva")
    a_subscription(new, started_on=date(2026, 3, 1), amount_minor=10_000)
    grown = a_subscription(cantera, started_on=date(2025, 3, 1), amount_minor=100_000)
    change_subscription(grown, from_on=date(2026, 4, 1), amount_minor=125_000, by=None, now=MORNING)
    gone = a_subscription(delfos, started_on=date(2025, 3, 1), amount_minor=50_000)
    end_subscription(gone, ends_on=date(2026, 5, 1), by=None, now=MORNING)
    foreign = an_account(acme, name="Foreign")
    a_subscription(
        foreign, started_on=date(2025, 3, 1), currency="USD", amount_minor=1_000_000, **YEARLY
    )
    return new


def put_dollars(acme):
    rates = [(date(2025, 1, 1), "0.9"), (date(2026, 6, 1), "0.8")]
    put_exchange_rates(
        acme.workspace,
        [RateIn(currency="USD", on=on, rate=Decimal(rate)) for on, rate in rates],
        by=acme.admin,
    )


@pytest.mark.parametrize("report", REPORTS)
def test_an_empty_workspace_has_every_report(told, report):
    assert "<h1>" in told(f"{report}/")


def test_the_movements_add_up(acme, moved, told):
    put_dollars(acme)

    page = told(f"revenue/{SPAN}")

    # Opening: 12,000 + 6,000 + 10,000 $ at 0.9 = 27,000. New 1,200; grown 3,000; left 6,000;
    # the dollars are worth 1,000 less. Closing: 15,000 + 1,200 + 8,000 = 24,200.
    less = "\N{MINUS SIGN}"
    for amount in ("€27,000", "€1,200", "€3,000", f"{less}€6,000", f"{less}€1,000", "€24,200"):
        assert f">{amount}<" in page
    assert "The lines add up, to the cent." in page


def test_retention_of_those_who_paid(acme, moved, told):
    put_dollars(acme)

    page = told(f"retention/{SPAN}")

    # They paid 12,000 + 6,000 + 8,000 at the last rates; pay 23,000, of it 20,000 paid before.
    assert "€23,000 / €26,000" in page
    assert "€20,000 / €26,000" in page
    assert "88.5%" in page
    assert "2 / 3" in page


def test_money_without_a_rate_is_said(moved, told):
    page = told(f"revenue/{SPAN}")

    assert "Not counted: no exchange rate" in page
    assert "USD: $10,000" in page


def test_a_month_of_it_adds_up_too(moved, told):
    page = told(f"revenue/{SPAN}&unit=mrr")

    assert ">€1,500<" in page
    assert ">€1,350<" in page


def test_each_line_opens_to_its_accounts(acme, moved, told):
    page = told(f"revenue/accounts/{SPAN}&kind=churn")

    assert "Delfos Robótica" in page
    assert "Cantera Logística" not in page
    assert "1 account moved" in page


def test_a_plan_an_owner_and_a_cohort_choose(acme, moved, cantera, told):
    edit_account(cantera, by=acme.owner, now=MORNING, owner_id=acme.member.pk)

    owned = told(f"revenue/accounts/{SPAN}&owner={acme.member.pk}")
    nobodys = told(f"revenue/accounts/{SPAN}&owner=none")
    cohort = told(f"revenue/accounts/{SPAN}&cohort=2026-Q1")
    plan = told(f"revenue/accounts/{SPAN}&plan=Nothing")

    assert "Cantera" in owned
    assert "Delfos" not in owned
    assert "Cantera" not in nobodys
    assert ("Nueva" in cohort, "Delfos" in cohort) == (True, False)
    assert "Nobody moved" in plan


def test_retention_by_a_field_of_choices_opens_to_accounts(acme, cantera, delfos, told):
    a_field(acme, label="Tier", type=FieldType.CHOICE, choices=["High", "Low"])
    edit_account(cantera, by=acme.owner, now=MORNING, custom={"tier": "High"})
    a_subscription(cantera, started_on=date(2025, 3, 1))
    a_subscription(delfos, started_on=date(2025, 3, 1), ends_on=date(2026, 5, 1))

    page = told(f"retention/{SPAN}&by=custom.tier")
    behind = told(f"retention/accounts/{SPAN}&by=custom.tier&group=High")
    rest = told(f"retention/accounts/{SPAN}&by=custom.tier&group=-")

    assert ">High<" in page
    assert ("Cantera" in behind, "Delfos" in behind) == (True, False)
    assert "Delfos" in rest


def test_the_calendar_expects_what_past_renewals_say(acme, told):
    for number in range(4):
        account = an_account(acme, name=f"Past {number}")
        start = TODAY - timedelta(days=400)
        gone = {} if number else {"ends_on": start + timedelta(days=365)}
        a_subscription(account, started_on=start, amount_minor=100_000, plan="", **YEARLY, **gone)
    coming = an_account(acme, name="Coming")
    a_subscription(
        coming,
        started_on=TODAY - timedelta(days=300),
        renews_on=TODAY + timedelta(days=20),
        amount_minor=400_000,
        **YEARLY,
    )

    page = told("renewals/")

    # Three of four were renewed: 4,000 at 75 %.
    assert "75%" in page
    assert "€3,000" in page
    assert "Coming" in page


def test_health_is_grey_until_proven(acme, cantera, told):
    a_subscription(cantera, renews_on=TODAY + timedelta(days=20))
    figures = HealthFigures(
        health_score=20,
        health_band=HealthBand.AT_RISK,
        health_proven=False,
        health_change_28d=None,
        health_on=TODAY,
    )
    note_health(acme.workspace, figures={cantera.pk: figures})

    page = told("renewals/")

    assert "unproven" in page
    assert 'data-tone="risk">At risk' not in page


def test_few_customers_cannot_tell_how_long_they_stay(cantera, told):
    a_subscription(cantera)

    assert "Cannot tell yet how long customers stay" in told("lifetime/")


def test_the_business_case_opens_to_its_inputs(acme, cantera, told):
    this = TODAY.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    a_subscription(cantera, started_on=date(2025, 3, 1), amount_minor=100_000)
    a_subscription(an_account(acme, name="Nueva"), started_on=last + timedelta(days=3))
    put_monthly_cost(
        acme.workspace,
        month=last,
        goods_minor=37_500,
        acquisition_minor=600_000,
        by=acme.admin,
    )

    page = told(f"business-case/?account={cantera.key}")

    # The month earned (12,000 + 24,000) / 24 = 1,500; goods 375: a margin of 75 %. Winning one
    # account cost 6,000; keeping one a sixth. Kept for a year: 12,000 at 75 %.
    assert "75%" in page
    assert "€6,000 / 1 account won" in page
    for amount in ("€9,000", "€6,000", "€1,000", "€14,000"):
        assert f'<dd class="big">{amount}</dd>' in page


def test_nonsense_in_the_address_is_nothing_worse_than_the_default(told):
    query = "?from=x&to=9999-99-99&cohort=2026-Q9&owner=zz&kind=zz&start=-1&period=zz&months=zz"

    for path in ("revenue/", "revenue/accounts/", "retention/", "renewals/", "lifetime/"):
        assert "<h1>" in told(f"{path}{query}&by=zz&window=0&plan=%00&group=%00&account=%00,x")


def test_files_have_the_same_rows(acme, moved, client_of):
    put_dollars(acme)

    response = client_of(acme.member).get(
        f"/w/acme/reports/revenue/accounts/{SPAN}&kind=new&format=csv"
    )
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()

    assert lines == [
        "Key,Account,Movement,Opening,Exchange rates,Change,Closing,Currency",
        f"{moved.key},Nueva,New,0.00,0.00,1200.00,1200.00,EUR",
    ]


@pytest.mark.parametrize("path", ["revenue/", "retention/", "renewals/"])
def test_every_report_is_a_file_too(moved, acme, client_of, path):
    response = client_of(acme.member).get(f"/w/acme/reports/{path}?plan=Pro&format=csv")
    refused = client_of(acme.viewer).get(f"/w/acme/reports/{path}?format=csv")
    offered = [
        "format=csv" in client_of(each).get(f"/w/acme/reports/{path}").content.decode()
        for each in (acme.member, acme.viewer)
    ]

    assert response["Content-Type"].startswith("text/csv")
    assert len(b"".join(response.streaming_content).splitlines()) >= 1
    assert refused["Content-Type"].startswith("text/html")
    assert offered == [True, False]
    (line,) = AuditLine.objects.of(acme.workspace).filter(verb="exported")
    assert (line.by, line.details["query"]) == (acme.member, "plan=Pro&format=csv")
    assert line.details["report"] in response["Content-Disposition"]


@pytest.mark.parametrize(
    "path",
    [
        "revenue/",
        "revenue/accounts/",
        "retention/",
        "renewals/",
        "lifetime/",
        "business-case/",
    ],
)
def test_a_report_costs_the_same_for_many(acme, client_of, path):
    client = client_of(acme.viewer)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/w/acme/reports/{path}")
        return len(queries)

    fill(acme, 1)
    cost()
    few = cost()
    fill(acme, 6)

    assert cost() == few


def fill(acme, count):
    for number in range(count):
        account = an_account(acme, name=f"Many {count} {number}")
        a_subscription(
            account,
            started_on=TODAY - timedelta(days=400),
            renews_on=TODAY + timedelta(days=10),
        )


def test_a_plan_chooses_who_pays_for_it_beside_something_else(acme, cantera, delfos, told):
    a_subscription(cantera, started_on=date(2026, 2, 1), plan="Pro")
    a_subscription(cantera, started_on=date(2026, 3, 1), plan="Support")
    a_subscription(delfos, started_on=date(2026, 2, 1), plan="Pro", ends_on=date(2026, 6, 1))
    a_subscription(delfos, started_on=date(2026, 2, 1), plan="Basic")

    by_plan = {
        plan: told(f"revenue/accounts/{SPAN}&plan={plan}") for plan in ("Pro", "Support", "Basic")
    }

    assert ["Cantera" in page for page in by_plan.values()] == [True, True, False]
    assert ["Delfos" in page for page in by_plan.values()] == [False, False, True]


def test_retention_by_owner_says_that_somebody_left_and_no_id(acme, cantera, told):
    edit_account(cantera, by=acme.owner, now=MORNING, owner_id=acme.member.pk)
    a_subscription(cantera, started_on=date(2025, 3, 1))
    end_membership(acme.member, by=acme.owner, now=MORNING)

    page = told(f"retention/{SPAN}&by=owner")
    behind = told(f"retention/accounts/{SPAN}&by=owner&group={acme.member.pk}")

    assert "Somebody who left" in page
    assert f">{acme.member.pk}<" not in page
    assert ("Somebody who left" in behind, "Cantera" in behind) == (True, True)


def test_retention_counts_no_renewal_that_is_still_to_come(acme, cantera, told):
    begun = TODAY - timedelta(days=500)
    a_subscription(cantera, started_on=begun, plan="Renewed", **YEARLY)
    until = TODAY + timedelta(days=3_000)

    page = told(f"retention/?from={begun}&to={until}")

    assert "1 / 1<" in page
    assert "9 / 9<" not in page


def test_a_months_amounts_open_to_a_years_and_say_so(moved, told):
    sentence = "These are a year"

    assert sentence in told(f"revenue/accounts/{SPAN}&unit=mrr")
    assert sentence not in told(f"revenue/accounts/{SPAN}")
