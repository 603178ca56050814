"""What an account may need: what accounts like it use and it does not."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from vereda.adoption.rules.need import ShareBetween, share_between

LIKE: Final = 0.75
"""An account is like this one if it uses so much of what this one uses."""
FEWEST_ALIKE: Final = 8
"""Of fewer accounts nothing is inferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleNeed:
    """A feature that `using` of `alike` accounts use which use what this one uses."""

    feature_id: UUID
    using: int
    alike: int
    share: ShareBetween


def possible_needs(
    mine: Collection[UUID], others: Mapping[UUID, Collection[UUID]]
) -> list[PossibleNeed]:
    """The features that most accounts like this one use and it does not, the surest first.

    `mine`: the features it uses. `others`: those of every other account. Told are features whose
    whole 95 % interval lies above a half.
    """
    if not mine:
        return []
    held = set(mine)
    alike = [used for used in others.values() if len(held & set(used)) >= LIKE * len(held)]
    if len(alike) < FEWEST_ALIKE:
        return []
    counted = Counter(feature for used in alike for feature in set(used) - held)
    told = []
    for feature_id, using in counted.items():
        share = share_between(using, of=len(alike))
        if share is not None and share.low > 0.5:
            told.append(
                PossibleNeed(feature_id=feature_id, using=using, alike=len(alike), share=share)
            )
    return sorted(told, key=lambda need: (-need.share.low, str(need.feature_id)))
