"""One chunk of rows after the other goes through the kind; each is one transaction.

The position, the counts, the journal and the rejected rows of a chunk are stored with the rows
themselves, so a process that dies between two chunks loses nothing and repeats nothing.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingOf
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from secrets import token_hex
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import translation

from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.importing import (
    CHUNK_ROWS,
    ImportableKind,
    ImportRow,
    Outcome,
    RowProblem,
    RowResult,
)
from vereda.imports.contracts import Keep, Mapping, Problem, RawRow
from vereda.imports.models import Import
from vereda.imports.queries.imports import detected_of, imports_folder, stored_text
from vereda.imports.queries.kinds import importable_kind, plan_of, reference_way
from vereda.imports.reading.delimited import rows_in
from vereda.imports.reading.repeats import Scratch, remember_kept_rows
from vereda.imports.rules.mapping_files import mapping_from_dict
from vereda.imports.rules.plans import ParsedRow, Plan
from vereda.imports.rules.rounds import chunks_of, rounds_of
from vereda.imports.sentences import sentence_of

log = logging.getLogger(__name__)

ACCOUNTS = "accounts"
"""The kind whose rows are accounts, and what a column refers to that names one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one row of the file."""

    row: RawRow
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    result: RowResult | None = None
    account_id: UUID | None = None
    """The account that the row is, or belongs to, where the file says so."""
    noted: bool = True
    """Whether a skipped row is kept with its reason; older states of a log are only counted."""


@dataclass
class Work:
    """Everything a runner needs to take an import's rows through its kind."""

    run: Import
    kind: ImportableKind
    plan: Plan
    scratch: Scratch
    dry_run: bool
    counts: Counter[str] = field(default_factory=Counter)

    @cached_property
    def account_fields(self) -> list[str]:
        """The mapped columns that name an account."""
        fields = (field_ for field_, _by, _column in self.plan.references)
        return [field_.name for field_ in fields if field_.refers_to == ACCOUNTS]

    @property
    def workspace(self) -> UUID:
        """Whose rows."""
        return self.run.workspace_id

    def account_named_in(self, row: ParsedRow) -> UUID | None:
        """The account that a row with its ids names, if its kind has such a column."""
        named = (row.values.get(name) for name in self.account_fields)
        return next((value for value in named if isinstance(value, UUID)), None)

    def chunks(self, start: int) -> Iterator[list[RawRow]]:
        """The rows of the file from that position on, some at a time."""
        rows = rows_in(stored_text(self.run), self.plan.mapping.formats)
        return chunks_of(islice(rows, start, None), size=CHUNK_ROWS)


@contextmanager
def work_on(run: Import, *, dry_run: bool) -> Iterator[Work]:
    """The work on an import, with its scratch file while it lasts."""
    kind = importable_kind(run.kind)
    mapping: Mapping = mapping_from_dict(run.mapping)
    plan = plan_of(run.workspace_id, kind, mapping, columns=detected_of(run).columns)
    path = imports_folder() / f"{run.pk}.{token_hex(4)}.scratch"
    with Scratch(path) as scratch, translation.override(run.workspace.language):
        if mapping.keep is not Keep.ALL:
            remember_kept_rows(scratch, stored_text(run), plan)
        yield Work(run, kind, plan, scratch, dry_run)


def verdicts_on(work: Work, rows: Sequence[RawRow]) -> list[Verdict]:
    """What becomes of each row of a chunk; written unless it is a dry run. The caller holds the
    transaction."""
    parsed = [work.plan.parse(row) for row in rows]
    raw = {row.line: row for row in rows}
    verdicts = [
        Verdict(raw[row.line], Outcome.REJECTED, row.problems) for row in parsed if row.problems
    ]
    good = [row for row in parsed if not row.problems]
    good, skipped = _kept(work, good)
    verdicts += [_skipped(raw[line], first, work) for line, first in skipped]
    known, unknown = _resolved(work, good)
    verdicts += [Verdict(raw[row.line], Outcome.REJECTED, row.problems) for row in unknown]
    for turn in rounds_of(known, key=lambda row: work.plan.key(row.values)):
        results = _applied(work, turn)
        accounts = {row.line: work.account_named_in(row) for row in turn}
        if work.dry_run and work.plan.mapping.keep is Keep.ALL:
            results = _as_if_written(work, turn, results)
        verdicts += [
            _verdict(raw[result.line], result, account=accounts[result.line]) for result in results
        ]
    return verdicts


