"""What an audience can ask about money, whom it matches and what is said of them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from vereda.customers.queries.accounts import listed_accounts
from vereda.customers.testing import an_account
from vereda.foundation.clock import now
from vereda.foundation.criteria import About, AskedCriterion, Comparison
from vereda.foundation.testing import MORNING
from vereda.revenue.actions.rates import put_exchange_rates
from vereda.revenue.actions.subscriptions import change_subscription
from vereda.revenue.contracts import RateIn
from vereda.revenue.criteria import RevenueCriteria
from vereda.revenue.testing import a_subscription

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()
YEAR_AGO = TODAY - timedelta(days=365)


@pytest.fixture(autouse=True)
def a_day_that_does_not_end(stop_clock):
    stop_clock(MORNING)


def days_ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def ask(acme):
    """Asks one criterion; answers the matching accounts' names with what is said of each."""

    def asked(name, comparison, value=None):
        offered = RevenueCriteria().criteria(acme.workspace, about=About.ACCOUNTS)
        criterion = next(each for each in offered if each.name == f"revenue.{name}")
        assert comparison in criterion.comparisons
        row = AskedCriterion(
            workspace=acme.workspace,
            about=About.ACCOUNTS,
            comparison=comparison,
            value=value,
            today=TODAY,
            now=now(),
        )
        found = listed_accounts(acme.workspace).filter(criterion.matching(row))
        said = criterion.told(row, [account.pk for account in found])
        return {account.name: str(said.get(account.pk, "")) for account in found}

    return asked


@pytest.fixture
def bajamar(acme):
    """A third account, which never bought anything."""
    return an_account(acme, name="Bajamar")


CANTERA, DELFOS, BAJAMAR = "Cantera Logística", "Delfos Robótica", "Bajamar"


def test_nothing_is_asked_about_people(acme):
    assert RevenueCriteria().criteria(acme.workspace, about=About.PEOPLE) == ()


def test_arr_is_compared_at_todays_rate(acme, cantera, delfos, bajamar, ask):
    a_subscription(cantera)
    a_subscription(delfos, currency="USD")
    put_exchange_rates(
        acme.workspace,
        [RateIn(currency="USD", on=YEAR_AGO, rate=Decimal("0.9"))],
        by=acme.admin,
    )

    # 12,000 € a year, and 12,000 $ which are 10,800 €
    assert ask("arr", Comparison.AT_LEAST, Decimal(10_801)) == {CANTERA: "ARR €12,000"}
    assert ask("arr", Comparison.AT_MOST, Decimal(10_800)) == {DELFOS: "ARR $12,000"}
    assert ask("arr", Comparison.UNKNOWN) == {BAJAMAR: ""}


def test_money_without_a_rate_matches_no_amount(acme, cantera, ask):
    a_subscription(cantera, currency="USD")

    assert ask("arr", Comparison.AT_LEAST, Decimal(0)) == {}
    assert set(ask("arr", Comparison.KNOWN)) == {CANTERA}


def test_renewal_in_the_next_days(cantera, delfos, ask):
    a_subscription(cantera, started_on=YEAR_AGO, renews_on=TODAY + timedelta(days=30))
    a_subscription(delfos, started_on=YEAR_AGO, renews_on=TODAY + timedelta(days=31))

    assert set(ask("renewal_on", Comparison.IN_NEXT_DAYS, Decimal(30))) == {CANTERA}
    assert set(ask("renewal_on", Comparison.AFTER, TODAY + timedelta(days=30))) == {DELFOS}
    assert set(ask("renewal_on", Comparison.KNOWN)) == {CANTERA, DELFOS}


def test_seats(cantera, bajamar, ask):
    a_subscription(cantera, seats=1)

    assert ask("seats", Comparison.AT_MOST, Decimal(1)) == {CANTERA: "1 seat"}
    assert set(ask("seats", Comparison.UNKNOWN)) == {BAJAMAR}


def test_plans_that_run_today(cantera, delfos, bajamar, ask):
    a_subscription(cantera, plan="Pro")
    a_subscription(delfos, plan="Basic")
    a_subscription(delfos, plan="Pro", ends_on=days_ago(1))

    assert ask("plan", Comparison.IS, "Pro") == {CANTERA: "plan Pro"}
    assert set(ask("plan", Comparison.ANY_OF, ("Pro", "Basic"))) == {CANTERA, DELFOS}
    assert ask("plan", Comparison.NONE_OF, ("Pro", "Basic")) == {BAJAMAR: "no plan"}


