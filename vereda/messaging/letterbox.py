"""The raw letters that came in: files in VEREDA_HOME under random names, never served as pages."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings

FOLDER = "letters"


def put_raw_letter(body: bytes) -> str:
    """Keep the bytes; answers the name they lie under."""
    folder = Path(settings.HOME) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_urlsafe(24)
    path = folder / name
    with path.open("xb") as file:
        file.write(body)
    path.chmod(0o600)
    return name


def raw_letter(name: str) -> bytes | None:
    """The bytes; None when they are gone."""
    try:
        return (Path(settings.HOME) / FOLDER / name).read_bytes() if name else None
    except FileNotFoundError:
        return None


def burn_raw_letter(name: str) -> None:
    """The bytes go."""
    if name:
        (Path(settings.HOME) / FOLDER / name).unlink(missing_ok=True)
