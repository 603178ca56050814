"""Asking what happened to a plan, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from vereda.onboarding.contracts.plans import Clocks, Entry, Line
from vereda.onboarding.contracts.templates import SetNumber
from vereda.onboarding.models.items import PlanEntry, PlanItem
from vereda.onboarding.queries.calendars import calendars_between
from vereda.onboarding.rules.clocks import History, clocks_in, history_of
from vereda.onboarding.rules.standing import PlanStanding, standing_of

if TYPE_CHECKING:
    from vereda.onboarding.models.plans import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStory:
    """Everything that a plan says: its items in their order, and what happened, in the order in
    which it was told; the rows, and the same as decisions need them."""

    plan: Plan
    items: Sequence[PlanItem]
    rows: Sequence[PlanEntry]
    lines: tuple[Line, ...]
    entries: tuple[Entry, ...]

    @property
    def last_set(self) -> SetNumber:
        """How far the plan goes."""
        return SetNumber(self.plan.last_set)

    def standing(self) -> PlanStanding:
        """How it stands."""
        return standing_of(self.lines, self.entries, last_set=self.last_set)

    def hand_over_from(self, item: PlanItem) -> datetime | None:
        """The earliest time from which a delay of the item can be handed over: that of the last on
        record about it since it was its turn; None where it never was."""
        ready_at = self.standing().items[item.key].ready_at
        told = [row.at for row in self.rows if row.item_id == item.pk]
        return None if ready_at is None else max([ready_at, *told])

    def history(self, *, until: datetime | None = None) -> History:
        """How its time went."""
        return history_of(self.lines, self.entries, last_set=self.last_set, until=until)


def plan_story(plan: Plan) -> PlanStory:
    """What the plan says; two queries."""
    items = list(
        PlanItem.objects.of(plan.workspace_id)
        .filter(plan=plan)
        .select_related("person", "member__user")
        .in_order()
    )
    rows = list(
        PlanEntry.objects.of(plan.workspace_id)
        .filter(plan=plan)
        .select_related("person", "member__user", "file")
        .order_by("number")
    )
    keys = {item.pk: item.key for item in items}
    return PlanStory(
        plan=plan,
        items=items,
        rows=rows,
        lines=tuple(item.line for item in items),
        entries=tuple(row.told(keys[row.item_id] if row.item_id else None) for row in rows),
    )


def clocks_of(plan: Plan, *, until: datetime) -> Clocks:
    """What the customer remembers, and whose each stretch of it was, until then."""
    calendars = calendars_between(plan.workspace, plan.account_id)
    history = plan_story(plan).history(until=until)
    return clocks_in(history, calendars=calendars, until=until)
