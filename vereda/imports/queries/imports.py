"""Asking about imports."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from vereda.foundation.errors import Missing
from vereda.foundation.ids import number_in
from vereda.foundation.importing import ImportableKind
from vereda.foundation.personal_data import PersonRef
from vereda.foundation.scoping import found
from vereda.imports.contracts import ColumnPlan, Detected, Mapping
from vereda.imports.models import (
    Import,
    ImportChange,
    ImportRows,
    ImportShare,
    RejectedRow,
    SavedMapping,
)
from vereda.imports.queries.kinds import importable_kind, known_shares, reference_ways
from vereda.imports.rules.mapping_files import mapping_from_dict
from vereda.imports.rules.records import detected_from_record
from vereda.imports.rules.suggestions import header_signature, suggested_fields, suggested_way

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def import_with_key(workspace: "Workspace", key: str) -> Import:
    """The import that people call I-12, or `Missing`."""
    return found(imports_of(workspace).filter(number=number_in(key, "I")))


def import_with_id(workspace: "Workspace | UUID", import_id: UUID) -> Import:
    """The import with that id, or `Missing`."""
    return found(Import.objects.of(workspace).filter(pk=import_id))


def imports_of(workspace: "Workspace") -> ImportRows:
    """All imports, the newest first."""
    return Import.objects.of(workspace).select_related("by__user", "workspace").order_by("-number")


def rejected_rows(workspace: "Workspace", run: Import) -> QuerySet[RejectedRow]:
    """The rows that were not stored, in the file's order."""
    return RejectedRow.objects.of(workspace).filter(import_run=run).order_by("line", "id")


def shares_before(
    workspace: "Workspace", account_ids: Sequence[UUID], *, before: datetime, limit: int
) -> list[ImportShare]:
    """What imports that ended before then brought to these accounts, the newest first."""
    rows = ImportShare.objects.of(workspace).filter(account__in=account_ids)
    ended = rows.filter(import_run__finished_at__lt=before)
    ordered = ended.order_by("-import_run__finished_at", "-pk")
    return list(ordered.select_related("import_run__by__user")[:limit])


def lines_about(person: PersonRef) -> tuple[list[ImportChange], list[RejectedRow]]:
    """The journal's lines about a person, and the refused rows that name them in a cell."""
    names = {name for name in (person.email, *person.external_ids) if name}
    changes = ImportChange.objects.of(person.workspace_id).filter(object_id=person.person_id)
    likely = Q()
    for name in names:
        likely |= Q(cells__icontains=name)
    rows = RejectedRow.objects.of(person.workspace_id).filter(likely) if names else ()
    wanted = {name.casefold() for name in names}
    refused = [row for row in rows if wanted & {cell.strip().casefold() for cell in row.cells}]
    return list(changes.select_related("import_run").order_by("-id")), refused


def imports_folder() -> Path:
    """Where uploaded files lie."""
    return Path(settings.HOME) / "imports"


def detected_of(run: Import) -> Detected:
    """What the first look at the file found, with the person's word where they gave it."""
    return detected_from_record(run.detected)


def mapping_of(run: Import) -> Mapping | None:
    """The mapping that was chosen, or nothing yet."""
    return mapping_from_dict(run.mapping) if run.mapping else None


def saved_mapping_for(run: Import) -> SavedMapping | None:
    """The mapping used last for a file with these columns."""
    signature = header_signature(detected_of(run).columns)
    saved = SavedMapping.objects.of(run.workspace_id).filter(kind=run.kind, signature=signature)
    return saved.first()


def saved_mappings(workspace: "Workspace", *, kinds: Sequence[str]) -> QuerySet[SavedMapping]:
    """The remembered mappings of these kinds, the last used first."""
    rows = SavedMapping.objects.of(workspace).filter(kind__in=kinds)
    return rows.order_by("-used_at", "-id")


def saved_mapping_with_id(
    workspace: "Workspace", mapping_id: UUID, *, kinds: Sequence[str]
) -> SavedMapping:
    """That remembered mapping, or `Missing`."""
    return found(saved_mappings(workspace, kinds=kinds).filter(pk=mapping_id))


def suggested_mapping(run: Import, *, identity: str) -> Mapping:
    """What the columns probably mean: as last time, or by their names and samples."""
    kind = importable_kind(run.kind)
    detected = detected_of(run)
    suggestions = suggested_fields(
        detected.samples, fields=kind.fields(run.workspace_id), formats=detected.formats
    )
    columns = [
        ColumnPlan(
            suggestion.column,
            suggestion.to,
            by=_way(kind, run.workspace_id, detected, column=suggestion.column, to=suggestion.to),
        )
        for suggestion in suggestions
    ]
    return Mapping(run.kind, identity, detected.formats, tuple(columns))


def _way(kind: ImportableKind, workspace: UUID, detected: Detected, *, column: str, to: str) -> str:
    """How the column names what it refers to; nothing when it is no reference."""
    field = next((field for field in kind.fields(workspace) if field.name == to), None)
    if field is None or not field.refers_to:
        return ""
    shares = known_shares(workspace, field, detected.samples[column])
    return suggested_way(column, reference_ways(field.refers_to), known_shares=shares)


def stored_text(run: Import) -> Path:
    """The plain text of the uploaded file, or `Missing` when it was removed."""
    path = imports_folder() / run.text_as
    if run.files_removed_at or not path.exists():
        raise Missing(run.text_as)
    return path
