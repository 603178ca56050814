"""How closely a customer is followed up, and why."""

from dataclasses import dataclass
from enum import StrEnum

from vereda.product.contracts import InnovationLevel, PriceClass


class Newness(StrEnum):
    """How well we ourselves know the way, by how many customers finished it with us."""

    FIRST_TIME = "first_time"
    LEARNING = "learning"
    KNOWN = "known"


class FollowUpBy(StrEnum):
    """How a follow-up reaches them. An e-mail is the least."""

    EMAIL = "email"
    CALL = "call"
    MEETING = "meeting"


class IntensityCause(StrEnum):
    """What makes a follow-up matter more."""

    INNOVATION = "innovation"
    PRICE = "price"
    NEWNESS = "newness"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntensityPart:
    """What one cause adds: its value, and its points from 0 to 2."""

    cause: IntensityCause
    value: InnovationLevel | PriceClass | Newness
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Intensity:
    """How many follow-ups there are after the opening, when, and by what.

    first_after_days: days from the opening to the first one; every_days: days from one to the next.
    by: how all but the first one reach them: the first is always a letter. parts: why, one part for
    each cause; their points together are `points`, from 0 to 6.
    """

    follow_ups: int
    first_after_days: int
    every_days: int
    by: FollowUpBy
    parts: tuple[IntensityPart, ...]

    @property
    def points(self) -> int:
        """What the causes add together."""
        return sum(part.points for part in self.parts)

    def means_of(self, place: int) -> FollowUpBy:
        """How the follow-up at that place, counted from 1, reaches them."""
        return FollowUpBy.EMAIL if place <= 1 else self.by

    @property
    def days(self) -> tuple[int, ...]:
        """The days after the opening on which somebody follows up."""
        return tuple(
            self.first_after_days + place * self.every_days for place in range(self.follow_ups)
        )
