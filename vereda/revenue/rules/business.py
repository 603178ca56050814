"""What keeping customers is worth beside winning new ones: pure functions of told figures.

margin           = (revenue - cost of goods) / revenue
CAC              = what winning cost / accounts won in the same months
cost to keep     = CAC / keep-versus-acquire ratio
value of keeping = ARR * margin * years that are expected, later ones discounted
replacing        = CAC for each account
case             = value of keeping + replacing - cost to keep
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """A month's revenue and what was said of its costs; amounts in minor units.

    `revenue_minor` is a twelfth of the mean of the ARR at its beginning and its end.
    """

    month: date
    revenue_minor: int
    won: int
    goods_minor: int | None = None
    acquisition_minor: int | None = None

    @property
    def margin(self) -> float | None:
        """The gross margin; None when nobody told the costs or nothing was earned."""
        if self.goods_minor is None or not self.revenue_minor:
            return None
        return (self.revenue_minor - self.goods_minor) / self.revenue_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Economics:
    """Margin, growth and CAC of some months, with what they were made of."""

    months: tuple[MonthFigures, ...]
    growth: float | None

    @property
    def margin(self) -> float | None:
        """The gross margin of those months whose costs were told."""
        told = [month for month in self.months if month.goods_minor is not None]
        revenue = sum(month.revenue_minor for month in told)
        goods = sum(month.goods_minor or 0 for month in told)
        return (revenue - goods) / revenue if revenue else None

    @property
    def margin_months(self) -> int:
        """How many months the margin is of."""
        return sum(month.goods_minor is not None for month in self.months)

    @property
    def acquisition_minor(self) -> int:
        """What winning cost in the months that tell it."""
        return sum(month.acquisition_minor or 0 for month in self.months)

    @property
    def won(self) -> int:
        """Accounts won in the months that tell what winning cost."""
        return sum(month.won for month in self.months if month.acquisition_minor is not None)

    @property
    def cac_minor(self) -> int | None:
        """What winning one account cost; None when no month tells it or nobody was won."""
        return round(self.acquisition_minor / self.won) if self.won else None

    def goods_to_save(self, *, target: Decimal) -> int | None:
        """By how much the told months' costs of goods exceed what the target share allows."""
        told = [month for month in self.months if month.goods_minor is not None]
        if not told:
            return None
        allowed = sum(month.revenue_minor for month in told) * (100 - target) / 100
        return max(0, round(sum(month.goods_minor or 0 for month in told) - allowed))


def is_trapped(
    *, growth: float | None, margin: float | None, low_growth: Decimal, low_margin: Decimal
) -> bool | None:
    """Low growth and low margin at once: nothing is left to grow from. None when not known."""
    if growth is None or margin is None:
        return None
    return growth * 100 < low_growth and margin * 100 < low_margin


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One account of a business case. `years` is what keeping it is expected to bring, in ARRs."""

    arr_minor: int
    margin: float
    years: float
    cac_minor: int
    ratio: Decimal

    @property
    def keep_minor(self) -> int:
        """What keeping it is worth."""
        return round(self.arr_minor * self.margin * self.years)

    @property
    def keep_cost_minor(self) -> int:
        """What keeping it may cost: a part of what winning another does."""
        return round(self.cac_minor / self.ratio)

    @property
    def case_minor(self) -> int:
        """What is gained by keeping it rather than losing it and winning another."""
        return self.keep_minor + self.cac_minor - self.keep_cost_minor
