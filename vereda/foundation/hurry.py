"""How often something may be tried within an hour, counted in the cache that all processes share.

Who looks at the wall clock gets a new count each hour, which is enough against a machine and no
obstacle to a person.
"""

from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

from vereda.foundation.errors import Refused

HOUR = 3600


class TooManyTries(Refused):
    """Too much came in a short time (429)."""

    status = 429


def count_within_hour(name: str, *, most: int, now: datetime) -> None:
    """One more of `name`; `TooManyTries` when there were `most` in this hour."""
    key = f"{name}:{now:%Y%m%d%H}"
    cache.add(key, 0, HOUR)
    try:
        count = cache.incr(key)
    except ValueError:  # the count was dropped to make room: it begins again
        cache.set(key, 1, HOUR)
        count = 1
    if count > most:
        raise TooManyTries(_("That was often in a short time. Please try again in an hour."))
