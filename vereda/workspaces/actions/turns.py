"""Turns: a scheduled job is run by one clock, an upsert into a workspace is done one at a time."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from vereda.workspaces.models import JobRun, Workspace

KEPT = timedelta(days=30)


def take_turn(job: str, *, due_at: datetime, now: datetime) -> JobRun | None:
    """The turn, when nobody has taken it yet: run the job then."""
    if JobRun.objects.filter(job=job, due_at=due_at).exists():
        return None
    try:
        with transaction.atomic():
            return JobRun.objects.create(job=job, due_at=due_at, started_at=now)
    except IntegrityError:
        return None


def end_turn(run: JobRun, *, now: datetime, failure: str = "") -> None:
    """The turn is over; `failure` says what went wrong. Old turns of the job are forgotten."""
    run.ended_at, run.failure = now, failure
    run.save(update_fields=["ended_at", "failure"])
    JobRun.objects.filter(job=run.job, due_at__lt=now - KEPT).delete()


def hold_upserts(workspace: Workspace) -> None:
    """Until the transaction ends, nobody else's upsert into the workspace begins.

    Two that bring the same new row would otherwise each find nothing and both add it.
    """
    list(Workspace.objects.select_for_update(no_key=True).filter(pk=workspace.pk).values("pk"))
