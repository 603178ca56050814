"""When something stopped against its own habit, and what properties hold."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Final

import msgspec

from vereda.events.contracts.drifting import PropertySeen, PropertyType

ENOUGH_DAYS: Final = 4
ENOUGH_DAYS_OF_ACCOUNT: Final = 8
PATIENCE_DAYS: Final = 3
PATIENCE_WITH_ACCOUNT: Final = 14
TIMES_THE_USUAL: Final = 3
ALIKE: Final = 0.8
MOST_PROPERTIES: Final = 100
LONGEST_EXAMPLE: Final = 60
KEY_LENGTH: Final = 16


def key_of_event(name: str) -> str:
    """What an event is called by in addresses: its name may hold any character."""
    return hashlib.sha256(name.encode()).hexdigest()[:KEY_LENGTH]


def days_until_stopped(days: Sequence[date], *, expected_days: int | None = None) -> int | None:
    """How many quiet days are more than this event's habit; None: it has no habit yet.

    The habit is three times the usual wait, and never less than the longest it has shown. What
    the workspace said it expects counts instead.
    """
    if expected_days is not None:
        return expected_days if days else None
    if len(days) < ENOUGH_DAYS:
        return None
    ordered = sorted(days)
    waits = [(later - earlier).days for earlier, later in pairwise(ordered)]
    return max(PATIENCE_DAYS, TIMES_THE_USUAL * round(median(waits)), max(waits))


def has_stopped(days: Sequence[date], *, today: date, expected_days: int | None = None) -> bool:
    """Has it been quiet for longer than its habit?"""
    limit = days_until_stopped(days, expected_days=expected_days)
    return limit is not None and (today - max(days)).days > limit


def account_is_silent(
    *, active_days: float | None, gap: float | None, since: float | None, window: int
) -> bool:
    """Has an account that used to come been away for much longer than it used to be?

    One that was away for the whole window is no news any more.
    """
    if active_days is None or gap is None or since is None:
        return False
    limit = max(PATIENCE_WITH_ACCOUNT, TIMES_THE_USUAL * gap)
    return active_days >= ENOUGH_DAYS_OF_ACCOUNT and limit < since < window


def type_of(value: object) -> PropertyType:
    """What a value of JSON is."""
    match value:
        case None:
            return PropertyType.NOTHING
        case bool():
            return PropertyType.YES_NO
        case int() | float():
            return PropertyType.NUMBER
        case str():
            return PropertyType.TEXT
        case list():
            return PropertyType.LIST
    return PropertyType.OBJECT


def properties_seen(texts: Iterable[str]) -> list[PropertySeen]:
    """The properties of some events of one name, the most frequent first; nothing is kept."""
    types: dict[str, Counter[PropertyType]] = {}
    examples: dict[str, object] = {}
    sampled = 0
    for text in texts:
        sampled += 1
        for name, value in msgspec.json.decode(text or "{}", type=dict[str, object]).items():
            types.setdefault(name, Counter())[type_of(value)] += 1
            examples.setdefault(name, value)
    seen = [_seen(name, told, sampled, examples[name]) for name, told in types.items()]
    return sorted(seen, key=lambda one: (-one.share, one.name))[:MOST_PROPERTIES]


def _seen(name: str, types: Counter[PropertyType], sampled: int, example: object) -> PropertySeen:
    known = Counter({type_: n for type_, n in types.items() if type_ is not PropertyType.NOTHING})
    type_, alike = (known or types).most_common(1)[0]
    shown = example if isinstance(example, str) else msgspec.json.encode(example).decode()
    return PropertySeen(
        name=name,
        type=type_,
        share=types.total() / sampled,
        alike=alike / ((known or types).total()),
        example=shown[:LONGEST_EXAMPLE],
    )


def types_learned(
    seen: Iterable[PropertySeen], *, known: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """The types to remember, and which properties changed: by name, what it was and is now.

    A change is not remembered: it goes on being one until it goes back or somebody accepts it.
    """
    types, changed = dict(known), {}
    for one in seen:
        if one.alike < ALIKE or one.type is PropertyType.NOTHING:
            continue
        before = known.get(one.name)
        if before is None:
            types[one.name] = one.type.value
        elif before != one.type.value:
            changed[one.name] = (before, one.type.value)
    return types, changed
