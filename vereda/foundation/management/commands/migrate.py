"""`migrate`: Django's, but that an empty database gets its tables at once."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from vereda.foundation.first_tables import make_first_tables

PARTLY = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    """Bring the database up to the migrations; an empty one in a step."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the first tables, unless something else than the whole was asked for."""
        if not any(options[name] for name in PARTLY):
            make_first_tables(connections[options["database"]])
        super().handle(*args, **options)
