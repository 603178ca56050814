"""Undo: the journal backwards, in chunks; what people changed since stays."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from vereda.foundation.clock import now as this_instant
from vereda.foundation.errors import Conflict
from vereda.foundation.facts import announce
from vereda.foundation.ids import new_id
from vereda.foundation.importing import CHUNK_ROWS, Change, Outcome, UndoResult
from vereda.foundation.tasks import task
from vereda.imports.contracts import ImportUndone, Problem, State
from vereda.imports.models import Import, ImportChange, ImportShare
from vereda.imports.queries.imports import import_with_id
from vereda.imports.queries.kinds import importable_kind
from vereda.imports.rules.rounds import rounds_of
from vereda.imports.sentences import sentence_of
from vereda.workspaces.actions.audit import record
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

_MAY_UNDO = (State.DONE, State.FAILED, State.CANCELLED)
_KEPT_SHOWN = 200


@transaction.atomic
def undo_import(run: Import, *, by: "Member | None", now: datetime) -> Import:
    """What the import did is taken back in the background, within seven days of its start."""
    runner = new_id()
    rows = Import.objects.of(run.workspace_id).in_state(*_MAY_UNDO)
    rows = rows.filter(pk=run.pk, undo_until__gt=now)
    values = {"state": State.UNDOING, "runner": runner, "beat_at": now, "kept": []}
    if not rows.update(**values):
        raise Conflict(sentence_of(Problem("undo_over")))
    # What it brought is told no more, and must not count as a use of the rows that go.
    ImportShare.objects.of(run.workspace_id).filter(import_run=run).delete()
    undo_in_background.enqueue(
        str(run.workspace_id), str(run.pk), str(runner), str(by.pk) if by else ""
    )
    record(by, "undid", run)
    run.refresh_from_db()
    return run


@task()
def undo_in_background(workspace_id: str, import_id: str, runner: str, member_id: str) -> None:
    """The undo of one import, as a task."""
    undo_now(UUID(workspace_id), UUID(import_id), runner=UUID(runner), member_id=member_id)


def undo_now(workspace: UUID, import_id: UUID, *, runner: UUID, member_id: str) -> None:
    """Takes the changes back, the last first, until the journal is empty."""
    run = import_with_id(workspace, import_id)
    by = next((one for one in members_of(run.workspace) if str(one.pk) == member_id), None)
    while undo_chunk(run, runner=runner, by=by):
        run.refresh_from_db()


@transaction.atomic
def undo_chunk(run: Import, *, runner: UUID, by: "Member | None") -> bool:
    """Takes some changes back; false when there are none left, or another runner took over."""
    mine = Import.objects.of(run.workspace_id).in_state(State.UNDOING)
    mine = mine.filter(pk=run.pk, runner=runner)
    moment = this_instant()
    if not mine.update(beat_at=moment):
        return False
    journal = ImportChange.objects.of(run.workspace_id).filter(import_run=run)
    lines = list(journal.order_by("-number")[:CHUNK_ROWS])
    if not lines:
        mine.update(state=State.UNDONE, runner=None, updated_at=moment)
        announce(ImportUndone(workspace_id=run.workspace_id, import_id=run.pk, kind=run.kind))
        return False
    results = _taken_back(run, lines, by=by, now=moment)
    kept = [[str(row.object_id), str(row.reason)] for result in results for row in result.kept]
    counts = {
        **run.counts,
        "undone": run.counts.get("undone", 0) + sum(result.undone for result in results),
        "kept": run.counts.get("kept", 0) + len(kept),
    }
    mine.update(kept=[*run.kept, *kept][:_KEPT_SHOWN], counts=counts)
    journal.filter(pk__in=[line.pk for line in lines]).delete()
    return True


def _taken_back(
    run: Import, lines: list[ImportChange], *, by: "Member | None", now: datetime
) -> list[UndoResult]:
    """The kind's answers; no call names the same row twice, and later changes go first."""
    kind = importable_kind(run.kind)
    changes = [
        Change(line.object_id, Outcome(line.outcome), line.before, line.after) for line in lines
    ]
    return [
        kind.undo(run.workspace_id, turn, import_id=run.pk, by=by, now=now)
        for turn in rounds_of(changes, key=lambda change: change.object_id)
    ]
