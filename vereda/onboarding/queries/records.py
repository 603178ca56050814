"""Asking what a person gave and said in plans, and what an account's plans tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.scoping import OwnedRows
from vereda.onboarding.contracts.plans import EntryKind
from vereda.onboarding.models.items import PlanEntry
from vereda.onboarding.models.plans import PlanPerson, ToolFeedback

if TYPE_CHECKING:
    from vereda.customers.models.people import Person
    from vereda.onboarding.models.plans import Plan
    from vereda.workspaces.models import Workspace

NEWS = (
    EntryKind.PREPARED,
    EntryKind.AGREED,
    EntryKind.STOPPED,
    EntryKind.RESUMED,
    EntryKind.EXIT_ANSWERED,
    EntryKind.REQUESTED,
    EntryKind.ASKED_AGAIN,
    EntryKind.SUBMITTED,
    EntryKind.ACCEPTED,
    EntryKind.RETURNED,
    EntryKind.APPROVED,
    EntryKind.DONE,
    EntryKind.REACHED,
    EntryKind.REOPENED,
    EntryKind.WAIVED,
    EntryKind.SMILED,
    EntryKind.HANDED_OVER,
)
"""What an account's timeline tells; reminders and small steps would bury it."""


def plan_news(
    workspace: Workspace, account_ids: Sequence[UUID], *, before: datetime, limit: int
) -> list[PlanEntry]:
    """The newest entries of plans of these accounts before an instant, newest first; one query."""
    rows = PlanEntry.objects.of(workspace).filter(at__lt=before, kind__in=NEWS)
    rows = rows.filter(in_accounts(account_ids, column="plan__account"))
    rows = rows.select_related("plan", "item", "person", "member__user")
    return list(rows.order_by("-at", "-pk")[:limit])


def entries_by(person_id: UUID, *, workspace: Workspace | UUID) -> OwnedRows[PlanEntry]:
    """What the person gave, approved or said in any plan, the newest first."""
    rows = PlanEntry.objects.of(workspace).filter(person=person_id)
    return rows.select_related("plan", "item", "file").order_by("-at", "-pk")


def plan_parts_of(person_id: UUID, *, workspace: Workspace | UUID) -> OwnedRows[PlanPerson]:
    """The plans in which the person has a part, the newest first."""
    rows = PlanPerson.objects.of(workspace).filter(person=person_id)
    return rows.select_related("plan").order_by("-created_at", "-pk")


def feedback_by(person_id: UUID, *, workspace: Workspace | UUID) -> OwnedRows[ToolFeedback]:
    """What the person said about trials and early versions, the newest first."""
    rows = ToolFeedback.objects.of(workspace).filter(person=person_id)
    return rows.select_related("tool__plan").order_by("-said_on", "-pk")


def people_with_part(plan: Plan) -> list[Person]:
    """Who has a part in the plan, those who were erased left out."""
    rows = PlanPerson.objects.of(plan.workspace_id).filter(plan=plan, person__erased_at=None)
    return [row.person for row in rows.select_related("person").order_by("created_at", "pk")]
