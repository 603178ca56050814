"""Emptying the log of recent writes, where erased words may still stand."""

import time
from typing import Final

from django.db import connection

TRIES: Final = 5
BETWEEN_TRIES: Final = 1.0


def empty_row_log() -> bool:
    """Once a night, and after each erasure: SQLite's log of recent writes, where erased words may
    still stand, is emptied. Answers whether it was; somebody who reads may keep it.

    In the file itself they are overwritten at once (`secure_delete`).
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    for _ in range(TRIES):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
        if not busy:
            return True
        time.sleep(BETWEEN_TRIES)
    return False
