"""What a visitor can do, and what of it is theirs to touch."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.errors import Missing
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.queries.items import item_with_id
from vereda.onboarding.queries.plans import plan_with_key, plans_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.onboarding.models.items import PlanItem
    from vereda.onboarding.models.plans import Plan
    from vereda.workspaces.models import Workspace


def visitors_plans(accounts: Collection[Account]) -> list[Plan]:
    """The plans that a visitor reads: of the accounts they are in, those that go on first."""
    plans = [plan for account in accounts for plan in plans_of(account)]
    shown = [plan for plan in plans if plan.agreed_at is not None and plan.stopped_at is None]
    return sorted(shown, key=lambda plan: (plan.ended_at is not None, -plan.number))


def visitors_plan(workspace: Workspace, key: str, *, account_ids: Collection[UUID]) -> Plan:
    """The plan by that key, if it is of an account they are in; `Missing` else."""
    plan = plan_with_key(workspace, key)
    if plan.account_id not in account_ids or plan.agreed_at is None:
        raise Missing
    return plan


def visitors_item(
    workspace: Workspace, item_id: UUID, *, person: Person, account_ids: Collection[UUID]
) -> PlanItem:
    """The item, if it is of an account they are in, and theirs or anybody's there."""
    item = item_with_id(workspace, item_id)
    mine = item.person_id in (None, person.pk)
    theirs = item.asks.party is not Party.US or item.asks.smile
    if item.plan.account_id not in account_ids or not mine or not theirs:
        raise Missing
    return item
