"""Where rows live: one SQLite file by default, PostgreSQL when VEREDA_DATABASE_URL says so."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
        "PRAGMA cache_size=-65536;PRAGMA mmap_size=268435456;"
    ),
}


def database_from(url: str, *, home: Path) -> dict[str, Any]:
    """Django's settings for a database URL; none means the SQLite file in `home`.

    `sqlite:///name.sqlite3` is taken below `home`; `postgresql://user:password@host:port/name`
    may carry libpq options as its query.
    """
    if not url:
        return sqlite(home / "vereda.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(home / parts.path.lstrip("/"))
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise ImproperlyConfigured(
        f"VEREDA_DATABASE_URL begins with {parts.scheme!r}; expected sqlite:// or postgresql://."
    )


def sqlite(path: Path) -> dict[str, Any]:
    """Settings that lose no acknowledged commit at a power cut (WAL with synchronous=FULL)."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": dict(SQLITE_OPTIONS),
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": path.with_name(f"test-{path.name}")},
    }
