"""What is promised to whom, in which hours, and the clocks that run because of it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from vereda.foundation.ids import new_id
from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.foundation.working_hours import Hours, WeeklySpan
from vereda.support import wording
from vereda.support.contracts import Clock, Priority
from vereda.support.models.tickets import Ticket


class BusinessHours(OwnedByWorkspace):
    """When somebody works: spans of the week in one time zone, without the holidays.

    `spans` holds [weekday from 0, first minute of the day, last minute]; `holidays` holds
    [date, name].
    """

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("a name for opening hours"),
        "time_zone": NotPersonal("where a team works"),
        "spans": NotPersonal("opening hours"),
        "holidays": NotPersonal("public holidays"),
    }

    name = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=64, default="UTC")
    spans = models.JSONField(default=list)
    holidays = models.JSONField(default=list, blank=True)

    objects = OwnedManager["BusinessHours"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "name"], name="business_hours_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> Hours:
        """The same for the rules."""
        return Hours(
            zone=self.time_zone,
            spans=tuple(WeeklySpan(*span) for span in self.spans),
            holidays=frozenset(date.fromisoformat(on) for on, _ in self.holidays),
        )


class SlaPolicyRows(OwnedRows["SlaPolicy"]):
    """Promises of a workspace."""

    def in_force(self) -> Self:
        """Those that new tickets come under, the one that is asked first at the top."""
        return self.filter(retired_at=None).order_by("position", "created_at", "pk")


class SlaPolicy(OwnedByWorkspace):
    """One version of a promise about times. What it says never changes: an edit retires it and
    begins the next version (same `family`), and tickets stay under the one they began under. Only
    its `position` moves: when it is asked, 1 first.

    `targets` holds working minutes by priority and clock. `plans` and `tags` (slugs) say which
    accounts it is for; empty is every account. `pauses`: clocks stand still while a ticket waits
    for the customer.
    """

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("a name for a promise"),
        "targets": NotPersonal("minutes"),
        "plans": NotPersonal("what companies buy"),
        "tags": NotPersonal("words about companies"),
    }

    name = models.CharField(max_length=80)
    family = models.UUIDField(default=new_id, editable=False)
    edition = models.PositiveIntegerField(default=1, editable=False)
    position = models.PositiveSmallIntegerField(default=1)
    hours = models.ForeignKey(BusinessHours, on_delete=models.CASCADE, related_name="policies")
    targets = models.JSONField(default=dict)
    plans = models.JSONField(default=list, blank=True)
    tags = models.JSONField(default=list, blank=True)
    pauses = models.BooleanField(default=True)
    warn_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    warn_minutes = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = OwnedManager.from_queryset(SlaPolicyRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "family"],
                condition=Q(retired_at=None),
                name="sla_policy_in_force_once",
            ),
            models.UniqueConstraint(
                fields=["workspace", "family", "edition"], name="sla_policy_edition_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.edition}"

    def target_minutes(self, priority: str, clock: Clock) -> int | None:
        """The working minutes promised; None where nothing is."""
        promised: dict[str, int] = self.targets.get(priority, {})
        return promised.get(clock)

    @property
    def promises(self) -> list[tuple[Priority, list[int | None]]]:
        """Each priority, the most urgent first, with the minutes of each clock."""
        return [
            (priority, [self.target_minutes(priority, clock) for clock in Clock])
            for priority in reversed(Priority)
            if priority in self.targets
        ]


class SlaClockRows(OwnedRows["SlaClock"]):
    """Clocks of tickets."""


class SlaClock(OwnedByWorkspace):
    """How one promise goes for one ticket.

    `used_seconds` is the working time spent before `running_since_at`; `due_at` is when the rest
    is up, and is empty while the clock stands still. `check_at` is the next moment at which
    something is to be said of it. Warnings and breaches, once marked, stay.
    """

    personal_data: ClassVar[Declared] = {}

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks")
    clock = models.CharField(max_length=20, choices=wording.labelled_choices(wording.CLOCKS))
    policy = models.ForeignKey(SlaPolicy, on_delete=models.CASCADE, related_name="+")
    target_minutes = models.PositiveIntegerField()
    target_since_at = models.DateTimeField()
    used_seconds = models.PositiveBigIntegerField(default=0)
    running_since_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)

    objects = OwnedManager.from_queryset(SlaClockRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "clock"], name="sla_clock_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["check_at"], condition=Q(check_at__isnull=False), name="sla_clock_to_check"
            ),
            models.Index(
                fields=["workspace", "breached_at", "ticket"],
                condition=Q(breached_at__isnull=False),
                name="sla_clock_breached",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.ticket_id}"
