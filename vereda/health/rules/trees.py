"""The health of accounts that stand in a tree, told in three ways that never hide one another."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TreeHealth:
    """minimum, mean, and the mean weighted by ARR, of the accounts whose score is known.

    All are None when none is known; `weighted` too when those that are known pay nothing.
    """

    minimum: int | None
    mean: float | None
    weighted: float | None
    known: int
    accounts: int


def tree_health(scores: Iterable[tuple[int | None, int]]) -> TreeHealth:
    """Of pairs of a score (None: unknown) and the ARR behind it, in one currency."""
    pairs = list(scores)
    known = [(score, max(arr, 0)) for score, arr in pairs if score is not None]
    paid = sum(arr for _score, arr in known)
    return TreeHealth(
        minimum=min((score for score, _arr in known), default=None),
        mean=sum(score for score, _arr in known) / len(known) if known else None,
        weighted=sum(score * arr for score, arr in known) / paid if paid else None,
        known=len(known),
        accounts=len(pairs),
    )
