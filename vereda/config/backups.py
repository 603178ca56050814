"""One file that holds everything: rows, events, uploaded files, the signing key, a manifest.

Rows are copied first and events after them: events know no row, but the rows' cursors must not
point beyond the events. Both copies are consistent in themselves while Vereda goes on writing.
"""

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection

from vereda.config import postgres
from vereda.events.contracts.answers import DayTally
from vereda.events.store.clickhouse.store import NoBackupHere
from vereda.events.store.current import event_store
from vereda.events.store.duckdb import tallies_of_copy
from vereda.events.store.rewriting import sync_folder
from vereda.foundation.errors import Refused

FORMAT = 1
MANIFEST, ROWS, DUMP, EVENTS = "manifest.json", "vereda.sqlite3", "rows.dump", "events.duckdb"
FOLDERS = ("account-files", "erasures", "files", "imports", "letters")
DERIVED = ("mail", "run", "static")
"""Folders of VEREDA_HOME that are made again, or are only of this moment."""
KEY = "secret-key"
BLOCK = 1024 * 1024


def write_backup(target: Path, *, now: datetime) -> dict[str, Any]:
    """Write everything into the tar `target`, which must not exist yet; answers the manifest."""
    if target.exists():
        raise Refused(f"{target} exists already; choose another name")
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix="backup-") as place:
        folder = Path(place)
        counts = copy_rows(folder)
        tallies, elsewhere = copy_events(folder)
        copy_files(folder)
        manifest = {
            "format": FORMAT,
            "written_at": now.isoformat(),
            "database": connection.vendor,
            "counts": counts,
            "events": [msgspec.to_builtins(each) for each in tallies],
            "events_elsewhere": elsewhere,
            "sha256": {name: sha256_of(folder / name) for name in files_in(folder)},
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        pack(folder, target)
    return manifest


def copy_rows(folder: Path) -> dict[str, int]:
    """Copy the database of rows into `folder`; answers how many rows each table of the copy has.

    SQLite's copy is one step within one read transaction. In several steps it would begin anew
    after each write of somebody else, and never end on a busy day.
    """
    if connection.vendor == "postgresql":
        return postgres.dump_rows(folder / DUMP)
    copy = sqlite3.connect(folder / ROWS)
    try:
        connection.ensure_connection()
        connection.connection.backup(copy, pages=-1)
        return counts_in(copy)
    finally:
        copy.close()


def counts_in(copy: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table of an SQLite file has."""
    names = copy.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {
        name: copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - its own name
        for (name,) in sorted(names)
    }


def copy_events(folder: Path) -> tuple[list[DayTally], str]:
    """Copy the event store into `folder`; its tallies, and "" or why it is not in the backup."""
    store = event_store()
    try:
        store.backup(folder / EVENTS)
    except NoBackupHere as elsewhere:
        return store.tallies(), str(elsewhere)
    return tallies_of_copy(folder / EVENTS), ""


def copy_files(folder: Path) -> None:
    """Copy the folders that hold what people gave, and the signing key."""
    for name in FOLDERS:
        if (settings.HOME / name).is_dir():
            shutil.copytree(settings.HOME / name, folder / name, copy_function=copy_if_there)
    copy_if_there(settings.HOME / KEY, folder / KEY)


def copy_if_there(source: str | Path, target: str | Path) -> None:
    """Copy one file; one that was removed a moment ago is not missed, its row goes too."""
    with contextlib.suppress(FileNotFoundError):
        shutil.copy2(source, target)


def files_in(folder: Path) -> list[str]:
    """The files below a folder, by their path in it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def sha256_of(path: Path) -> str:
    """The hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(folder: Path, target: Path) -> None:
    """Pack the folder, the manifest first, beside the target; move it when it is whole."""
    part = target.with_name(f"{target.name}.part")
    with part.open("xb") as out:
        with tarfile.open(fileobj=out, mode="w") as tar:
            for name in [MANIFEST, *(name for name in files_in(folder) if name != MANIFEST)]:
                tar.add(folder / name, arcname=name, recursive=False)
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)
    sync_folder(target.parent)


def read_manifest(source: Path) -> dict[str, Any]:
    """The manifest of a backup; refused when the file is no backup of ours."""
    try:
        with tarfile.open(source, mode="r:") as tar:
            member = tar.next()
            content = tar.extractfile(member) if member and member.name == MANIFEST else None
            manifest: dict[str, Any] = json.loads(content.read()) if content else {}
    except (tarfile.TarError, ValueError) as error:
        raise Refused(f"{source} is not a backup of Vereda: {error}") from error
    if manifest.get("format") != FORMAT:
        raise Refused(f"{source} is not a backup that this version of Vereda can read")
    return manifest


def restore_backup(source: Path, *, home: Path) -> dict[str, Any]:
    """Unpack a backup into `home`, which must be empty or absent; all of it or nothing."""
    manifest = read_manifest(source)
    if holds_something(home):
        raise Refused(f"{home} is not empty; restore into a new folder")
    with beside(home) as part:
        unpack(source, part, names=[MANIFEST, *manifest["sha256"]])
        check_hashes(part, manifest)
        if manifest["database"] == "postgresql":
            postgres.restore_rows(part / DUMP)
            (part / DUMP).unlink()
        (part / MANIFEST).unlink()
        if home.exists():
            (home / KEY).unlink(missing_ok=True)
            home.rmdir()
        part.replace(home)
    return manifest


def holds_something(home: Path) -> bool:
    """Is there anything but a signing key, which reading the settings of a new home leaves?"""
    return home.exists() and any(path.name != KEY for path in home.iterdir())


@contextmanager
def beside(home: Path) -> Iterator[Path]:
    """A folder on the same disk to prepare things in; gone again when that fails."""
    home.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=home.parent, prefix=f"{home.name}-"))
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def unpack(source: Path, folder: Path, *, names: Iterable[str]) -> None:
    """Unpack exactly the files that the manifest names, as plain files."""
    wanted = set(names)
    with tarfile.open(source, mode="r:") as tar:
        for member in tar:
            if member.name not in wanted or not member.isreg():
                raise Refused(f"the backup holds {member.name!r}, which its manifest does not name")
            tar.extract(member, folder, filter="data")
            wanted.discard(member.name)
    if wanted:
        raise Refused(f"the backup lacks {', '.join(sorted(wanted))}")


def check_hashes(folder: Path, manifest: dict[str, Any]) -> None:
    """Refuse a backup whose content is not what was written."""
    for name, expected in manifest["sha256"].items():
        if sha256_of(folder / name) != expected:
            raise Refused(f"the backup is damaged: {name} is not what was written")


def differences_to(manifest: dict[str, Any]) -> list[str]:
    """How this installation differs from a backup's manifest, in sentences; none when equal."""
    here = counts_here()
    there: dict[str, int] = manifest["counts"]
    found = [
        f"table {name}: {here.get(name)} rows here, {there.get(name)} in the backup"
        for name in sorted({*here, *there})
        if here.get(name) != there.get(name)
    ]
    tallies = [msgspec.to_builtins(each) for each in event_store().tallies()]
    if as_set(tallies) != as_set(manifest["events"]):
        mine, theirs = (
            sum(each["events"] for each in side) for side in (tallies, manifest["events"])
        )
        found.append(f"events: {mine} here, {theirs} in the backup, or with other content")
    return found


def counts_here() -> dict[str, int]:
    """How many rows each table of this installation has."""
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        counts = {}
        for name in names:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
            counts[name] = cursor.fetchone()[0]
    return counts


def as_set(tallies: Iterable[dict[str, Any]]) -> set[str]:
    """Tallies as they can be compared, whatever their order."""
    return {json.dumps(each, sort_keys=True, default=str) for each in tallies}
