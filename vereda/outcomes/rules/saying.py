"""Why what was said about a promise, a measurement or a word cannot be kept."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import Final

from vereda.outcomes.contracts import (
    DECIMALS,
    LARGEST,
    MOST_TOLERANCE,
    Direction,
    OutcomeSaid,
    Unit,
)

LONGEST_LINE: Final = timedelta(days=3_660)


class Wrong(StrEnum):
    """What makes a promise none that could be verified."""

    NO_BENEFIT = "no_benefit"
    VALUE_TOO_LARGE = "value_too_large"
    WRONG_WAY = "wrong_way"
    DUE_BEFORE_START = "due_before_start"
    TOO_LONG = "too_long"
    WRONG_TOLERANCE = "wrong_tolerance"
    NO_UNIT = "no_unit"
    NO_CURRENCY = "no_currency"


def wrong_with(said: OutcomeSaid, *, starts_on: date) -> Wrong | None:
    """The first thing wrong with a promise; None when it can be kept as it is."""
    values = (said.target, said.baseline, said.out_of_box)
    if not said.benefit.strip():
        return Wrong.NO_BENEFIT
    if any(not is_storable(value) for value in values if value is not None):
        return Wrong.VALUE_TOO_LARGE
    if _wrong_way(said):
        return Wrong.WRONG_WAY
    if said.due_on <= starts_on:
        return Wrong.DUE_BEFORE_START
    if said.due_on - starts_on > LONGEST_LINE:
        return Wrong.TOO_LONG
    if not 0 <= said.tolerance_percent <= MOST_TOLERANCE:
        return Wrong.WRONG_TOLERANCE
    return _wrong_unit(said)


def is_storable(value: Decimal) -> bool:
    """Whether the value fits the column: finite, and not too large."""
    return value.is_finite() and abs(value) <= LARGEST


def rounded(value: Decimal) -> Decimal:
    """The value with as many decimals as are kept."""
    return round(value, DECIMALS)


def decimal_of(value: float) -> Decimal:
    """What a metric says, as it is kept; the largest value where it says more than fits."""
    told = Decimal(str(value)) if isfinite(value) else Decimal(0)
    return rounded(max(-LARGEST, min(LARGEST, told)))


def _wrong_way(said: OutcomeSaid) -> bool:
    if said.baseline is None:
        return False
    if said.direction is Direction.MORE:
        return said.target < said.baseline
    return said.target > said.baseline


def _wrong_unit(said: OutcomeSaid) -> Wrong | None:
    if said.unit is Unit.OTHER and not said.unit_words.strip():
        return Wrong.NO_UNIT
    if said.unit is Unit.MONEY and not said.currency:
        return Wrong.NO_CURRENCY
    return None
