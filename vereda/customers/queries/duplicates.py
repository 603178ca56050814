"""Asking for pairs that may be one, and for merges."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.contracts import FieldTarget
from vereda.customers.models.duplicates import (
    DuplicateRows,
    DuplicateSuggestion,
    Merge,
    MergeRows,
)
from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.scoping import found

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

TOLD = (
    "merged_at",
    "survivor_account",
    "absorbed_account__name",
    "merged_by__user__name",
    "merged_by__user__email",
)


def open_duplicates(workspace: Workspace | UUID, *, target: FieldTarget) -> DuplicateRows:
    """Suggested pairs that nobody decided, the likeliest first, with both rows."""
    return _pairs(workspace).open().filter(target=target).order_by("-score", "pk")


def open_duplicates_count(workspace: Workspace | UUID) -> int:
    """How many pairs wait for a decision."""
    return DuplicateSuggestion.objects.of(workspace).open().count()


def duplicate_with_id(workspace: Workspace | UUID, suggestion_id: UUID) -> DuplicateSuggestion:
    """The suggested pair with that id, decided or not, or `Missing`."""
    return found(_pairs(workspace).filter(pk=suggestion_id))


def _pairs(workspace: Workspace | UUID) -> DuplicateRows:
    return DuplicateSuggestion.objects.of(workspace).select_related(
        "first_account__owner__user",
        "second_account__owner__user",
        "first_person",
        "second_person",
    )


def standing_merges(workspace: Workspace | UUID) -> MergeRows:
    """The merges that were not taken back, the newest first, with both rows."""
    return _merges(workspace).standing().order_by("-merged_at", "pk")


def merge_with_id(workspace: Workspace | UUID, merge_id: UUID) -> Merge:
    """The merge with that id, or `Missing`."""
    return found(_merges(workspace).filter(pk=merge_id))


def merges_before(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID], before: datetime, limit: int
) -> list[Merge]:
    """The newest standing merges into these accounts that are older than `before`.

    Of the absorbed account and of who merged only the names are read.
    """
    rows = Merge.objects.of(workspace).standing().order_by("-merged_at", "pk")
    rows = rows.filter(in_accounts(account_ids, column="survivor_account"), merged_at__lt=before)
    rows = rows.select_related("absorbed_account", "merged_by__user")
    return list(rows.only(*TOLD)[:limit])


def _merges(workspace: Workspace | UUID) -> MergeRows:
    return Merge.objects.of(workspace).select_related(
        "survivor_account",
        "absorbed_account",
        "survivor_person",
        "absorbed_person",
        "merged_by__user",
    )
