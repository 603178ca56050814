"""The accounts that everybody looks at first."""

from typing import ClassVar, Self

from django.db import models

from vereda.customers.models.accounts import Account
from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows


class LighthouseRows(OwnedRows["Lighthouse"]):
    """The lighthouse list of a workspace."""

    def in_order(self) -> Self:
        """The most important first; accounts that were archived or merged are not shown."""
        standing = self.filter(account__merged_into=None, account__archived_at=None)
        return standing.order_by("place", "id")


class Lighthouse(OwnedByWorkspace):
    """An account whose success shows others the way, and its place among them; 1 comes first.

    `why` is what the workspace learns or gains from it; `since_on` the day it was put there.
    """

    personal_data: ClassVar[Declared] = {
        "why": NotPersonal("what a company means to the workspace"),
    }

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="lighthouse")
    place = models.PositiveIntegerField()
    why = models.CharField(max_length=300)
    since_on = models.DateField()
    added_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager.from_queryset(LighthouseRows)()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(fields=["workspace", "place", "id"], name="lighthouse_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.account}"
