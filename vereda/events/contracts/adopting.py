"""Adoption: what the store is asked about days of use, and what it answers."""

from datetime import date, datetime
from enum import IntEnum

import msgspec


class UseGroup(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Events that together mean one thing was used; no `names` mean any event.

    The first use is complete once an event of each of `steps` came; without steps, on the second
    day of use. A stretch of use in which no interval is longer than `longest` days is regular if
    it lasts at least `shortest` days and has at least `fewest` days of use.
    """

    names: tuple[str, ...] = ()
    steps: tuple[tuple[str, ...], ...] = ()
    longest: int
    shortest: int
    fewest: int


class UsesOfSubject(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How one account or person used one group (`place` in the list that was asked).

    `regular_on` is the first day of the first regular stretch; `regular_days` how long all of them
    lasted. `gap_squares` sums the squared days between one day of use and the next.
    """

    key: str
    place: int
    first_at: datetime
    completed_at: datetime | None
    last_at: datetime
    use_days: int
    gap_squares: int
    longest_gap: int
    regular_on: date | None
    regular_days: int


class Lasting(IntEnum):
    """What took days: three milestones, from the day on which somebody was first seen doing
    anything; and the next day of use, from the one before it."""

    FIRST_USE = 0
    COMPLETED = 1
    REGULAR = 2
    NEXT_USE = 3


class UseDuration(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """So many needed so many days for something of a group; not `happened`: on the day that was
    asked for they had waited so long. All of them were first seen, or first used the group for
    the next day of use, in the month that begins on `month_on`."""

    place: int
    what: Lasting
    month_on: date
    days: int
    happened: bool
    count: int


class UseAround(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The last day of use before a span of days, and the first after it; of one account or person
    and one group. `span` is its place in the list that was asked."""

    key: str
    place: int
    span: int
    before_on: date | None
    after_on: date | None


class UseAbsence(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Somebody used a group on a day, and then on none before `until_on`; None: to this day."""

    key: str
    place: int
    since_on: date
    until_on: date | None
