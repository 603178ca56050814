"""Asking which accounts everybody looks at first; nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.models.lighthouses import Lighthouse
from vereda.foundation.scoping import found

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Workspace


def lighthouses_in(workspace: Workspace | UUID) -> list[Lighthouse]:
    """The list in its order, each with its account and the account's owner; one query."""
    rows = Lighthouse.objects.of(workspace).in_order()
    return list(rows.select_related("account__owner__user"))


def lighthouse_of(account: Account) -> Lighthouse | None:
    """The account's place on the list, None when it is not there."""
    return Lighthouse.objects.of(account.workspace_id).filter(account=account).first()


def lighthouse_with_account(account: Account) -> Lighthouse:
    """The account's place on the list, or `Missing`."""
    rows = Lighthouse.objects.of(account.workspace_id).select_related("account")
    return found(rows.filter(account=account))
