"""GRR, NRR and accounts kept, against tables worked out by hand."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from vereda.foundation.intervals import share_interval
from vereda.revenue.rules.exchange import rate_book
from vereda.revenue.rules.intervals import Wait, waiting_times
from vereda.revenue.rules.movements import Span, movement_of
from vereda.revenue.rules.retention import (
    PaidLine,
    Retained,
    months_earlier,
    quarter_days,
    quarter_name,
    retained_by_group,
    retained_together,
)

ACCOUNT = UUID(int=1)
SPAN = Span(date(2025, 1, 1), date(2026, 1, 1))
EUROS = rate_book("EUR", [("USD", SPAN[0], Decimal("1.0")), ("USD", SPAN[1], Decimal("0.5"))])


@dataclass(frozen=True)
class Paid:
    """What an account paid on two days."""

    opening: dict[str, int]
    closing: dict[str, int]
    first_paid_on: date = date(2020, 1, 1)
    account_id: UUID = ACCOUNT


# Five accounts, by plan: what they paid a year before and pay now.
#
#   plan   before   now     kept of it
#   Pro      1000  1500           1000   grew by half
#   Pro      2000  1200           1200   shrank
#   Pro      1000     0              0   left
#   Basic     500   500            500   stayed
#   Basic  1000 $  900 $ → 500 € → 450 €: dollars lost half their worth, and a tenth was cut
TABLE = [
    ("Pro", Paid({"EUR": 1_000}, {"EUR": 1_500})),
    ("Pro", Paid({"EUR": 2_000}, {"EUR": 1_200})),
    ("Pro", Paid({"EUR": 1_000}, {})),
    ("Basic", Paid({"EUR": 500}, {"EUR": 500})),
    ("Basic", Paid({"USD": 1_000}, {"USD": 900})),
]


@pytest.fixture
def groups():
    return retained_by_group(
        PaidLine(movement_of(paid, span=SPAN, book=EUROS), bool(paid.closing), plan)
        for plan, paid in TABLE
    )


def test_the_table_by_plan(groups):
    # Pro: 2700 / 4000, 2200 / 4000, 2 of 3. Basic: (500 + 450) / (500 + 500), twice; 2 of 2.
    assert groups["Pro"] == Retained(3, 2, 1, 1, 4_000, 2_200, 2_700)
    assert (groups["Pro"].net, groups["Pro"].gross) == (0.675, 0.55)
    assert groups["Basic"] == Retained(2, 2, 0, 1, 1_000, 950, 950)
    assert (groups["Basic"].net, groups["Basic"].gross, groups["Basic"].logos) == (0.95, 0.95, 1.0)


def test_the_table_together(groups):
    whole = retained_together(groups.values())

    assert whole == Retained(5, 4, 1, 2, 5_000, 3_150, 3_650)
    assert (whole.net, whole.gross, whole.logos, whole.left) == (0.73, 0.63, 0.8, 1)
    assert whole.expansion == 0.2


def test_growth_never_lifts_grr_above_one():
    retained = Retained()
    line = movement_of(Paid({"EUR": 100}, {"EUR": 900}), span=SPAN, book=EUROS)
    retained.count(line, pays=True)

    assert (retained.gross, retained.net) == (1.0, 9.0)


def test_of_nobody_nothing_is_told():
    nobody = Retained()

    assert (nobody.gross, nobody.net, nobody.logos, nobody.expansion) == (None,) * 4
    assert nobody.logos_interval is None


def test_wilsons_interval():
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I:
    # 81 of 263, 15 of 148, 0 of 20 and 1 of 29 by the score method.
    for part, of, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert share_interval(part, of=of) == pytest.approx((low, high), abs=5e-5)


def test_the_median_wait_counts_who_still_waits():
    # At 10 days 3 of 4 still wait; at 30, of 2 at risk 1 ends: 3/4 * 1/2 = 3/8, below a half.
    waits = [Wait(10, open=False), Wait(20, open=True), Wait(30, open=False), Wait(40, open=True)]

    assert waiting_times(waits) == (30, 2, 2)


def test_half_of_all_is_enough_for_a_median():
    assert waiting_times([Wait(5, open=False), Wait(9, open=True)]).median == 5
    assert waiting_times([Wait(3, open=False), Wait(5, open=False)]).median == 3


def test_without_half_there_is_no_median():
    waits = [Wait(10, open=False), Wait(20, open=True), Wait(20, open=True)]

    assert waiting_times(waits) == (None, 1, 2)
    assert waiting_times([]) == (None, 0, 0)


def test_quarters_have_names_and_days():
    assert quarter_name(date(2026, 12, 31)) == "2026-Q4"
    assert quarter_days("2026-Q4") == (date(2026, 10, 1), date(2027, 1, 1))
    assert [quarter_days(name) for name in ("2026-Q5", "", "Q1", "0000-Q1", "x-Q1", "9999-Q4")] == (
        [None] * 6
    )


def test_the_same_day_of_an_earlier_month_or_its_last():
    assert months_earlier(date(2026, 11, 22), 12) == date(2025, 11, 22)
    assert months_earlier(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert months_earlier(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_earlier(date(2026, 12, 31), 24) == date(2024, 12, 31)
