"""Adding tasks and what members do with them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.foundation.scoping import found, id_of
from vereda.worklist.actions.alerts import refuse_outsider, refuse_wrong_snooze
from vereda.worklist.actions.runs import end_run_without_tasks
from vereda.worklist.contracts import (
    SnoozeReason,
    TaskAdded,
    TaskChangedMeanwhile,
    TaskDone,
    TaskIsOpen,
    TaskNotOpen,
    TaskPriority,
    TaskState,
    WrongWork,
)
from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.playbooks import PlaybookRun, Queue, QueueMember
from vereda.worklist.models.tasks import Task
from vereda.worklist.queries.ranks import rank_of_task, reckoning_at
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.workspaces.models import Member, Workspace


class TaskSaid(TypedDict, total=False):
    """What can be said about a task; what is left out stays as it is.

    Either `owner` or `queue`: saying one ends the other.
    """

    title: str
    note: str
    account: Account | None
    person: Person | None
    owner: Member | None
    queue: Queue | None
    due_on: date | None
    priority: TaskPriority


@transaction.atomic
def add_task(
    workspace: Workspace,
    *,
    by: Member | None,
    now: datetime,
    alert: Alert | None = None,
    run: PlaybookRun | None = None,
    step: int | None = None,
    **said: Unpack[TaskSaid],
) -> Task:
    """A new task; of whoever adds it, where neither an owner nor a queue is said."""
    row = Task(
        workspace=workspace,
        alert=alert,
        run=run,
        step=step,
        added_at=now,
        added_by=by,
        account=alert.account if alert else None,
    )
    if "owner" not in said and "queue" not in said:
        said["owner"] = by
    _put(row, said)
    row.number = reserve_numbers(workspace, "K")[0]
    row.points = rank_of_task(row, row.account, reckoning=reckoning_at(workspace, now=now)).points
    row.save(force_insert=True)
    record(by, "added", row, **({"account": row.account.key} if row.account else {}))
    announce(TaskAdded(workspace_id=workspace.pk, task_id=row.pk))
    return row


@transaction.atomic
def edit_task(
    task: Task,
    *,
    by: Member | None,
    now: datetime,
    version: int | None = None,
    **said: Unpack[TaskSaid],
) -> Task:
    """The task with what was said.

    `version` is the one that was read: when somebody changed the task since, nothing is written.
    """
    row = _locked(task)
    if version is not None and version != row.version:
        raise TaskChangedMeanwhile(
            _("Somebody changed %s while you had it open. Nothing of yours was stored.") % row.key
        )
    before = {name: getattr(row, name) for name in said}
    _put(row, said)
    changed = [name for name in said if getattr(row, name) != before[name]]
    if not changed:
        return row
    row.version += 1
    reckoning = reckoning_at(workspace_with_id(row.workspace_id), now=now)
    row.points = rank_of_task(row, row.account, reckoning=reckoning).points
    row.save()
    record(by, "edited", row, fields=changed)
    return row


def delegate_task(task: Task, *, to: Member | Queue, by: Member | None, now: datetime) -> Task:
    """Somebody else does it, or whoever serves a queue."""
    if isinstance(to, Queue):
        return edit_task(task, by=by, now=now, queue=to)
    return edit_task(task, by=by, now=now, owner=to)


def move_due_date(task: Task, *, to: date | None, by: Member | None, now: datetime) -> Task:
    """It is due on another day, or on none."""
    return edit_task(task, by=by, now=now, due_on=to)


@transaction.atomic
def finish_task(task: Task, *, by: Member | None, now: datetime) -> None:
    """It is done; whoever is second is refused. The last one of a playbook ends its run."""
    _leave_open(task, to=TaskState.DONE, by=by, now=now)
    record(by, "finished", task)
    end_run_without_tasks(task.run, now=now)
    announce(TaskDone(workspace_id=task.workspace_id, task_id=task.pk))


@transaction.atomic
def drop_task(task: Task, *, by: Member | None, now: datetime) -> None:
    """Nobody will do it; whoever is second is refused."""
    _leave_open(task, to=TaskState.DROPPED, by=by, now=now)
    record(by, "dropped", task)
    end_run_without_tasks(task.run, now=now)


@transaction.atomic
def reopen_task(task: Task, *, by: Member | None, now: datetime) -> None:
    """It is to do again, by `whose_again`."""
    rows = Task.objects.of(task.workspace_id).filter(pk=task.pk)
    owner, queue = whose_again(found(rows.select_related("owner", "queue", "account__owner")))
    if not rows.exclude(state=TaskState.OPEN).update(
        state=TaskState.OPEN,
        owner=owner,
        queue=queue,
        done_at=None,
        done_by=None,
        version=F("version") + 1,
        updated_at=now,
    ):
        raise TaskIsOpen(_("%s is open already.") % task.key)
    task.refresh_from_db()
    record(by, "reopened", task)


def whose_again(task: Task) -> tuple[Member | None, Queue | None]:
    """Who has a task that comes back, or which queue: as before, while there is that.

    Where the owner left or the queue was archived meanwhile, the account's owner, or nobody.
    """
    left = task.owner is not None and task.owner.left_at is not None
    if not left and (task.queue is None or task.queue.archived_at is None):
        return task.owner, task.queue
    heir = task.account.owner if task.account else None
    return (None if heir is None or heir.left_at else heir), None


@transaction.atomic
def snooze_task(
    task: Task, *, until: datetime, because: SnoozeReason, by: Member | None, now: datetime
) -> None:
    """Let it wait until then; it comes back by itself."""
    refuse_wrong_snooze(until, now=now)
    _change(task, now=now, snoozed_until=until, snoozed_as=because)
    record(by, "snoozed", task, until=until, because=because)


@transaction.atomic
def wake_task(task: Task, *, by: Member | None, now: datetime) -> None:
    """Let it wait no longer."""
    _change(task, now=now, snoozed_until=None, snoozed_as="")
    record(by, "woke", task)


@transaction.atomic
def take_task(task: Task, *, by: Member, now: datetime) -> None:
    """A member takes it out of its queue; whoever is second is refused."""
    serving = QueueMember.objects.of(task.workspace_id).filter(member=by, queue=task.queue)
    if not serving.exists():
        raise WrongWork(_("Only who serves the queue takes its tasks."))
    rows = Task.objects.of(task.workspace_id).open().filter(pk=task.pk, queue=task.queue)
    if not rows.update(owner=by, queue=None, version=F("version") + 1, updated_at=now):
        raise TaskNotOpen(_("Somebody has taken %s already.") % task.key)
    task.refresh_from_db()
    record(by, "took", task)


@transaction.atomic
def forget_whom_tasks_name(
    person_id: UUID, *, workspace: Workspace | UUID, by: Member | None
) -> int:
    """Tasks about somebody erased: that something was done stays, without who and in what words."""
    rows = Task.objects.of(workspace).filter(person=person_id)
    count: int = rows.update(person=None, title="", note="")
    if count:
        record(by, "forgot person", workspace_with_id(id_of(workspace)), tasks=count)
    return count


def _locked(task: Task) -> Task:
    rows = Task.objects.of(task.workspace_id).select_for_update(of=("self",))
    return found(rows.select_related("account", "queue", "owner").filter(pk=task.pk))


def _change(task: Task, *, now: datetime, **values: Any) -> None:
    rows = Task.objects.of(task.workspace_id).open().filter(pk=task.pk)
    if not rows.update(**values, version=F("version") + 1, updated_at=now):
        raise TaskNotOpen(_("%s is not open any more.") % task.key)
    task.refresh_from_db()


def _leave_open(task: Task, *, to: TaskState, by: Member | None, now: datetime) -> None:
    _change(task, now=now, state=to, done_at=now, done_by=by)


def _put(row: Task, said: TaskSaid) -> None:
    """Set the values, or refuse with the sentence that says what does not fit."""
    values: dict[str, Any] = dict(said)
    if values.get("owner") is not None:
        values["queue"] = None
    elif values.get("queue") is not None:
        values["owner"] = None
    for name, value in values.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    if not row.title:
        raise WrongWork(_("A task needs a title."))
    if row.owner is not None:
        refuse_outsider(row.owner, workspace_id=row.workspace_id)
    strangers = [
        each
        for each in (row.account, row.person, row.queue)
        if each is not None and each.workspace_id != row.workspace_id
    ]
    if strangers:
        raise WrongWork(_("This is not of this workspace."))
