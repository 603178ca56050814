"""One clean for every value that comes from outside, so that each store takes it alike.

SQLite takes a NUL in text and PostgreSQL does not; JSON has no NaN; a browser's number
ends at 2⁵³. What can be repaired is repaired and named in `warnings`; what cannot is
`Unstorable`.
"""

import math
import re
from collections.abc import Set
from typing import Final, cast

from vereda.events.contracts.arriving import Reason

LONGEST_TEXT: Final = 8 * 1024
LONGEST_KEY: Final = 200
MOST_KEYS: Final = 255
DEEPEST: Final = 20
LARGEST_NUMBER: Final = 2**53

UNWANTED: Final = re.compile("[\x00-\x08\x0b-\x1f]")
SURROGATE: Final = re.compile("[\ud800-\udfff]")
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

POISONOUS_KEYS: Final = frozenset({"__proto__", "constructor", "prototype"})
"""Names that change what an object *is* in a browser that reads it back."""


class Unstorable(Exception):
    """The item cannot be stored; the reason and what was found."""

    def __init__(self, reason: Reason, found: str = "") -> None:
        super().__init__(reason, found)
        self.reason = reason
        self.found = found


def is_plain(raw: bytes) -> bool:
    """Is every text in this JSON clean as it stands, whichever it is? Asked once for an item.

    JSON has control characters and lone surrogates only behind a backslash.
    """
    return len(raw) <= LONGEST_TEXT and raw.isascii() and b"\\" not in raw


class Cleaner:
    """Cleans the values of one item and remembers what it had to change.

    `plain`: every text is known to be clean, and none is longer than `LONGEST_TEXT`.
    """

    __slots__ = ("keys", "plain", "warnings")

    def __init__(self, *, plain: bool = False) -> None:
        self.keys = 0
        self.plain = plain
        self.warnings: dict[Reason, str] = {}

    def warn(self, reason: Reason, found: str) -> None:
        """Remember the first of its kind."""
        self.warnings.setdefault(reason, found[:LONGEST_KEY])

    def text(self, text: str, *, longest: int = LONGEST_TEXT) -> str:
        """Without control characters and lone surrogates, and not too long."""
        if not (self.plain or text.isprintable()):
            clean = SURROGATE.sub(REPLACEMENT, UNWANTED.sub("", text))
            if clean != text:
                self.warn(Reason.TEXT_CLEANED, clean)
                text = clean
        if len(text) > longest:
            self.warn(Reason.TEXT_SHORTENED, text)
            return text[:longest]
        return text

    def is_clean(self, value: dict[str, object], *, names: Set[str]) -> bool:
        """Is the mapping for certain its own clean copy? `names` are keys that are clean."""
        if not self.plain or len(value) > MOST_KEYS or not value.keys() <= names:
            return False
        for item in value.values():
            kind = item.__class__
            if kind is int:
                if not -LARGEST_NUMBER <= cast(int, item) <= LARGEST_NUMBER:
                    return False
            elif kind is dict or kind is list:
                return False
        return True

    def mapping(self, value: dict[str, object], depth: int = 1) -> dict[str, object]:
        """A clean copy, level by level."""
        if depth > DEEPEST:
            raise Unstorable(Reason.TOO_DEEP, f"> {DEEPEST}")
        self.keys += len(value)
        if self.keys > MOST_KEYS:
            raise Unstorable(Reason.TOO_MANY_KEYS, f"> {MOST_KEYS}")
        clean = {}
        for key, item in value.items():
            name = self._key(key)
            if name:
                clean[name] = self.value(item, depth)
        return clean

    def value(self, value: object, depth: int = 1) -> object:
        """A clean copy of anything JSON can hold."""
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return value if -LARGEST_NUMBER <= value <= LARGEST_NUMBER else str(value)
        if isinstance(value, float):
            if not math.isfinite(value):
                raise Unstorable(Reason.NOT_A_NUMBER, str(value))
            return value
        if isinstance(value, dict):
            return self.mapping(value, depth + 1)
        return self._list(cast("list[object]", value), depth + 1)

    def _list(self, value: list[object], depth: int) -> list[object]:
        if depth > DEEPEST:
            raise Unstorable(Reason.TOO_DEEP, f"> {DEEPEST}")
        return [self.value(item, depth) for item in value]

    def _key(self, key: str) -> str:
        """The key to store the value under; "" drops it."""
        if key in POISONOUS_KEYS or len(key) > LONGEST_KEY:
            self.warn(Reason.KEY_DROPPED, key)
            return ""
        return key if key.isprintable() else self.text(key)
