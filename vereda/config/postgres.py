"""Copying the rows of a PostgreSQL database with its own programs."""

import os
import subprocess
from pathlib import Path

from django.db import connection, transaction

from vereda.foundation.errors import Refused


def dump_rows(target: Path) -> dict[str, int]:
    """Write the database to `target` as of one instant; answers how many rows each table had."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        counts = {}
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
            counts[name] = cursor.fetchone()[0]
        call_program(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            f"--snapshot={snapshot}",
            f"--file={target}",
            f"--dbname={named_database()}",
        )
    return counts


def restore_rows(source: Path) -> None:
    """Fill the database that VEREDA_DATABASE_URL names, which must be empty; all or nothing."""
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise Refused("the database is not empty; let VEREDA_DATABASE_URL name a new one")
    call_program(
        "pg_restore",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={named_database()}",
        str(source),
    )


def named_database() -> str:
    """The database and the options that VEREDA_DATABASE_URL gives libpq, such as sslmode."""
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - absent where SQLite is used

    given = connection.settings_dict
    options = {name: str(value) for name, value in given["OPTIONS"].items()}
    return make_conninfo(dbname=given["NAME"], **options)


def call_program(name: str, *words: str) -> None:
    """Run one of PostgreSQL's programs against our database; the password stays out of sight."""
    given = connection.settings_dict
    ours = {
        "PGHOST": given["HOST"],
        "PGPORT": given["PORT"],
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
    }
    environment = {**os.environ, **{key: value for key, value in ours.items() if value}}
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, our own words
            [name, *words], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise Refused(f"{name} is not installed; it comes with PostgreSQL's client") from error
    if done.returncode:
        raise Refused(f"{name} failed: {done.stderr.strip()[-500:]}")
