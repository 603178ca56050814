"""How often one link, or one address that tries links, may be used within an hour."""

from __future__ import annotations

from datetime import datetime

from vereda.foundation.hurry import count_within_hour
from vereda.surveys.rules.asking import ATTEMPTS_PER_HOUR, WRONG_LINKS_PER_HOUR


def count_attempt(digest: str, *, now: datetime) -> None:
    """Refuse when too much was sent through this link within the hour."""
    count_within_hour(f"survey-link:{digest[:40]}", most=ATTEMPTS_PER_HOUR, now=now)


def count_wrong_link(address: str, *, now: datetime) -> None:
    """Refuse when this address tried too many links that lead nowhere."""
    count_within_hour(f"survey-wrong:{address}", most=WRONG_LINKS_PER_HOUR, now=now)
