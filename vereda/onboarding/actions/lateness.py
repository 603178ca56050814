"""Saying of a plan that something of it is overdue, and taking that back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vereda.foundation.facts import announce
from vereda.onboarding.contracts.facts import PlanLate, PlanOnTime
from vereda.onboarding.models.plans import Plan
from vereda.worklist.actions.alerts import clear_alert, raise_alert
from vereda.worklist.contracts import AlertKind, AlertReason
from vereda.worklist.queries.ranks import today_at


def notice_lateness(plan: Plan, *, now: datetime) -> bool:
    """Raise or clear the alert of a plan by its columns; whether it is late. A broken promise is
    said before anything else that is overdue. Call it inside the transaction that holds the plan.
    """
    today = today_at(plan.workspace, now=now)
    late_on = plan.due_on if plan.due_on is not None and plan.due_on < today else None
    if late_on is None and plan.late_since_on is None:
        return False
    about: dict[str, Any] = {
        "account_id": plan.account_id,
        "kind": AlertKind.ONBOARDING,
        "cause": f"plan-{plan.pk}",
        "now": now,
    }
    told = {
        "workspace_id": plan.workspace_id,
        "account_id": plan.account_id,
        "plan_id": plan.pk,
    }
    if late_on is None:
        clear_alert(plan.workspace, **about)
        announce(PlanOnTime(**told))
    else:
        broken = plan.promised_on if plan.promised_on and plan.promised_on < today else None
        reason = AlertReason.PROMISE_LATE if broken else AlertReason.PLAN_LATE
        details = {"plan": plan.key, "due_on": (broken or late_on).isoformat()}
        raise_alert(plan.workspace, reason=reason, details=details, **about)
        if plan.late_since_on is None:
            announce(PlanLate(**told))
    if plan.late_since_on != late_on:
        plan.late_since_on = late_on
        Plan.objects.of(plan.workspace_id).filter(pk=plan.pk).update(late_since_on=late_on)
    return late_on is not None
