"""Asking what customers were told to expect."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.scoping import OwnedRows, found
from vereda.outcomes.models.expectations import Expectation

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Workspace


def expectations_of(account: Account) -> OwnedRows[Expectation]:
    """What the account was told to expect at each step, the last said first."""
    rows = Expectation.objects.of(account.workspace_id).filter(account=account)
    rows = rows.select_related("member__user", "person", "outcome", "settled_by__user")
    return rows.order_by("-set_on", "-id")


def expectation_with_id(workspace: Workspace | UUID, expectation_id: UUID) -> Expectation:
    """One expectation with its account, or `Missing`."""
    rows = Expectation.objects.of(workspace).select_related("account")
    return found(rows.filter(pk=expectation_id))
