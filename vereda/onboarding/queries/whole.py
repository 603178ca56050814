"""Asking for everything about one plan: what a lead keeps open all day, and what its customer
reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.scoping import found
from vereda.onboarding.contracts.plans import (
    Clocks,
    EntryKind,
    ExitAnswer,
    Forecast,
    Objection,
    PlanPhase,
)
from vereda.onboarding.contracts.templates import GateSpec, ItemSpec, Party, SetNumber
from vereda.onboarding.models.items import PlanEntry, PlanItem
from vereda.onboarding.models.plans import Plan, PlanOutcome, PreSaleTool
from vereda.onboarding.queries.calendars import calendars_between
from vereda.onboarding.queries.follow_ups import FollowUps, follow_ups_in, tasks_by_item
from vereda.onboarding.queries.forecasts import forecast_for
from vereda.onboarding.queries.histories import PlanStory, plan_story
from vereda.onboarding.queries.intensity import plan_intensity
from vereda.onboarding.queries.people import (
    Inclusion,
    PlanPersonView,
    inclusion_of_plan,
    people_of_plan,
)
from vereda.onboarding.queries.promising import PromiseView, promises_in
from vereda.onboarding.rules.clocks import Calendars, History, clocks_in
from vereda.onboarding.rules.objections import objection_to
from vereda.onboarding.rules.promises import day_at, due_day_of
from vereda.onboarding.rules.standing import ItemStanding, PlanStanding

if TYPE_CHECKING:
    from vereda.onboarding.contracts.intensity import Intensity
    from vereda.outcomes.models.outcomes import Outcome
    from vereda.worklist.models.tasks import Task

VERBS = (
    EntryKind.REQUESTED,
    EntryKind.ASKED_AGAIN,
    EntryKind.FOLLOWED_UP,
    EntryKind.SUBMITTED,
    EntryKind.ACCEPTED,
    EntryKind.RETURNED,
    EntryKind.APPROVED,
    EntryKind.STARTED,
    EntryKind.DONE,
    EntryKind.ATTENDED,
    EntryKind.SMILED,
    EntryKind.REOPENED,
    EntryKind.WAIVED,
    EntryKind.DROPPED,
    EntryKind.HANDED_OVER,
)
ANY_REASON = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An item, how it stands, and what can be done with it now.

    in_play: its gates are open and it is not settled. given: what they gave last. follow_ups: what
    was done and is planned, while it waits for them; task: by which one of us is asked to follow
    up. verbs: what can happen to it now; `refused` says of everything else why not.
    """

    row: PlanItem
    asks: ItemSpec
    standing: ItemStanding
    in_play: bool
    held_by: Party | None
    due_on: date | None
    late_days: int
    given: PlanEntry | None
    entries: tuple[PlanEntry, ...]
    follow_ups: FollowUps | None
    task: Task | None
    verbs: frozenset[EntryKind]
    refused: Mapping[EntryKind, Objection]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetView:
    """A set: its gate (what opens when it is finished, and for whom), its items.

    is_open: everything before it is accepted or done. missing: the keys of its required items
    that keep its gate shut. days: how long it took, or takes so far; None before it began.
    """

    number: SetNumber
    gate: GateSpec
    items: tuple[ItemView, ...]
    is_open: bool
    is_finished: bool
    missing: tuple[str, ...]
    began_at: datetime | None
    finished_at: datetime | None
    days: float | None

    @property
    def closed(self) -> int:
        """How many of its items are settled."""
        return sum(item.standing.is_closed for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """Everything about a plan at an instant.

    clocks: what the customer remembers until it was in their hands (set 3), or until now;
    clocks_whole: the same to the plan's end. to_sold, to_onboarded: forecasts; None where there is
    nothing to forecast. entries: what happened, the latest first, whenever it was told. titles:
    what each item is called by its key, by language.
    """

    plan: Plan
    now: datetime
    today: date
    phase: PlanPhase
    standing: PlanStanding
    sets: tuple[SetView, ...]
    people: tuple[PlanPersonView, ...]
    inclusion: Inclusion
    promises: tuple[PromiseView, ...]
    clocks: Clocks
    clocks_whole: Clocks
    to_sold: Forecast | None
    to_onboarded: Forecast | None
    tools: tuple[PreSaleTool, ...]
    benefits: tuple[Outcome, ...]
    answer: ExitAnswer | None
    entries: tuple[PlanEntry, ...]
    titles: Mapping[str, Mapping[str, str]]
    intensity: Intensity

    @property
    def late_items(self) -> tuple[ItemView, ...]:
        """The items that are overdue."""
        return tuple(item for each in self.sets for item in each.items if item.late_days)

    @property
    def set_now(self) -> SetView:
        """The set that they are in."""
        return self.sets[self.standing.set_now - 1]

    @property
    def asks_exit(self) -> bool:
        """Whether the last question is to be asked now."""
        through = self.standing.last_set is SetNumber.SUCCESS and self.standing.all_finished
        return through and self.standing.agreed_at is not None and self.answer is None


def whole_plan(plan: Plan, *, now: datetime) -> PlanView:
    """Everything about the plan; a constant number of queries."""
    story = plan_story(plan)
    calendars = calendars_between(plan.workspace, plan.account_id)
    history, standing = story.history(until=now), story.standing()
    whole = clocks_in(history, calendars=calendars, until=now)
    sold_at = history.finished.get(SetNumber.FIRST_CONTACT)
    people = people_of_plan(story)
    promises = promises_in(story, history=history, clocks=whole, calendars=calendars, now=now)
    intensity = plan_intensity(plan)
    follow_ups = follow_ups_in(story, standing, intensity=intensity, calendars=calendars, now=now)
    tasks = tasks_by_item(plan)
    views = [
        _item(
            row,
            story,
            standing,
            calendars=calendars,
            now=now,
            follow_ups=follow_ups.get(row.key),
            task=tasks.get(row.pk),
        )
        for row in story.items
        if standing.items[row.key].present
    ]
    return PlanView(
        plan=plan,
        now=now,
        today=day_at(now, calendars.ours),
        phase=standing.phase,
        standing=standing,
        sets=_sets(story, views, standing, history, now=now),
        people=people,
        inclusion=inclusion_of_plan(plan, people),
        promises=tuple(promises),
        clocks=clocks_in(history, calendars=calendars, until=sold_at or now),
        clocks_whole=whole,
        to_sold=forecast_for(plan, goal=SetNumber.FIRST_CONTACT, now=now),
        to_onboarded=forecast_for(plan, goal=SetNumber.SUCCESS, now=now),
        tools=tuple(tools_of(plan)),
        benefits=tuple(benefits_of(plan)),
        answer=standing.answer,
        entries=tuple(sorted(story.rows, key=lambda row: (row.at, row.number), reverse=True)),
        titles={row.key: row.asks.titles for row in story.items},
        intensity=intensity,
    )


def tools_of(plan: Plan) -> list[PreSaleTool]:
    """What they could try or see before they bought, with what was said of it; two queries."""
    rows = PreSaleTool.objects.of(plan.workspace_id).filter(plan=plan)
    return list(rows.prefetch_related("feedback__person").order_by("started_on", "pk"))


def tool_with_id(plan: Plan, tool_id: UUID) -> PreSaleTool:
    """The trial or demo of the plan with that id, or `Missing`."""
    rows = PreSaleTool.objects.of(plan.workspace_id).filter(plan=plan, pk=tool_id)
    return found(rows.select_related("plan"))


def benefits_of(plan: Plan) -> list[Outcome]:
    """The promised benefits that the plan is to bring."""
    rows = PlanOutcome.objects.of(plan.workspace_id).filter(plan=plan)
    return [row.outcome for row in rows.select_related("outcome").order_by("created_at", "pk")]


def _sets(
    story: PlanStory,
    views: list[ItemView],
    standing: PlanStanding,
    history: History,
    *,
    now: datetime,
) -> tuple[SetView, ...]:
    spec = story.plan.edition.spec
    return tuple(
        _set(number, spec.gate_of_set(number), views, standing, history, now=now)
        for number in SetNumber
        if number <= story.last_set
    )


def _set(
    number: SetNumber,
    gate: GateSpec,
    views: list[ItemView],
    standing: PlanStanding,
    history: History,
    *,
    now: datetime,
) -> SetView:
    agreed = standing.agreed_at is not None
    before = history.agreed_at if number == 1 else history.finished.get(SetNumber(number - 1))
    finished = history.finished.get(number)
    end = finished or now
    return SetView(
        number=number,
        gate=gate,
        items=tuple(view for view in views if view.row.set_number == number),
        is_open=agreed and not standing.missing_before(number),
        is_finished=agreed and standing.is_finished(number),
        missing=standing.missing_in(number),
        began_at=before,
        finished_at=finished,
        days=max((end - before).total_seconds(), 0.0) / 86_400 if before else None,
    )


def _item(
    row: PlanItem,
    story: PlanStory,
    standing: PlanStanding,
    *,
    calendars: Calendars,
    now: datetime,
    follow_ups: FollowUps | None,
    task: Task | None,
) -> ItemView:
    item = standing.items[row.key]
    in_play = standing.agreed_at is not None and row.key in standing.in_play()
    entries = tuple(entry for entry in story.rows if entry.item_id == row.pk)
    given = [entry for entry in entries if entry.kind in GIVING]
    due_on = due_day_of(item, calendars=calendars) if in_play else None
    side = calendars.ours if item.line.party is Party.US else calendars.theirs
    late = max((day_at(now, side) - due_on).days, 0) if due_on is not None else 0
    told = {verb: objection_to(standing, verb, row.key, because=ANY_REASON) for verb in VERBS}
    return ItemView(
        row=row,
        asks=row.asks,
        standing=item,
        in_play=in_play,
        held_by=item.held_by if in_play else None,
        due_on=due_on,
        late_days=late,
        given=given[-1] if given else None,
        entries=entries,
        follow_ups=follow_ups,
        task=task,
        verbs=frozenset(verb for verb, objection in told.items() if objection is None),
        refused={verb: objection for verb, objection in told.items() if objection is not None},
    )


GIVING = (EntryKind.SUBMITTED, EntryKind.APPROVED)
