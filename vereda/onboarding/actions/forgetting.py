"""Forgetting somebody who had a part in plans."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from vereda.foundation.scoping import id_of
from vereda.onboarding.models.items import PlanEntry, PlanItem
from vereda.onboarding.models.plans import PlanPerson, ToolFeedback
from vereda.workspaces.actions.audit import record
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@transaction.atomic
def forget_plan_person(person_id: UUID, *, workspace: Workspace | UUID) -> int:
    """That something was given, approved or said stays, and when, so that clocks and gates stand;
    who it was and in what words goes. Answers how many rows."""
    entries = PlanEntry.objects.of(workspace).filter(person=person_id)
    forgotten: int = entries.update(person=None, value="", words="", because="", file=None)
    feedback = ToolFeedback.objects.of(workspace).filter(person=person_id)
    forgotten += feedback.delete()[0]
    items = PlanItem.objects.of(workspace).filter(person=person_id)
    forgotten += items.update(person=None)
    forgotten += PlanPerson.objects.of(workspace).filter(person=person_id).delete()[0]
    if forgotten:
        record(None, "forgot person in plans", workspace_with_id(id_of(workspace)), rows=forgotten)
    return forgotten
