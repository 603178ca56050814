"""Handing plans over to another lead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from vereda.onboarding.actions.plans import edit_plan

if TYPE_CHECKING:
    from vereda.onboarding.models.plans import Plan
    from vereda.workspaces.models import Member


@transaction.atomic
def assign_lead(
    plans: Iterable[Plan], *, lead: Member | None, by: Member | None, now: datetime
) -> int:
    """These plans are led by this member from now on, with the items of ours that the lead had and
    the open tasks for follow-ups. Answers how many changed."""
    changed = [plan for plan in plans if plan.lead != lead]
    for plan in changed:
        edit_plan(
            plan,
            name=plan.name,
            lead=lead,
            product=plan.product,
            why_needed=plan.why_needed,
            by=by,
            now=now,
        )
    return len(changed)
