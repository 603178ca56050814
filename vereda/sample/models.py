"""The one table of its own: a load that somebody started from a page, and how far it is."""

from typing import ClassVar, Self

from django.db import models

from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows


class SampleLoadRows(OwnedRows["SampleLoad"]):
    """Loads that members of a workspace asked for."""

    def on_their_way(self) -> Self:
        """Those that have not ended."""
        return self.filter(ended_at=None)


class SampleLoad(OwnedByWorkspace):
    """The sample company being loaded because a member of this workspace asked for it."""

    personal_data: ClassVar[Declared] = {
        "doing": NotPersonal("a word of our own"),
        "failure": NotPersonal("a sentence of our own"),
    }

    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    percent = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True)

    objects = OwnedManager.from_queryset(SampleLoadRows)()

    def __str__(self) -> str:
        return f"{self.percent} %"
