"""Queues: shared work and who serves it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vereda.worklist.actions.alerts import refuse_outsider
from vereda.worklist.contracts import TaskState, WrongWork
from vereda.worklist.models.playbooks import Queue, QueueMember
from vereda.worklist.models.tasks import Task
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


@transaction.atomic
def add_queue(
    workspace: Workspace, *, name: str, members: Collection[Member], by: Member | None
) -> Queue:
    """A new queue, served by these members; a name that is taken is refused."""
    queue = Queue(workspace=workspace, name=_named(name))
    _save_once(queue)
    _serve(queue, members)
    record(by, "added", queue, members=len(members))
    return queue


@transaction.atomic
def edit_queue(queue: Queue, *, name: str, members: Collection[Member], by: Member | None) -> Queue:
    """The queue with another name, served by exactly these members."""
    queue.name = _named(name)
    _save_once(queue)
    _serve(queue, members)
    record(by, "edited", queue, members=len(members))
    return queue


@transaction.atomic
def archive_queue(queue: Queue, *, by: Member | None, now: datetime) -> None:
    """The queue is used no more; while tasks wait in it, it is refused."""
    if Task.objects.of(queue.workspace_id).filter(queue=queue, state=TaskState.OPEN).exists():
        raise WrongWork(_("Tasks wait in this queue. Hand them to somebody first."))
    queue.archived_at = now
    queue.save(update_fields=["archived_at", "updated_at"])
    record(by, "archived", queue)


def _named(name: str) -> str:
    if not name.strip():
        raise WrongWork(_("A queue needs a name."))
    return name.strip()[:80]


def _save_once(queue: Queue) -> None:
    try:
        with transaction.atomic():
            queue.save()
    except IntegrityError:
        raise WrongWork(_("A queue has that name already.")) from None


def _serve(queue: Queue, members: Collection[Member]) -> None:
    for member in members:
        refuse_outsider(member, workspace_id=queue.workspace_id)
    rows = QueueMember.objects.of(queue.workspace_id)
    rows.filter(queue=queue).exclude(member__in=members).delete()
    rows.bulk_create(
        [
            QueueMember(workspace_id=queue.workspace_id, queue=queue, member=each)
            for each in members
        ],
        ignore_conflicts=True,
    )
