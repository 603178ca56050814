"""Looking at plans because time passes, or because something was measured."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from vereda.adoption.contracts import Measure
from vereda.adoption.queries.milestones import milestones_reached
from vereda.foundation.criteria import one_of_many
from vereda.onboarding.actions.follow_ups import ask_for_due_follow_ups
from vereda.onboarding.actions.items import reach_milestone
from vereda.onboarding.actions.lateness import notice_lateness
from vereda.onboarding.actions.plans import refresh_plan
from vereda.onboarding.contracts.templates import ItemKind, MilestoneMeasure
from vereda.onboarding.models.items import PlanItem
from vereda.onboarding.models.plans import Plan, PlanOutcome
from vereda.onboarding.queries.plans import plans_in
from vereda.outcomes.contracts import OutcomeState
from vereda.outcomes.queries.outcomes import outcome_views, outcomes_in
from vereda.worklist.queries.ranks import today_at

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

MEASURED_BY_USE: Final[Mapping[MilestoneMeasure, Measure]] = {
    MilestoneMeasure.FIRST_USE: Measure.FIRST_USE,
    MilestoneMeasure.FIRST_USE_COMPLETED: Measure.FIRST_USE_COMPLETED,
    MilestoneMeasure.REGULAR_USE: Measure.REGULAR_USE,
}


def look_at_plan(plan: Plan, *, now: datetime) -> int:
    """Bring a plan up to the day and to what was measured: lateness, follow-ups that are due; how
    many milestones it reached."""
    reached = reach_measured(plan, now=now)
    with transaction.atomic():
        row = refresh_plan(plan, now=now)
        notice_lateness(row, now=now)
        ask_for_due_follow_ups(row, now=now)
    return reached


def look_at_plans_of(workspace: Workspace, account_ids: Collection[UUID], *, now: datetime) -> int:
    """The same for every plan of these accounts that goes on."""
    rows = plans_in(workspace).open().filter(agreed_at__isnull=False)
    wanted = rows.filter(one_of_many(account_ids, column="account_id")).order_by("number")
    return sum(look_at_plan(plan, now=now) for plan in wanted)


def reach_measured(plan: Plan, *, now: datetime) -> int:
    """Settle the milestones that events or the promised benefits show to be reached."""
    rows = PlanItem.objects.of(plan.workspace_id).filter(plan=plan).in_play()
    open_ones = [row for row in rows.select_related("plan").in_order() if is_measured(row)]
    if not open_ones:
        return 0
    found = milestones_measured(plan, now=now)
    told = [
        reach_milestone(row, reached_at=min(at, now), measured_by=measure, now=now)
        for row in open_ones
        if (measure := row.asks.measure) is not None and (at := found.get(measure)) is not None
    ]
    return sum(entry is not None for entry in told)


def is_measured(row: PlanItem) -> bool:
    """Whether events or benefits show that the item is reached; a smile is given by a person."""
    return row.kind is ItemKind.MILESTONE and row.asks.measure is not MilestoneMeasure.SMILE


def milestones_measured(plan: Plan, *, now: datetime) -> dict[MilestoneMeasure, datetime]:
    """When the plan's account reached what is measured, as far as it has."""
    use = milestones_reached(
        plan.workspace_id, account_id=plan.account_id, product_id=plan.product_id
    )
    reached = {
        measure: at
        for measure, by_use in MEASURED_BY_USE.items()
        if (at := use.get(by_use)) is not None
    }
    verified_at = benefits_verified_at(plan, now=now)
    if verified_at is not None:
        reached[MilestoneMeasure.BENEFIT_VERIFIED] = verified_at
    return reached


def benefits_verified_at(plan: Plan, *, now: datetime) -> datetime | None:
    """When the last of the plan's benefits was verified; None while one is not, or it has none."""
    links = PlanOutcome.objects.of(plan.workspace_id).filter(plan=plan).values("outcome_id")
    rows = outcomes_in(plan.workspace_id).filter(pk__in=links)
    views = outcome_views(plan.workspace_id, rows, today=today_at(plan.workspace, now=now))
    standing = [view for view in views if view.state is not OutcomeState.DROPPED]
    if not standing or any(view.state is not OutcomeState.VERIFIED for view in standing):
        return None
    return max((view.ruling.at for view in standing if view.ruling is not None), default=now)
