"""When what was sold and not used is worth an alarm.

The point is learned from those who began. Let T be their times from the purchase to the first use,
n how many they are. The alarm rings at the smallest t at which the estimated share of beginners
who began by t reaches (1 - a)(1 + 1/n), where a is the stated rate of false alarms. Without
censoring that is the k-th of the ordered times with k = ceil((n + 1)(1 - a)), and whatever the
distribution is, the chance that one more beginner begins later is at most a (split conformal
prediction: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005, chapter 2).
With censoring the shares are those of Kaplan and Meier. Where (1 - a)(1 + 1/n) > 1 the history is
too short, and the point is a stated number of days, the sooner the newer and dearer the product.
"""

from dataclasses import dataclass
from typing import Final

from vereda.adoption.rules.survival import Curve
from vereda.product.contracts import InnovationLevel, PriceClass

USUAL_FALSE_ALARMS: Final = 10
"""Of a hundred customers who would begin by themselves."""

WAITS: Final = (45, 30, 21, 14, 7)
"""Days until the alarm without history, from the least intense follow-up to the most."""

_INNOVATION: Final = {
    InnovationLevel.FAMILIAR: 0,
    InnovationLevel.NEW_TO_THEM: 1,
    InnovationLevel.NEW_TO_ALL: 2,
}
_PRICE: Final = {PriceClass.LOW: 0, PriceClass.MIDDLE: 1, PriceClass.HIGH: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmPoint:
    """After so many days without a first use it is worth a call.

    `learned` from `beginners` of our own customers; else a stated number of days.
    """

    days: int
    learned: bool
    beginners: int
    false_alarms: float


def stated_wait(innovation: InnovationLevel, price: PriceClass) -> int:
    """Days until the alarm where there is no history to learn from."""
    return WAITS[_INNOVATION[innovation] + _PRICE[price]]


def alarm_point(curve: Curve, *, false_alarms: float, otherwise: int) -> AlarmPoint:
    """The point at which at most that share of those who begin by themselves has not yet begun."""
    beginners = curve.happened
    needed = (1 - false_alarms) * (1 + 1 / beginners) if beginners else 2.0
    learned = None
    if needed <= 1:
        whole = 1 - curve.steps[-1].remaining
        learned = next(
            (step.days for step in curve.steps if 1 - step.remaining >= needed * whole - 1e-12),
            None,
        )
    return AlarmPoint(
        days=otherwise if learned is None else learned,
        learned=learned is not None,
        beginners=beginners,
        false_alarms=false_alarms,
    )
