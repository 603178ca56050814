"""What events do because of time."""

from uuid import UUID

from vereda.events.actions.folding import refresh_activity
from vereda.events.actions.measuring import measure_all
from vereda.events.folding import fold_everything
from vereda.events.models.metrics import Metric
from vereda.events.store.current import event_store
from vereda.foundation import clock
from vereda.foundation.tasks import task


@task()
def fold_waiting_events() -> None:
    """Fold what the folding thread has not: the same work, from the task worker."""
    fold_everything()


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
