"""What `vereda doctor` looks at. A check answers the sentence of what is wrong, or ""."""

import os
import shutil
from collections.abc import Callable

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import connection
from django.db.utils import DatabaseError

from vereda.config.starting import front_end_is_built, pending_migrations
from vereda.config.wiring import HEALTH_CHECKS
from vereda.events.store.current import event_store

LEAST_FREE = 1024**3


def wrong_settings() -> str:
    """Do the settings fit together?"""
    wrong = [str(each.msg) for each in run_checks() if each.level >= ERROR]
    if settings.DEBUG:
        wrong.append("VEREDA_DEBUG is on: never where others can reach it.")
    return " ".join(wrong)


def unwritable_home() -> str:
    """Can we write where all data lives, and is there room?"""
    if not os.access(settings.HOME, os.W_OK):
        return f"{settings.HOME} cannot be written."
    free = shutil.disk_usage(settings.HOME).free
    return "" if free > LEAST_FREE else f"Only {free // 1024**2} MB are free in {settings.HOME}."


def broken_database() -> str:
    """Does the database of rows answer, and is its file whole?"""
    try:
        with connection.cursor() as cursor:
            if connection.vendor != "sqlite":
                cursor.execute("SELECT 1")
                return ""
            cursor.execute("PRAGMA integrity_check")
            found = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            found += [f"{row[0]} points to a row of {row[2]} that is not there" for row in cursor]
    except DatabaseError as error:
        return f"It does not answer: {error}."
    return "; ".join(found[:5])


def missing_migrations() -> str:
    """Is the database as this version expects it?"""
    waiting = pending_migrations()
    return f"{len(waiting)} are waiting: run `vereda setup`." if waiting else ""


def broken_events() -> str:
    """Does the store of events open and answer?"""
    try:
        event_store().tallies()
    except Exception as error:  # noqa: BLE001 - whatever it is, the doctor tells it and goes on
        return f"{type(error).__name__}: {error}."
    return ""


def missing_front_end() -> str:
    """Are styles and scripts there?"""
    return "" if front_end_is_built() else "Not built: run `make setup` in the source folder."


def failing_health() -> str:
    """Do the capabilities' own health checks pass?"""
    return ", ".join(name for name, check in HEALTH_CHECKS.items() if not check())


CHECKS: dict[str, Callable[[], str]] = {
    "settings": wrong_settings,
    "home folder": unwritable_home,
    "database": broken_database,
    "migrations": missing_migrations,
    "events": broken_events,
    "front end": missing_front_end,
    "health": failing_health,
}
