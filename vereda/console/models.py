"""Tables of saved views and of edits of many accounts."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from vereda.console.contracts import BulkField
from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows


class SavedViewRows(OwnedRows["SavedView"]):
    """Saved views of a workspace."""

    def seen_by(self, member_id: object) -> Self:
        """Those shared with everybody, then the member's own."""
        seen = self.filter(Q(owner=None) | Q(owner=member_id))
        return seen.order_by(F("owner").asc(nulls_first=True), "position", "id")


class SavedView(OwnedByWorkspace):
    """A list as somebody wants to see it again: its address. Without an owner it is shared."""

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("the name of a list"),
        "query": NotPersonal("filters of a list"),
    }

    name = models.CharField(max_length=60)
    owner = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    query = models.TextField(max_length=4_000, blank=True)
    position = models.PositiveIntegerField(default=0)

    objects = OwnedManager.from_queryset(SavedViewRows)()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "position", "id"], name="saved_view_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class BulkEdit(OwnedByWorkspace):
    """One change of many accounts: which ones, what to, and how far it is.

    Either `numbers` names the accounts or `query` is the filter they stood in.
    """

    personal_data: ClassVar[Declared] = {
        "value": NotPersonal("a stage, a member's id, a tag or a next step"),
        "query": NotPersonal("filters of a list"),
        "numbers": NotPersonal("numbers of accounts"),
    }

    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    field = models.CharField(max_length=12, choices=[(str(each), str(each)) for each in BulkField])
    value = models.CharField(max_length=300, blank=True)
    query = models.TextField(max_length=4_000, blank=True)
    numbers = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    undo_began_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = OwnedManager["BulkEdit"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-created_at"], name="bulk_edit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.total}"


class BulkChange(OwnedByWorkspace):
    """What one edit did to one account; undoing puts `before` back where `after` still stands."""

    personal_data: ClassVar[Declared] = {
        "before": NotPersonal("what stood in a column of an account"),
        "after": NotPersonal("what was put there"),
    }

    bulk_edit = models.ForeignKey(BulkEdit, on_delete=models.CASCADE, related_name="changes")
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    undone_at = models.DateTimeField(null=True)
    kept = models.BooleanField(default=False)

    objects = OwnedManager["BulkChange"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bulk_edit", "account"], name="bulk_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
