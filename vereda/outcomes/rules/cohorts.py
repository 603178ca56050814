"""Quarters: in which of them a customer began."""

from datetime import date, datetime, time, tzinfo
from typing import NamedTuple


class Quarter(NamedTuple):
    """Three months of a year; they sort by time."""

    year: int
    number: int

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def next(self) -> "Quarter":
        """The one after it."""
        after = self.number + 1
        return Quarter(self.year + 1, 1) if after > 4 else Quarter(self.year, after)

    def starts_at(self, zone: tzinfo) -> datetime:
        """The instant it begins where the workspace is."""
        return datetime.combine(self.first_day, time.min, zone)

    @property
    def key(self) -> str:
        """As it stands in an address: 2026-Q4."""
        return f"{self.year}-Q{self.number}"


def quarter_of(day: date) -> Quarter:
    """The quarter that a day is in."""
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def quarter_named(key: str) -> Quarter | None:
    """The quarter meant by 2026-Q4; None for anything else."""
    year, mark, number = key.partition("-Q")
    plain = year.isascii() and year.isdigit() and len(year) == 4 and number in ("1", "2", "3", "4")
    return Quarter(int(year), int(number)) if mark and plain and int(year) else None
