"""What money in one currency is worth in another, by rates that have a day.

A rate says how many units of the home currency one unit of another is worth from its day on. Before
the first day that has a rate, that first rate holds: a currency has a rate on every day or on none,
so that sums of any two days fit each other. A currency without any rate is worth None, never zero.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import cache
from typing import NamedTuple

from babel.numbers import get_currency_precision

# Fifteen digits are what every database keeps of a number exactly.
RATE_DIGITS, RATE_DECIMALS = 15, 9
EXACT_DIGITS = 60


class DatedRate(NamedTuple):
    """From `on`, one unit of a currency is worth `rate` units of the home currency."""

    on: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class RateBook:
    """All rates into one home currency; each currency's are in the order of their days."""

    home: str
    rates: Mapping[str, tuple[DatedRate, ...]] = field(default_factory=dict)

    def knows(self, currency: str) -> bool:
        """Can money in that currency be told in the home currency?"""
        return currency == self.home or currency in self.rates

    def rate_on(self, currency: str, *, day: date) -> Decimal | None:
        """What one unit of it was worth on that day; None when it has no rate at all."""
        if currency == self.home:
            return Decimal(1)
        dated = self.rates.get(currency)
        if not dated:
            return None
        return dated[max(0, bisect_right(dated, day, key=lambda each: each.on) - 1)].rate

    def at_home(self, minor: int, *, currency: str, day: date) -> int | None:
        """Minor units of a currency in minor units of the home currency, to the nearest one."""
        if currency == self.home:
            return minor
        rate = self.rate_on(currency, day=day)
        if rate is None:
            return None
        with localcontext() as exact:
            exact.prec = EXACT_DIGITS
            shift = decimals_of(self.home) - decimals_of(currency)
            worth = (minor * rate).scaleb(shift)
            return int(worth.to_integral_value(rounding=ROUND_HALF_EVEN))

    def sum_at_home(self, amounts: Mapping[str, int], *, day: date) -> int:
        """Amounts by currency as one sum, without those that have no rate."""
        worths = (self.at_home(minor, currency=name, day=day) for name, minor in amounts.items())
        return sum(worth for worth in worths if worth is not None)

    def unknown_in(self, currencies: Iterable[str]) -> list[str]:
        """Those of the currencies that have no rate, by name."""
        return sorted({name for name in currencies if not self.knows(name)})


def rate_book(home: str, rates: Iterable[tuple[str, date, Decimal]]) -> RateBook:
    """A book of rates told in any order: currency, day, rate."""
    held: dict[str, list[DatedRate]] = {}
    for currency, on, rate in rates:
        held.setdefault(currency, []).append(DatedRate(on, rate))
    return RateBook(home, {name: tuple(sorted(dated)) for name, dated in held.items()})


@cache
def decimals_of(currency: str) -> int:
    """How many decimals the currency's smallest unit has: 2 for EUR, 0 for JPY."""
    return get_currency_precision(currency)
