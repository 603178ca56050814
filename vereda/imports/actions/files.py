"""A file is taken in, looked at, and its formats are corrected."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from django.db import transaction

from vereda.foundation.errors import Refused
from vereda.foundation.importing import ImportableKind
from vereda.imports.contracts import Detected, FileRefused, Formats, State
from vereda.imports.models import Import
from vereda.imports.queries.imports import detected_of, imports_folder, mapping_of, stored_text
from vereda.imports.reading.intake import Intake, take_in
from vereda.imports.reading.looking import look_again, look_at
from vereda.imports.reading.sheets import write_sheet_as_text
from vereda.imports.rules.mapping_files import mapping_as_dict
from vereda.imports.rules.records import detected_as_record
from vereda.imports.sentences import sentence_of
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

_OPEN = (State.UPLOADED, State.MAPPED, State.CHECKED, State.FAILED, State.CANCELLED)


def start_import(
    workspace: "Workspace",
    *,
    kind: ImportableKind,
    blocks: Iterable[bytes],
    file_name: str,
    by: "Member | None",
    now: datetime,
) -> Import:
    """An import of the file, stored and looked at; a file that cannot be read is refused and
    leaves nothing behind. `blocks` are the file's bytes, some at a time."""
    try:
        intake = take_in(blocks, folder=imports_folder(), name=token_hex(16))
    except FileRefused as error:
        raise Refused(sentence_of(error.problem)) from error
    try:
        detected = look_at(
            intake.text,
            language=workspace.language,
            time_zone=workspace.time_zone,
            sheet=intake.sheet,
        )
        detected = replace(detected, sheets=intake.sheets)
        return _open_import(workspace, kind, intake, detected, file_name=file_name, by=by, now=now)
    except FileRefused as error:
        remove_stored(intake.original, intake.text)
        raise Refused(sentence_of(error.problem)) from error
    except BaseException:
        remove_stored(intake.original, intake.text)
        raise


def remove_stored(*paths: Path) -> None:
    """The files are gone, if they were there."""
    for path in paths:
        path.unlink(missing_ok=True)


def remove_files_of(instance: Import, **_: object) -> None:
    """An import's row was deleted, most likely with its workspace: its files go when that is
    certain. The models call it, because a database that deletes a workspace asks no action."""
    folder = imports_folder()
    paths = [folder / name for name in (instance.stored_as, instance.text_as) if name]
    transaction.on_commit(lambda: remove_stored(*paths))


@transaction.atomic
def _open_import(
    workspace: "Workspace",
    kind: ImportableKind,
    intake: Intake,
    detected: Detected,
    *,
    file_name: str,
    by: "Member | None",
    now: datetime,
) -> Import:
    run: Import = Import.objects.of(workspace).create(
        number=reserve_numbers(workspace, "I").start,
        kind=kind.name,
        file_name=_shown_name(file_name),
        stored_as=intake.original.name,
        text_as=intake.text.name,
        size=intake.size,
        sha256=intake.sha256,
        detected=detected_as_record(detected),
        rows=detected.rows,
        by=by,
        started_at=now,
    )
    record(by, "uploaded", run, kind=kind.name, rows=detected.rows)
    return run


def _shown_name(name: str) -> str:
    """The last part of the name, printable: it is shown, never opened."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:200] or "file"


@transaction.atomic
def correct_formats(run: Import, *, formats: Formats, by: "Member | None", now: datetime) -> Import:
    """The file is read as the person says; columns and samples follow. What was mapped before
    is forgotten when the columns changed."""
    path = stored_text(run)
    before = detected_of(run)
    try:
        if formats.sheet != before.formats.sheet:
            write_sheet_as_text(path.with_name(run.stored_as), path, sheet=formats.sheet)
        detected = replace(look_again(path, formats), sheets=before.sheets)
    except FileRefused as error:
        raise Refused(sentence_of(error.problem)) from error
    same = detected.columns == before.columns
    mapping = mapping_of(run) if same else None
    changed = Import.objects.of(run.workspace_id).in_state(*_OPEN).filter(pk=run.pk)
    changed.update(
        detected=detected_as_record(detected),
        mapping=mapping_as_dict(replace(mapping, formats=detected.formats)) if mapping else {},
        checked={},
        rows=detected.rows,
        state=State.UPLOADED,
        updated_at=now,
    )
    run.refresh_from_db()
    record(by, "corrected", run)
    return run
