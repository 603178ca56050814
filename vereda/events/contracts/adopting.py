"""Adoption: what the store is asked about days of use, and what it answers."""

from datetime import date, datetime

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


class UseMilestone(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """So many who were first seen on that day reached something of a group so many days later.

    `what`: 0 first use, 1 first use completed, 2 a regular pattern began.
    """

    place: int
    what: int
    seen_on: date
    days: int
    count: int


class UseStart(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """So many were first seen on that day, doing anything at all."""

    seen_on: date
    count: int


class UseInterval(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """So many intervals of a group lasted so many days, of those who first used it on that day;
    `closed` if it was used again after them, else until the day that was asked for."""

    place: int
    first_on: date
    days: int
    closed: bool
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
