"""Tasks: something to do, by a member or by whoever serves a queue."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext as _

from vereda.foundation.personal_data import (
    Declared,
    NotPersonal,
    Personal,
    Purpose,
    Retention,
)
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.worklist import wording
from vereda.worklist.contracts import TaskPriority, TaskState

WORDS = Personal(Purpose.SERVICE, Retention.WITH_ACCOUNT)


class TaskRows(OwnedRows["Task"]):
    """Tasks of a workspace."""

    def open(self) -> Self:
        """Those that somebody still has to do."""
        return self.filter(state=TaskState.OPEN)

    def awake(self, *, now: datetime) -> Self:
        """Those that do not wait for another day."""
        return self.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=now))


class Task(OwnedByWorkspace):
    """Something to do, perhaps for an account, perhaps about a person there.

    Either a member has it or a queue: a task of a queue has no owner until somebody takes it.
    `points` is its rank as of the last reckoning, as for alerts.
    """

    personal_data: ClassVar[Declared] = {
        "title": WORDS,
        "note": WORDS,
        "priority": NotPersonal("a word of our own"),
        "state": NotPersonal("a word of our own"),
        "snoozed_as": NotPersonal("a word of our own"),
    }

    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    note = models.TextField(max_length=4000, blank=True)
    account = models.ForeignKey(
        "customers.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    person = models.ForeignKey(
        "customers.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    owner = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    queue = models.ForeignKey(
        "worklist.Queue", null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks"
    )
    due_on = models.DateField(null=True, blank=True)
    priority = models.CharField(
        max_length=10,
        choices=wording.choices_in_order(wording.PRIORITIES),
        default=TaskPriority.NORMAL,
    )
    priority_order = models.GeneratedField(
        expression=Case(
            *(When(priority=each, then=Value(order)) for order, each in enumerate(TaskPriority)),
            default=Value(1),
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    points = models.PositiveSmallIntegerField(default=0)
    alert = models.ForeignKey(
        "worklist.Alert", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    run = models.ForeignKey(
        "worklist.PlaybookRun",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tasks",
    )
    step = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(
        max_length=10,
        choices=wording.choices_in_order(wording.STATES),
        default=TaskState.OPEN,
    )
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozed_as = models.CharField(
        max_length=20, blank=True, choices=wording.choices_in_order(wording.SNOOZE_REASONS)
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        "workspaces.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnedManager.from_queryset(TaskRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="task_number_once"),
            models.UniqueConstraint(fields=["run", "step"], name="task_of_step_once"),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(queue=None), name="task_of_member_or_queue"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "owner", "points", "id"],
                condition=Q(state=TaskState.OPEN),
                name="task_open_by_owner",
            ),
            models.Index(
                fields=["workspace", "queue", "points", "id"],
                condition=Q(state=TaskState.OPEN),
                name="task_open_by_queue",
            ),
            models.Index(
                fields=["workspace", "owner", "due_on"],
                condition=Q(state=TaskState.OPEN),
                name="task_open_by_day",
            ),
            models.Index(
                fields=["workspace", "points", "id"],
                condition=Q(state=TaskState.OPEN),
                name="task_open_by_points",
            ),
            models.Index(fields=["workspace", "due_on", "id"], name="task_by_day"),
            models.Index(fields=["workspace", "account", "added_at", "id"], name="task_of"),
            models.Index(fields=["workspace", "person"], name="task_about"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What people call it by in addresses: K-12."""
        return f"K-{self.number}"

    @property
    def called(self) -> str:
        """Its title, or what we have in its place: the words about an erased person are gone."""
        return self.title or _("A task whose words were erased")

    @property
    def icon(self) -> str:
        """Its picture."""
        return "square-check"
