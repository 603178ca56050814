"""How often one link, or one address that tries links, may be used within an hour."""

from __future__ import annotations

from datetime import datetime

from vereda.foundation.hurry import count_within_hour

POSTS_PER_HOUR = 60
WRONG_LINKS_PER_HOUR = 60


def count_wish(message_id: object, *, now: datetime) -> None:
    """Refuse when too much was sent through the links of this letter within the hour."""
    count_within_hour(f"letter-link:{message_id}", most=POSTS_PER_HOUR, now=now)


def count_wrong_letter_link(address: str, *, now: datetime) -> None:
    """Refuse when this address tried too many links that lead nowhere."""
    count_within_hour(f"letter-wrong:{address}", most=WRONG_LINKS_PER_HOUR, now=now)
