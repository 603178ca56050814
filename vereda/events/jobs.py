"""What events do because of time."""

from uuid import UUID

from vereda.events.actions.folding import refresh_activity
from vereda.events.folding import fold_everything
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
