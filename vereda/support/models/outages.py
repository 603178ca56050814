"""When what is sold did not work, and whether customers are told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager
from vereda.support import wording


class Outage(OwnedByWorkspace):
    """A time in which a service was down; `ended_at` is empty while it is.

    `published_how` says where customers were told: an address, or a few words.
    """

    personal_data: ClassVar[Declared] = {
        "service": NotPersonal("what broke"),
        "cause": NotPersonal("why something broke"),
        "published_how": NotPersonal("where customers were told"),
    }

    number = models.PositiveIntegerField()
    product = models.ForeignKey(
        "product.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    service = models.CharField(max_length=120)
    extent = models.CharField(max_length=10, choices=wording.labelled_choices(wording.EXTENTS))
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_how = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnedManager["Outage"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="outage_number_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="outage_ends_after_start",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "started_at", "id"], name="outage_by_start"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What people call it by in addresses: OUT-3."""
        return f"OUT-{self.number}"


class OutagePolicy(OwnedByWorkspace):
    """Whether the workspace publishes outages, and how; undecided until somebody says so."""

    personal_data: ClassVar[Declared] = {"how": NotPersonal("where customers are told")}

    publishes = models.BooleanField(null=True)
    how = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["OutagePolicy"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="outage_policy_once"),
        ]

    def __str__(self) -> str:
        return self.how
