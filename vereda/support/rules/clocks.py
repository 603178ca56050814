"""Clocks: how much of a promised time a ticket has used, and when the rest is up.

A clock runs while a ticket is open and stands still while it waits for the customer. The first
response is counted once, until somebody answers or resolves. The time to fix is added up over the
whole life: resolving stops it, reopening lets it run on from where it stood.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from vereda.foundation.working_hours import Hours, due_instant, worked_between
from vereda.support.contracts import Clock, MoveKind, TicketState

STATE_AFTER: dict[MoveKind, TicketState] = {
    MoveKind.OPENED: TicketState.OPEN,
    MoveKind.WAITING: TicketState.WAITING,
    MoveKind.RESUMED: TicketState.OPEN,
    MoveKind.RESOLVED: TicketState.RESOLVED,
    MoveKind.REOPENED: TicketState.OPEN,
}
"""The state a ticket is in after a move; other moves leave it as it is."""


PAUSES = frozenset({MoveKind.WAITING, MoveKind.RESUMED})


@dataclass(frozen=True, slots=True)
class Turn:
    """Something happened to a ticket at an instant."""

    at: datetime
    kind: MoveKind


@dataclass(frozen=True, slots=True)
class Stretch:
    """A clock ran from one instant to another; without an end it still runs."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRun:
    """What a ticket's history makes of a clock: when it ran, since when it pauses or stopped."""

    stretches: tuple[Stretch, ...]
    paused_at: datetime | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """How a promise stands.

    used: working time before `running_since_at`, or in all when the clock stands still.
    due_at: when a running clock's time is up. breached_at: when it first was up.
    """

    used: timedelta
    running_since_at: datetime | None
    paused_at: datetime | None
    stopped_at: datetime | None
    due_at: datetime | None
    warn_at: datetime | None
    breached_at: datetime | None


def run_of(turns: Sequence[Turn], *, clock: Clock, pauses: bool = True) -> ClockRun:
    """When a clock ran, from what happened to its ticket in order.

    A clock that does not pause runs while the customer is awaited too.
    """
    if not pauses:
        turns = [turn for turn in turns if turn.kind not in PAUSES]
    if clock is Clock.FIX:
        return _whole_run(turns)
    ending = (MoveKind.ANSWERED, MoveKind.RESOLVED)
    end = next((turn.at for turn in turns if turn.kind in ending), None)
    if end is None:
        return _whole_run(turns)
    run = _whole_run([turn for turn in turns if turn.at < end])
    cut = tuple(Stretch(each.start, each.end or end) for each in run.stretches)
    return ClockRun(stretches=cut, stopped_at=end)


def _whole_run(turns: Sequence[Turn]) -> ClockRun:
    """Every stretch in which the ticket was open, and how it stands at the end."""
    states = [(turn.at, STATE_AFTER[turn.kind]) for turn in turns if turn.kind in STATE_AFTER]
    if not states:
        return ClockRun(stretches=())
    stretches: list[Stretch] = []
    for (since, state), (until, _) in pairwise(states):
        if state is TicketState.OPEN and until > since:
            stretches = _joined(stretches, Stretch(since, until))
    at, state = states[-1]
    if state is TicketState.OPEN:
        return ClockRun(stretches=tuple(_joined(stretches, Stretch(at, None))))
    if state is TicketState.WAITING:
        return ClockRun(stretches=tuple(stretches), paused_at=at)
    return ClockRun(stretches=tuple(stretches), stopped_at=at)


def _joined(stretches: list[Stretch], last: Stretch) -> list[Stretch]:
    """The stretches with one more; what follows without a gap goes on."""
    if stretches and stretches[-1].end == last.start:
        return [*stretches[:-1], Stretch(stretches[-1].start, last.end)]
    return [*stretches, last]


def clock_reading(
    run: ClockRun,
    *,
    target: timedelta,
    hours: Hours,
    warn_after: timedelta,
    target_since_at: datetime | None = None,
) -> ClockReading:
    """How the promise stands, at no moment in particular: what is due later is told as such.

    A target that was set later than its time was up is breached from when it was set. Exactly at
    the due instant is in time.
    """
    used, breached = timedelta(), None
    for stretch in run.stretches:
        if stretch.end is None:
            continue
        if breached is None:
            due = due_instant(stretch.start, target - used, hours=hours)
            breached = due if due is not None and due < stretch.end else None
        used += worked_between(stretch.start, stretch.end, hours=hours)
    running = next((each.start for each in run.stretches if each.end is None), None)
    due_at = breached or _due(running, target - used, hours=hours)
    warn_at = None if breached else _due(running, warn_after - used, hours=hours)
    if breached is not None and target_since_at is not None:
        breached = max(breached, target_since_at)
    return ClockReading(
        used=used,
        running_since_at=running,
        paused_at=run.paused_at,
        stopped_at=run.stopped_at,
        due_at=due_at if running else None,
        warn_at=warn_at,
        breached_at=breached,
    )


def _due(since: datetime | None, left: timedelta, *, hours: Hours) -> datetime | None:
    return None if since is None else due_instant(since, left, hours=hours)


def used_at(
    now: datetime, *, used: timedelta, running_since_at: datetime | None, hours: Hours
) -> timedelta:
    """The working time a clock has counted until now."""
    if running_since_at is None:
        return used
    return used + worked_between(running_since_at, now, hours=hours)


def warning_after(
    target: timedelta, *, percent: int | None, minutes_before: int | None
) -> timedelta:
    """How much of the target is used when it is time to warn; the earlier of the two that is said.

    The whole target, and so no warning before the breach, where neither is.
    """
    said = []
    if percent is not None:
        said.append(target * percent / 100)
    if minutes_before is not None:
        said.append(max(target - timedelta(minutes=minutes_before), timedelta()))
    return min(said, default=target)


def next_check(
    *,
    due_at: datetime | None,
    warn_at: datetime | None,
    warned_at: datetime | None,
    breached_at: datetime | None,
) -> datetime | None:
    """The next instant after which there is something to say about a running clock."""
    if breached_at is not None or due_at is None:
        return None
    if warned_at is None and warn_at is not None and warn_at < due_at:
        return warn_at
    return due_at
