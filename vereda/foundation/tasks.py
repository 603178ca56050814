"""Background work: the one door to django-tasks, so that Django 6's own API is an import change.

A task is enqueued as a row in the same transaction as the change that wants it. The worker runs
inside `vereda serve`, or as `vereda worker` beside several web processes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

__all__ = ["a_worker", "put_back_orphans", "run_waiting_tasks", "task"]

FOREIGN_WORKER_DEAD_AFTER = timedelta(hours=6)


class TaskFailed(Exception):
    """A task that ran here failed; the message is its own traceback."""


def a_worker(*, worker_id: str, interval_seconds: float = 0.5) -> Worker:
    """A worker for every queue; its `run()` ends when its `running` becomes False."""
    return Worker(
        queue_names=["*"],
        interval=interval_seconds,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )


def run_waiting_tasks() -> int:
    """Run what waits in the queue, in this thread, until it is empty; answers how many ran.

    Raises `TaskFailed` at the first one that fails: for tests and commands, not for workers.
    """
    worker = a_worker(worker_id="here")
    count = 0
    while (waiting := DBTaskResult.objects.ready().first()) is not None:
        waiting.claim(worker.worker_id)
        worker.run_task(waiting)
        waiting.refresh_from_db()
        if waiting.traceback:
            raise TaskFailed(waiting.traceback)
        count += 1
    return count


def put_back_orphans(*, is_alive: Callable[[str], bool | None], now: datetime) -> int:
    """Queue the tasks again whose worker died at work; answers how many.

    `is_alive` answers None for workers it cannot see (another machine's): their tasks are taken
    for dead after some hours.
    """
    count = 0
    for row in DBTaskResult.objects.running():
        living = is_alive(row.worker_ids[-1]) if row.worker_ids else False
        if living is None:
            living = bool(row.started_at and row.started_at > now - FOREIGN_WORKER_DEAD_AFTER)
        if not living:
            status = DBTaskResult._meta.get_field("status").default
            same = DBTaskResult.objects.running().filter(pk=row.pk, worker_ids=row.worker_ids)
            count += same.update(status=status, started_at=None)
    return count
