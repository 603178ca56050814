"""What privacy does because of time."""

from django.db import connection


def empty_row_log() -> None:
    """Once a night: SQLite's log of recent writes, where erased words may still stand, is emptied.

    In the file itself they are overwritten at once (`secure_delete`).
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
