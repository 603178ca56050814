"""Which scorecard applies to an account."""

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar
from uuid import UUID


class HasAudience(Protocol):
    """A card, or whatever carries its audience."""

    @property
    def audience_id(self) -> UUID | None:
        """Whom it is for; None: everybody."""
        ...


Card = TypeVar("Card", bound=HasAudience)


def applying_card(cards: Iterable[Card], audience_ids: Collection[UUID]) -> Card | None:
    """The first of the cards, in order of precedence, whose audience the account is in.

    Cards without audience are asked last, whatever their number: they are for everybody.
    """
    default = None
    for card in cards:
        if card.audience_id is None:
            default = default if default is not None else card
        elif card.audience_id in audience_ids:
            return card
    return default
