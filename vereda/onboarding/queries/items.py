"""Asking for items of plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Max

from vereda.foundation.scoping import found
from vereda.onboarding.contracts.plans import EntryKind, ItemState
from vereda.onboarding.contracts.templates import GIVEN_KINDS
from vereda.onboarding.models.items import PlanEntry, PlanItem

if TYPE_CHECKING:
    from vereda.onboarding.models.plans import Plan
    from vereda.workspaces.models import Workspace


TURNS: Final = (
    EntryKind.REQUESTED,
    EntryKind.ASKED_AGAIN,
    EntryKind.RETURNED,
    EntryKind.REOPENED,
)
"""What makes it their turn."""


FOLLOWING_UP: Final = (EntryKind.REMINDED, EntryKind.FOLLOWED_UP)


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


def turned_to_them(workspace: Workspace | UUID, item_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When it became their turn last, by item; those that it never became are not there."""
    rows = PlanEntry.objects.of(workspace).filter(item__in=item_ids, kind__in=TURNS)
    told = rows.values_list("item_id").annotate(last=Max("told_at"))
    return {item_id: last for item_id, last in told if item_id is not None}


def reminders_of(
    workspace: Workspace | UUID, item_ids: Collection[UUID]
) -> dict[UUID, list[datetime]]:
    """When each item was followed up, by a letter or in person, the first time first; those that
    never were are not there."""
    rows = PlanEntry.objects.of(workspace).filter(item__in=item_ids, kind__in=FOLLOWING_UP)
    found_at: dict[UUID, list[datetime]] = defaultdict(list)
    for item_id, told_at in rows.order_by("number").values_list("item_id", "told_at"):
        if item_id is not None:
            found_at[item_id].append(told_at)
    return dict(found_at)


def is_told_by_letter(item: PlanItem, letter_id: UUID) -> bool:
    """Whether that letter has been taken for the item already."""
    return PlanEntry.objects.of(item.workspace_id).filter(item=item, letter_id=letter_id).exists()


def why_returned(workspace: Workspace | UUID, item_ids: Collection[UUID]) -> dict[UUID, str]:
    """Why what was given last for these items came back, where it did."""
    rows = PlanEntry.objects.of(workspace).filter(item__in=item_ids, kind=EntryKind.RETURNED)
    return dict(rows.order_by("number").values_list("item_id", "because"))
