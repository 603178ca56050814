"""Asking when a plan will get there, by how long others took."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vereda.onboarding.contracts.plans import Forecast, PlanPhase
from vereda.onboarding.contracts.templates import SetNumber
from vereda.onboarding.models.plans import Plan, PlanRows
from vereda.onboarding.queries.calendars import calendars_between
from vereda.onboarding.rules.forecasts import Past, SetDays, forecast_of
from vereda.onboarding.rules.promises import day_at

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

MOST_COMPARED = 500
DAY = timedelta(days=1)


def forecast_for(plan: Plan, *, goal: SetNumber, now: datetime) -> Forecast | None:
    """When the plan will have finished that set; None where it has, or never will.

    Compared with plans by the same template, where enough of them came so far, else with all.
    """
    wanted = plan.ended_at is None and plan.agreed_at is not None and goal <= plan.last_set
    if not wanted or plan.set_since_at is None or str(int(goal)) in plan.set_days:
        return None
    today = day_at(now, calendars_between(plan.workspace, plan.account_id).ours)
    spent = max((now - plan.set_since_at) / DAY, 0.0)
    alike, wider = (
        forecast_of(
            set_now=SetNumber(plan.set_now),
            days_in_set=spent,
            goal=goal,
            past=past_plans(plan, goal=goal, alike=only),
            today=today,
        )
        for only in (True, False)
    )
    return alike if alike.known or wider.compared <= alike.compared else wider


def past_plans(plan: Plan, *, goal: SetNumber, alike: bool) -> Past:
    """The newest plans that reached the goal, by the same template (alike) or by any; and how many
    began but have not."""
    rows = _others(plan.workspace, plan)
    if alike:
        rows = rows.filter(edition__template_id=plan.edition.template_id)
    newest = rows.filter(last_set__gte=goal).order_by("-agreed_at")
    told = list(newest.values_list("set_days", "ended_at")[:MOST_COMPARED])
    finished = [_days(days) for days, _ended in told if str(int(goal)) in days]
    return Past(
        finished=finished,
        running=sum(ended is None for days, ended in told if str(int(goal)) not in days),
        alike=alike,
    )


def _others(workspace: Workspace, plan: Plan) -> PlanRows:
    rows = Plan.objects.of(workspace).filter(agreed_at__isnull=False)
    return rows.exclude(pk=plan.pk).exclude(phase=PlanPhase.STOPPED)


def _days(told: Mapping[str, float]) -> SetDays:
    return {SetNumber(int(number)): days for number, days in told.items()}
