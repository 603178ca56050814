"""Opinions of members about accounts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager


class Pulse(OwnedByWorkspace):
    """What a member thinks of an account on a day, 1 (worried) to 5 (delighted), and why.

    The latest one is an input of scores until it is 90 days old.
    """

    personal_data: ClassVar[Declared] = {
        "comment": Personal(Purpose.RELATIONSHIP, Retention.WITH_ACCOUNT),
    }

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    value = models.PositiveSmallIntegerField()
    comment = models.CharField(max_length=1_000, blank=True)
    at = models.DateTimeField()

    objects = OwnedManager["Pulse"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(value__range=(1, 5)), name="pulse_from_1_to_5"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "-at", "-id"], name="pulse_of"),
        ]

    def __str__(self) -> str:
        return f"{self.value} · {self.at:%Y-%m-%d}"
