"""`vereda import`"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from vereda.config.commands.workspace import add_workspace_to, workspace_in
from vereda.config.starting import get_ready
from vereda.events.store.current import close_event_store
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.importing import ImportableKind
from vereda.imports.actions.checking import check_now, claim_check
from vereda.imports.actions.files import start_import
from vereda.imports.actions.mapping import map_columns
from vereda.imports.actions.running import claim_run, run_now
from vereda.imports.contracts import Mapping, MappingRefused, State
from vereda.imports.models import Import
from vereda.imports.queries.imports import saved_mapping_for
from vereda.imports.queries.kinds import importable_kind, importable_kinds
from vereda.imports.rules.mapping_files import mapping_from_dict, mapping_from_text
from vereda.imports.sentences import sentence_of
from vereda.workspaces.models import Workspace
from vereda.workspaces.queries import owner_of

BLOCK = 1024 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    """KIND, FILE, --workspace, --mapping."""
    parser.add_argument("kind", help="what the rows are, such as accounts or subscriptions")
    parser.add_argument("file", type=Path, help="a CSV or XLSX file")
    add_workspace_to(parser)
    parser.add_argument(
        "--mapping",
        type=Path,
        help="a mapping file (TOML); without it, the mapping remembered for such a file",
    )


def run(chosen: argparse.Namespace) -> int:
    """Check and run the import here; prints one JSON line of counts.

    Exit code 0: every row is stored, or rejected with a reason that the import's page shows.
    """
    get_ready()
    workspace = workspace_in(chosen)
    try:
        imported = brought_in(chosen, workspace=workspace)
    finally:
        close_event_store()
    counts = {"import": imported.key, "kind": imported.kind, "rows": imported.rows}
    sys.stdout.write(f"{json.dumps({**counts, **imported.counts})}\n")
    if imported.state != State.DONE:
        sys.stderr.write(f"vereda import: {imported.failure}\n")
        return 1
    return 0


def brought_in(chosen: argparse.Namespace, *, workspace: Workspace) -> Import:
    """The import, run to its end."""
    member = owner_of(workspace)
    imported = start_import(
        workspace,
        kind=kind_named(chosen.kind),
        blocks=blocks_of(chosen.file),
        file_name=chosen.file.name,
        by=member,
        now=now(),
    )
    map_columns(imported, mapping=mapping_for(imported, chosen.mapping), by=member, now=now())
    check_now(workspace.pk, imported.pk, runner=claim_check(imported, now=now()))
    imported.refresh_from_db()
    if imported.state == State.CHECKED:
        run_now(workspace.pk, imported.pk, runner=claim_run(imported, now=now()))
        imported.refresh_from_db()
    return imported


def kind_named(name: str) -> ImportableKind:
    """What the rows are; refused with the names there are."""
    try:
        return importable_kind(name)
    except Missing as missing:
        names = ", ".join(sorted(kind.name for kind in importable_kinds()))
        raise Refused(f"{name!r} cannot be imported; there are: {names}") from missing


def blocks_of(path: Path) -> Iterator[bytes]:
    """The file's bytes, a block at a time."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def mapping_for(imported: Import, path: Path | None) -> Mapping:
    """The mapping in that file, or the one remembered for such files."""
    try:
        if path is not None:
            return mapping_from_text(path.read_text(encoding="utf-8"))
        saved = saved_mapping_for(imported)
        if saved is None:
            raise Refused("no mapping is remembered for such a file; name one with --mapping")
        return mapping_from_dict(saved.mapping)
    except MappingRefused as error:
        raise Refused(sentence_of(error.problem)) from error
