"""Asking about tasks and queues."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from vereda.customers.queries.accounts import in_accounts
from vereda.foundation.ids import number_in
from vereda.foundation.paging import Order
from vereda.foundation.scoping import found
from vereda.worklist.contracts import TaskState
from vereda.worklist.models.playbooks import Queue, QueueMember, QueueRows
from vereda.worklist.models.tasks import Task, TaskRows
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, MemberRows, Workspace

TASK_ORDERS = {
    "rank": Order.on("rank", "points", descending=True),
    "due": Order.on_nullable("due", "due_on"),
}


DAY = Coalesce("due_on", "due_on")
"""The day a task is due, as an expression: by the column, a database would go through everybody's
tasks by day, and not through those of one account or member."""
NEXT = (
    "number",
    "title",
    "due_on",
    "account",
    "owner__user__name",
    "owner__user__email",
    "queue__name",
)
TOLD = ("number", "title", "done_at", "account", "done_by__user__name", "done_by__user__email")
"""What an account's page says of a task to do, and its timeline of one that was done."""


def all_tasks(workspace: Workspace | UUID) -> TaskRows:
    """Every task of the workspace, unordered, with its account, person, owner and queue."""
    rows = Task.objects.of(workspace)
    return rows.select_related("account", "person", "owner__user", "queue")


def task_with_key(workspace: Workspace | UUID, key: str) -> Task:
    """The task a person means by K-12, or `Missing`."""
    rows = all_tasks(workspace).select_related("alert", "run__playbook", "done_by__user")
    return found(rows.filter(number=number_in(key, "K")))


def open_tasks_of_account(workspace: Workspace | UUID, account_ids: Collection[UUID]) -> TaskRows:
    """What is to do for these accounts, the next day first, then what has no day.

    The rows carry what a line says of them: what, when and whose.
    """
    rows: TaskRows = Task.objects.of(workspace).open().filter(in_accounts(account_ids))
    brief: TaskRows = rows.select_related("owner__user", "queue").only(*NEXT)
    return brief.order_by(DAY.asc(nulls_last=True), "-points", "id")


def tasks_due(workspace: Workspace | UUID, *, owner: Member, until: date, limit: int) -> list[Task]:
    """The open tasks of a member that are due by then, the next first."""
    rows = Task.objects.of(workspace).open().filter(owner=owner).annotate(day=DAY)
    rows = rows.filter(day__lte=until)
    rows = rows.select_related("account").only(
        "number", "title", "due_on", "account__number", "account__name"
    )
    return list(rows.order_by("day", "id")[:limit])


def tasks_about(person_id: UUID, *, workspace: Workspace | UUID) -> TaskRows:
    """Tasks that are about a person, the newest first."""
    return all_tasks(workspace).filter(person=person_id).order_by("-added_at", "-id")


def tasks_from_alert(workspace: Workspace | UUID, alert_id: UUID) -> list[Task]:
    """What was to do because of an alert, in the order it was added."""
    return list(all_tasks(workspace).filter(alert=alert_id).order_by("added_at", "id"))


def task_news(
    workspace: Workspace | UUID, account_ids: Collection[UUID], *, before: datetime, limit: int
) -> list[Task]:
    """Tasks done earlier than `before`, newest first."""
    rows = Task.objects.of(workspace).filter(in_accounts(account_ids), state=TaskState.DONE)
    rows = rows.filter(done_at__lt=before).select_related("done_by__user").only(*TOLD)
    return list(rows.order_by("-done_at", "-id")[:limit])


# --- Queues -------------------------------------------------------------------


def queues_in(workspace: Workspace | UUID) -> QueueRows:
    """The queues in use by name, each with `waiting`: its open tasks; `serving`: its members."""
    waiting = Count("tasks", filter=Q(tasks__state=TaskState.OPEN), distinct=True)
    rows: QueueRows = Queue.objects.of(workspace).in_use()
    counted: QueueRows = rows.annotate(waiting=waiting, serving=Count("served_by", distinct=True))
    return counted.order_by("name", "pk")


def queue_with_id(workspace: Workspace | UUID, queue_id: UUID) -> Queue:
    """The queue in use with that id, or `Missing`."""
    return found(Queue.objects.of(workspace).in_use().filter(pk=queue_id))


def queues_served_by(member: Member) -> QueueRows:
    """The queues that a member serves, each with `waiting` and `serving`."""
    mine = QueueMember.objects.of(member.workspace_id).filter(member=member)
    return queues_in(member.workspace_id).filter(pk__in=mine.values("queue_id"))


def members_serving(queue: Queue) -> MemberRows:
    """Who serves a queue."""
    ids = QueueMember.objects.of(queue.workspace_id).filter(queue=queue).values("member_id")
    return members_of(queue.workspace).filter(pk__in=ids)
