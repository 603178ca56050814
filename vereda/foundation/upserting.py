"""Many rows at once, each recognised by its outside id: what they are now, what they would become.

A capability's `upsert_…` action gives a batch its rows (frozen dataclasses with `external_id` and
columns that may be left unsaid), judges each, stores what changed and tells what follows. The same
results go back into `undone_rows` when an import is taken back. Two queries to compare, one to
create, one to update, however many rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vereda.foundation.importing import (
    Change,
    ImportRow,
    KeptRow,
    Outcome,
    RowProblem,
    RowResult,
    UndoResult,
    compared,
    rejected,
    undo_step,
)
from vereda.foundation.many_rows import NewRows

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

UPSERT_ROWS = 1_000
"""The most rows of one batch."""

Judge = Callable[[Mapping[str, Any], Mapping[str, Any]], RowProblem | None]
"""What is wrong with a row, from all its values as they would be, and from those that were said."""


class UpsertBatch:
    """Up to a thousand rows of one model.

    `results` has one answer per row, in their order. `created` and `updated` are the model's rows
    to store; `touched` holds the accounts they belong to, and belonged to before.
    """

    def __init__(
        self,
        workspace: Workspace,
        model: Any,
        *,
        columns: Sequence[str],
        unsaid: object,
        offset: int = 0,
    ) -> None:
        self.workspace = workspace
        self.model = model
        self.columns = columns
        self.unsaid = unsaid
        self.offset = offset
        self.results: list[RowResult] = []
        self.created: list[Any] = []
        self.updated: list[Any] = []
        self.touched: set[UUID] = set()
        self._remembered: set[UUID] = set()
        self._new: NewRows[Any] = NewRows(model, workspace_id=workspace.pk)

    def __bool__(self) -> bool:
        return bool(self.created or self.updated)

    def settle(self, rows: Sequence[Any], *, defaults: Mapping[str, Any], judge: Judge) -> None:
        """Compare every row with what is there; one query."""
        names = {row.external_id for row in rows}
        stored = self.model.objects.of(self.workspace).filter(said_outside(names))
        existing: dict[str, Any] = {row.external_id: row for row in stored}
        for index, said in enumerate(rows, start=self.offset):
            row = existing.get(said.external_id)
            current = None if row is None else self._state_of(row)
            values = self._said_by(said)
            wanted = {**(defaults if current is None else current), **values}
            problem = judge(wanted, values)
            if problem is not None:
                self.results.append(rejected(ImportRow(index, values), problem))
                continue
            row = self._fresh(said.external_id) if row is None else row
            result = compared(
                ImportRow(index, values), object_id=row.pk, current=current, wanted=values
            )
            self.results.append(result)
            existing[said.external_id] = row
            if result.outcome is not Outcome.UNCHANGED:
                self._remember(row, result.outcome, before=current, wanted=wanted)

    def store(self, *, now: datetime) -> None:
        """Write what is new and what changed: one statement each."""
        self.model.objects.of(self.workspace).bulk_create(self.created)
        update_columns(self.workspace, self.model, self.updated, columns=self.columns, now=now)

    def counts(self) -> dict[str, int]:
        """How many rows are new and how many changed, for the audit line."""
        return {"created": len(self.created), "updated": len(self.updated)}

    def _fresh(self, external_id: str) -> Any:
        return self._new.make(external_id=external_id)

    def _state_of(self, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.columns}

    def _said_by(self, said: Any) -> dict[str, Any]:
        told = {name: getattr(said, name) for name in self.columns}
        return {name: value for name, value in told.items() if value is not self.unsaid}

    def _remember(
        self,
        row: Any,
        outcome: Outcome,
        *,
        before: Mapping[str, Any] | None,
        wanted: Mapping[str, Any],
    ) -> None:
        if before is not None:
            self.touched.add(before["account_id"])
        self.touched.add(wanted["account_id"])
        for name, value in wanted.items():
            setattr(row, name, value)
        if row.pk not in self._remembered:
            self._remembered.add(row.pk)
            (self.created if outcome is Outcome.CREATED else self.updated).append(row)


def said_outside(external_ids: Collection[str]) -> Q:
    """That a row has one of these outside ids.

    Outside ids are unique where they are not empty. A database finds rows by that condition's
    index only when the question says it too; else it goes through all rows of the workspace.
    """
    return Q(external_id__in=external_ids) & ~Q(external_id="")


def undone_rows(
    workspace: Workspace,
    model: Any,
    changes: Sequence[Change],
    *,
    columns: Sequence[str],
    now: datetime,
) -> tuple[UndoResult, set[UUID]]:
    """Created rows gone and changed ones as before, except what people changed since.

    Answers also the accounts that any of the rows belonged to. Three statements.
    """
    ids = [change.object_id for change in changes]
    rows = {row.pk: row for row in model.objects.of(workspace).filter(pk__in=ids)}
    gone, restored, kept = [], [], []
    touched: set[UUID] = {row.account_id for row in rows.values()}
    for change in changes:
        row = rows.get(change.object_id)
        current = None if row is None else {name: getattr(row, name) for name in columns}
        step = undo_step(change, current=current)
        if step.delete:
            gone.append(change.object_id)
        elif step.restore and row is not None:
            put_back(row, step.restore)
            restored.append(row)
        if step.changed_since:
            kept.append(KeptRow(change.object_id, _("Somebody changed it after the import.")))
    touched.update(row.account_id for row in restored)
    model.objects.of(workspace).filter(pk__in=gone).delete()
    update_columns(workspace, model, restored, columns=columns, now=now)
    return UndoResult(len(gone) + len(restored), tuple(kept)), touched


def put_back(row: Any, values: Mapping[str, Any]) -> None:
    """Put journal values (JSON) back on the row, each as its column's type."""
    for name, value in values.items():
        column = row._meta.get_field(name.removesuffix("_id"))
        target = column.target_field if column.is_relation else column
        setattr(row, name, target.to_python(value))


def update_columns(
    workspace: Workspace, model: Any, rows: Sequence[Any], *, columns: Sequence[str], now: datetime
) -> None:
    """Write these columns of all the rows, and when; rows with a version get their next one."""
    versioned = ("version",) if hasattr(model, "version") else ()
    for row in rows:
        row.updated_at = now
        for name in versioned:
            setattr(row, name, getattr(row, name) + 1)
    names = [name.removesuffix("_id") for name in columns]
    model.objects.of(workspace).bulk_update(rows, [*names, *versioned, "updated_at"])