def _verdict(row: RawRow, result: RowResult, *, account: UUID | None) -> Verdict:
    problem = result.problem
    problems = (
        (Problem(problem.code, problem.field, problem.found, sentence=str(problem.message)),)
        if problem
        else ()
    )
    return Verdict(row, result.outcome, problems, result, account)


def _kept(work: Work, rows: list[ParsedRow]) -> tuple[list[ParsedRow], list[tuple[int, int]]]:
    """The rows that count, and the lines that do not with the line that does."""
    if work.plan.mapping.keep is Keep.ALL:
        return rows, []
    keys = {row.line: work.plan.key(row.values) for row in rows}
    kept = work.scratch.lines(list(set(keys.values())))
    stay = [row for row in rows if kept[keys[row.line]][0] == row.line]
    gone = [
        (row.line, kept[keys[row.line]][0]) for row in rows if kept[keys[row.line]][0] != row.line
    ]
    return stay, gone


def _skipped(row: RawRow, kept_line: int, work: Work) -> Verdict:
    problem = Problem("repeated", details={"line": str(kept_line)})
    noted = work.plan.mapping.keep is Keep.FIRST
    return Verdict(row, Outcome.SKIPPED, (problem,), noted=noted)


def _resolved(work: Work, rows: list[ParsedRow]) -> tuple[list[ParsedRow], list[ParsedRow]]:
    """The rows with ids for names, and those that name something unknown."""
    for field_, by, column in work.plan.references:
        way = reference_way(field_.refers_to, by)
        names = {str(name) for row in rows if (name := row.values.get(field_.name))}
        ids = way.named(work.workspace, names) if way and names else {}
        rows = [_with_id(row, field_.name, column, ids) for row in rows]
    return [row for row in rows if not row.problems], [row for row in rows if row.problems]


def _with_id(row: ParsedRow, name: str, column: str, ids: MappingOf[str, UUID]) -> ParsedRow:
    value = row.values.get(name)
    if value is None:
        return row
    if str(value) in ids:
        return ParsedRow(row.line, {**row.values, name: ids[str(value)]}, row.problems)
    problem = Problem("unknown_reference", column, str(value)[:200])
    return ParsedRow(row.line, row.values, (*row.problems, problem))


def _applied(work: Work, rows: list[ParsedRow]) -> list[RowResult]:
    """The kind's results. If the database refuses the rows together, each is tried alone, so
    that only the guilty ones are rejected."""
    ready = [ImportRow(row.line, row.values) for row in rows]
    try:
        with transaction.atomic():
            return _results(work, ready)
    except (DatabaseError, Refused):
        return [result for row in ready for result in _alone(work, row)]


def _alone(work: Work, row: ImportRow) -> list[RowResult]:
    try:
        with transaction.atomic():
            return _results(work, [row])
    except (DatabaseError, Refused) as error:
        log.warning("import %s: line %s refused: %s", work.run.pk, row.line, error)
        return [_refusal(row, error)]


def _results(work: Work, rows: list[ImportRow]) -> list[RowResult]:
    results = work.kind.apply(
        work.workspace,
        rows,
        identity=work.plan.identity,
        import_id=work.run.pk,
        by=work.run.by,
        now=now(),
        dry_run=work.dry_run,
    )
    if sorted(result.line for result in results) != sorted(row.line for row in rows):
        raise AssertionError(f"{work.kind.name} did not answer for every row exactly once")
    return results


def _refusal(row: ImportRow, error: Exception) -> RowResult:
    reason = str(error) if isinstance(error, Refused) else sentence_of(Problem("not_stored"))
    return RowResult(row.line, Outcome.REJECTED, problem=RowProblem("not_stored", reason))


def _as_if_written(work: Work, rows: list[ParsedRow], results: list[RowResult]) -> list[RowResult]:
    """A dry run writes nothing, so what an earlier row of the file would have created is
    remembered here: the later row would update it, or change nothing."""
    keys = {row.line: work.plan.key(row.values) for row in rows}
    marks = {row.line: repr(sorted(row.values.items(), key=lambda item: item[0])) for row in rows}
    seen = work.scratch.lines(list(keys.values()))
    answers = []
    for result in results:
        earlier = seen.get(keys[result.line])
        if earlier and result.outcome is Outcome.CREATED:
            same = earlier[1] == marks[result.line]
            outcome = Outcome.UNCHANGED if same else Outcome.UPDATED
            result = replace(result, outcome=outcome)
        answers.append(result)
    stored = [
        (keys[result.line], result.line, marks[result.line])
        for result in answers
        if result.outcome is not Outcome.REJECTED
    ]
    work.scratch.keep(stored, last=False)
    return answers
