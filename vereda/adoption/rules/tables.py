"""How long it took many, counted: by the month they began in, so that one sees it fall."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from vereda.adoption.contracts import Cohort
from vereda.adoption.rules.survival import Curve, Spell, curve_of_counts

Row: TypeAlias = list[int]
Stored: TypeAlias = Mapping[str, list[Row]]
"""By month ("2026-03"): days, for how many it happened then, of how many no more is known."""


@dataclass(slots=True)
class Counts:
    """For how many it happened after so many days, and how many were watched no longer."""

    happened: Counter[int] = field(default_factory=Counter)
    left: Counter[int] = field(default_factory=Counter)

    def add(self, spell: Spell, *, times: int = 1) -> None:
        """One more spell, or several alike."""
        (self.happened if spell.happened else self.left)[spell.days] += times

    def merge(self, other: "Counts") -> None:
        """Those of another too."""
        self.happened += other.happened
        self.left += other.left

    @property
    def curve(self) -> Curve:
        """Their curve."""
        return curve_of_counts(self.happened, self.left)


@dataclass(slots=True)
class Table:
    """Counts by the first day of the month that people began in."""

    months: dict[date, Counts] = field(default_factory=lambda: defaultdict(Counts))

    def add(self, began_on: date, spell: Spell, *, times: int = 1) -> None:
        """A spell of somebody who began then."""
        self.months[began_on.replace(day=1)].add(spell, times=times)

    @property
    def whole(self) -> Counts:
        """All of them."""
        return _together(self.months.values())

    def by_cohort(self, cohort: Cohort) -> dict[date, Counts]:
        """Those who began in the same month, quarter or year, the earliest first."""
        parts: dict[date, list[Counts]] = defaultdict(list)
        for month, counts in self.months.items():
            parts[cohort_of(month, cohort)].append(counts)
        return {start: _together(parts[start]) for start in sorted(parts)}

    def stored(self) -> dict[str, list[Row]]:
        """As it is kept."""
        return {
            f"{month:%Y-%m}": [
                [days, counts.happened[days], counts.left[days]]
                for days in sorted({*counts.happened, *counts.left})
            ]
            for month, counts in sorted(self.months.items())
        }


def table_stored(stored: Stored) -> Table:
    """The table that was kept."""
    table = Table()
    for month, rows in stored.items():
        counts = table.months[date.fromisoformat(f"{month}-01")]
        for days, happened, left in rows:
            if happened:
                counts.happened[days] = happened
            if left:
                counts.left[days] = left
    return table


def _together(parts: Iterable[Counts]) -> Counts:
    whole = Counts()
    for part in parts:
        whole.merge(part)
    return whole


def cohort_of(day: date, cohort: Cohort) -> date:
    """The first day of the month, quarter or year that the day lies in."""
    match cohort:
        case Cohort.MONTH:
            return day.replace(day=1)
        case Cohort.QUARTER:
            return date(day.year, day.month - (day.month - 1) % 3, 1)
        case Cohort.YEAR:
            return date(day.year, 1, 1)


def spell_until(
    start_on: date, reached_on: date | None, *, watched_until: date, known_after: int = 0
) -> Spell | None:
    """How long something took from a start; or for how long it is known that it had not happened.

    `known_after`: so many days later than it begins it is known (a regular pattern). Then nobody
    is watched for the last days, or those who began late would look as if they never came to it.
    None where nothing is known.
    """
    watched = (watched_until - start_on).days - known_after
    if watched < 0:
        return None
    if reached_on is None:
        return Spell(watched, happened=False)
    days = max(0, (reached_on - start_on).days)
    return Spell(watched, happened=False) if days > watched else Spell(days, happened=True)
