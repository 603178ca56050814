"""The run: claim it once, take it in chunk by chunk, go on after a crash, stop when asked."""

import logging
from collections.abc import Mapping as MappingOf
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import translation

from vereda.foundation.clock import now as this_instant
from vereda.foundation.errors import Conflict, Missing, Refused
from vereda.foundation.facts import announce
from vereda.foundation.ids import new_id
from vereda.foundation.importing import Outcome
from vereda.foundation.many_rows import NewRows
from vereda.foundation.tasks import task
from vereda.imports.actions.mapping import remember_mapping
from vereda.imports.actions.sharing import share_out
from vereda.imports.actions.working import Verdict, Work, verdicts_on, work_on
from vereda.imports.contracts import (
    UNDO_DAYS,
    FileRefused,
    ImportFinished,
    MappingRefused,
    Problem,
    RawRow,
    State,
)
from vereda.imports.models import Import, ImportChange, ImportRows, RejectedRow
from vereda.imports.queries.imports import detected_of, import_with_id
from vereda.imports.rules.suggestions import never_imported
from vereda.imports.sentences import sentence_of, sentences_of
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

log = logging.getLogger(__name__)

SILENT = timedelta(seconds=90)
"""A runner that says nothing for so long is taken for dead; a chunk takes a second or two."""


@transaction.atomic
def run_import(run: Import, *, by: "Member | None", now: datetime) -> Import:
    """The import runs in the background; a second caller meets a conflict."""
    runner = claim_run(run, now=now)
    run_in_background.enqueue(str(run.workspace_id), str(run.pk), str(runner))
    record(by, "ran", run, rows=run.rows)
    run.refresh_from_db()
    return run


def claim_run(run: Import, *, now: datetime) -> UUID:
    """The right to run a checked import, for one caller only."""
    return _claimed(
        Import.objects.of(run.workspace_id).in_state(State.CHECKED).filter(pk=run.pk),
        now=now,
        position=0,
        changes=0,
        counts={},
        failure="",
        started_at=now,
        undo_until=now + timedelta(days=UNDO_DAYS),
    )


@transaction.atomic
def resume_import(run: Import, *, by: "Member | None", now: datetime) -> Import:
    """An import that failed, was cancelled or whose process died goes on where it stopped."""
    rows = Import.objects.of(run.workspace_id).filter(pk=run.pk, position__lt=F("rows"))
    stopped = rows.in_state(State.FAILED, State.CANCELLED)
    silent = rows.in_state(State.RUNNING).filter(beat_at__lt=now - SILENT)
    runner = _claimed(stopped | silent, now=now, failure="")
    run_in_background.enqueue(str(run.workspace_id), str(run.pk), str(runner))
    record(by, "resumed", run, position=run.position)
    run.refresh_from_db()
    return run


def _claimed(rows: ImportRows, *, now: datetime, **values: Any) -> UUID:
    runner = new_id()
    if not rows.update(state=State.RUNNING, runner=runner, beat_at=now, **values):
        raise Conflict(sentence_of(Problem("at_work")))
    return runner


@transaction.atomic
def cancel_import(run: Import, *, by: "Member | None", now: datetime) -> Import:
    """The check or run stops before its next chunk; what was stored stays, and can be undone."""
    rows = Import.objects.of(run.workspace_id).filter(pk=run.pk)
    running, checking = rows.in_state(State.RUNNING), rows.in_state(State.CHECKING)
    stopped = running.update(state=State.CANCELLED, runner=None, finished_at=now)
    stopped += checking.update(state=State.MAPPED, runner=None, position=0)
    if not stopped:
        raise Conflict(sentence_of(Problem("at_work")))
    record(by, "cancelled", run)
    run.refresh_from_db()
    return run


@task()
def run_in_background(workspace_id: str, import_id: str, runner: str) -> None:
    """One import, as a task."""
    run_now(UUID(workspace_id), UUID(import_id), runner=UUID(runner))


