"""Because of time: imports whose process died go on, and old files and journals go."""

from datetime import timedelta

from django.db import transaction

from vereda.foundation.clock import now
from vereda.imports.actions.running import SILENT
from vereda.imports.actions.stopping import clear_import, revive_import
from vereda.imports.contracts import State
from vereda.imports.models import Import

_UNTOUCHED = timedelta(days=30)


def resume_dead_imports() -> int:
    """Imports at work of which nothing was heard go on; gives how many."""
    moment = now()
    silent = Import.every_workspace.filter(
        state__in=(State.CHECKING, State.RUNNING, State.UNDOING), beat_at__lt=moment - SILENT
    )
    return sum(revive_import(run, now=moment) for run in silent.select_related("by"))


def clear_old_imports() -> int:
    """Files, journals and rejected rows that no undo needs any more are removed."""
    moment = now()
    over = Import.every_workspace.filter(files_removed_at=None).exclude(
        state__in=(State.CHECKING, State.RUNNING, State.UNDOING)
    )
    finished = over.filter(undo_until__lt=moment)
    forgotten = over.filter(undo_until=None, updated_at__lt=moment - _UNTOUCHED)
    count = 0
    for run in [*finished, *forgotten]:
        with transaction.atomic():
            clear_import(run, now=moment)
        count += 1
    return count
