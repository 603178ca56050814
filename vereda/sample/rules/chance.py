"""Dice: the few distributions the world is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


def dice_for(seed: int, *parts: str) -> Random:
    """Dice of their own for one purpose, so that a change in one place moves nothing else."""
    return Random(":".join((str(seed), *parts)))  # noqa: S311  (an invention, not a secret)


def poisson_count(dice: Random, mean: float) -> int:
    """How many times something happened that happens `mean` times on average."""
    if mean <= 0:
        return 0
    if mean > 30:
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, dice.random()
    while product > limit:
        count += 1
        product *= dice.random()
    return count


def weighted_choice(dice: Random, weights: dict[Thing, float]) -> Thing:
    """One key, as likely as its weight says."""
    return dice.choices(list(weights), list(weights.values()))[0]


def skewed_between(dice: Random, low: int, high: int, *, centre: float) -> int:
    """A whole number from `low` to `high`, mostly near `centre`, with a long right tail."""
    return min(high, max(low, round(dice.lognormvariate(math.log(centre), 0.6))))


def spread(dice: Random, items: Sequence[Thing], count: int) -> list[Thing]:
    """`count` different items in random order (all of them when there are fewer)."""
    return dice.sample(list(items), min(count, len(items)))


def squashed(score: float) -> float:
    """The logistic function: any number to a probability."""
    return 1 / (1 + math.exp(-score))


def within(value: float, low: float, high: float) -> float:
    """`value`, but never outside `low` to `high`."""
    return min(high, max(low, value))
