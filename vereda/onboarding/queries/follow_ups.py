"""Asking when a plan's customer is followed up, and about what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.onboarding.contracts.intensity import Intensity
from vereda.onboarding.contracts.templates import ItemKind, Party
from vereda.onboarding.models.follow_ups import FollowUpTask
from vereda.onboarding.queries.items import FOLLOWING_UP, TURNS
from vereda.onboarding.rules.follow_ups import PlannedFollowUp, follow_ups_ahead
from vereda.onboarding.rules.objections import OPEN_ASKED
from vereda.onboarding.rules.promises import day_at

if TYPE_CHECKING:
    from vereda.onboarding.models.items import PlanItem
    from vereda.onboarding.models.plans import Plan
    from vereda.onboarding.queries.histories import PlanStory
    from vereda.onboarding.rules.clocks import Calendars
    from vereda.onboarding.rules.standing import PlanStanding
    from vereda.worklist.models.tasks import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUps:
    """What is done and planned about an item that waits for the customer.

    turn: the number of the entry that made it their turn; done_on: the days on which somebody
    followed up since.
    """

    item: PlanItem
    turn: int
    done_on: tuple[date, ...]
    ahead: tuple[PlannedFollowUp, ...]

    def due_in_person(self, today: date) -> PlannedFollowUp | None:
        """The next one, where one of us has to do it by today; None where not."""
        first = self.ahead[0] if self.ahead else None
        return first if first is not None and first.in_person and first.on <= today else None


def follow_ups_in(
    story: PlanStory,
    standing: PlanStanding,
    *,
    intensity: Intensity,
    calendars: Calendars,
    now: datetime,
) -> Mapping[str, FollowUps]:
    """By the key of the item: everything open that waits for the customer, in a plan that goes
    on. Days are those of the customer's calendar. No query."""
    if standing.agreed_at is None or standing.is_ended:
        return {}
    theirs = set(standing.in_play())
    found = {}
    for row in story.items:
        item = standing.items[row.key]
        if row.key not in theirs or item.held_by is not Party.THEM or item.state not in OPEN_ASKED:
            continue
        turns = [entry for entry in story.rows if entry.item_id == row.pk and entry.kind in TURNS]
        if not turns or row.kind is ItemKind.MILESTONE:
            continue
        last = turns[-1]
        done = {
            day_at(entry.told_at, calendars.theirs)
            for entry in story.rows
            if entry.item_id == row.pk and entry.kind in FOLLOWING_UP and entry.number > last.number
        }
        found[row.key] = FollowUps(
            item=row,
            turn=last.number,
            done_on=tuple(sorted(done)),
            ahead=follow_ups_ahead(
                day_at(last.told_at, calendars.theirs),
                done_on=done,
                today=day_at(now, calendars.ours),
                intensity=intensity,
                calendars=calendars,
            ),
        )
    return found


def follow_up_tasks_of(plan: Plan) -> list[FollowUpTask]:
    """The follow-ups of the plan that are on somebody's list, with item and task."""
    rows = FollowUpTask.objects.of(plan.workspace_id).standing().filter(item__plan=plan)
    return list(
        rows.select_related("item", "task__account", "task__run").order_by("created_at", "pk")
    )


def follow_up_of_task(workspace_id: UUID, task_id: UUID) -> FollowUpTask | None:
    """The follow-up that this task asks for, while it stands; None where the task is another."""
    rows = FollowUpTask.objects.of(workspace_id).standing().filter(task=task_id)
    return rows.select_related(
        "item__plan__account", "item__plan__workspace", "task__done_by__user"
    ).first()


def tasks_by_item(plan: Plan) -> dict[UUID, Task]:
    """The task by which somebody is asked to follow up, by item."""
    return {row.item_id: row.task for row in follow_up_tasks_of(plan) if row.task is not None}
