"""Asking for items of plans."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.scoping import found
from vereda.onboarding.contracts.plans import ItemState
from vereda.onboarding.contracts.templates import GIVEN_KINDS
from vereda.onboarding.models.items import PlanEntry, PlanItem

if TYPE_CHECKING:
    from vereda.onboarding.models.plans import Plan
    from vereda.workspaces.models import Workspace


def plan_item(plan: Plan, key: str) -> PlanItem:
    """The item of the plan that bears this short name, or `Missing`."""
    rows = PlanItem.objects.of(plan.workspace_id).filter(plan=plan, key=key)
    return found(rows.select_related("plan__account", "plan__workspace", "person", "member__user"))


def item_with_id(workspace: Workspace | UUID, item_id: UUID) -> PlanItem:
    """The item with that id, or `Missing`."""
    rows = PlanItem.objects.of(workspace).filter(pk=item_id)
    return found(rows.select_related("plan__account", "plan__workspace", "person", "member__user"))


def given_elsewhere(item: PlanItem) -> PlanItem | None:
    """The same item in another plan of the account by the same template, where they gave it
    already; None where they did not."""
    if item.kind not in GIVEN_KINDS:
        return None
    plan = item.plan
    rows = PlanItem.objects.of(item.workspace_id).filter(
        plan__account_id=plan.account_id,
        plan__edition__template_id=plan.edition.template_id,
        key=item.key,
        extra=False,
        state__in=(ItemState.SUBMITTED, ItemState.ACCEPTED),
    )
    others = rows.exclude(plan_id=plan.pk).select_related("plan")
    return others.order_by("-closed_at", "-pk").first()


def last_given(item: PlanItem) -> PlanEntry | None:
    """What they gave last for the item; None while they gave nothing."""
    rows = PlanEntry.objects.of(item.workspace_id).filter(item=item)
    given = rows.filter(kind__in=("submitted", "approved"))
    return given.select_related("person", "member__user", "file").order_by("-number").first()
