"""Makers for tests: a small kind of rows, files, and imports of them."""

# ruff: noqa: ARG002 - a kind takes what the protocol says, and things need less

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from vereda.foundation.ids import new_id
from vereda.foundation.importing import (
    Change,
    FieldType,
    IdentityKey,
    ImportChoice,
    ImportField,
    ImportRow,
    KeptRow,
    Outcome,
    RowProblem,
    RowResult,
    UndoResult,
    WithoutNewFields,
    compared,
    journal_value,
    rejected,
    undo_step,
)
from vereda.foundation.testing import MORNING
from vereda.imports.actions.files import start_import
from vereda.imports.actions.mapping import choose_identity, map_columns
from vereda.imports.contracts import Mapping as ColumnMapping
from vereda.imports.models import Import, SavedMapping
from vereda.imports.queries.imports import mapping_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

THING = "thing"


class ThingsKind(WithoutNewFields):
    """Things with a code, a name, a price…, kept in a table that tests may use."""

    name = "things"
    label = "Things"
    permission = "imports.run"

    def fields(self, workspace: UUID) -> tuple[ImportField, ...]:
        """One field of nearly every type."""
        return (
            ImportField("code", "Code", required=True, aliases=("id", "código"), max_length=40),
            ImportField("name", "Name", aliases=("nombre", "full name"), max_length=100),
            ImportField("price", "Price", FieldType.MONEY, aliases=("precio", "importe")),
            ImportField("seats", "Seats", FieldType.INTEGER, aliases=("puestos",)),
            ImportField("bought_on", "Bought", FieldType.DATE, aliases=("fecha de compra",)),
            ImportField("seen_at", "Seen", FieldType.INSTANT, aliases=("visto",)),
            ImportField("live", "Live", FieldType.BOOLEAN, aliases=("activo",)),
            ImportField("email", "E-mail", FieldType.EMAIL, aliases=("correo",)),
            ImportField("tags", "Tags", FieldType.LIST, aliases=("etiquetas",)),
            ImportField(
                "size",
                "Size",
                FieldType.CHOICE,
                choices=(ImportChoice("big", "Big", ("grande",)), ImportChoice("small", "Small")),
                aliases=("tamaño",),
            ),
            ImportField("parent", "Parent", FieldType.REFERENCE, refers_to="things"),
        )

    def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:
        """By code, or by name."""
        return (IdentityKey("code", "Code", ("code",)), IdentityKey("name", "Name", ("name",)))

    def apply(
        self,
        workspace: UUID,
        rows: Sequence[ImportRow],
        *,
        identity: IdentityKey,
        import_id: UUID,
        by: "Member | None",
        now: datetime,
        dry_run: bool,
    ) -> list[RowResult]:
        """Stores things; "forbidden" is a name that no thing may have."""
        existing = things_of(workspace, [str(row.values[identity.fields[0]]) for row in rows])
        results = [_result(row, existing.get(str(row.values[identity.fields[0]]))) for row in rows]
        if not dry_run:
            for row, result in zip(rows, results, strict=True):
                _store(workspace, row, result, existing, now)
        return results

    def undo(
        self,
        workspace: UUID,
        changes: Sequence[Change],
        *,
        import_id: UUID,
        by: "Member | None",
        now: datetime,
    ) -> UndoResult:
        """Things as they were."""
        kept = []
        for change in changes:
            thing = SavedMapping.objects.of(workspace).filter(pk=change.object_id).first()
            step = undo_step(change, current=thing.mapping if thing else None)
            if step.changed_since:
                kept.append(KeptRow(change.object_id, "changed since"))
            if thing and step.delete:
                thing.delete()
            elif thing:
                thing.mapping.update(step.restore)
                thing.save()
        return UndoResult(len(changes) - len(kept), tuple(kept))

    def results_url(self, workspace_slug: str) -> str | None:
        """Things have no page."""
        return None


class ThingCodes:
    """Things named by their code."""

    refers_to = "things"
    name = "code"
    label = "Code"
    aliases = ("id",)

    def named(self, workspace: UUID, names: Collection[str]) -> Mapping[str, UUID]:
        """The ids of the things with these codes."""
        return {code: thing.pk for code, thing in things_of(workspace, names).items()}


def things_of(workspace: UUID, codes: Iterable[str]) -> dict[str, SavedMapping]:
    """The things with these codes."""
    rows = SavedMapping.objects.of(workspace).filter(kind=THING, signature__in=list(codes))
    return {row.signature: row for row in rows}


def all_things(workspace: Any) -> dict[str, dict[str, Any]]:
    """Every thing's values by its code."""
    rows = SavedMapping.objects.of(workspace).filter(kind=THING)
    return {row.signature: row.mapping for row in rows}


def _result(row: ImportRow, thing: SavedMapping | None) -> RowResult:
    if row.values.get("name") == "forbidden":
        return rejected(row, RowProblem("forbidden_name", "No thing may be called that.", "name"))
    if thing is None:
        return compared(row, object_id=new_id(), current=None)
    return compared(row, object_id=thing.pk, current=thing.mapping)


def _store(
    workspace: UUID,
    row: ImportRow,
    result: RowResult,
    existing: Mapping[str, SavedMapping],
    now: datetime,
) -> None:
    values = {name: journal_value(value) for name, value in row.values.items()}
    if result.outcome is Outcome.CREATED:
        SavedMapping.objects.of(workspace).create(
            pk=result.object_id,
            kind=THING,
            name=str(values.get("name", "")),
            signature=values["code"],
            mapping=values,
            used_at=now,
        )
    elif result.outcome is Outcome.UPDATED:
        thing = existing[str(values["code"])]
        thing.mapping.update(values)
        thing.save()


def a_file(
    company: Any,
    content: str | bytes,
    *,
    kind: Any = None,
    by: Any = None,
    name: str = "things.csv",
) -> Import:
    """An import of a file with that content, just uploaded."""
    body = content.encode() if isinstance(content, str) else content
    return start_import(
        company.workspace,
        kind=kind or ThingsKind(),
        blocks=[body],
        file_name=name,
        by=by or company.admin,
        now=MORNING,
    )


def a_mapped_file(company: Any, content: str | bytes, **changes: Any) -> Import:
    """An import whose columns are mapped as suggested, but for the changes."""
    run = a_file(company, content)
    run = choose_identity(run, identity="code", by=company.admin, now=MORNING)
    mapping = mapping_of(run)
    assert mapping is not None
    values = {name: getattr(mapping, name) for name in mapping.__dataclass_fields__}
    mapping = ColumnMapping(**{**values, **changes})
    return map_columns(run, mapping=mapping, by=company.admin, now=MORNING)
