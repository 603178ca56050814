"""When a plan will reach its goal, by how long finished plans took here.

The interval is the one between order statistics of n comparable plans: of n + 1 plans that can be
exchanged, the one that is still going on falls between the k-th and the (n + 1 - k)-th longest with
probability 1 - 2k / (n + 1), whatever the distribution (S. S. Wilks, "Determination of sample sizes
for setting tolerance limits", Annals of Mathematical Statistics 12, 1941). With k the largest that
keeps it at 80 %, nine plans are the fewest that can say anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from vereda.onboarding.contracts.plans import Forecast
from vereda.onboarding.contracts.templates import SetNumber

COVERAGE: Final = 0.8
NEEDED: Final = 9

SetDays = Mapping[SetNumber, float]
"""How many days a plan spent in each set that it finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Plans that can be compared: how long those that reached the goal took, and how many have
    not yet."""

    finished: Sequence[SetDays]
    running: int = 0
    alike: bool = True


def forecast_of(
    *, set_now: SetNumber, days_in_set: float, goal: SetNumber, past: Past, today: date
) -> Forecast:
    """When the plan will reach the goal: between which days, and most likely.

    Comparable are plans that reached it, and were in the present set at least as long as this one.
    """
    remaining = sorted(_remaining(past.finished, set_now=set_now, spent=days_in_set, goal=goal))
    count = len(remaining)
    unknown = Forecast(
        goal=goal, compared=count, needed=NEEDED, running=past.running, alike=past.alike
    )
    if count < NEEDED:
        return unknown
    low, high = prediction_interval(remaining)
    return replace(
        unknown,
        soonest_on=_day(today, low),
        likely_on=_day(today, _middle(remaining)),
        latest_on=_day(today, high),
    )


def prediction_interval(values: Sequence[float]) -> tuple[float, float]:
    """Between which two of these ordered values another one lies in 8 of 10 cases."""
    count = len(values)
    rank = max(math.floor((1 - COVERAGE) / 2 * (count + 1) + 1e-9), 1)
    return values[rank - 1], values[count - rank]


def _remaining(
    plans: Iterable[SetDays], *, set_now: SetNumber, spent: float, goal: SetNumber
) -> Iterable[float]:
    """For each comparable plan, how long it still took from where this one is."""
    ahead = [number for number in SetNumber if set_now < number <= goal]
    for plan in plans:
        if set_now in plan and all(number in plan for number in ahead) and plan[set_now] >= spent:
            yield plan[set_now] - spent + sum(plan[number] for number in ahead)


def _middle(values: Sequence[float]) -> float:
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def _day(today: date, days: float) -> date:
    return today + timedelta(days=math.ceil(days))
