"""Writing into the columns of a plan what follows from its entries."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from vereda.onboarding.contracts.plans import Interval, ItemState
from vereda.onboarding.contracts.templates import SetNumber
from vereda.onboarding.models.items import PlanItem
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.queries.calendars import calendars_between
from vereda.onboarding.queries.histories import PlanStory, plan_story
from vereda.onboarding.queries.promising import promises_in, soonest_promise
from vereda.onboarding.rules.clocks import Calendars, History, clocks_in
from vereda.onboarding.rules.promises import due_day_of
from vereda.onboarding.rules.standing import PlanStanding

if TYPE_CHECKING:
    from collections.abc import Iterable

DERIVED_OF_ITEM: Final = ("state", "held_by", "asked_at", "ask_count", "due_on", "closed_at")
DAY: Final = timedelta(days=1)


def rebuild_plan(plan: Plan, *, now: datetime) -> PlanStanding:
    """Bring the columns of a plan and of its items up to its entries; answers how it stands.

    Call it inside the transaction that holds the plan.
    """
    story = plan_story(plan)
    standing, history = story.standing(), story.history()
    calendars = calendars_between(plan.workspace, plan.account_id)
    _rebuild_items(story, standing, calendars=calendars)
    _rebuild_columns(story, standing, history, calendars=calendars, now=now)
    return standing


def _rebuild_items(story: PlanStory, standing: PlanStanding, *, calendars: Calendars) -> None:
    """Write the items that say something else now."""
    in_play = set(standing.in_play()) if standing.agreed_at is not None else set()
    changed = []
    for row in story.items:
        item = standing.items[row.key]
        derived: dict[str, Any] = {
            "state": item.state,
            "held_by": item.held_by if row.key in in_play else "",
            "asked_at": item.asked_at,
            "ask_count": item.asks,
            "due_on": due_day_of(item, calendars=calendars) if row.key in in_play else None,
            "closed_at": item.closed_at,
        }
        if any(getattr(row, name) != value for name, value in derived.items()):
            for name, value in derived.items():
                setattr(row, name, value)
            changed.append(row)
    if changed:
        rows = PlanItem.objects.of(story.plan.workspace_id)
        rows.bulk_update(changed, [*DERIVED_OF_ITEM])


def _rebuild_columns(
    story: PlanStory,
    standing: PlanStanding,
    history: History,
    *,
    calendars: Calendars,
    now: datetime,
) -> None:
    plan, holding = story.plan, standing.holding()
    running = standing.agreed_at is not None and not standing.is_ended
    clocks = clocks_in(history, calendars=calendars, until=now)
    promises = promises_in(story, history=history, clocks=clocks, calendars=calendars, now=now)
    promised_on = soonest_promise(promises)
    derived: dict[str, Any] = {
        "entry_count": len(story.rows),
        "phase": standing.phase,
        "agreed_at": standing.agreed_at,
        "set_now": standing.set_now,
        "set_since_at": _set_since(standing, history),
        "held_by": holding.party if running else "",
        "held_since_at": _held_since(history) if running else None,
        "holding": holding.item if running else "",
        "promised_on": promised_on,
        "due_on": _earliest(story.items, promised_on) if running else None,
        "sold_at": history.finished.get(SetNumber.FIRST_CONTACT),
        "onboarded_at": history.ended if standing.is_onboarded else None,
        "stopped_at": standing.stopped_at,
        "ended_at": history.ended or standing.stopped_at,
        "asked_twice": standing.repeats,
        "open_required": len(standing.missing()),
        "spent": spent_by_set(clocks.intervals),
        "spent_until_at": clocks.end,
        "set_days": days_by_set(history),
    }
    for name, value in derived.items():
        setattr(plan, name, value)
    Plan.objects.of(plan.workspace_id).filter(pk=plan.pk).update(**derived, updated_at=now)


def _set_since(standing: PlanStanding, history: History) -> datetime | None:
    """Since when the plan is in the set in which it is."""
    before = standing.set_now - 1
    if not before:
        return standing.agreed_at
    return history.finished.get(SetNumber(before), standing.agreed_at)


def _held_since(history: History) -> datetime | None:
    """Since when the same party has had to act."""
    since: datetime | None = None
    for turn in reversed(history.turns):
        if turn.holding.party is not history.turns[-1].holding.party:
            break
        since = turn.at
    return since


def _earliest(items: Iterable[PlanItem], promised_on: date | None) -> date | None:
    """The first day by which anything is owed."""
    days = [row.due_on for row in items if row.due_on is not None and row.state in OWED]
    return min([*days, *([promised_on] if promised_on else [])], default=None)


OWED: Final = frozenset(
    {
        ItemState.NOT_YET,
        ItemState.ASKED,
        ItemState.RETURNED,
        ItemState.SUBMITTED,
        ItemState.STARTED,
    }
)


def spent_by_set(intervals: Iterable[Interval]) -> dict[str, dict[str, float]]:
    """Seconds by set and owner."""
    spent: dict[str, dict[str, float]] = defaultdict(dict)
    for each in intervals:
        of_set = spent[str(int(each.set_number))]
        of_set[each.owner] = of_set.get(each.owner, 0.0) + each.length.total_seconds()
    return dict(spent)


def days_by_set(history: History) -> dict[str, float]:
    """How many days each finished set took, from the end of the one before it."""
    if history.agreed_at is None:
        return {}
    days, since = {}, history.agreed_at
    for number in SetNumber:
        if number not in history.finished:
            break
        until = max(history.finished[number], since)
        days[str(int(number))] = (until - since) / DAY
        since = until
    return days
