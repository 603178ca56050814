"""Codes that people type, and where a visitor may be sent; pure."""

import secrets
from datetime import datetime

from vereda.portal.contracts import CODE_DIGITS, CODE_TRIES, VISIT_LASTS


def random_code() -> str:
    """Six digits from the machine's own randomness, leading zeros included."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def code_in(said: str) -> str | None:
    """The digits that somebody typed, spaces and hyphens left out; None where they are not six."""
    digits = "".join(each for each in said if each not in " -\u00a0\u2009")
    return digits if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit() else None


def code_may_be_tried(*, tries: int) -> bool:
    """Whether a link's code still opens anything."""
    return tries < CODE_TRIES


def visit_ends_at(*, now: datetime) -> datetime:
    """Until when a browser that was seen now stays known."""
    return now + VISIT_LASTS
