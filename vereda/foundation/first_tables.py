"""The tables of an empty database, made as the migrations would leave them.

Django applies migrations one operation after the other and works out anew, for each, what the
models look like: for our few hundred operations that is half a minute of work, which everybody pays
who starts Vereda for the first time, and every run of the tests. In an empty database nothing needs
to be changed on the way: the tables are made once, in their last shape, and the migrations are
noted as applied. Whatever comes later is migrated as ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import migrations, router
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.operations.base import Operation

OF_SHAPE: Final = (
    migrations.CreateModel,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AddField,
    migrations.AlterField,
    migrations.RemoveField,
    migrations.RenameField,
    migrations.AddIndex,
    migrations.RemoveIndex,
    migrations.RenameIndex,
    migrations.AddConstraint,
    migrations.RemoveConstraint,
    migrations.AlterUniqueTogether,
    migrations.AlterModelOptions,
)
"""Operations whose whole effect is in the last shape of the tables."""

OF_TASKS: Final = "django_tasks_database"
"""It renames an index by an operation of its own, which passes over one that is not there."""

ABOUT_ROWS: Final = frozenset(
    {
        ("account", "0006_emailaddress_lower"),
        ("account", "0008_emailaddress_unique_primary_email_fixup"),
        ("auth", "0011_update_proxy_permissions"),
        ("contenttypes", "0002_remove_content_type_name"),
        (OF_TASKS, "0008_separate_results_field"),
        (OF_TASKS, "0011_rename_complete_status"),
        (OF_TASKS, "0013_separate_exception_fields"),
        (OF_TASKS, "0016_remove_dbtaskresult_django_task_new_ordering_idx_and_more"),
        (OF_TASKS, "0018_rename_succeeded_status"),
    }
)
"""Migrations of others that bring rows up to date: without rows they do nothing."""


def make_first_tables(connection: BaseDatabaseWrapper) -> bool:
    """Make every table if the database is empty, all or none; whether it was done.

    Not done is what holds a table already, and what has an operation whose effect is unknown here:
    then the migrations have to be applied one by one.
    """
    if connection.introspection.table_names():
        return False
    loader = MigrationLoader(connection)
    if operations_with_unknown_effect(loader):
        return False
    models = loader.project_state().apps.get_models(include_swapped=True)
    applied = MigrationRecorder(connection).Migration
    with connection.schema_editor() as editor:
        editor.create_model(applied)
        for model in models:
            can_migrate = model._meta.can_migrate(connection)
            if can_migrate and router.allow_migrate_model(connection.alias, model):
                editor.create_model(model)
        rows = [applied(app=app, name=name) for app, name in loader.graph.nodes]
        applied.objects.using(connection.alias).bulk_create(rows)
    return True


def operations_with_unknown_effect(loader: MigrationLoader) -> list[tuple[str, str, Operation]]:
    """What may do more to an empty database than its last shape tells; app, migration, operation.

    A subclass may do anything, so only the operations themselves are known.
    """
    return [
        (app, name, operation)
        for (app, name), migration in loader.graph.nodes.items()
        for operation in migration.operations
        if type(operation) not in OF_SHAPE and not _is_about_rows(app, name, operation)
    ]


def _is_about_rows(app: str, name: str, operation: Operation) -> bool:
    if isinstance(operation, migrations.RenameIndex):
        return app == OF_TASKS
    return (app, name) in ABOUT_ROWS and isinstance(operation, migrations.RunPython)
