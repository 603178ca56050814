"""What comes first: what is lost if nobody acts.

An item's rank is a whole number of points, added up from four parts that are each shown:

    stake      what the account pays in a year, on a scale of orders of magnitude:
               0 up to 100 units of money, 20 for every tenfold of that, at most 60
    urgency    40 on the last day and after it, one point less for every two days left: 0 from
               80 days on; nothing when there is no day
    severity   what the reason says by itself, from 5 (an opportunity) to 40 (they cancelled)
    staleness  one point for every three days that it has been waiting, at most 10

Points are added, not multiplied, so that a large account without a date and a small one that is
lost tomorrow both stay visible, and so that every rank can be read as a sum. Equal points: the
one raised first comes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import log10

from vereda.worklist.contracts import AlertReason, Details, TaskPriority

MOST_STAKE = 60
MOST_URGENCY = 40
MOST_STALENESS = 10
SMALLEST_STAKE = 100
POINTS_PER_TENFOLD = 20
DAYS_PER_POINT = 2
STALE_DAYS_PER_POINT = 3

SEVERITY: Mapping[AlertReason, int] = {
    AlertReason.SUBSCRIPTION_CANCELLED: 40,
    AlertReason.RENEWAL_OVERDUE: 35,
    AlertReason.HEALTH_AT_RISK: 30,
    AlertReason.USAGE_STOPPED: 30,
    AlertReason.CHAMPION_LEFT: 30,
    AlertReason.DATA_REQUESTED: 30,
    AlertReason.SLA_BREACHED: 28,
    AlertReason.ANSWER_UNVERIFIED: 28,
    AlertReason.OUTCOME_MISSED: 28,
    AlertReason.PROMISE_LATE: 28,
    AlertReason.OUTCOME_BEHIND: 25,
    AlertReason.HEALTH_FELL: 25,
    AlertReason.COMMITMENT_MISSED: 28,
    AlertReason.TICKET_ESCALATED: 25,
    AlertReason.COMMITMENT_DUE: 20,
    AlertReason.NEVER_USED: 25,
    AlertReason.DETRACTOR: 22,
    AlertReason.RENEWAL_CLOSE: 20,
    AlertReason.USAGE_FELL: 20,
    AlertReason.LOW_SATISFACTION: 18,
    AlertReason.SLA_WARNED: 18,
    AlertReason.PLAN_LATE: 18,
    AlertReason.STAGE_LATE: 15,
    AlertReason.OUTCOME_UNMEASURED: 12,
    AlertReason.OUTCOME_TO_VERIFY: 12,
    AlertReason.OUTCOME_WITHOUT_START: 10,
    AlertReason.HEALTH_OPINION: 10,
    AlertReason.HEALTH_UNKNOWN: 10,
    AlertReason.RENEWAL_NEAR: 10,
    AlertReason.SEATS_FULL: 5,
}

TASK_SEVERITY: Mapping[TaskPriority, int] = {
    TaskPriority.HIGH: 30,
    TaskPriority.NORMAL: 15,
    TaskPriority.LOW: 5,
}


@dataclass(frozen=True, slots=True)
class Rank:
    """The points of one item, part by part."""

    stake: int
    urgency: int
    severity: int
    staleness: int

    @property
    def points(self) -> int:
        """All parts together."""
        return self.stake + self.urgency + self.severity + self.staleness


def rank_for(
    *, at_stake: float | None, due_on: date | None, severity: int, since_on: date, today: date
) -> Rank:
    """The rank of something with that much money behind it (whole units a year), due that day.

    Raising the stake, bringing the day nearer, a graver reason or a longer wait never lowers it.
    """
    return Rank(
        stake=stake_points(at_stake),
        urgency=urgency_points(due_on, today=today),
        severity=severity,
        staleness=max(0, min(MOST_STALENESS, (today - since_on).days // STALE_DAYS_PER_POINT)),
    )


def stake_points(at_stake: float | None) -> int:
    """So many points for what an account pays in a year: 20 for 1,000, 40 for 10,000."""
    if at_stake is None or at_stake <= SMALLEST_STAKE:
        return 0
    return min(MOST_STAKE, round(POINTS_PER_TENFOLD * log10(at_stake / SMALLEST_STAKE)))


def urgency_points(due_on: date | None, *, today: date) -> int:
    """So many points for the days that are left to act."""
    if due_on is None:
        return 0
    left = max(0, (due_on - today).days)
    return max(0, MOST_URGENCY - left // DAYS_PER_POINT)


def day_to_act(details: Details, *, renewal_on: date | None, today: date) -> date | None:
    """The day by which something has to be done: the reason's own, else the account's renewal.

    A renewal in the past that the reason does not speak of says nothing.
    """
    for name in ("renewal_on", "ended_on", "due_on"):
        told = details.get(name)
        if isinstance(told, str):
            return date.fromisoformat(told)
    return renewal_on if renewal_on is not None and renewal_on >= today else None
