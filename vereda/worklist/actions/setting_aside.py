"""Tasks of an account that is archived close by themselves, and open again when it comes back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F

from vereda.worklist.actions.tasks import whose_again
from vereda.worklist.contracts import TaskState
from vereda.worklist.models.tasks import Task
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@transaction.atomic
def set_tasks_aside(workspace: Workspace | UUID, *, account_id: UUID, now: datetime) -> int:
    """Nobody has to do anything for an archived account; how many tasks were closed.

    A playbook that is at work there stays so: it goes on with the tasks when they open again.
    """
    rows = list(Task.objects.of(workspace).open().filter(account=account_id).select_for_update())
    for row in rows:
        record(None, "closed with account", row)
    Task.objects.of(workspace).filter(pk__in=[row.pk for row in rows]).update(
        state=TaskState.SET_ASIDE, version=F("version") + 1, updated_at=now
    )
    return len(rows)


@transaction.atomic
def take_tasks_up(workspace: Workspace | UUID, *, account_id: UUID, now: datetime) -> int:
    """What was closed with its account is to do again, by `whose_again`; how many tasks."""
    rows = Task.objects.of(workspace).filter(account=account_id, state=TaskState.SET_ASIDE)
    tasks = list(
        rows.select_for_update(of=("self",)).select_related("owner", "queue", "account__owner")
    )
    for row in tasks:
        row.owner, row.queue = whose_again(row)
        row.state, row.version, row.updated_at = TaskState.OPEN, row.version + 1, now
        record(None, "opened with account", row)
    Task.objects.of(workspace).bulk_update(
        tasks, ["state", "owner", "queue", "version", "updated_at"]
    )
    return len(tasks)
