"""Who is written to about what, and when."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

from vereda.customers.queries.people import people_of
from vereda.foundation.working_hours import due_instant
from vereda.foundation.zones import day_where
from vereda.messaging.contracts import LetterState
from vereda.messaging.queries.letters import letters_about
from vereda.onboarding.queries.calendars import calendars_between
from vereda.onboarding.queries.intensity import plan_intensity
from vereda.onboarding.queries.items import reminders_of, turned_to_them
from vereda.onboarding.queries.plans import next_steps_of, plans_in, waiting_on
from vereda.onboarding.queries.records import people_with_part
from vereda.portal.queries.visits import is_welcome, visits_seen
from vereda.portal.rules import is_due_again

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.foundation.working_hours import Hours
    from vereda.onboarding.models.items import PlanItem
    from vereda.onboarding.models.plans import Plan
    from vereda.onboarding.queries.plans import NextStep
    from vereda.workspaces.models import Workspace

ReaderAt: TypeAlias = "tuple[Person, Account]"
"""Somebody, and the account in whose working hours they are written to."""

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
    return readers_at(plan.account, now=now)


def readers_at(account: Account, *, now: datetime) -> list[Person]:
    """Who is written to where nobody has a part: those who have been in the portal, else the only
    one whom we know there."""
    there = [each.person for each in people_of(account) if is_welcome(each.person)]
    seen = visits_seen(account.workspace_id, [person.pk for person in there], now=now)
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


def is_reminded_of_steps(person: Person, told: Collection[ToldStep], *, now: datetime) -> bool:
    """Whether the person is to be reminded of any of it today."""
    if not told:
        return False
    plans = {each.step.plan.pk: each.step.plan for each in told}
    hours = hours_of_reader(person, next(iter(told)).step.plan.account)
    today = day_of_reader(hours, now)
    reminders = reminders_of(person.workspace_id, [each.step.item.pk for each in told])
    intensities = {plan_id: plan_intensity(plan) for plan_id, plan in plans.items()}
    return any(
        is_due_again(
            day_of_reader(hours, each.turned_at),
            reminded_on={day_of_reader(hours, at) for at in reminders.get(each.step.item.pk, ())},
            today=today,
            intensity=intensities[each.step.plan.pk],
        )
        for each in told
    )


def day_of_reader(hours: Hours, at: datetime) -> date:
    """The day of that instant where these hours hold."""
    return day_where(at, hours.zone)


def hours_of_reader(person: Person, account: Account) -> Hours:
    """When the person works: the hours of their account, in their own time zone."""
    theirs = calendars_between(person.workspace, account).theirs
    return replace(theirs, zone=person.time_zone or theirs.zone)


def good_time_for(person: Person, account: Account, *, after: datetime) -> datetime | None:
    """The first instant from then on at which the person is at work; None within ten years."""
    hours = hours_of_reader(person, account)
    worked = due_instant(after, timedelta(seconds=1), hours=hours)
    return worked - timedelta(seconds=1) if worked is not None else None


def readers_of_steps_in(workspace: Workspace, *, now: datetime) -> dict[UUID, ReaderAt]:
    """Everybody who is written to about a plan that goes on, each with the account of one of
    them."""
    found: dict[UUID, ReaderAt] = {}
    rows = plans_in(workspace).open().filter(agreed_at__isnull=False, stopped_at=None)
    for plan in rows.order_by("number"):
        named = [item.person for item in waiting_on(plan) if item.person]
        for person in [*readers_of(plan, now=now), *named]:
            found.setdefault(person.pk, (person, plan.account))
    return found
