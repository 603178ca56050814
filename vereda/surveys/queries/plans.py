"""A plan of a sending as pages show it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from vereda.foundation.zones import day_where
from vereda.surveys import wording
from vereda.surveys.rules.asking import sending_day

if TYPE_CHECKING:
    from vereda.surveys.models.surveys import Survey
    from vereda.surveys.queries.asking import Plan

SHOWN: Final = 50


def plan_shown(plan: Plan) -> dict[str, Any]:
    """Who would be asked and who not, the first of each by name."""
    return {
        "asked": len(plan.choice.asked),
        "held": plan.held,
        "skipped": len(plan.choice.skipped),
        "people": [
            (plan.people[each.person_id], plan.accounts[each.account_id])
            for each in plan.choice.asked[:SHOWN]
        ],
        "reasons": [(wording.SKIP_REASONS[each], count) for each, count in plan.reasons.items()],
        "others": [
            (plan.people[each.person_id], plan.accounts[each.account_id], wording.SKIP_REASONS[why])
            for each, why in plan.choice.skipped[:SHOWN]
        ],
        "more": max(0, len(plan.choice.asked) - SHOWN),
        "more_others": max(0, len(plan.choice.skipped) - SHOWN),
    }


def other_sending_day(survey: Survey, *, now: datetime) -> date | None:
    """The day on which letters ordered now would leave; None for today."""
    today = day_where(now, survey.workspace.time_zone)
    day = sending_day(today, quiet=survey.quiet_days)
    return None if day == today else day
