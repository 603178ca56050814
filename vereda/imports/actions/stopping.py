"""What outlives a process or its use: imports that died go on, old ones are cleared."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Final

from django.db import transaction

from vereda.foundation.ids import new_id
from vereda.foundation.personal_data import PersonRef
from vereda.imports.actions.checking import check_in_background
from vereda.imports.actions.files import remove_stored
from vereda.imports.actions.running import SILENT, run_in_background
from vereda.imports.actions.undoing import undo_in_background
from vereda.imports.contracts import State
from vereda.imports.models import Import, ImportChange, RejectedRow
from vereda.imports.queries.imports import imports_folder, lines_about

TELLING: Final = 6
"""Letters of an id that no other cell of a file holds by chance."""


@transaction.atomic
def revive_import(run: Import, *, now: datetime) -> bool:
    """The import goes on with a new runner; false when it was not dead after all."""
    runner = new_id()
    rows = Import.objects.of(run.workspace_id).in_state(State(run.state)).filter(pk=run.pk)
    if not rows.filter(beat_at__lt=now - SILENT).update(runner=runner, beat_at=now):
        return False
    ids = (str(run.workspace_id), str(run.pk), str(runner))
    if run.state == State.CHECKING:
        check_in_background.enqueue(*ids)
    elif run.state == State.RUNNING:
        run_in_background.enqueue(*ids)
    else:
        undo_in_background.enqueue(*ids, str(run.by_id or ""))
    return True


def clear_import(run: Import, *, now: datetime) -> None:
    """The file, the journal and the rows that were not stored are gone; the counts stay."""
    ImportChange.objects.of(run.workspace_id).filter(import_run=run).delete()
    RejectedRow.objects.of(run.workspace_id).filter(import_run=run).delete()
    _clear_content(run, now=now)


@transaction.atomic
def forget_in_imports(person: PersonRef, *, now: datetime) -> int:
    """What imports hold about a person goes: journal, refused rows, and the files and samples of
    the imports that named them, run or not (they cannot go on afterwards). Gives how many lines
    went."""
    changes, refused = lines_about(person)
    touched = {line.import_run_id for line in changes}
    touched |= {line.import_run_id for line in refused}
    touched |= {run.pk for run in _with_files_naming(person)}
    for run in Import.objects.of(person.workspace_id).filter(pk__in=touched):
        _clear_content(run, now=now)
    ImportChange.objects.of(person.workspace_id).filter(object_id=person.person_id).delete()
    gone = [line.pk for line in refused]
    RejectedRow.objects.of(person.workspace_id).filter(pk__in=gone).delete()
    return len(changes) + len(refused)


def _with_files_naming(person: PersonRef) -> Iterator[Import]:
    """Imports whose kept file names them by their email, or by an id that is not too common."""
    names = [person.email, *(name for name in person.external_ids if len(name) >= TELLING)]
    words = [name.lower().encode() for name in names if name]
    runs = Import.objects.of(person.workspace_id).filter(files_removed_at=None)
    for run in runs if words else ():
        with suppress(FileNotFoundError), (imports_folder() / run.text_as).open("rb") as lines:
            if any(word in line.lower() for line in lines for word in words):
                yield run


def _clear_content(run: Import, *, now: datetime) -> None:
    folder = imports_folder()
    remove_stored(folder / run.stored_as, folder / run.text_as)
    detected = {**run.detected, "samples": [[name, []] for name, _ in run.detected["samples"]]}
    rows = Import.objects.of(run.workspace_id).filter(pk=run.pk)
    rows.update(files_removed_at=now, detected=detected, checked={}, kept=[])
