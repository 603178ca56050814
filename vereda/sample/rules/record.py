"""Judging a world by its truth: does behaviour really come before departure?

Used by the tests, and by whoever wants to know how hard the sample's churn is to foresee.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from vereda.sample.contracts import World
from vereda.sample.rules.usage import usage_by_month

DAY_MILLISECONDS = 86_400_000
EPOCH = date(1970, 1, 1)

DailyUsage = dict[str, dict[date, int]]


def daily_usage(world: World) -> DailyUsage:
    """Events per account and UTC day."""
    usage: DailyUsage = defaultdict(lambda: defaultdict(int))
    for batch in usage_by_month(world):
        for account, at in zip(batch.account, batch.occurred_at, strict=True):
            usage[account][EPOCH + timedelta(days=at // DAY_MILLISECONDS)] += 1
    return usage


def trend_before(usage: dict[date, int], day: date) -> float:
    """Usage of the 28 days before `day` per day, over that of the 84 days before them.

    1.0 is unchanged and 0.0 fallen silent; an account never used counts as silent.
    """
    last = sum(usage.get(day - timedelta(days=n), 0) for n in range(1, 29)) / 28
    before = sum(usage.get(day - timedelta(days=n), 0) for n in range(29, 113)) / 84
    return last / before if before else 0.0


def area_under_curve(leaving: Sequence[float], staying: Sequence[float]) -> float:
    """How often one that leaves scores above one that stays; ties count half (Mann-Whitney)."""
    ordered = sorted(staying)
    wins = sum((bisect_left(ordered, s) + bisect_right(ordered, s)) / 2 for s in leaving)
    return wins / (len(leaving) * len(ordered))
