"""Formats from samples: the decimal mark, the order of dates, the marks for "nothing"."""

import re
from collections.abc import Mapping, Sequence

from vereda.imports.contracts import DateOrder, Problem
from vereda.imports.rules.values import UnreadableCell, read_date, read_decimal
from vereda.imports.rules.words import DOUBTFUL_MARKS, PLAIN_MARKS

Samples = Mapping[str, Sequence[str]]

_DATE_LIKE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})(?![-/.\d])", re.ASCII)
_NUMBER_LIKE = re.compile(r"[-+(]?[A-Z€$£]{0,3}\s?\d[\d.,'\u00a0\u202f ]*[)%€$£-]?", re.ASCII)


def detected_missing_marks(samples: Samples) -> tuple[str, ...]:
    """The marks for "nothing" in use. A doubtful one ("-", "NA") counts only beside numbers or
    dates, where it cannot be a value."""
    found: dict[str, None] = {}
    for values in samples.values():
        present = set(values)
        for mark in PLAIN_MARKS:
            if mark in present:
                found[mark] = None
        for mark in DOUBTFUL_MARKS:
            if mark in present and _is_measure(present - {*PLAIN_MARKS, *DOUBTFUL_MARKS}):
                found[mark] = None
    return tuple(found)


def _is_measure(values: set[str]) -> bool:
    looks = [bool(_NUMBER_LIKE.fullmatch(value) or _DATE_LIKE.match(value)) for value in values]
    return bool(looks) and sum(looks) >= 0.9 * len(looks)


def detected_decimal(samples: Samples, *, usual: str) -> str:
    """The decimal mark under which more of the numbers can be read; `usual` when they tie."""
    votes = {".": 0, ",": 0}
    for values in samples.values():
        numbers = [value for value in values if _votes_on_decimal(value)]
        if len(numbers) * 2 < len(values):
            continue
        for mark in votes:
            votes[mark] += sum(1 for number in numbers if _reads(number, mark))
    if votes["."] == votes[","]:
        return usual
    return max(votes, key=lambda mark: votes[mark])


def _votes_on_decimal(value: str) -> bool:
    return bool(_NUMBER_LIKE.fullmatch(value)) and not _DATE_LIKE.match(value)


def _reads(number: str, mark: str) -> bool:
    """Whether it is a number with that mark, and shows it."""
    bare = number.strip("€$£% ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    try:
        read_decimal(bare, decimal=mark)
    except UnreadableCell:
        return False
    other = "." if mark == "," else ","
    return mark in bare or other not in bare


def detected_dates(samples: Samples, *, usual: DateOrder) -> tuple[DateOrder, tuple[Problem, ...]]:
    """The order under which every date can be read, and a doubt for dates that fit two orders."""
    columns = {
        name: [value for value in values if _DATE_LIKE.match(value)]
        for name, values in samples.items()
    }
    dates = {name: values for name, values in columns.items() if values}
    if not dates:
        return DateOrder.YEAR_FIRST, ()
    unread = {
        order: _unread(dates, order) for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
    }
    if unread[DateOrder.DAY_FIRST] != unread[DateOrder.MONTH_FIRST]:
        return min(unread, key=lambda order: unread[order]), ()
    order = usual if usual is not DateOrder.YEAR_FIRST else DateOrder.DAY_FIRST
    name, values = next(iter(dates.items()))
    return order, (Problem("ambiguous_dates", column=name, found=values[0]),)


def _unread(dates: Mapping[str, Sequence[str]], order: DateOrder) -> int:
    return sum(1 for values in dates.values() for value in values if not _is_date(value, order))


def _is_date(value: str, order: DateOrder) -> bool:
    try:
        read_date(value, dates=order)
    except UnreadableCell:
        return False
    return True
