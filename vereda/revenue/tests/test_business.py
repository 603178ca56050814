"""Margin, CAC, the trap and the case for keeping, by hand."""

from datetime import date
from decimal import Decimal

from vereda.revenue.rules.business import CaseLine, Economics, MonthFigures, is_trapped

LOW = {"low_growth": Decimal(5), "low_margin": Decimal(50)}


def month(revenue, *, won=0, goods=None, acquisition=None):
    return MonthFigures(
        month=date(2026, 1, 1),
        revenue_minor=revenue,
        won=won,
        goods_minor=goods,
        acquisition_minor=acquisition,
    )


def economics(*months):
    return Economics(months=months, growth=None)


def test_the_margin_is_of_the_months_that_tell_their_costs():
    told = economics(month(1_000, goods=400), month(3_000, goods=800), month(9_000))

    # (4000 - 1200) / 4000
    assert (told.margin, told.margin_months) == (0.7, 2)


def test_a_target_says_what_goods_may_cost():
    told = economics(month(1_000, goods=400), month(3_000, goods=800))

    # At 80 % goods may cost 800 of 4,000; they cost 1,200. At 60 % they may cost 1,600.
    assert told.goods_to_save(target=Decimal(80)) == 400
    assert told.goods_to_save(target=Decimal(60)) == 0
    assert economics(month(1_000)).goods_to_save(target=Decimal(60)) is None


def test_cac_is_of_the_months_that_tell_what_winning_cost():
    told = economics(
        month(0, won=2, acquisition=900), month(0, won=1, acquisition=0), month(0, won=9)
    )

    assert (told.cac_minor, told.won) == (300, 3)


def test_nobody_won_has_no_cac():
    assert economics(month(0, acquisition=900)).cac_minor is None
    assert economics(month(0, won=4)).cac_minor is None


def test_only_both_together_are_a_trap():
    assert is_trapped(growth=0.049, margin=0.49, **LOW) is True
    assert is_trapped(growth=0.05, margin=0.49, **LOW) is False
    assert is_trapped(growth=0.049, margin=0.5, **LOW) is False
    assert is_trapped(growth=None, margin=0.1, **LOW) is None


def test_the_case_by_hand():
    line = CaseLine(arr_minor=10_000, margin=0.6, years=2.5, cac_minor=6_000, ratio=Decimal(6))

    # 10,000 * 0.6 * 2.5 = 15,000; winning another 6,000; keeping 1,000.
    assert (line.keep_minor, line.keep_cost_minor, line.case_minor) == (15_000, 1_000, 20_000)
