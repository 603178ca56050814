"""What happens because of time. Each turn of a job runs once, however many processes there are.

The wiring's DAILY lists the jobs. A machine that slept at the hour catches up when it wakes.
Its OFTEN lists short looks that every process takes every twenty seconds.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, transaction

from vereda.foundation.clock import now
from vereda.foundation.facts import path_of
from vereda.foundation.tasks import task
from vereda.workspaces.actions.turns import end_turn, take_turn
from vereda.workspaces.queries import turn_with_id

log = logging.getLogger(__name__)

DAILY_AT = time(3, 15)
LOOK_EVERY = 20.0


def daily_jobs() -> dict[str, Callable[[], object]]:
    """The jobs of every night, by the name their turns are kept under."""
    jobs: list[Any] = import_module(settings.VEREDA_WIRING).DAILY
    return {path_of(getattr(job, "func", job)): getattr(job, "func", job) for job in jobs}


def last_due(at: datetime) -> datetime:
    """The last moment at or before `at` when the daily jobs were due, in UTC."""
    today = datetime.combine(at.date(), DAILY_AT, tzinfo=at.tzinfo)
    return today if today <= at else today - timedelta(days=1)


def take_due_turns(at: datetime) -> int:
    """Hand every job that is due to the task worker; answers how many nobody had taken yet."""
    taken = 0
    for name in daily_jobs():
        with transaction.atomic():
            run = take_turn(name, due_at=last_due(at), now=at)
            if run is not None:
                run_turn.enqueue(str(run.pk))
                taken += 1
    return taken


def do_what_is_often_due() -> None:
    """Run the wiring's OFTEN: short looks that any number of processes may take at once."""
    jobs: list[Callable[[], object]] = import_module(settings.VEREDA_WIRING).OFTEN
    for job in jobs:
        job()


@task()
def run_turn(run_id: str) -> None:
    """Run the job of one turn, and keep how it went."""
    run = turn_with_id(UUID(run_id))
    job = daily_jobs().get(run.job)
    try:
        if job is not None:
            job()
    except Exception as error:
        end_turn(run, now=now(), failure=f"{type(error).__name__}: {error}")
        raise
    end_turn(run, now=now())


def keep_time(stop: threading.Event) -> None:
    """Look for due turns until told to stop."""
    while not stop.is_set():
        try:
            take_due_turns(now())
            do_what_is_often_due()
        except Exception:
            log.exception("The clock could not look for due jobs; it looks again soon")
        finally:
            close_old_connections()
        stop.wait(LOOK_EVERY)
