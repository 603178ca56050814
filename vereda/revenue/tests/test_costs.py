from datetime import date
from decimal import Decimal

import pytest

from vereda.foundation.testing import MORNING
from vereda.revenue.actions.costs import assume, put_monthly_cost
from vereda.revenue.contracts import WrongCost
from vereda.revenue.models import Assumption, MonthlyCost
from vereda.revenue.queries.costs import assumption_of, costs_by_month

pytestmark = pytest.mark.django_db
URL = "/w/acme/settings/costs/"
NOVEMBER = date(2026, 11, 1)
ASSUMED = {
    "acquire_ratio": "5",
    "margin_percent": "70",
    "margin_target_percent": "80",
    "low_margin_percent": "40",
    "low_growth_percent": "3",
    "discount_percent": "8",
    "horizon_years": "4",
}


def test_any_day_of_a_month_means_it_and_the_last_word_counts(acme):
    for goods in (100, 200):
        put_monthly_cost(
            acme.workspace,
            month=MORNING.date(),
            goods_minor=goods,
            acquisition_minor=None,
            by=acme.admin,
        )

    row = MonthlyCost.objects.of(acme.workspace).get()
    assert (row.month, row.goods_minor, row.acquisition_minor) == (
        MORNING.date().replace(day=1),
        200,
        None,
    )


def test_a_negative_cost_is_refused(acme):
    with pytest.raises(WrongCost):
        put_monthly_cost(
            acme.workspace, month=NOVEMBER, goods_minor=-1, acquisition_minor=0, by=acme.admin
        )

    assert MonthlyCost.objects.of(acme.workspace).count() == 0


def test_unless_told_winning_costs_six_times_keeping(acme):
    assert assumption_of(acme.workspace).acquire_ratio == 6
    assert Assumption.objects.of(acme.workspace).count() == 0


@pytest.mark.parametrize(
    "said",
    [
        {"acquire_ratio": Decimal(0)},
        {"margin_percent": Decimal(101)},
        {"low_growth_percent": Decimal(-101)},
        {"discount_percent": Decimal(-1)},
        {"horizon_years": 21},
    ],
)
def test_what_makes_no_sense_is_refused(acme, said):
    with pytest.raises(WrongCost):
        assume(acme.workspace, by=acme.admin, **said)

    assert Assumption.objects.of(acme.workspace).count() == 0


def test_an_admin_tells_a_month_and_assumes(acme, client_of):
    client = client_of(acme.admin)

    told = client.post(URL, {"month": "2026-11-15", "goods": "1250.50", "acquisition": ""})
    assumed = client.post(URL, ASSUMED)

    costs = costs_by_month(acme.workspace, since=NOVEMBER, until=date(2026, 12, 1))
    assert [told.status_code, assumed.status_code] == [303, 303]
    assert costs[NOVEMBER].goods_minor == 125_050
    assert assumption_of(acme.workspace).acquire_ratio == 5
    assert "2026-11" in client.get(f"{URL}?month=2026-11").content.decode()


def test_a_fraction_of_a_cent_and_a_wild_assumption_stand_in_the_form(acme, client_of):
    client = client_of(acme.admin)

    fraction = client.post(URL, {"month": "2026-11-15", "goods": "1.005"})
    wild = client.post(URL, {**ASSUMED, "margin_percent": "101"})

    assert [fraction.status_code, wild.status_code] == [422, 422]
    assert "Round the amount" in fraction.content.decode()
    assert "between -100 and 100 percent" in wild.content.decode()
    assert Assumption.objects.of(acme.workspace).count() == 0


def test_a_month_is_removed_and_a_wrong_one_is_not_found(acme, client_of):
    put_monthly_cost(
        acme.workspace, month=NOVEMBER, goods_minor=1, acquisition_minor=1, by=acme.admin
    )
    client = client_of(acme.admin)

    assert client.post(f"{URL}2026-11/remove/").status_code == 303
    assert client.post(f"{URL}2026-11/remove/").status_code == 404
    assert client.post(f"{URL}x/remove/").status_code == 404
    assert client.get(f"{URL}?month=2020-01").status_code == 404
