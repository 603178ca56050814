"""How long a workspace keeps its events, and how the last letting go went."""

from typing import ClassVar

from django.db import models

from vereda.events.rules.retention import Keeping
from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager


class EventRetention(OwnedByWorkspace):
    """How many days the events of a name are kept; the row without a name is for all others.

    `days` None is for ever. `keep_counts`: what was counted of them stays, without people.
    """

    personal_data: ClassVar[Declared] = {"name": NotPersonal("the name of an event")}

    name = models.CharField(max_length=200, blank=True)
    days = models.PositiveIntegerField(null=True, blank=True)
    keep_counts = models.BooleanField(default=True)

    objects = OwnedManager["EventRetention"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "name"], name="event_retention_once"),
        ]

    def __str__(self) -> str:
        return self.name or "*"

    @property
    def keeping(self) -> Keeping:
        """The rule this row holds."""
        return Keeping(name=self.name, days=self.days, keep_counts=self.keep_counts)


class RetentionRun(OwnedByWorkspace):
    """The last time a workspace's old events were let go: how many were to go, and went."""

    personal_data: ClassVar[Declared] = {}

    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    expected = models.PositiveBigIntegerField(default=0)
    removed = models.PositiveBigIntegerField(default=0)

    objects = OwnedManager["RetentionRun"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="retention_run_once"),
        ]

    def __str__(self) -> str:
        return f"{self.removed}/{self.expected}"
