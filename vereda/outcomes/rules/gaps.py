"""The value gap: expected minus what the product gives by itself, and minus what was delivered."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from vereda.outcomes.contracts import Direction, Per, ValueGap

TIMES_A_YEAR: Mapping[Per, int] = {Per.WEEK: 52, Per.MONTH: 12, Per.YEAR: 1}


def value_gap(
    *,
    direction: Direction,
    target: Decimal,
    out_of_box: Decimal | None,
    delivered: Decimal | None,
) -> ValueGap:
    """What had to be bridged, what is left of it, and the share that is bridged.

    to_bridge = left + (delivered - out of the box), whichever way the benefit lies.
    """
    to_bridge = None if out_of_box is None else gain(direction, since=out_of_box, to=target)
    left = None if delivered is None else gain(direction, since=delivered, to=target)
    bridged = None
    if to_bridge is not None and left is not None and to_bridge > 0:
        bridged = float((to_bridge - left) / to_bridge)
    return ValueGap(to_bridge=to_bridge, left=left, bridged=bridged)


def gain(direction: Direction, *, since: Decimal, to: Decimal) -> Decimal:
    """How much better `to` is than `since`; negative where it is worse."""
    return to - since if direction is Direction.MORE else since - to


def a_year(value: Decimal, per: Per) -> Decimal | None:
    """The value in a year; None for what comes once."""
    times = TIMES_A_YEAR.get(per)
    return None if times is None else value * times


def mean_share(shares: Iterable[float | None]) -> float | None:
    """The mean of those that are known, each between 0 and 1; None where none is."""
    known = [min(1.0, max(0.0, share)) for share in shares if share is not None]
    return sum(known) / len(known) if known else None
