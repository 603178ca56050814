"""Asking what customers were promised, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.scoping import found
from vereda.onboarding.contracts.plans import Clocks
from vereda.onboarding.contracts.templates import SetNumber
from vereda.onboarding.models.promises import PlanPromise
from vereda.onboarding.rules.clocks import Calendars, History
from vereda.onboarding.rules.promises import (
    PromiseStanding,
    PromiseState,
    day_at,
    promise_standing,
    promised_day,
)

if TYPE_CHECKING:
    from vereda.onboarding.models.plans import Plan
    from vereda.onboarding.queries.histories import PlanStory


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseView:
    """A promise and how it stands; `waits_for` are the keys of the items of set 1 that they have
    not given, while there is no date."""

    promise: PlanPromise
    standing: PromiseStanding
    waits_for: tuple[str, ...] = ()


def promises_of(plan: Plan) -> list[PlanPromise]:
    """What was promised for the plan, the first promise first, also what was taken back."""
    rows = PlanPromise.objects.of(plan.workspace_id).filter(plan=plan)
    return list(rows.select_related("by__user", "item").order_by("made_at", "pk"))


def promise_with_id(plan: Plan, promise_id: UUID) -> PlanPromise:
    """The promise of the plan with that id, or `Missing`."""
    rows = PlanPromise.objects.of(plan.workspace_id).filter(plan=plan, pk=promise_id)
    return found(rows.select_related("plan"))


def promises_in(
    story: PlanStory, *, history: History, clocks: Clocks, calendars: Calendars, now: datetime
) -> list[PromiseView]:
    """Each promise of the plan and how it stands; one query."""
    return [
        PromiseView(
            promise=promise,
            standing=_standing(
                promise, history=history, clocks=clocks, calendars=calendars, now=now
            ),
            waits_for=history.standing.missing_in(SetNumber.NEEDS)
            if SetNumber.NEEDS not in history.reached
            else (),
        )
        for promise in promises_of(story.plan)
    ]


def _standing(
    promise: PlanPromise,
    *,
    history: History,
    clocks: Clocks,
    calendars: Calendars,
    now: datetime,
) -> PromiseStanding:
    delivered = _delivered_at(promise, history)
    before = [each for each in clocks.intervals if delivered is None or each.start < delivered]
    due_on = promise.fixed_on or promised_day(
        work_days=promise.work_days or 0,
        made_at=promise.made_at,
        accepted_at=history.reached.get(SetNumber.NEEDS),
        intervals=before,
        calendars=calendars,
    )
    return promise_standing(
        due_on=due_on,
        delivered_on=None if delivered is None else day_at(delivered, calendars.ours),
        today=day_at(now, calendars.ours),
        withdrawn=promise.withdrawn_at is not None,
    )


def _delivered_at(promise: PlanPromise, history: History) -> datetime | None:
    """When what was promised was there."""
    if promise.item is not None:
        item = history.standing.items.get(promise.item.key)
        return item.closed_at if item is not None else None
    return history.finished.get(SetNumber(promise.set_number))


def soonest_promise(promises: Iterable[PromiseView]) -> date | None:
    """The first day for which something promised is still owed."""
    owed = (PromiseState.DUE, PromiseState.LATE)
    days = [view.standing.due_on for view in promises if view.standing.state in owed]
    return min((day for day in days if day is not None), default=None)


def late_promises(promises: Sequence[PromiseView]) -> list[PromiseView]:
    """Those whose day has passed."""
    return [view for view in promises if view.standing.state is PromiseState.LATE]