def run_now(workspace: UUID, import_id: UUID, *, runner: UUID) -> None:
    """Takes the rest of the file in, here. Whatever goes wrong is told on the import's page."""
    run = import_with_id(workspace, import_id)
    with translation.override(run.workspace.language):
        try:
            with work_on(run, dry_run=False) as work:
                for rows in work.chunks(run.position):
                    if not store_chunk(work, rows, runner=runner):
                        return
        except (FileRefused, MappingRefused) as error:
            _end(run, runner, state=State.FAILED, failure=sentence_of(error.problem))
        except (Refused, Missing) as error:
            _end(run, runner, state=State.FAILED, failure=str(error))
        except Exception:
            log.exception("import %s stopped", run.pk)
            _end(run, runner, state=State.FAILED, failure=sentence_of(Problem("stopped")))
            raise
        else:
            _end(run, runner, state=State.DONE)


@transaction.atomic
def store_chunk(work: Work, rows: list[RawRow], *, runner: UUID) -> bool:
    """The rows, their journal, the rejected ones and the new position: all or nothing. False,
    and nothing stored, when the import was cancelled or another runner has taken over."""
    run = work.run
    mine = Import.objects.of(run.workspace_id).in_state(State.RUNNING)
    mine = mine.filter(pk=run.pk, runner=runner, position=run.position)
    if not mine.update(beat_at=this_instant()):
        return False
    verdicts = verdicts_on(work, rows)
    written = _journal(run, verdicts)
    _keep_rejected(run, verdicts)
    share_out(run, verdicts)
    counts = _added(run.counts, verdicts)
    position, changes = run.position + len(rows), run.changes + written
    mine.update(position=position, changes=changes, counts=counts)
    run.position, run.changes, run.counts = position, changes, counts
    return True


def _added(counts: MappingOf[str, int], verdicts: list[Verdict]) -> dict[str, int]:
    total = dict(counts)
    for verdict in verdicts:
        total[verdict.outcome.value] = total.get(verdict.outcome.value, 0) + 1
    return total


def _journal(run: Import, verdicts: list[Verdict]) -> int:
    results = [
        verdict.result
        for verdict in verdicts
        if verdict.result and verdict.outcome in (Outcome.CREATED, Outcome.UPDATED)
    ]
    new = NewRows(ImportChange, workspace_id=run.workspace_id, import_run_id=run.pk)
    changes = [
        new.make(
            number=number,
            line=result.line,
            object_id=result.object_id,
            outcome=result.outcome,
            before=result.before,
            after=result.after,
        )
        for number, result in enumerate(results, start=run.changes)
        if result.object_id
    ]
    ImportChange.objects.of(run.workspace_id).bulk_create(changes)
    return len(results)


def _keep_rejected(run: Import, verdicts: list[Verdict]) -> None:
    rejected = (Outcome.REJECTED, Outcome.SKIPPED)
    columns = detected_of(run).columns
    secret = {place for place, name in enumerate(columns) if never_imported(name)}
    RejectedRow.objects.of(run.workspace_id).bulk_create(
        RejectedRow(
            workspace_id=run.workspace_id,
            import_run=run,
            line=verdict.row.line,
            outcome=verdict.outcome,
            cells=_cells_to_keep(verdict, secret=secret),
            column=verdict.problems[0].column[:200] if verdict.problems else "",
            code=verdict.problems[0].code if verdict.problems else "",
            reason=sentences_of(verdict.problems),
        )
        for verdict in verdicts
        if verdict.outcome in rejected and verdict.noted
    )


def _cells_to_keep(verdict: Verdict, *, secret: set[int]) -> list[str]:
    """The row's texts, without what is in columns of passwords."""
    cells = enumerate(verdict.row.cells)
    return ["" if place in secret else cell[:2000] for place, cell in cells]


@transaction.atomic
def _end(run: Import, runner: UUID, *, state: State, failure: str = "") -> None:
    moment = this_instant()
    mine = Import.objects.of(run.workspace_id).in_state(State.RUNNING)
    ended = mine.filter(pk=run.pk, runner=runner).update(
        state=state, failure=failure, runner=None, finished_at=moment, updated_at=moment
    )
    if ended and state is State.DONE:
        remember_mapping(run, now=moment)
        announce(ImportFinished(workspace_id=run.workspace_id, import_id=run.pk, kind=run.kind))
