"""Identifiers: UUIDv7 inside, short typed keys (A-12) for people."""

import re
from uuid import UUID

import uuid_utils.compat

from vereda.foundation.errors import Missing


def new_id() -> UUID:
    """A new UUIDv7: unique everywhere, and sorted by the time it was made."""
    return uuid_utils.compat.uuid7()


def number_in(key: str, prefix: str) -> int:
    """The number in a key such as "A-12", or `Missing` when it is not such a key."""
    match = re.fullmatch(rf"{prefix}-([1-9][0-9]{{0,8}})", key, flags=re.ASCII)
    if match is None:
        raise Missing(key[:40])
    return int(match[1])
