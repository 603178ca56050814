"""What counts as an address and a time zone."""

import re
from functools import cache
from zoneinfo import available_timezones

# One @, something before it, a dotted or bare host after it. Whether mail arrives is not
# decided here: customers' own systems already use these addresses.
_EMAIL = re.compile(r"[^\s@,;<>\"()\x00-\x1f]{1,64}@[^\s@,;<>\"()\x00-\x1f]{1,189}")


def looks_like_email(text: str) -> bool:
    """Whether it can be stored as somebody's address."""
    return _EMAIL.fullmatch(text) is not None


def known_time_zone(name: str) -> bool:
    """Whether it is a name of the time zone database, such as Europe/Madrid."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
