"""What events do because of time."""

import logging
from uuid import UUID

from vereda.events.actions.definitions import notice_drift
from vereda.events.actions.folding import refresh_activity
from vereda.events.actions.measuring import measure_all
from vereda.events.actions.retention import let_old_events_go
from vereda.events.folding import fold_everything
from vereda.events.models.metrics import Metric
from vereda.events.models.retention import EventRetention
from vereda.events.store.current import event_store
from vereda.foundation import clock
from vereda.foundation.errors import Missing
from vereda.foundation.tasks import task
from vereda.workspaces.queries import workspace_with_id

log = logging.getLogger(__name__)


@task()
def fold_waiting_events() -> None:
    """Fold what the folding thread has not: the same work, from the task worker."""
    fold_everything()


def let_old_events_of_all_go() -> int:
    """Once a night: what each workspace said it keeps no longer goes; how many events went.

    A workspace that fails stops no other; the first failure is raised at the end.
    """
    removed, failures = 0, []
    rules = EventRetention.every_workspace.exclude(days=None).select_related("workspace")
    for workspace in {rule.workspace_id: rule.workspace for rule in rules}.values():
        try:
            removed += let_old_events_go(workspace, clock=clock.now)
        except Exception as error:
            log.exception("Old events of %s could not be let go", workspace.slug)
            failures.append(error)
    if failures:
        raise failures[0]
    return removed


def refresh_all_activity() -> int:
    """Once a day, because an account that went silent must look silent.

    Answers how many accounts look different from the day before.
    """
    keys = event_store().heads()
    return sum(refresh_activity(UUID(key), now=clock.now()) for key in keys)


@task()
def measure_metrics(workspace_id: str, slugs: list[str] | None) -> None:
    """Compute these metrics of a workspace (None: all) for everybody."""
    measure_all(UUID(workspace_id), slugs=slugs, now=clock.now())


def measure_every_workspace() -> int:
    """Once a day, because windows move; answers how many values are different now."""
    rows = Metric.every_workspace.filter(archived_at=None)
    ids = rows.values_list("workspace_id", flat=True).distinct()
    return sum(measure_all(each, now=clock.now()) for each in list(ids))


def notice_drift_everywhere() -> int:
    """Once a day: what about the events is not as it used to be; answers how much is new."""
    noticed = 0
    for key in event_store().heads():
        try:
            workspace = workspace_with_id(UUID(key))
        except Missing:
            continue
        noticed += notice_drift(workspace, now=clock.now())
    return noticed
