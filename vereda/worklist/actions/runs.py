"""How the run of a playbook ends."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.facts import announce
from vereda.worklist.contracts import PlaybookEnded, RunEnd, RunEnded, TaskState
from vereda.worklist.models.playbooks import PlaybookRun
from vereda.worklist.models.tasks import Task
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member


UNDONE: Final = (TaskState.OPEN, TaskState.SET_ASIDE)
"""What is still to do, now or when the account comes back."""


@transaction.atomic
def stop_run(run: PlaybookRun, *, by: Member | None, now: datetime) -> None:
    """End it before its time: its open tasks are dropped; whoever is second is refused."""
    end_run(run, because=RunEnd.STOPPED, now=now)
    tasks = Task.objects.of(run.workspace_id).filter(run=run, state__in=UNDONE)
    dropped = tasks.update(state=TaskState.DROPPED, done_at=now, done_by=by, updated_at=now)
    record(by, "stopped", run, dropped=dropped)


@transaction.atomic
def end_run_without_tasks(run: PlaybookRun | None, *, now: datetime) -> bool:
    """End a run whose last task is done or dropped; whether that was so."""
    if run is None or run.ended_at is not None:
        return False
    # Of two who finish the last two tasks at once, the second looks when the first is through.
    PlaybookRun.objects.of(run.workspace_id).select_for_update().filter(pk=run.pk).first()
    if Task.objects.of(run.workspace_id).filter(run=run, state__in=UNDONE).exists():
        return False
    end_run(run, because=RunEnd.FINISHED, now=now)
    record(None, "finished", run)
    return True


@transaction.atomic
def end_run(run: PlaybookRun, *, because: RunEnd, now: datetime) -> None:
    """The run is over; whoever is second is refused."""
    rows = PlaybookRun.objects.of(run.workspace_id).running().filter(pk=run.pk)
    if not rows.update(ended_at=now, ended_because=because, updated_at=now):
        raise RunEnded(_("Somebody has ended it already."))
    run.refresh_from_db()
    announce(
        PlaybookEnded(
            workspace_id=run.workspace_id,
            account_id=run.account_id,
            run_id=run.pk,
            because=because,
        )
    )
