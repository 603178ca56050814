"""The dry run: every row is read and compared, nothing is written but what was found."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import translation

from vereda.foundation.clock import now as this_instant
from vereda.foundation.errors import Conflict, Missing, Refused
from vereda.foundation.ids import new_id
from vereda.foundation.importing import Outcome
from vereda.foundation.tasks import task
from vereda.imports.actions.working import Verdict, verdicts_on, work_on
from vereda.imports.contracts import FileRefused, MappingRefused, Problem, State
from vereda.imports.models import Import
from vereda.imports.queries.imports import import_with_id
from vereda.imports.sentences import repair_of, sentence_of
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from datetime import datetime

    from vereda.workspaces.models import Member

_MAY_CHECK = (State.MAPPED, State.CHECKED, State.FAILED, State.CANCELLED)
_EXAMPLES = 5
_DIFFERENT = 50
_DIFFS = 20


@transaction.atomic
def check_import(run: Import, *, by: "Member | None", now: "datetime") -> Import:
    """The dry run begins in the background; a second caller meets a conflict."""
    runner = claim_check(run, now=now)
    check_in_background.enqueue(str(run.workspace_id), str(run.pk), str(runner))
    record(by, "checked", run)
    run.refresh_from_db()
    return run


def claim_check(run: Import, *, now: "datetime") -> UUID:
    """The right to check, for one caller only."""
    runner = new_id()
    claimed = Import.objects.of(run.workspace_id).in_state(*_MAY_CHECK).filter(pk=run.pk)
    claimed = claimed.exclude(mapping={})
    values = {"state": State.CHECKING, "runner": runner, "beat_at": now, "position": 0}
    if not claimed.update(**values, checked={}, failure=""):
        raise Conflict(sentence_of(Problem("at_work")))
    return runner


@task()
def check_in_background(workspace_id: str, import_id: str, runner: str) -> None:
    """The dry run of one import, as a task."""
    check_now(UUID(workspace_id), UUID(import_id), runner=UUID(runner))


def check_now(workspace: UUID, import_id: UUID, *, runner: UUID) -> None:
    """The dry run, here; what was found is stored with the import."""
    run = import_with_id(workspace, import_id)
    findings = Findings()
    with translation.override(run.workspace.language):
        try:
            with work_on(run, dry_run=True) as work:
                for rows in work.chunks(0):
                    with transaction.atomic():
                        findings.add(verdicts_on(work, rows))
                    if not _beat(run, runner, position=findings.rows):
                        return
        except (FileRefused, MappingRefused) as error:
            _end(run, runner, state=State.MAPPED, failure=sentence_of(error.problem))
        except (Refused, Missing) as error:
            _end(run, runner, state=State.MAPPED, failure=str(error))
        else:
            _end(run, runner, state=State.CHECKED, checked=findings.as_record(), rows=findings.rows)


def _beat(run: Import, runner: UUID, **values: Any) -> bool:
    """Says that the runner lives; false when it was cancelled or replaced."""
    mine = Import.objects.of(run.workspace_id).in_state(State.CHECKING)
    return bool(mine.filter(pk=run.pk, runner=runner).update(beat_at=this_instant(), **values))


def _end(run: Import, runner: UUID, **values: Any) -> None:
    mine = Import.objects.of(run.workspace_id).in_state(State.CHECKING)
    mine.filter(pk=run.pk, runner=runner).update(
        runner=None, position=0, updated_at=this_instant(), **values
    )


@dataclass(slots=True)
class Group:
    """Problems that one act repairs: their sentence, how many, where, which texts."""

    problem: Problem
    count: int = 0
    lines: list[int] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)

    def add(self, problem: Problem, line: int) -> None:
        """One more row with it."""
        self.count += 1
        if len(self.lines) < _EXAMPLES:
            self.lines.append(line)
        if problem.found in self.texts or len(self.texts) < _DIFFERENT:
            self.texts[problem.found] += 1

    def as_record(self) -> dict[str, Any]:
        """JSON for the review page."""
        return {
            "code": self.problem.code,
            "column": self.problem.column,
            "repair": repair_of(self.problem),
            "sentence": sentence_of(self.problem),
            "expected": self.problem.details.get("expected", ""),
            "near": self.problem.details.get("near", ""),
            "count": self.count,
            "lines": self.lines,
            "texts": self.texts.most_common(_DIFFERENT),
        }


@dataclass(slots=True)
class Findings:
    """What the dry run found: counts, problems by repair, a sample of differences."""

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    differences: list[dict[str, Any]] = field(default_factory=list)

    def add(self, verdicts: list[Verdict]) -> None:
        """Counts a chunk."""
        self.rows += len(verdicts)
        for verdict in verdicts:
            self.counts[verdict.outcome.value] += 1
            for problem in verdict.problems if verdict.noted else ():
                key = (problem.code, problem.column)
                self.groups.setdefault(key, Group(problem)).add(problem, verdict.row.line)
            self._sample(verdict)

    def _sample(self, verdict: Verdict) -> None:
        """Keeps some created and some updated rows to look at."""
        result = verdict.result
        if result is None or result.outcome not in (Outcome.CREATED, Outcome.UPDATED):
            return
        alike = sum(1 for one in self.differences if one["outcome"] == result.outcome.value)
        if alike < _DIFFS // 2:
            self.differences.append(
                {
                    "line": result.line,
                    "outcome": result.outcome.value,
                    "changes": [
                        [name, result.before.get(name), value]
                        for name, value in result.after.items()
                        if value is not None
                    ],
                }
            )

    def as_record(self) -> dict[str, Any]:
        """JSON to keep with the import."""
        groups = sorted(self.groups.values(), key=lambda group: -group.count)
        return {
            "counts": dict(self.counts),
            "groups": [group.as_record() for group in groups],
            "differences": self.differences,
        }
