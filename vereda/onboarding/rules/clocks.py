"""The two clocks: what the customer remembers, and whose the time was.

Every moment from their first yes on has one owner and one entry as its evidence. Nights, weekends
and holidays of whoever has to act belong to the calendar; a third party is at it around the clock,
because nobody here knows its hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from vereda.foundation.working_hours import Hours, worked_periods
from vereda.onboarding.contracts.plans import (
    Clocks,
    Entry,
    Interval,
    Line,
    Owner,
)
from vereda.onboarding.contracts.templates import Party, SetNumber
from vereda.onboarding.rules.standing import (
    Holding,
    PlanStanding,
    added_later,
    after_entry,
    fresh_standing,
)

ONE_DAY: Final = timedelta(days=1)
NO_CLOCKS: Final = Clocks(start=None, end=None, intervals=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars:
    """When each side works."""

    ours: Hours
    theirs: Hours

    def of(self, party: Party) -> Hours | None:
        """The hours of whoever has to act; None for around the clock."""
        return {Party.US: self.ours, Party.THEM: self.theirs}.get(party)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """From an instant on it is somebody's turn; `evidence` is the entry that made it so."""

    at: datetime
    holding: Holding
    evidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A plan's time as it went: whose turn it was, and when each set was finished.

    finished: the instant from which a set has been finished without a break; reached: the first
    instant at which it was, even if something of it was opened again. ended: when there was nothing
    more to do, if that is so.
    """

    agreed_at: datetime | None
    turns: tuple[Turn, ...]
    reached: dict[SetNumber, datetime]
    finished: dict[SetNumber, datetime]
    ended: datetime | None
    standing: PlanStanding


def in_time(entries: Iterable[Entry]) -> list[Entry]:
    """The entries in the order in which things happened."""
    return sorted(entries, key=lambda entry: (entry.at, entry.number))


def history_of(
    lines: Iterable[Line],
    entries: Iterable[Entry],
    *,
    last_set: SetNumber = SetNumber.SUCCESS,
    until: datetime | None = None,
) -> History:
    """How a plan's time went, by what had happened until then (or ever)."""
    happened = [entry for entry in in_time(entries) if until is None or entry.at <= until]
    standing = fresh_standing(lines, last_set=last_set, added=added_later(happened))
    turns: list[Turn] = []
    reached: dict[SetNumber, datetime] = {}
    finished: dict[SetNumber, datetime] = {}
    ended: datetime | None = None
    for entry in happened:
        standing = after_entry(standing, entry)
        if standing.agreed_at is None:
            continue
        _note_sets(standing, entry.at, reached=reached, finished=finished)
        ended = (ended or entry.at) if standing.is_ended else None
        holding = standing.holding()
        if not turns or turns[-1].holding != holding:
            turns.append(Turn(at=entry.at, holding=holding, evidence=entry.number))
    return History(
        agreed_at=standing.agreed_at,
        turns=tuple(turns),
        reached=reached,
        finished=finished,
        ended=ended,
        standing=standing,
    )


def _note_sets(
    standing: PlanStanding,
    at: datetime,
    *,
    reached: dict[SetNumber, datetime],
    finished: dict[SetNumber, datetime],
) -> None:
    for number in SetNumber:
        if number > standing.last_set or not standing.is_finished(number):
            finished.pop(number, None)
        else:
            reached.setdefault(number, at)
            finished.setdefault(number, at)


def clocks_in(history: History, *, calendars: Calendars, until: datetime) -> Clocks:
    """Both clocks from their first yes until then, or until there was nothing more to do."""
    start = history.agreed_at
    if start is None or until <= start:
        return NO_CLOCKS
    end = min(until, history.ended) if history.ended is not None else until
    end = max(end, start)
    intervals = tuple(_intervals(history.turns, start=start, end=end, calendars=calendars))
    return Clocks(start=start, end=end, intervals=intervals)


def _intervals(
    turns: tuple[Turn, ...], *, start: datetime, end: datetime, calendars: Calendars
) -> Iterator[Interval]:
    """Each turn, cut where the calendar of whoever had to act opens and closes."""
    followers = [turn.at for turn in turns[1:]] + [end]
    for turn, follower in zip(turns, followers, strict=True):
        since, until = max(turn.at, start), min(follower, end)
        if since < until:
            yield from _cut(turn, since, until, hours=calendars.of(turn.holding.party))


def _cut(
    turn: Turn, since: datetime, until: datetime, *, hours: Hours | None
) -> Iterator[Interval]:
    """One turn as worked and unworked stretches that touch."""
    reached = since
    worked = (
        [(since, until)] if hours is None else _joined(worked_periods(since, until, hours=hours))
    )
    for opens, closes in worked:
        if reached < opens:
            yield _interval(turn, reached, opens, owner=Owner.CALENDAR)
        yield _interval(turn, opens, closes, owner=turn.holding.owner)
        reached = closes
    if reached < until:
        yield _interval(turn, reached, until, owner=Owner.CALENDAR)


def _joined(periods: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The periods with those that touch made one."""
    joined: list[tuple[datetime, datetime]] = []
    for opens, closes in periods:
        if joined and joined[-1][1] >= opens:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return joined


def _interval(turn: Turn, start: datetime, end: datetime, *, owner: Owner) -> Interval:
    return Interval(
        start=start.astimezone(UTC),
        end=end.astimezone(UTC),
        owner=owner,
        held_by=turn.holding.party,
        set_number=turn.holding.set_number,
        item=turn.holding.item,
        evidence=turn.evidence,
    )


def shared_days(clocks: Clocks) -> dict[Party, int]:
    """What the customer remembers in whole days, by who had to act: they add up to the whole."""
    exact = {party: clocks.held_by(party) / ONE_DAY for party in Party}
    days = {party: int(length) for party, length in exact.items()}
    left = round(clocks.remembered / ONE_DAY) - sum(days.values())
    nearest = sorted(Party, key=lambda party: days[party] - exact[party])
    for party in nearest[: max(left, 0)]:
        days[party] += 1
    return days