def test_the_plans_of_the_workspace_are_offered(acme, globex, cantera):
    a_subscription(cantera, plan="Pro")
    a_subscription(an_account(globex), plan="Secret")

    offered = RevenueCriteria().criteria(acme.workspace, about=About.ACCOUNTS)

    assert next(each.choices for each in offered if each.name == "revenue.plan") == {"Pro": "Pro"}


def test_currency_trial_and_notice(cantera, delfos, ask):
    a_subscription(cantera, currency="USD", trial=True)
    a_subscription(delfos, cancelled_on=days_ago(3), ends_on=TODAY + timedelta(days=9))

    assert ask("currency", Comparison.IS, "USD") == {CANTERA: "pays in USD"}
    assert ask("trial", Comparison.IS, "yes") == {CANTERA: "on trial"}
    assert ask("trial", Comparison.IS, "no") == {DELFOS: "not on trial"}
    assert set(ask("notice", Comparison.KNOWN)) == {DELFOS}
    assert set(ask("notice", Comparison.UNKNOWN)) == {CANTERA}
    assert set(ask("notice", Comparison.IN_LAST_DAYS, Decimal(2))) == set()


def test_who_left_and_who_came_back(cantera, delfos, ask):
    a_subscription(cantera, started_on=YEAR_AGO, ends_on=days_ago(10))
    a_subscription(delfos, started_on=YEAR_AGO, ends_on=days_ago(20))
    a_subscription(delfos, started_on=days_ago(5))

    assert set(ask("left", Comparison.IN_LAST_DAYS, Decimal(30))) == {CANTERA}
    assert set(ask("left", Comparison.BEFORE, days_ago(10))) == set()
    assert set(ask("left", Comparison.AFTER, days_ago(11))) == {CANTERA}
    assert set(ask("won_back", Comparison.IN_LAST_DAYS, Decimal(5))) == {DELFOS}


def test_who_pays_more_and_who_pays_less(cantera, delfos, ask):
    more = a_subscription(cantera, started_on=YEAR_AGO)
    less = a_subscription(delfos, started_on=YEAR_AGO)
    change_subscription(more, from_on=days_ago(10), amount_minor=150_000, by=None, now=now())
    change_subscription(less, from_on=days_ago(10), amount_minor=50_000, by=None, now=now())

    assert ask("expanded", Comparison.IN_LAST_DAYS, Decimal(11)) == {
        CANTERA: "ARR €12,000, now €18,000"
    }
    assert set(ask("reduced", Comparison.IN_LAST_DAYS, Decimal(11))) == {DELFOS}
    assert ask("expanded", Comparison.IN_LAST_DAYS, Decimal(9)) == {}


def test_customer_since(cantera, delfos, ask):
    a_subscription(cantera, started_on=date(2024, 1, 1))
    a_subscription(delfos, started_on=days_ago(5))

    assert ask("customer_since", Comparison.BEFORE, date(2024, 1, 2)) == {
        CANTERA: "customer since 1 Jan 2024"
    }
    assert set(ask("customer_since", Comparison.IN_LAST_DAYS, Decimal(5))) == {DELFOS}


def test_no_number_of_days_breaks_the_calendar(cantera, ask):
    a_subscription(cantera, started_on=YEAR_AGO, renews_on=TODAY)

    assert set(ask("renewal_on", Comparison.IN_NEXT_DAYS, Decimal(10) ** 9)) == {CANTERA}
    assert ask("left", Comparison.IN_LAST_DAYS, Decimal(10) ** 9) == {}


def test_an_amount_is_no_less_than_was_asked_by_a_fraction_of_a_cent(acme, cantera, delfos, ask):
    a_subscription(cantera, currency="USD", amount_minor=900_901)  # 108,108.12 $: 99,999.99… €
    a_subscription(delfos, seats=1)
    put_exchange_rates(
        acme.workspace,
        [RateIn(currency="USD", on=YEAR_AGO, rate=Decimal("0.9249999"))],
        by=acme.admin,
    )
    arr = Decimal(900_901 * 12) / 100 * Decimal("0.9249999")

    assert ask("arr", Comparison.AT_LEAST, arr + Decimal("0.001")) == {}
    assert set(ask("arr", Comparison.AT_LEAST, arr)) == {CANTERA}
    assert DELFOS not in ask("seats", Comparison.AT_LEAST, Decimal("1.5"))
    assert DELFOS in ask("seats", Comparison.AT_MOST, Decimal("1.5"))
