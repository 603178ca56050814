"""Queues, playbooks in versions, and their runs for accounts."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.worklist import wording


class QueueRows(OwnedRows["Queue"]):
    """Queues of a workspace."""

    def in_use(self) -> Self:
        """Those that were not archived."""
        return self.filter(archived_at=None)


class Queue(OwnedByWorkspace):
    """Work that several members share: whoever is free takes the next task."""

    personal_data: ClassVar[Declared] = {"name": NotPersonal("a word for shared work")}

    name = models.CharField(max_length=80)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OwnedManager.from_queryset(QueueRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=Q(archived_at=None), name="queue_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QueueMember(OwnedByWorkspace):
    """A member serves a queue."""

    personal_data: ClassVar[Declared] = {}

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="served_by")
    member = models.ForeignKey("workspaces.Member", on_delete=models.CASCADE, related_name="+")

    objects = OwnedManager["QueueMember"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["queue", "member"], name="queue_member_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "member"], name="queue_member_of"),
        ]

    def __str__(self) -> str:
        return f"{self.member} serves {self.queue}"


class PlaybookRows(OwnedRows["Playbook"]):
    """Playbooks of a workspace."""

    def in_use(self) -> Self:
        """Those that were not archived."""
        return self.filter(archived_at=None)


class Playbook(OwnedByWorkspace):
    """A list of tasks for a kind of moment. Its versions are kept; a run goes by one of them."""

    personal_data: ClassVar[Declared] = {
        "slug": NotPersonal("a word for a way of working"),
        "name": NotPersonal("a word for a way of working"),
        "purpose": NotPersonal("what a way of working is for"),
        "kind": NotPersonal("a word of our own"),
    }

    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=500, blank=True)
    kind = models.CharField(
        max_length=20, blank=True, choices=wording.choices_in_order(wording.KINDS)
    )
    current = models.ForeignKey(
        "PlaybookVersion", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OwnedManager.from_queryset(PlaybookRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="playbook_slug_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PlaybookVersion(OwnedByWorkspace):
    """A playbook as it was from one change to the next; never edited. `steps` are PlaybookStep
    as JSON."""

    personal_data: ClassVar[Declared] = {
        "steps": NotPersonal("tasks that colleagues wrote for any account"),
    }

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    steps = models.JSONField(default=list)
    made_at = models.DateTimeField()
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["PlaybookVersion"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["playbook", "number"], name="playbook_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.playbook} {self.number}"


class PlaybookRunRows(OwnedRows["PlaybookRun"]):
    """Runs of playbooks."""

    def running(self) -> Self:
        """Those that have not ended."""
        return self.filter(ended_at=None)


class PlaybookRun(OwnedByWorkspace):
    """A playbook at work for an account: its tasks stand in the worklist."""

    personal_data: ClassVar[Declared] = {"ended_because": NotPersonal("a word of our own")}

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="runs")
    version = models.ForeignKey(PlaybookVersion, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    alert = models.ForeignKey(
        "worklist.Alert", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_on = models.DateField()
    started_at = models.DateTimeField()
    by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(
        max_length=20, blank=True, choices=wording.choices_in_order(wording.RUN_ENDS)
    )

    objects = OwnedManager.from_queryset(PlaybookRunRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["playbook", "account"],
                condition=Q(ended_at=None),
                name="playbook_runs_once_for_account",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "account", "-started_at"], name="playbook_run_of"),
            models.Index(fields=["workspace", "started_at", "id"], name="playbook_run_by_start"),
        ]

    def __str__(self) -> str:
        return str(self.playbook)
