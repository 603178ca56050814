"""Who takes tickets in turn, and what is done by itself when a promised time runs out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager
from vereda.support import wording
from vereda.support.models.promises import SlaClock
from vereda.support.models.tickets import Ticket


class TicketQueue(OwnedByWorkspace):
    """A place where tickets wait for one of its members."""

    personal_data: ClassVar[Declared] = {"name": NotPersonal("what a team is called")}

    name = models.CharField(max_length=80)

    objects = OwnedManager["TicketQueue"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "name"], name="ticket_queue_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TicketQueueMember(OwnedByWorkspace):
    """A member who takes tickets of a queue."""

    personal_data: ClassVar[Declared] = {}

    queue = models.ForeignKey(TicketQueue, on_delete=models.CASCADE, related_name="members")
    member = models.ForeignKey("workspaces.Member", on_delete=models.CASCADE, related_name="+")

    objects = OwnedManager["TicketQueueMember"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["queue", "member"], name="ticket_queue_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.queue_id} {self.member_id}"


class RepairRule(OwnedByWorkspace):
    """One thing done by itself when a clock warns or breaches.

    `clock` "" is any clock; `priorities` empty is any priority. Telling without a member or a
    queue tells who has the ticket, or who owns the account.
    """

    personal_data: ClassVar[Declared] = {
        "clock": NotPersonal("a word of our own"),
        "priorities": NotPersonal("words of our own"),
    }

    moment = models.CharField(max_length=10, choices=wording.labelled_choices(wording.MOMENTS))
    clock = models.CharField(max_length=20, blank=True)
    priorities = models.JSONField(default=list, blank=True)
    deed = models.CharField(max_length=20, choices=wording.labelled_choices(wording.DEEDS))
    member = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    queue = models.ForeignKey(
        TicketQueue, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = OwnedManager["RepairRule"]()

    class Meta(OwnedByWorkspace.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "moment", "id"],
                condition=Q(ended_at=None),
                name="repair_rule_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moment}: {self.deed}"


class RepairRun(OwnedByWorkspace):
    """What a repair rule did to a ticket, why, when and with what result; once per clock."""

    personal_data: ClassVar[Declared] = {
        "before": NotPersonal("a priority"),
        "after": NotPersonal("a priority"),
    }

    rule = models.ForeignKey(RepairRule, on_delete=models.CASCADE, related_name="runs")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="repairs")
    sla_clock = models.ForeignKey(SlaClock, on_delete=models.CASCADE, related_name="repairs")
    moment = models.CharField(max_length=10, choices=wording.labelled_choices(wording.MOMENTS))
    deed = models.CharField(max_length=20, choices=wording.labelled_choices(wording.DEEDS))
    at = models.DateTimeField()
    result = models.CharField(max_length=20, choices=wording.labelled_choices(wording.RESULTS))
    member = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)

    objects = OwnedManager["RepairRun"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sla_clock", "rule", "moment"], name="repair_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "at", "id"], name="repair_run_newest"),
            models.Index(fields=["workspace", "ticket", "at"], name="repair_run_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.deed}: {self.result}"
