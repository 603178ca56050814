"""Getting ready: settings read, folders made, database migrated, translations compiled."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from vereda.config.settings import PACKAGE
from vereda.privacy.remembering import AGAIN
from vereda.privacy.remembering import FOLDER as FOLDER_OF_ERASURES

FOLDERS = ("files", "mail", "run", "imports", "static")


def get_ready() -> None:
    """Everything that must be there before the first request; quick when it is.

    What this process writes is readable by its own user only.
    """
    os.umask(0o077)
    make_folders()
    compile_translations()
    if pending_migrations():
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if (settings.HOME / FOLDER_OF_ERASURES / AGAIN).exists():
        from vereda.config.erasing import erase_again  # noqa: PLC0415 - seldom needed, and slow

        erase_again()


def make_folders() -> None:
    """The home folder and what lives in it, readable by nobody else."""
    settings.HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in FOLDERS:
        (settings.HOME / name).mkdir(exist_ok=True, mode=0o700)


def pending_migrations() -> list[str]:
    """The migrations that the database lacks, by name."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _backwards in plan]


def compile_translations() -> None:
    """Compile the sentences that are newer than their compiled form."""
    for source in (PACKAGE / "locale").glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            compile_one(source, compiled)


def compile_one(source: Path, compiled: Path) -> None:
    """Compile one file; written beside and moved, so that nobody reads half of it, however many
    processes start at once."""
    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parent.parent.name)
    part = compiled.with_name(f"{compiled.name}.{os.getpid()}.part")
    with part.open("wb") as out:
        write_mo(out, catalogue)
    part.replace(compiled)


def front_end_is_built() -> bool:
    """Are styles and scripts there?"""
    return (PACKAGE / "static" / "dist" / "vereda.css").exists()


def require_front_end() -> None:
    """Stop with a sentence when styles and scripts were not built."""
    if not front_end_is_built():
        raise ImproperlyConfigured(
            "Styles and scripts are not built. Run `make setup` in the source folder."
        )
