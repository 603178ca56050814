"""Who is written to about what, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from vereda.customers.queries.people import people_of
from vereda.foundation.working_hours import due_instant
from vereda.messaging.contracts import LetterState
from vereda.messaging.queries.letters import letters_about
from vereda.onboarding.queries.calendars import calendars_with
from vereda.onboarding.queries.intensity import plan_intensity
from vereda.onboarding.queries.items import reminders_of, turned_to_them
from vereda.onboarding.queries.plans import next_steps_of, plans_in, waiting_on
from vereda.onboarding.queries.records import people_with_part
from vereda.portal.queries.visits import is_welcome, visits_seen
from vereda.portal.rules import is_due_again

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.foundation.working_hours import Hours
    from vereda.onboarding.models.items import PlanItem
    from vereda.onboarding.models.plans import Plan
    from vereda.onboarding.queries.plans import NextStep
    from vereda.workspaces.models import Workspace

STEPS: Final = "portal.steps"
"""What letters about somebody's next steps are about: that person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStep:
    """A next step of somebody, and since when it is their turn."""

    step: NextStep
    turned_at: datetime


def readers_of(plan: Plan, *, now: datetime) -> list[Person]:
    """Who is written to about what was given to nobody by name: those with a part in the plan;
    without any, those who have been in the portal; else the only one whom we know there."""
    parts = [person for person in people_with_part(plan) if is_welcome(person)]
    if parts:
        return parts
    there = [each.person for each in people_of(plan.account) if is_welcome(each.person)]
    seen = visits_seen(plan.workspace_id, [person.pk for person in there], now=now)
    known = [person for person in there if seen[person.pk].last_at is not None]
    return known or (there if len(there) == 1 else [])


def readers_of_item(item: PlanItem, *, now: datetime) -> list[Person]:
    """Who is written to about that item."""
    if item.person is not None:
        return [item.person] if is_welcome(item.person) else []
    return readers_of(item.plan, now=now)


def steps_to_tell(person: Person, *, now: datetime) -> tuple[ToldStep, ...]:
    """What the person can do now, was asked for, and is written to about."""
    if not is_welcome(person):
        return ()
    steps = [
        step for step in next_steps_of(person, now=now) if step.plan.account.archived_at is None
    ]
    turned = turned_to_them(person.workspace_id, [step.item.pk for step in steps])
    reads = _plans_read_by(person, steps, now=now)
    return tuple(
        ToldStep(step=step, turned_at=turned[step.item.pk])
        for step in steps
        if step.item.pk in turned and (step.mine or step.plan.pk in reads)
    )


def _plans_read_by(person: Person, steps: Iterable[NextStep], *, now: datetime) -> set[UUID]:
    plans = {step.plan.pk: step.plan for step in steps if not step.mine}
    return {
        plan_id
        for plan_id, plan in plans.items()
        if person.pk in {each.pk for each in readers_of(plan, now=now)}
    }


def newly_asked(person: Person, *, now: datetime) -> list[ToldStep]:
    """Those of them that no letter has told them of."""
    letters = letters_about(person.workspace_id, about=STEPS, thing_id=person.pk)
    last = letters.exclude(state=LetterState.STOPPED).first()
    told = steps_to_tell(person, now=now)
    return [each for each in told if last is None or each.turned_at > last.asked_at]


def due_again(person: Person, *, now: datetime) -> tuple[ToldStep, ...]:
    """All that waits for the person, if they are to be reminded of any of it today; else none."""
    told = steps_to_tell(person, now=now)
    if not told:
        return ()
    hours = hours_of_reader(person, told[0].step.plan)
    today = _day(now, hours)
    reminders = reminders_of(person.workspace_id, [each.step.item.pk for each in told])
    plans = {each.step.plan.pk: each.step.plan for each in told}
    intensities = {plan_id: plan_intensity(plan) for plan_id, plan in plans.items()}
    is_due = any(
        is_due_again(
            _day(each.turned_at, hours),
            reminded_on={_day(at, hours) for at in reminders.get(each.step.item.pk, ())},
            today=today,
            intensity=intensities[each.step.plan.pk],
        )
        for each in told
    )
    return told if is_due else ()


def _day(at: datetime, hours: Hours) -> date:
    return at.astimezone(ZoneInfo(hours.zone)).date()


def hours_of_reader(person: Person, plan: Plan) -> Hours:
    """When the person works: the hours of their account, in their own time zone."""
    theirs = calendars_with(plan.workspace, [plan.account_id])[plan.account_id].theirs
    return replace(theirs, zone=person.time_zone or theirs.zone)


def good_time_for(person: Person, plan: Plan, *, after: datetime) -> datetime | None:
    """The first instant from then on at which the person is at work; None within ten years."""
    hours = hours_of_reader(person, plan)
    worked = due_instant(after, timedelta(seconds=1), hours=hours)
    return worked - timedelta(seconds=1) if worked is not None else None


def readers_in(workspace: Workspace, *, now: datetime) -> dict[UUID, tuple[Person, Plan]]:
    """Everybody who is written to about a plan that goes on, each with one of their plans."""
    found: dict[UUID, tuple[Person, Plan]] = {}
    rows = plans_in(workspace).open().filter(agreed_at__isnull=False, stopped_at=None)
    for plan in rows.order_by("number"):
        named = [item.person for item in waiting_on(plan) if item.person]
        for person in [*readers_of(plan, now=now), *named]:
            found.setdefault(person.pk, (person, plan))
    return found
