"""The types of what callers send: text that every database stores, days and instants as ISO 8601.

Nothing is guessed: a number is no text, "1" no number and 1.0 no whole number. Bounds keep every
value inside what both databases and the arithmetic on dates can hold, so that a wrong one is an
answer (422) and never a broken statement.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

MOST_ROWS = 500
LARGEST_NUMBER = 2**31 - 1
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", flags=re.ASCII)


class Body(BaseModel):
    """What a caller sends. Unknown fields are refused; numbers and flags are not guessed."""

    model_config = ConfigDict(extra="forbid", strict=True, str_max_length=20_000)

    def said(self) -> dict[str, Any]:
        """The fields that were sent, by name; those left out are not there."""
        return {name: getattr(self, name) for name in type(self).model_fields if self.says(name)}

    def says(self, name: str) -> bool:
        """Was that field sent, be it as null?"""
        return name in self.model_fields_set


class Asked(BaseModel):
    """What a caller writes behind the question mark. Unknown names are refused."""

    model_config = ConfigDict(extra="forbid", str_max_length=4_000)


def printable(text: str) -> str:
    """The text without the blanks around it, unless it holds control characters."""
    if _CONTROL.search(text):
        raise ValueError("control characters are not allowed")
    return text.strip()


def day_in(value: object) -> date:
    """The day that YYYY-MM-DD means."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("a day is written YYYY-MM-DD")
    return _within_years(date.fromisoformat(value))


def instant_in(value: object) -> datetime:
    """The instant, in UTC, that an ISO 8601 text with its offset means."""
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError("an instant is written YYYY-MM-DDTHH:MM:SSZ")
    instant = datetime.fromisoformat(value)
    if instant.utcoffset() is None:
        raise ValueError("an instant needs its offset from UTC: end it with Z or +02:00")
    _within_years(instant)
    return instant.astimezone(UTC)


def _within_years(day: date) -> date:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError(f"years go from {EARLIEST_YEAR} to {LATEST_YEAR}")
    return day


Text: TypeAlias = Annotated[str, AfterValidator(printable)]
Named: TypeAlias = Annotated[str, AfterValidator(printable), Field(min_length=1)]
Day: TypeAlias = Annotated[date, BeforeValidator(day_in)]
Instant: TypeAlias = Annotated[datetime, BeforeValidator(instant_in)]
Count: TypeAlias = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
Custom: TypeAlias = Annotated[
    dict[Text, bool | Text | int | float | None],
    Field(max_length=200, description="Custom fields by their short name; null empties one."),
]
