"""What a member has before them: how much at once, and when they last looked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vereda.foundation.personal_data import Declared
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager

USUAL_BUDGET = 12
SMALLEST_BUDGET = 3
LARGEST_BUDGET = 40


class Desk(OwnedByWorkspace):
    """One member's desk.

    `budget`: so many things to do now are listed; the rest is grouped with its count.
    `since_at`: what changed is told from here on; `looked_at`: the last look.
    """

    personal_data: ClassVar[Declared] = {}

    member = models.ForeignKey("workspaces.Member", on_delete=models.CASCADE, related_name="+")
    budget = models.PositiveSmallIntegerField(default=USUAL_BUDGET)
    since_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager["Desk"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member"], name="desk_once"),
        ]

    def __str__(self) -> str:
        return f"desk of {self.member}"
