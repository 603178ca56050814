"""What events do because of time."""

from vereda.events.actions import refresh_activity
from vereda.events.folding import fold_everything
from vereda.foundation import clock
from vereda.foundation.tasks import task
from vereda.workspaces.models import Workspace


@task()
def fold_waiting_events() -> None:
    """Fold what the folding thread has not: the same work, from the task worker."""
    fold_everything()


@task()
def refresh_all_activity() -> None:
    """Once a day: an account that went silent must look silent."""
    for workspace_id in Workspace.objects.filter(suspended_at=None).values_list("pk", flat=True):
        refresh_activity(workspace_id, now=clock.now())
