"""What the workspace knows about its events, and what drifted."""

from typing import ClassVar, Self

from django.db import models

from vereda.events.contracts.drifting import DriftKind
from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows


class Definition(OwnedByWorkspace):
    """An event name: what it means, who owns it, how often it is expected, what it carries.

    `properties` holds the type each property had when it was last looked at, by its name.
    Which feature it means stands in the product.
    """

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("the name of an event"),
        "description": NotPersonal("what an event means"),
        "properties": NotPersonal("names of properties and their types"),
    }

    name = models.CharField(max_length=200)
    description = models.CharField(max_length=1_000, blank=True)
    owner = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expected_days = models.PositiveSmallIntegerField(null=True, blank=True)
    properties = models.JSONField(default=dict)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager["Definition"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "name"], name="definition_once"),
        ]

    def __str__(self) -> str:
        return self.name


class DriftRows(OwnedRows["Drift"]):
    """What drifted in a workspace."""

    def open(self) -> Self:
        """What still holds."""
        return self.filter(ended_at=None)


class Drift(OwnedByWorkspace):
    """Something about the events is not as it used to be; it ends by itself when it is again."""

    personal_data: ClassVar[Declared] = {
        "kind": NotPersonal("a word of our own"),
        "subject": NotPersonal("the name of an event, a property, an account or a key"),
        "was": NotPersonal("a type or a number of days"),
        "now": NotPersonal("a type or a number of days"),
    }

    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in DriftKind])
    subject = models.CharField(max_length=420)
    was = models.CharField(max_length=60, blank=True)
    now = models.CharField(max_length=60, blank=True)
    last_seen_at = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = OwnedManager.from_queryset(DriftRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "subject"],
                condition=models.Q(ended_at=None),
                name="drift_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"
