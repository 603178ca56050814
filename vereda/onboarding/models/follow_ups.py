"""Follow-ups that one of us has to do."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from vereda.foundation.personal_data import Declared
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.onboarding.models.items import PlanItem


class FollowUpTaskRows(OwnedRows["FollowUpTask"]):
    """Follow-ups on lists."""

    def standing(self) -> Self:
        """Those that are neither done nor needless."""
        return self.filter(closed_at=None)


class FollowUpTask(OwnedByWorkspace):
    """A planned follow-up in person that is due, on the list of whoever leads the plan; each one
    once, however often one looks. turn: the entry that made it the customer's turn."""

    personal_data: ClassVar[Declared] = {}

    item = models.ForeignKey(PlanItem, on_delete=models.CASCADE, related_name="follow_ups")
    turn = models.PositiveIntegerField()
    place = models.PositiveSmallIntegerField()
    task = models.ForeignKey(
        "worklist.Task", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager.from_queryset(FollowUpTaskRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "turn", "place"], name="follow_up_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "task"],
                condition=models.Q(closed_at=None),
                name="follow_up_of_task",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.turn}.{self.place}"
