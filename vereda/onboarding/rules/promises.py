"""When what was promised is due, in days on which people work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from vereda.foundation.working_hours import Hours, worked_between
from vereda.foundation.zones import day_where
from vereda.onboarding.contracts.plans import Interval, Owner
from vereda.onboarding.contracts.templates import ItemKind, Party
from vereda.onboarding.rules.clocks import Calendars
from vereda.onboarding.rules.standing import ItemStanding

ONE_DAY: Final = timedelta(days=1)
FARTHEST_DAYS: Final = 3660


class PromiseState(StrEnum):
    """How a promise stands."""

    WAITING = "waiting"  # there is no date yet: they have not given us everything
    DUE = "due"
    LATE = "late"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseStanding:
    """How a promise stands on a day: due when, delivered when, so many days late."""

    state: PromiseState
    due_on: date | None = None
    delivered_on: date | None = None
    late_days: int = 0


def day_at(at: datetime, hours: Hours) -> date:
    """The day it is then where these people work."""
    return day_where(at, hours.zone)


def is_workday(day: date, hours: Hours) -> bool:
    """Whether they work on that day."""
    return day not in hours.holidays and any(span.weekday == day.weekday() for span in hours.spans)


def workday_after(day: date, count: int, *, hours: Hours, also: Hours | None = None) -> date | None:
    """The day that is so many work days after another, moved on to one on which the others work
    too. None when that is not within ten years."""
    left, reached = count, day
    for _ in range(FARTHEST_DAYS):
        if left <= 0 and is_workday(reached, hours) and (not also or is_workday(reached, also)):
            return reached
        reached += ONE_DAY
        left -= is_workday(reached, hours)
    return None


def due_day_of(item: ItemStanding, *, calendars: Calendars) -> date | None:
    """By when somebody has to act on the item: its lead time, in work days of whoever has it."""
    if item.is_closed or not item.line.lead_days:
        return None
    asked = item.line.party is not Party.US and item.line.kind is not ItemKind.MILESTONE
    since = item.asked_at if asked else item.ready_at
    if since is None:
        return None
    hours = calendars.ours if item.line.party is Party.US else calendars.theirs
    return workday_after(day_at(since, hours), item.line.lead_days, hours=hours)


def promised_day(
    *,
    work_days: int,
    made_at: datetime,
    accepted_at: datetime | None,
    intervals: Iterable[Interval],
    calendars: Calendars,
) -> date | None:
    """The day that "so many work days after you give us everything" is; None while they have not.

    It moves only by evidence: by the time of ours for which, from then on, somebody else had to
    act by an entry that says so; a whole work day for each of ours that this adds up to.
    """
    if accepted_at is None:
        return None
    start = max(accepted_at, made_at)
    ours = calendars.ours
    away = sum(
        (
            worked_between(max(each.start, start), each.end, hours=ours)
            for each in intervals
            if each.held_by is not Party.US and each.end > start
        ),
        timedelta(),
    )
    usual = usual_day(ours)
    extra = int(away / usual) if usual else 0
    return workday_after(day_at(start, ours), work_days + extra, hours=ours, also=calendars.theirs)


def usual_day(hours: Hours) -> timedelta:
    """How long a work day is on average."""
    days = {span.weekday for span in hours.spans}
    minutes = sum(span.end_minute - span.start_minute for span in hours.spans)
    return timedelta(minutes=minutes / len(days)) if days else timedelta()


def promise_standing(
    *, due_on: date | None, delivered_on: date | None, today: date, withdrawn: bool = False
) -> PromiseStanding:
    """How a promise stands today."""
    late = max(((delivered_on or today) - due_on).days, 0) if due_on is not None else 0
    if withdrawn:
        state, late = PromiseState.WITHDRAWN, 0
    elif delivered_on is not None:
        state = PromiseState.KEPT_LATE if late else PromiseState.KEPT
    elif due_on is None:
        state = PromiseState.WAITING
    else:
        state = PromiseState.LATE if late else PromiseState.DUE
    return PromiseStanding(state=state, due_on=due_on, delivered_on=delivered_on, late_days=late)


def days_of_ours(intervals: Iterable[Interval]) -> timedelta:
    """What a promise was used up by: our work, and our waiting."""
    return sum(
        (each.length for each in intervals if each.owner in {Owner.WORK, Owner.US}), timedelta()
    )
