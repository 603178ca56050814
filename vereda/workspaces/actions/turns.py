"""Turns of scheduled jobs: each is taken by one clock."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from vereda.workspaces.models import JobRun

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
