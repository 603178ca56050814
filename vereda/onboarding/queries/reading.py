"""A plan as its customer reads it: what a lead needs beside that is neither asked nor reckoned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from vereda.onboarding.contracts.plans import Clocks, ItemState
from vereda.onboarding.contracts.templates import GateSpec, ItemSpec, Party, SetNumber
from vereda.onboarding.queries.calendars import calendars_between
from vereda.onboarding.queries.histories import plan_story
from vereda.onboarding.queries.promising import PromiseView, promises_in
from vereda.onboarding.queries.whole import GIVING
from vereda.onboarding.rules.clocks import clocks_in
from vereda.onboarding.rules.promises import due_day_of

if TYPE_CHECKING:
    from vereda.onboarding.models.items import PlanEntry, PlanItem
    from vereda.onboarding.models.plans import Plan
    from vereda.onboarding.queries.histories import PlanStory
    from vereda.onboarding.rules.clocks import Calendars
    from vereda.onboarding.rules.standing import ItemStanding, PlanStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReading:
    """An item and how it stands. in_play: its gates are open and it is not settled. given: what
    they gave last."""

    row: PlanItem
    asks: ItemSpec
    standing: ItemStanding
    in_play: bool
    held_by: Party | None
    due_on: date | None
    given: PlanEntry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReading:
    """A set with its gate and the items that were not dropped."""

    number: SetNumber
    gate: GateSpec
    items: tuple[ItemReading, ...]
    is_finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReading:
    """The plan at an instant. clocks: what they remember until it was in their hands, or now. asks:
    what each item asks, by its key, also of those that were dropped."""

    sets: tuple[SetReading, ...]
    promises: tuple[PromiseView, ...]
    clocks: Clocks
    asks: Mapping[str, ItemSpec]


def plan_as_read(plan: Plan, *, now: datetime) -> PlanReading:
    """The same states, days and clocks as `whole_plan` tells, in half its queries."""
    story = plan_story(plan)
    calendars = calendars_between(plan.workspace, plan.account_id)
    history, standing = story.history(until=now), story.standing()
    whole = clocks_in(history, calendars=calendars, until=now)
    sold_at = history.finished.get(SetNumber.FIRST_CONTACT)
    promises = promises_in(story, history=history, clocks=whole, calendars=calendars, now=now)
    return PlanReading(
        sets=_sets_read(story, standing, calendars=calendars),
        promises=tuple(promises),
        clocks=clocks_in(history, calendars=calendars, until=sold_at or now),
        asks={row.key: row.asks for row in story.items},
    )


def _sets_read(
    story: PlanStory, standing: PlanStanding, *, calendars: Calendars
) -> tuple[SetReading, ...]:
    agreed = standing.agreed_at is not None
    in_play = set(standing.in_play()) if agreed else set()
    given = {row.item_id: row for row in story.rows if row.kind in GIVING}
    items = [
        _item_read(
            row,
            standing.items[row.key],
            in_play=row.key in in_play,
            given=given.get(row.pk),
            calendars=calendars,
        )
        for row in story.items
        if standing.items[row.key].present
        and standing.items[row.key].state is not ItemState.DROPPED
    ]
    spec = story.plan.edition.spec
    return tuple(
        SetReading(
            number=number,
            gate=spec.gate_of_set(number),
            items=tuple(item for item in items if item.row.set_number == number),
            is_finished=agreed and standing.is_finished(number),
        )
        for number in SetNumber
        if number <= story.last_set
    )


def _item_read(
    row: PlanItem,
    item: ItemStanding,
    *,
    in_play: bool,
    given: PlanEntry | None,
    calendars: Calendars,
) -> ItemReading:
    return ItemReading(
        row=row,
        asks=row.asks,
        standing=item,
        in_play=in_play,
        held_by=item.held_by if in_play else None,
        due_on=due_day_of(item, calendars=calendars) if in_play else None,
        given=given,
    )
