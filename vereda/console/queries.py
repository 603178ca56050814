"""Asking what the console keeps, and the sums under a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Sum

from vereda.console.contracts import BulkField
from vereda.console.models import BulkChange, BulkEdit, SavedView
from vereda.customers.queries.accounts import listed_accounts
from vereda.foundation.scoping import OwnedRows, found

if TYPE_CHECKING:
    from vereda.customers.models.accounts import AccountRows
    from vereda.workspaces.models import Member, Workspace

MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows a filter finds, at most 10,000 of them counted; their ARR by currency.

    `arr` is None when there are more than were counted and nobody asked for the whole sum.
    """

    count: int
    more: bool
    arr: list[tuple[str, int]] | None


def totals_of(rows: AccountRows, *, whole: bool = False) -> Totals:
    """Count and sums of a whole filter; two queries. `whole` adds up however many there are.

    Neither names a column that the index of listed accounts does not hold: no id is counted, and
    what is summed is not compared.
    """
    counted = rows.order_by().values("workspace")[: MOST_COUNTED + 1].count()
    more = counted > MOST_COUNTED
    if whole and more:
        counted, more = rows.order_by().count(), False
    return Totals(min(counted, MOST_COUNTED) if more else counted, more, arr_sums(rows, more=more))


def arr_sums(rows: AccountRows, *, more: bool) -> list[tuple[str, int]] | None:
    """The ARR of the rows, one sum for each currency, the largest first."""
    if more:
        return None
    sums = rows.order_by().values("currency").annotate(arr=Sum("arr_minor"))
    known = [(row["currency"], row["arr"]) for row in sums if row["arr"]]
    return sorted(known, key=lambda each: -each[1])


def views_of(member: Member) -> list[SavedView]:
    """The views the member sees, in order."""
    return list(SavedView.objects.of(member.workspace).seen_by(member.pk))


def views_beside(view: SavedView) -> list[SavedView]:
    """The views among which this one stands, in order: the shared ones, or its owner's."""
    rows = SavedView.objects.of(view.workspace_id).filter(owner=view.owner_id)
    return list(rows.order_by("position", "id"))


def view_with_id(member: Member, view_id: UUID) -> SavedView:
    """One of the views the member sees, or `Missing`."""
    return found(SavedView.objects.of(member.workspace).seen_by(member.pk).filter(pk=view_id))


def bulk_edit_with_id(workspace: Workspace, bulk_edit_id: UUID) -> BulkEdit:
    """The edit of many with that id, or `Missing`."""
    rows = BulkEdit.objects.of(workspace).select_related("by__user")
    return found(rows.filter(pk=bulk_edit_id))


def changes_to_undo(bulk_edit: BulkEdit) -> OwnedRows[BulkChange]:
    """What an edit did and nobody took back yet."""
    rows = BulkChange.objects.of(bulk_edit.workspace_id).filter(bulk_edit=bulk_edit)
    return rows.filter(undone_at=None).order_by("pk")


def kept_count(bulk_edit: BulkEdit) -> int:
    """How many accounts undoing left alone, because somebody had changed them since."""
    rows = BulkChange.objects.of(bulk_edit.workspace_id).filter(bulk_edit=bulk_edit, kept=True)
    return rows.count()


def accounts_numbered(workspace: Workspace, numbers: Sequence[int]) -> AccountRows:
    """The listed accounts with those numbers (12 for A-12)."""
    return listed_accounts(workspace).filter(number__in=numbers)


def what_stands(rows: AccountRows, *, field: BulkField) -> list[tuple[str, int]]:
    """What stands in a column of these accounts now, with how many; the most frequent first."""
    column = {BulkField.OWNER: "owner", BulkField.STAGE: "stage"}.get(field)
    if column is None:
        return []
    counted = rows.order_by().values_list(column).annotate(many=Count("pk")).order_by("-many")
    return [("" if value is None else str(value), many) for value, many in counted]
