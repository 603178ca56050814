"""An empty database gets its tables at once, and they are those that the migrations leave."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection, migrations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from vereda.foundation.first_tables import make_first_tables, operations_with_unknown_effect

TOLD = """
import json, sys, django
django.setup()
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection
from vereda.foundation.first_tables import make_first_tables
if sys.argv[1] == "at once":
    assert make_first_tables(connection)
    assert not make_first_tables(connection)
call_command(migrate.Command(), verbosity=0)
told = {}
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        columns = connection.introspection.get_table_description(cursor, table)
        held = connection.introspection.get_constraints(cursor, table).values()
        told[table] = [
            sorted(repr(column) for column in columns),
            sorted(json.dumps({**one, "columns": one["columns"]}, default=str) for one in held),
        ]
    for table in ("django_migrations", "django_content_type"):
        name = "name" if table == "django_migrations" else "model"
        cursor.execute(f"SELECT {name} FROM {table} ORDER BY {name}")
        told[table] += [[row[0] for row in cursor.fetchall()]]
print(json.dumps(told))
"""


def tables_made(way, home):
    """What the tables are, made in that way in a home of their own."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("VEREDA_")}
    settings = {"DJANGO_SETTINGS_MODULE": "vereda.config.settings", "VEREDA_HOME": str(home)}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "ignore", "-c", TOLD, way],
        env={**ours, **settings},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_tables_are_those_that_the_migrations_leave(tmp_path):
    at_once = tables_made("at once", tmp_path / "at-once")
    one_by_one = tables_made("one by one", tmp_path / "one-by-one")
    assert "onboarding_plan" in at_once
    assert at_once == one_by_one


@pytest.fixture
def with_migrations(settings):
    """Also where the tests themselves run without them."""
    settings.MIGRATION_MODULES = {}


@pytest.mark.django_db
def test_every_migration_counts_as_applied_and_a_database_with_tables_is_left_alone():
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert make_first_tables(connection) is False


def test_the_effect_of_every_operation_is_known(with_migrations):
    """Whoever adds one that fills rows makes new installations migrate step by step: say so there,
    or in `ABOUT_ROWS` if it does nothing where there are no rows."""
    assert operations_with_unknown_effect(MigrationLoader(None)) == []


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RunSQL("SELECT 1"),
        migrations.RunPython(migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(),
        type("OwnCreateModel", (migrations.CreateModel,), {})("Thing", []),
    ],
)
def test_an_operation_that_may_do_anything_is_not_passed_over(with_migrations, operation):
    loader = MigrationLoader(None)
    held = loader.graph.nodes["workspaces", "0001_initial"]
    loader.graph.nodes["workspaces", "0001_initial"] = type(held)("0001_initial", "workspaces")
    loader.graph.nodes["workspaces", "0001_initial"].operations = [operation]
    assert operations_with_unknown_effect(loader) == [("workspaces", "0001_initial", operation)]
