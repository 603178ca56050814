"""How often one link, or one address that tries links, may be used within an hour.

Counted in the cache that all processes share; who looks at the wall clock gets a new count each
hour, which is enough against a machine and no obstacle to a person.
"""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

from vereda.surveys.contracts import TooManyTries
from vereda.surveys.rules.asking import ATTEMPTS_PER_HOUR, WRONG_LINKS_PER_HOUR

HOUR = 3600


def count_attempt(digest: str, *, now: datetime) -> None:
    """Refuse when too much was sent through this link within the hour."""
    _count(f"survey-link:{digest[:40]}", most=ATTEMPTS_PER_HOUR, now=now)


def count_wrong_link(address: str, *, now: datetime) -> None:
    """Refuse when this address tried too many links that lead nowhere."""
    _count(f"survey-wrong:{address}", most=WRONG_LINKS_PER_HOUR, now=now)


def _count(name: str, *, most: int, now: datetime) -> None:
    key = f"{name}:{now:%Y%m%d%H}"
    cache.add(key, 0, HOUR)
    try:
        count = cache.incr(key)
    except ValueError:  # the count was dropped to make room: it begins again
        cache.set(key, 1, HOUR)
        count = 1
    if count > most:
        raise TooManyTries(_("That was often in a short time. Please try again in an hour."))
