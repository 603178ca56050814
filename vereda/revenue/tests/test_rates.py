"""Exchange rates: entered exactly, replaced by day, refused with a sentence."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vereda.foundation.testing import MORNING
from vereda.revenue.actions.rates import put_exchange_rates, remove_exchange_rate
from vereda.revenue.contracts import ExchangeRatesChanged, RateIn, WrongRate
from vereda.revenue.models import ExchangeRate
from vereda.revenue.money_forms import rate_in
from vereda.revenue.queries.exchange import rates_of
from vereda.revenue.rules.exchange import rate_book
from vereda.revenue.testing import a_rate

URL = "/w/acme/settings/exchange-rates/"
DAY = date(2026, 1, 1)


def put(acme, *told):
    rates = [RateIn(currency=name, on=on, rate=Decimal(rate)) for name, on, rate in told]
    return put_exchange_rates(acme.workspace, rates, by=acme.admin)


@pytest.mark.django_db
@pytest.mark.parametrize("rate", ["0.000000001", "999999.999999999", "1.1", "0.123456789"])
def test_a_rate_is_kept_exactly(acme, rate):
    put(acme, ("USD", DAY, rate))

    assert rates_of(acme.workspace).rate_on("USD", day=DAY) == Decimal(rate)


@pytest.mark.django_db
def test_one_of_the_same_day_is_replaced_and_announced(acme, facts):
    put(acme, ("USD", DAY, "0.9"), ("GBP", DAY, "1.1"))
    changed = put(acme, ("USD", DAY, "0.8"), ("GBP", DAY, "1.1"))

    assert changed == 1
    assert rates_of(acme.workspace).rate_on("USD", day=DAY) == Decimal("0.8")
    assert [fact for fact in facts if isinstance(fact, ExchangeRatesChanged)] == [
        ExchangeRatesChanged(workspace_id=acme.workspace.pk)
    ] * 2


@pytest.mark.django_db
def test_what_is_known_already_changes_and_announces_nothing(acme, facts):
    put(acme, ("USD", DAY, "0.9"))
    before = len(facts)

    assert put(acme, ("USD", DAY, "0.900000000")) == 0
    assert len(facts) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "rate"),
    [
        ("ABC", "1"),
        ("EUR", "1"),
        ("USD", "0"),
        ("USD", "-1"),
        ("USD", "1000000"),
        ("USD", "0.0000000001"),
        ("USD", "NaN"),
        ("USD", "Infinity"),
    ],
)
def test_what_is_no_rate_is_refused_and_nothing_is_kept(acme, currency, rate):
    with pytest.raises(WrongRate):
        put(acme, ("GBP", DAY, "1.1"), (currency, DAY, rate))

    assert ExchangeRate.objects.of(acme.workspace).count() == 0


@pytest.mark.django_db
def test_after_a_rate_is_removed_the_one_before_holds(acme):
    put(acme, ("USD", DAY, "0.9"), ("USD", MORNING.date(), "0.8"))
    row = ExchangeRate.objects.of(acme.workspace).get(on=MORNING.date())

    remove_exchange_rate(row, by=acme.admin)

    assert rates_of(acme.workspace).rate_on("USD", day=MORNING.date()) == Decimal("0.9")


@pytest.mark.django_db
def test_rates_of_another_home_currency_are_not_read(acme):
    put(acme, ("USD", DAY, "0.9"))
    acme.workspace.currency = "GBP"

    assert not rates_of(acme.workspace).knows("USD")


@pytest.mark.django_db
def test_an_admin_enters_one_and_pastes_many(acme, client_of):
    client = client_of(acme.admin)

    one = client.post(URL, {"currency": "usd", "on": "2026-01-01", "rate": "0.9", "source": "ECB"})
    many = client.post(URL, {"lines": "GBP;2026-01-01;1,15;ECB\n\nJPY\t2026-01-02\t0.0062"})

    book = rates_of(acme.workspace)
    assert [one.status_code, many.status_code] == [303, 303]
    assert book.rate_on("GBP", day=DAY) == Decimal("1.15")
    assert set(book.rates) == {"USD", "GBP", "JPY"}
    assert "ECB" in client.get(URL).content.decode()


@pytest.mark.django_db
def test_a_line_that_is_no_rate_is_named_and_none_is_kept(acme, client_of):
    response = client_of(acme.admin).post(URL, {"lines": "GBP;2026-01-01;1.15\nnonsense"})

    assert response.status_code == 422
    assert "Line 2 is no rate: nonsense" in response.content.decode()
    assert ExchangeRate.objects.of(acme.workspace).count() == 0


@pytest.mark.django_db
def test_an_admin_removes_one_and_a_member_may_not(acme, client_of):
    rate = a_rate(acme)

    refused = client_of(acme.member).post(f"{URL}{rate.pk}/remove/")
    removed = client_of(acme.admin).post(f"{URL}{rate.pk}/remove/")

    assert [refused.status_code, removed.status_code] == [403, 303]
    assert ExchangeRate.objects.of(acme.workspace).count() == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("USD,2026-01-01,0.9", ("USD", DAY, Decimal("0.9"), "")),
        ("usd;2026-01-01;0,9;Bank", ("USD", DAY, Decimal("0.9"), "Bank")),
        ('"USD"\t2026-01-01\t0.9', ("USD", DAY, Decimal("0.9"), "")),
    ],
)
def test_lines_of_several_kinds_are_read(line, told):
    rate = rate_in(line)

    assert rate is not None
    assert (rate.currency, rate.on, rate.rate, rate.source) == told


@given(line=st.text(max_size=60))
def test_no_line_breaks_the_reading(line):
    rate = rate_in(line)

    assert rate is None or isinstance(rate.rate, Decimal)


@given(
    minor=st.integers(0, 10**15),
    rate=st.decimals(min_value="0.000000001", max_value="999999", places=9),
)
def test_no_amount_is_off_by_more_than_half_a_cent(minor, rate):
    told = rate_book("EUR", [("USD", DAY, rate)]).at_home(minor, currency="USD", day=DAY)

    assert told is not None
    assert abs(2 * (told * 10**9 - minor * int(rate.scaleb(9)))) <= 10**9
