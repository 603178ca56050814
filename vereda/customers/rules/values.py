"""What fits a custom field, and how it is kept."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from urllib.parse import urlsplit

from vereda.customers.contracts import FieldType, Value
from vereda.customers.rules.names import folded

Stored = str | bool | None

TEXT_LIMIT = 2_000
# What the indexed columns hold: SQLite compares numbers as doubles, exact to fifteen digits.
NUMBER_LIMIT = Decimal(10) ** 12
NUMBER_PLACES = Decimal("0.000001")

_YES = frozenset({"true", "yes", "y", "1", "si", "s", "verdadero", "x", "on"})
_NO = frozenset({"false", "no", "n", "0", "falso", "off"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Misfit(StrEnum):
    """Why a value does not fit its field."""

    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    NOT_A_NUMBER = "not_a_number"
    NUMBER_TOO_LARGE = "number_too_large"
    NOT_A_DATE = "not_a_date"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_LINK = "not_a_link"


class MisfitError(Exception):
    """The value does not fit; says why."""

    def __init__(self, misfit: Misfit) -> None:
        super().__init__(misfit)
        self.misfit = misfit


def fitted_value(value: Value, *, type: FieldType, choices: Sequence[str] = ()) -> Value:
    """The value as its field understands it; None for an empty one; or `MisfitError`."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    match type:
        case FieldType.NUMBER:
            return _number(value)
        case FieldType.DATE:
            return _date(value)
        case FieldType.BOOLEAN:
            return _boolean(value)
        case FieldType.CHOICE:
            return _choice(_text(value), choices)
        case FieldType.URL:
            return _link(_text(value))
        case FieldType.TEXT:
            return _text(value)


def stored_value(value: Value) -> Stored:
    """A fitted value in JSON's types: numbers and dates as text that loses nothing."""
    match value:
        case None | bool() | str():
            return value
        case date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")


def kept_value(kept: object, *, type: FieldType) -> Value:
    """The value that `stored_value` wrote."""
    if kept is None or isinstance(kept, bool):
        return kept
    if type is FieldType.NUMBER:
        return Decimal(str(kept))
    if type is FieldType.DATE:
        return date.fromisoformat(str(kept))
    return str(kept)


def _text(value: Value) -> str:
    text = str(value).strip()
    if len(text) > TEXT_LIMIT:
        raise MisfitError(Misfit.TOO_LONG)
    if _CONTROL.search(text):
        raise MisfitError(Misfit.CONTROL_CHARACTERS)
    return text


def _number(value: Value) -> Decimal:
    if isinstance(value, bool | date):
        raise MisfitError(Misfit.NOT_A_NUMBER)
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise MisfitError(Misfit.NOT_A_NUMBER) from None
    if not number.is_finite():
        raise MisfitError(Misfit.NOT_A_NUMBER)
    if abs(number) >= NUMBER_LIMIT:
        raise MisfitError(Misfit.NUMBER_TOO_LARGE)
    return number.quantize(NUMBER_PLACES).normalize() + 0


def _date(value: Value) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise MisfitError(Misfit.NOT_A_DATE) from None


def _boolean(value: Value) -> bool:
    word = folded(str(value))
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise MisfitError(Misfit.NOT_YES_OR_NO)


def _choice(text: str, choices: Sequence[str]) -> str:
    for choice in choices:
        if folded(choice) == folded(text):
            return choice
    raise MisfitError(Misfit.NOT_A_CHOICE)


def _link(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise MisfitError(Misfit.NOT_A_LINK) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in text:
        raise MisfitError(Misfit.NOT_A_LINK)
    return text
