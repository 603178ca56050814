"""Step 5: what would happen, the run with its progress, the result, and the way back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.tabular import Cell, csv_lines
from vereda.imports.actions.running import (
    SILENT,
    cancel_import,
    resume_import,
    run_import,
)
from vereda.imports.actions.undoing import undo_import
from vereda.imports.contracts import State
from vereda.imports.models import Import
from vereda.imports.pages.differences import shown_difference
from vereda.imports.pages.steps import (
    AT_WORK,
    address_of,
    asked_import,
    next_page,
    state_words,
    wizard_steps,
)
from vereda.imports.queries.imports import detected_of, import_with_key, rejected_rows
from vereda.imports.queries.kinds import importable_kind
from vereda.workspaces.queries import members_of

_SHOWN_REJECTED = 20


@page(may="imports.see", methods=("GET", "HEAD"))
def show(request: MemberRequest, key: str) -> HttpResponse:
    """Where the import stands: ready, at work, done, undone."""
    run = import_with_key(request.member.workspace, key)
    may_run = request.member.may("imports.run") and request.member.may(
        importable_kind(run.kind).permission
    )
    if may_run and next_page(run) != "show":
        return answer_after(request, to=address_of(run, next_page(run)))
    if request.htmx and run.state not in AT_WORK:
        return answer_after(request, to=address_of(run, "show"))
    context = _context(run, now()) | {"may_run": may_run}
    return answer(request, "imports/show.html#progress", context)


def _context(run: Import, moment: datetime) -> dict[str, Any]:
    kind = importable_kind(run.kind)
    fields = {field.name: field for field in kind.fields(run.workspace_id)}
    names = {str(member.pk): member.name for member in members_of(run.workspace)}
    tone, word = state_words(run.state)
    counts = run.checked.get("counts", {}) if run.state == State.CHECKED else run.counts
    rejected = rejected_rows(run.workspace, run)
    return {
        "run": run,
        "label": kind.label,
        "tone": tone,
        "word": word,
        "steps": wizard_steps("import", run),
        "counts": _shown_counts(counts),
        "refused": counts.get("rejected", 0) + counts.get("skipped", 0),
        "to_store": counts.get("created", 0) + counts.get("updated", 0),
        "differences": [
            shown_difference(one, fields=fields, names=names)
            for one in run.checked.get("differences", [])
        ],
        "rejected": rejected[:_SHOWN_REJECTED],
        "at_work": run.state in AT_WORK,
        "silent": run.state in AT_WORK and (run.beat_at or moment) < moment - SILENT,
        "may_resume": run.state in (State.FAILED, State.CANCELLED) and run.position < run.rows,
        "may_undo": run.state in (State.DONE, State.FAILED, State.CANCELLED)
        and run.changes > 0
        and run.undo_until is not None
        and run.undo_until > moment,
        "undone": run.counts.get("undone", 0),
        "kept": run.counts.get("kept", 0),
        "results_url": kind.results_url(run.workspace.slug),
        "urls": {
            name: address_of(run, name)
            for name in ("run", "resume", "cancel", "undo", "rejected", "mapping_file", "show",
                         "review")
        },
    }  # fmt: skip


def _shown_counts(counts: dict[str, int]) -> list[tuple[str, int, str]]:
    words = [
        ("created", _("new"), "good"),
        ("updated", _("changed"), "watch"),
        ("unchanged", _("as they are"), ""),
        ("skipped", _("skipped"), ""),
        ("rejected", _("rejected"), "risk"),
    ]
    return [(word, counts.get(name, 0), tone) for name, word, tone in words]


@page(may="imports.run", methods=("POST",))
def run(request: MemberRequest, key: str) -> HttpResponse:
    """The import begins."""
    asked = run_import(asked_import(request, key), by=request.member, now=now())
    return answer_after(request, to=address_of(asked, "show"))


@page(may="imports.run", methods=("POST",))
def resume(request: MemberRequest, key: str) -> HttpResponse:
    """The import goes on where it stopped."""
    asked = resume_import(asked_import(request, key), by=request.member, now=now())
    return answer_after(request, to=address_of(asked, "show"))


@page(may="imports.run", methods=("POST",))
def cancel(request: MemberRequest, key: str) -> HttpResponse:
    """The import stops; what was stored stays."""
    asked = cancel_import(asked_import(request, key), by=request.member, now=now())
    notice(request, _("The import is cancelled."))
    return answer_after(request, to=address_of(asked, "show"))


@page(may="imports.run", methods=("POST",))
def undo(request: MemberRequest, key: str) -> HttpResponse:
    """What the import did is taken back."""
    asked = undo_import(asked_import(request, key), by=request.member, now=now())
    return answer_after(request, to=address_of(asked, "show"))


@page(may="imports.run", methods=("GET", "HEAD"))
def rejected(request: MemberRequest, key: str) -> HttpResponseBase:
    """The rows that were not stored, with their reasons, as CSV."""
    asked = asked_import(request, key)
    language = request.member.user.language
    columns = detected_of(asked).columns
    response = StreamingHttpResponse(
        csv_lines(
            [*columns, _("Line"), _("Reason")], _refusals(asked, len(columns)), language=language
        ),
        content_type="text/csv; charset=utf-8",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{asked.key}-rejected.csv"'
    return response


def _refusals(asked: Import, width: int) -> Iterator[list[Cell]]:
    for row in rejected_rows(asked.workspace, asked).iterator(chunk_size=500):
        cells = [*row.cells, *[""] * width][:width]
        yield [*cells, row.line, row.reason]
