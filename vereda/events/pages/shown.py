"""How several pages show an event and read an address."""

import json
from typing import Final

from vereda.foundation.errors import Missing

SHOWN: Final = 50


def indented(text: str) -> str:
    """JSON laid out for reading; anything else as it came."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def place_in_list(said: str | None) -> int | None:
    """A place in the list; an address somebody edited leads nowhere."""
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Missing("page")
    return int(said)
