"""What a repair makes of an item's text."""

import json
import math
from collections.abc import Mapping
from typing import Final

from vereda.events.contracts.repairing import Repair, TreatAs

Said = dict[str, object]

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "type": ("type",),
    "event": ("event",),
    "user_id": ("userId", "distinct_id"),
    "anonymous_id": ("anonymousId",),
    "group_id": ("groupId",),
    "previous_id": ("previousId",),
}
"""Under which names an item says these; the first is used where none is there yet."""

HOLDERS: Final = ("properties", "traits")
TRUE: Final = frozenset({"true", "yes", "1", "on"})
FALSE: Final = frozenset({"false", "no", "0", "off", ""})


def repaired_text(text: str, repair: Repair) -> str:
    """The item with the repair; as it was when it is no JSON object or a value does not fit."""
    item = lenient_object(text) if repair else None
    if item is None:
        return text
    if repair.without_user_id:
        item.pop("userId", None)
    for name, words in WORDS.items():
        value = getattr(repair, name)
        if value:
            item[_word_in(item, words)] = value
    if repair.property_name and repair.treat_as:
        for holder in HOLDERS:
            _treat(item.get(holder), repair.property_name.split("."), repair.treat_as)
    return json.dumps(item, ensure_ascii=False, allow_nan=False, default=str)


def lenient_object(text: str) -> Said | None:
    """The object in the text; a number that no machine can hold is kept as its own words."""
    try:
        item = json.loads(text, parse_float=_number, parse_int=_whole_number, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return item if isinstance(item, dict) else None


def _number(words: str) -> float | str:
    number = float(words)
    return number if math.isfinite(number) else words


def _whole_number(words: str) -> int | str:
    return int(words) if len(words) < 300 else words


def _word_in(item: Said, words: tuple[str, ...]) -> str:
    return next((word for word in words if word in item), words[0])


def _treat(holder: object, path: list[str], treat_as: TreatAs) -> None:
    for step in path[:-1]:
        holder = holder.get(step) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or path[-1] not in holder:
        return
    if treat_as is TreatAs.LEFT_OUT:
        del holder[path[-1]]
        return
    holder[path[-1]] = _as(holder[path[-1]], treat_as)


def _as(value: object, treat_as: TreatAs) -> object:
    """The value as that type, or as it was when it cannot be one."""
    words = _as_text(value)
    if treat_as is TreatAs.TEXT:
        return words
    if treat_as is TreatAs.TRUE_OR_FALSE:
        said = words.strip().lower()
        return True if said in TRUE else False if said in FALSE else value
    try:
        number = float(words.strip().replace(",", "."))
    except ValueError:
        return value
    if not math.isfinite(number):
        return value
    return int(number) if number.is_integer() else number


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, default=str)
