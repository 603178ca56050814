"""Asking what it would do to a plan if a side worked at other hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from vereda.foundation.working_hours import Hours
from vereda.onboarding.contracts.plans import Clocks
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.queries.calendars import calendars_between
from vereda.onboarding.queries.histories import plan_story
from vereda.onboarding.queries.promising import promises_in, soonest_promise
from vereda.onboarding.rules.clocks import Calendars, clocks_in
from vereda.onboarding.rules.promises import due_day_of

if TYPE_CHECKING:
    from vereda.onboarding.queries.histories import PlanStory


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanByHours:
    """What follows for a plan from the hours of both sides: whose its time was, the first day by
    which anything is owed, and the first that was promised."""

    clocks: Clocks
    due_on: date | None
    promised_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursEffect:
    """The same before and after a change of hours, and how many plans are reckoned anew."""

    before: PlanByHours
    after: PlanByHours
    plans: int


def effect_of_hours(plan: Plan, *, side: Party, hours: Hours, now: datetime) -> HoursEffect:
    """What it would do to the plan if we (or the customer) worked at those hours."""
    story = plan_story(plan)
    calendars = calendars_between(plan.workspace, plan.account_id)
    ours = side is Party.US
    changed = replace(calendars, ours=hours) if ours else replace(calendars, theirs=hours)
    rows = Plan.objects.of(plan.workspace_id).open()
    return HoursEffect(
        before=plan_by_hours(story, calendars=calendars, now=now),
        after=plan_by_hours(story, calendars=changed, now=now),
        plans=(rows if ours else rows.filter(account=plan.account_id)).count(),
    )


def plan_by_hours(story: PlanStory, *, calendars: Calendars, now: datetime) -> PlanByHours:
    """What follows for a plan from these hours; one query."""
    history, standing = story.history(until=now), story.standing()
    clocks = clocks_in(history, calendars=calendars, until=now)
    promises = promises_in(story, history=history, clocks=clocks, calendars=calendars, now=now)
    in_play = standing.in_play() if standing.agreed_at is not None else ()
    days = [due_day_of(standing.items[key], calendars=calendars) for key in in_play]
    promised_on = soonest_promise(promises)
    owed = [day for day in (*days, promised_on) if day is not None]
    return PlanByHours(clocks=clocks, due_on=min(owed, default=None), promised_on=promised_on)
