"""ARR between two days: every cent of the closing is in exactly one line."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from vereda.revenue.contracts import ArrMovement
from vereda.revenue.rules.exchange import rate_book
from vereda.revenue.rules.movements import (
    AccountMovement,
    Span,
    kind_of_movement,
    movement_of,
    movement_totals,
    twelfths,
)

A, B, C = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)
LONG_AGO = date(2020, 1, 1)
ACCOUNT = UUID(int=1)
EUROS = rate_book("EUR", [])
WITH_DOLLARS = rate_book("EUR", [("USD", A, Decimal("0.9")), ("USD", B, Decimal("0.8"))])
SPAN = Span(A, B)


@dataclass(frozen=True)
class Paid:
    """What an account paid on two days."""

    opening: dict[str, int]
    closing: dict[str, int]
    first_paid_on: date = LONG_AGO
    account_id: UUID = ACCOUNT


def line(opening, closing, *, book=EUROS, first=LONG_AGO):
    return movement_of(Paid(opening, closing, first), span=SPAN, book=book)


def test_the_five_kinds():
    assert line({}, {"EUR": 100}, first=date(2026, 2, 1)).kind is ArrMovement.NEW
    assert line({}, {"EUR": 100}).kind is ArrMovement.REACTIVATION
    assert line({"EUR": 100}, {"EUR": 130}).kind is ArrMovement.EXPANSION
    assert line({"EUR": 100}, {"EUR": 70}).kind is ArrMovement.CONTRACTION
    assert line({"EUR": 100}, {}).kind is ArrMovement.CHURN


def test_who_pays_the_same_did_not_move():
    assert line({"EUR": 100}, {"EUR": 100}).kind is None
    assert line({}, {}).kind is None


def test_the_first_day_itself_is_not_new():
    assert line({"EUR": 5}, {"EUR": 5}, first=A).kind is None
    assert kind_of_movement(Paid({}, {"EUR": 1}, A), moved=1, span=SPAN) is ArrMovement.REACTIVATION


def test_the_difference_of_exchange_does_not_hide_in_expansion():
    # 1,000.00 $ were 900.00 €, are 800.00 €; ten per cent more dollars are 80.00 € more.
    told = line({"USD": 100_000}, {"USD": 110_000}, book=WITH_DOLLARS)

    assert told == AccountMovement(ACCOUNT, 90_000, -10_000, 8_000, 88_000, ArrMovement.EXPANSION)


def test_rates_alone_are_no_movement():
    told = line({"USD": 100_000}, {"USD": 100_000}, book=WITH_DOLLARS)

    assert (told.exchange, told.movement, told.kind) == (-10_000, 0, None)


def test_another_currency_is_compared_at_the_last_day():
    told = line({"USD": 100_000}, {"EUR": 80_000}, book=WITH_DOLLARS)

    assert (told.opening, told.exchange, told.movement, told.kind) == (90_000, -10_000, 0, None)


def test_a_currency_without_a_rate_is_listed_and_in_no_sum():
    totals = movement_totals(
        [Paid({"EUR": 100, "GBP": 7}, {"EUR": 100, "GBP": 9})], span=SPAN, book=EUROS
    )

    assert (totals.opening, totals.closing) == (100, 100)
    assert totals.unrated == {"GBP": (7, 9)}


def test_before_its_first_rate_the_first_one_holds():
    book = rate_book("EUR", [("USD", date(2026, 3, 1), Decimal("0.5"))])

    assert book.at_home(100, currency="USD", day=A) == 50
    assert book.at_home(100, currency="USD", day=B) == 50


def test_currencies_have_their_own_smallest_unit():
    book = rate_book("EUR", [("JPY", A, Decimal("0.0062")), ("KWD", A, Decimal("3"))])

    # 1,000 yen are 6.20 €; 1.000 dinar is 1,000 fils and 3.00 €.
    assert book.at_home(1_000, currency="JPY", day=A) == 620
    assert book.at_home(1_000, currency="KWD", day=A) == 300


def test_half_a_cent_goes_to_the_even_neighbour():
    book = rate_book("EUR", [("USD", A, Decimal("0.5"))])

    assert [book.at_home(minor, currency="USD", day=A) for minor in (1, 3, 5)] == [0, 2, 2]


# --- Whatever happened ------------------------------------------------------

DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2027, 1, 1))
CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "GBP"])
RATES = st.decimals(min_value="0.000001", max_value="999", places=9)
BOOKS = st.lists(
    st.tuples(st.sampled_from(["USD", "JPY"]), DAYS, RATES),
    max_size=6,
    unique_by=lambda rate: rate[:2],
).map(lambda rates: rate_book("EUR", rates))


@dataclass(frozen=True)
class Stretch:
    """One stretch of paid terms."""

    currency: str
    yearly: int
    since: date
    days: int

    def worth_on(self, day):
        return self.yearly if self.since <= day < self.since + timedelta(days=self.days) else 0


STRETCHES = st.builds(
    Stretch,
    currency=CURRENCIES,
    yearly=st.integers(1, 10**12),
    since=DAYS,
    days=st.integers(1, 500),
)
HISTORIES = st.lists(st.lists(STRETCHES, min_size=1, max_size=5), max_size=8)


def paid_on(history, day):
    sums: Counter[str] = Counter()
    for stretch in history:
        sums[stretch.currency] += stretch.worth_on(day)
    return dict(+sums)


def totals_between(histories, first, last, book):
    balances = [
        Paid(
            paid_on(history, first),
            paid_on(history, last),
            min(stretch.since for stretch in history),
            UUID(int=number),
        )
        for number, history in enumerate(histories)
    ]
    return movement_totals(balances, span=Span(first, last), book=book)


def worth_at_home(histories, day, book):
    return sum(book.sum_at_home(paid_on(history, day), day=day) for history in histories)


@given(histories=HISTORIES, days=st.tuples(DAYS, DAYS).map(sorted), book=BOOKS)
def test_nothing_is_lost_between_any_two_days(histories, days, book):
    totals = totals_between(histories, days[0], days[1], book)

    assert totals.reconciles
    assert totals.opening == worth_at_home(histories, days[0], book)
    assert totals.closing == worth_at_home(histories, days[1], book)
    gained = totals.amounts[ArrMovement.NEW] + totals.amounts[ArrMovement.REACTIVATION]
    assert gained >= 0
    assert totals.amounts[ArrMovement.EXPANSION] >= 0
    assert totals.amounts[ArrMovement.CONTRACTION] <= 0
    assert totals.amounts[ArrMovement.CHURN] <= 0


@given(histories=HISTORIES, days=st.tuples(DAYS, DAYS, DAYS).map(sorted), book=BOOKS)
def test_two_halves_make_the_whole(histories, days, book):
    first, middle, last = days
    whole = totals_between(histories, first, last, book)
    halves = [
        totals_between(histories, first, middle, book),
        totals_between(histories, middle, last, book),
    ]

    assert halves[0].closing == halves[1].opening
    assert whole.net + whole.exchange == sum(half.net + half.exchange for half in halves)


@given(histories=HISTORIES, days=st.tuples(DAYS, DAYS).map(sorted))
def test_every_currency_conserves_on_its_own(histories, days):
    for currency in ("EUR", "USD", "JPY", "GBP"):
        alone = [[each for each in history if each.currency == currency] for history in histories]
        kept = [history for history in alone if history]
        totals = totals_between(kept, days[0], days[1], rate_book(currency, []))

        assert totals.exchange == 0
        assert totals.opening + totals.net == totals.closing


@given(histories=HISTORIES, days=st.tuples(DAYS, DAYS).map(sorted), book=BOOKS)
def test_accounts_conserve_too(histories, days, book):
    totals = totals_between(histories, days[0], days[1], book)
    counts = totals.counts

    assert totals.closing_accounts == (
        totals.opening_accounts
        + counts[ArrMovement.NEW]
        + counts[ArrMovement.REACTIVATION]
        - counts[ArrMovement.CHURN]
    )


@given(day=DAYS)
def test_a_day_beside_itself_has_not_moved(day):
    totals = totals_between([[Stretch("EUR", 100, day, 1)]], day, day, EUROS)

    assert (totals.opening, totals.net, totals.closing) == (100, 0, 100)


@given(amounts=st.lists(st.integers(-(10**15), 10**15), max_size=20))
def test_twelfths_add_up_to_the_cent(amounts):
    monthly = twelfths(amounts)

    assert sum(monthly) == round(Fraction(sum(amounts), 12))
    assert all(
        abs(12 * month - amount) <= 12 for month, amount in zip(monthly, amounts, strict=True)
    )
