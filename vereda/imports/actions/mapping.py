"""What the columns mean: identity, fields, new fields on the way, mappings to use again."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from vereda.foundation.errors import Conflict, Refused
from vereda.foundation.importing import FieldType, ImportField
from vereda.imports.actions.checking import check_import
from vereda.imports.contracts import (
    ColumnPlan,
    DateOrder,
    Formats,
    Mapping,
    MappingRefused,
    Problem,
    State,
)
from vereda.imports.models import Import, SavedMapping
from vereda.imports.queries.imports import (
    detected_of,
    mapping_of,
    saved_mapping_for,
    suggested_mapping,
)
from vereda.imports.queries.kinds import importable_kind, plan_of
from vereda.imports.rules.mapping_files import mapping_as_dict, mapping_from_dict
from vereda.imports.rules.suggestions import header_signature, never_imported
from vereda.imports.sentences import sentence_of
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

_OPEN = (State.UPLOADED, State.MAPPED, State.CHECKED, State.FAILED, State.CANCELLED)


@transaction.atomic
def choose_identity(run: Import, *, identity: str, by: "Member | None", now: datetime) -> Import:
    """Rows are recognised by this key from now on; columns are suggested if none are mapped."""
    known = [key.name for key in importable_kind(run.kind).identities(run.workspace_id)]
    if identity not in known:
        details = {"expected": ", ".join(known)}
        raise Refused(sentence_of(Problem("unknown_identity", found=identity, details=details)))
    mapping = mapping_of(run) or suggested_mapping(run, identity=identity)
    chosen = mapping_as_dict(replace(mapping, identity=identity))
    _update_open(run, mapping=chosen, state=State.UPLOADED, checked={}, updated_at=now)
    record(by, "identified", run, identity=identity)
    return run


@transaction.atomic
def map_columns(run: Import, *, mapping: Mapping, by: "Member | None", now: datetime) -> Import:
    """The import with this mapping; refused when it does not fit the file or the kind."""
    if mapping.kind != run.kind:
        found = Problem(
            "mapping_value", found=mapping.kind, details={"key": "kind", "expected": run.kind}
        )
        raise Refused(sentence_of(found))
    try:
        plan_of(
            run.workspace_id,
            importable_kind(run.kind),
            mapping,
            columns=detected_of(run).columns,
        )
    except MappingRefused as error:
        raise Refused(sentence_of(error.problem)) from error
    chosen = mapping_as_dict(_without_dangerous(mapping))
    _update_open(run, mapping=chosen, state=State.MAPPED, checked={}, updated_at=now)
    record(by, "mapped", run)
    return run


def _without_dangerous(mapping: Mapping) -> Mapping:
    """Columns of passwords and powers are ignored, whatever the mapping says."""
    columns = tuple(
        ColumnPlan(plan.name) if never_imported(plan.name) else plan for plan in mapping.columns
    )
    return replace(mapping, columns=columns)


@transaction.atomic
def use_saved_mapping(run: Import, *, by: "Member | None", now: datetime) -> Import:
    """The mapping of the last file with these columns, and the dry run begins."""
    saved = saved_mapping_for(run)
    if saved is None:
        raise Refused(sentence_of(Problem("no_saved_mapping")))
    mapping = replace(mapping_from_dict(saved.mapping), formats=_formats_of(run, saved))
    return check_import(map_columns(run, mapping=mapping, by=by, now=now), by=by, now=now)


def _formats_of(run: Import, saved: SavedMapping) -> Formats:
    """How the file itself is encoded, and how last time's values were written."""
    found = detected_of(run).formats
    before = mapping_from_dict(saved.mapping).formats
    return replace(
        found,
        dates=found.dates if found.dates is not DateOrder.YEAR_FIRST else before.dates,
        decimal=before.decimal if found.delimiter == before.delimiter else found.decimal,
        missing=tuple(dict.fromkeys((*found.missing, *before.missing))),
    )


@transaction.atomic
def create_field_on_the_way(
    run: Import, *, label: str, type: FieldType, by: "Member", now: datetime
) -> ImportField:
    """A new custom field that a column of this import can be mapped to."""
    kind = importable_kind(run.kind)
    if not kind.creates_fields or never_imported(label):
        raise Refused(sentence_of(Problem("unknown_field", found=label)))
    return kind.create_field(run.workspace_id, label=label, type=type, by=by, now=now)


@transaction.atomic
def remember_mapping(run: Import, *, now: datetime) -> SavedMapping:
    """The mapping is suggested again for the next file with these columns."""
    signature = header_signature(detected_of(run).columns)
    saved, _ = SavedMapping.objects.of(run.workspace_id).update_or_create(
        workspace_id=run.workspace_id,
        kind=run.kind,
        signature=signature,
        defaults={"name": run.file_name, "mapping": run.mapping, "used_at": now},
    )
    return saved


@transaction.atomic
def forget_mapping(saved: SavedMapping, *, by: "Member", now: datetime) -> None:
    """The mapping is not suggested any more."""
    record(by, "forgot", saved, at=now)
    saved.delete()


def _update_open(run: Import, **values: object) -> None:
    """Changes an import that is not at work; a conflict when it is, or was."""
    rows = Import.objects.of(run.workspace_id).in_state(*_OPEN).filter(pk=run.pk)
    if not rows.update(**values):
        raise Conflict(sentence_of(Problem("at_work")))
    run.refresh_from_db()
