"""What was won, won back and lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count

from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.ids import number_in
from vereda.foundation.scoping import found
from vereda.revenue.models import Win, WinRows

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def all_wins(workspace: Workspace | UUID) -> WinRows:
    """Every win, win-back and loss of the workspace, unordered, with account and member."""
    return Win.objects.of(workspace).select_related("account", "by__user")


def wins_of_accounts(workspace: Workspace | UUID, account_ids: Collection[UUID]) -> WinRows:
    """Those of these accounts, the last first."""
    return all_wins(workspace).filter(in_accounts(account_ids)).newest()


def win_with_key(workspace: Workspace | UUID, key: str) -> Win:
    """The win a person means by W-12, or `Missing`."""
    return found(all_wins(workspace).filter(number=number_in(key, "W")))


def win_reasons(rows: WinRows) -> dict[str, Counter[str]]:
    """How many of these wins each reason decided, by kind; one query."""
    counted: dict[str, Counter[str]] = {}
    for kind, reason, number in (
        rows.order_by().values_list("kind", "reason").annotate(number=Count("id"))
    ):
        counted.setdefault(kind, Counter())[reason] = number
    return counted
