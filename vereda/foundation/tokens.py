"""Random tokens, and what is stored in their place."""

import hashlib
import secrets
from typing import Final

TOKEN_BYTES: Final = 32
LONGEST_TOKEN: Final = 200


def random_token(prefix: str = "") -> str:
    """A new token with 256 random bits that fits in an address."""
    return prefix + secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What is stored instead of the token: it cannot be turned back."""
    return hashlib.sha256(token[:LONGEST_TOKEN].encode()).hexdigest()
