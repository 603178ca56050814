"""How closely a customer is followed up: the newer, the more innovative and the more expensive a
product is, the more often, the sooner, and the more personally."""

from typing import Final

from vereda.onboarding.contracts.intensity import (
    FollowUpBy,
    Intensity,
    IntensityCause,
    IntensityPart,
    Newness,
)
from vereda.product.contracts import InnovationLevel, PriceClass

LEARNING_UNTIL: Final = 5
"""From so many finished customers on, a way is known."""

INNOVATION_POINTS: Final = {
    InnovationLevel.FAMILIAR: 0,
    InnovationLevel.NEW_TO_THEM: 1,
    InnovationLevel.NEW_TO_ALL: 2,
}
PRICE_POINTS: Final = {PriceClass.LOW: 0, PriceClass.MIDDLE: 1, PriceClass.HIGH: 2}
NEWNESS_POINTS: Final = {Newness.KNOWN: 0, Newness.LEARNING: 1, Newness.FIRST_TIME: 2}

STEPS: Final = (
    (1, 7, 14, FollowUpBy.EMAIL),
    (2, 5, 12, FollowUpBy.EMAIL),
    (3, 4, 10, FollowUpBy.CALL),
    (4, 3, 7, FollowUpBy.CALL),
    (5, 2, 7, FollowUpBy.MEETING),
    (6, 2, 5, FollowUpBy.MEETING),
    (7, 1, 5, FollowUpBy.MEETING),
)
"""By points: how many, the first after so many days, then every so many days, by what."""


def intensity_of(*, innovation: InnovationLevel, price: PriceClass, newness: Newness) -> Intensity:
    """The follow-ups that such a product needs; never fewer than one e-mail."""
    parts = (
        IntensityPart(
            cause=IntensityCause.INNOVATION,
            value=innovation,
            points=INNOVATION_POINTS[innovation],
        ),
        IntensityPart(cause=IntensityCause.PRICE, value=price, points=PRICE_POINTS[price]),
        IntensityPart(cause=IntensityCause.NEWNESS, value=newness, points=NEWNESS_POINTS[newness]),
    )
    follow_ups, first, every, by = STEPS[sum(part.points for part in parts)]
    return Intensity(
        follow_ups=follow_ups, first_after_days=first, every_days=every, by=by, parts=parts
    )


def newness_after(finished: int) -> Newness:
    """How well we know a way that so many customers finished with us."""
    if finished <= 0:
        return Newness.FIRST_TIME
    return Newness.LEARNING if finished < LEARNING_UNTIL else Newness.KNOWN
