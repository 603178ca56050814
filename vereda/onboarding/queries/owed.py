"""Asking what is owed on which day, over all plans: items in play, and promises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.models.items import PlanItem, PlanItemRows
from vereda.onboarding.models.plans import Plan, PlanRows
from vereda.onboarding.queries.board import PlansAsked, plans_asked_for

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Something that is owed by a day: an item, or, with none, what a customer was promised."""

    plan: Plan
    item: PlanItem | None
    party: Party
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedOnDay:
    """What is owed by one day: how much, and the first of it; promises first."""

    day: date
    count: int
    first: tuple[Owed, ...]


def owed_by_day(
    workspace: Workspace,
    asked: PlansAsked,
    *,
    since: date,
    until: date,
    today: date,
    most_a_day: int,
) -> dict[date, OwedOnDay]:
    """What is owed by each day between these two, by day; days without anything are not there.
    Four queries."""
    within = {"since": since, "until": until, "today": today}
    items = _items_owed(workspace, asked, **within)
    promises = _promises_owed(workspace, asked, **within)
    counts: dict[date, int] = defaultdict(int)
    for rows, column in ((items, "due_on"), (promises, "promised_on")):
        for day, count in rows.order_by().values_list(column).annotate(count=Count("pk")):
            counts[day] += count
    found: dict[date, list[Owed]] = defaultdict(list)
    for owed in (*_first_promises(promises, most_a_day), *_first_items(items, most_a_day)):
        found[owed.due_on].append(owed)
    return {
        day: OwedOnDay(day=day, count=counts[day], first=tuple(each[:most_a_day]))
        for day, each in sorted(found.items())
    }


def overdue_in(
    workspace: Workspace, asked: PlansAsked, *, today: date, most: int
) -> tuple[int, tuple[Owed, ...]]:
    """How much is overdue, and what has been for the longest. Four queries."""
    within: dict[str, Any] = {"since": None, "until": None, "today": today}
    late = replace(asked, late=True)
    items = _items_owed(workspace, late, **within)
    promises = _promises_owed(workspace, late, **within)
    first = [
        *(_promise(plan) for plan in promises.order_by("promised_on", "number")[:most]),
        *(_item(row) for row in items.order_by("due_on", "plan__number", "position")[:most]),
    ]
    first.sort(key=lambda owed: owed.due_on)
    return items.count() + promises.count(), tuple(first[:most])


def _items_owed(
    workspace: Workspace,
    asked: PlansAsked,
    *,
    since: date | None,
    until: date | None,
    today: date,
) -> PlanItemRows:
    """Items in play with a due day. Whom it waits for is asked of the item, not of its plan."""
    plans = plans_asked_for(workspace, replace(asked, held_by=None, late=False), today=today)
    rows = PlanItem.objects.of(workspace).exclude(held_by="").filter(due_on__isnull=False)
    rows = rows.filter(plan__in=plans.order_by().values("pk"))
    rows = rows.filter(held_by=asked.held_by) if asked.held_by is not None else rows
    rows = rows.filter(due_on__lt=today) if asked.late else rows
    rows = rows.filter(due_on__gte=since) if since is not None else rows
    rows = rows.filter(due_on__lte=until) if until is not None else rows
    return rows.select_related("plan__account")


def _promises_owed(
    workspace: Workspace,
    asked: PlansAsked,
    *,
    since: date | None,
    until: date | None,
    today: date,
) -> PlanRows:
    """Plans with a promise still to be kept: it is ours to keep."""
    rows = plans_asked_for(workspace, replace(asked, held_by=None, late=False), today=today)
    rows = rows.filter(promised_on__isnull=False)
    rows = rows.filter(promised_on__lt=today) if asked.late else rows
    rows = rows.filter(promised_on__gte=since) if since is not None else rows
    rows = rows.filter(promised_on__lte=until) if until is not None else rows
    return rows.none() if asked.held_by not in {None, Party.US} else rows


def _first_items(rows: PlanItemRows, most: int) -> Sequence[Owed]:
    order = [F("plan__number").asc(), F("set_number").asc(), F("position").asc()]
    place = Window(RowNumber(), partition_by=[F("due_on")], order_by=order)
    first = rows.annotate(place=place).filter(place__lte=most)
    return [_item(row) for row in first.order_by("due_on", "place")]


def _first_promises(rows: PlanRows, most: int) -> Sequence[Owed]:
    place = Window(RowNumber(), partition_by=[F("promised_on")], order_by=[F("number").asc()])
    first = rows.annotate(place=place).filter(place__lte=most)
    return [_promise(plan) for plan in first.order_by("promised_on", "place")]


def _item(row: PlanItem) -> Owed:
    assert row.due_on is not None  # noqa: S101 - the queries ask for it
    return Owed(plan=row.plan, item=row, party=Party(row.held_by), due_on=row.due_on)


def _promise(plan: Plan) -> Owed:
    assert plan.promised_on is not None  # noqa: S101 - the queries ask for it
    return Owed(plan=plan, item=None, party=Party.US, due_on=plan.promised_on)
