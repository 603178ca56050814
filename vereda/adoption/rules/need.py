"""Needed, or nice to have: told by what somebody does after they could not use it for a while.

A *forced gap* is an outage, closed days, or an absence of one's own that is longer than four times
the usual interval and two weeks. Only gaps of somebody who was using it in their rhythm just before
tell anything. They *returned by themselves* if they used it again within twice their usual interval
(a week at least) after the gap; after an absence, before it had lasted four times as long as what
makes it one. Where we called, or a letter of ours left (a survey too), meanwhile or within the week
before they came back, nobody knows whether they were pushed, and the gap is not counted. What we
did after the last day on which coming back counts changes nothing.

Of the gaps that tell, the share with a return has Wilson's 95 % interval (Journal of the American
Statistical Association 22, 1927). It is needed where the whole interval lies above a half, nice to
have where it lies below, and otherwise not known: with fewer than four gaps always.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from typing import Final, NamedTuple

from vereda.adoption.contracts import GapKind, Need, Push
from vereda.foundation.intervals import share_interval

ABSENT_TIMES: Final = 4
SHORTEST_ABSENCE: Final = 14
GRACE_TIMES: Final = 2
SHORTEST_GRACE: Final = 7
LONG_ABSENCE_TIMES: Final = 4
PUSHES_FOR: Final = timedelta(days=7)
"""So long before somebody comes back, a call or a letter may be why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedGap:
    """A gap, both days in it, and whether they came back by themselves after it; None where that
    is not known yet. `decided_on` is the last day on which coming back counts; `push` is what we
    did that may have brought them back, and `pushed_on` the day of it."""

    kind: GapKind
    since_on: date
    until_on: date | None
    back_on: date | None
    returned: bool | None
    decided_on: date
    push: Push | None = None
    pushed_on: date | None = None


class ShareBetween(NamedTuple):
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Necessity:
    """What the forced gaps tell together."""

    gaps: int
    returned: int
    share: ShareBetween | None
    need: Need


def absence_after(usual: float) -> int:
    """From how many days on it is an absence, with that usual interval."""
    return max(SHORTEST_ABSENCE, ceil(ABSENT_TIMES * usual))


def grace_after(usual: float) -> int:
    """Within how many days after a gap somebody returns who needs it."""
    return max(SHORTEST_GRACE, ceil(GRACE_TIMES * usual))


def own_absence(
    since_on: date, back_on: date | None, *, usual: float, today: date
) -> ForcedGap | None:
    """The absence after a last day of use, up to the next; None where it is none."""
    least = absence_after(usual)
    days = ((back_on or today) - since_on).days
    if days < least:
        return None
    too_long = days > LONG_ABSENCE_TIMES * least
    returned = False if too_long else (True if back_on else None)
    return ForcedGap(
        decided_on=since_on + timedelta(days=LONG_ABSENCE_TIMES * least),
        kind=GapKind.ABSENCE,
        since_on=since_on + timedelta(days=1),
        until_on=back_on - timedelta(days=1) if back_on else None,
        back_on=back_on,
        returned=returned,
    )


def gap_from_outside(
    kind: GapKind,
    since_on: date,
    until_on: date,
    *,
    before_on: date | None,
    after_on: date | None,
    usual: float,
    today: date,
) -> ForcedGap | None:
    """An outage or closed days as one account met them; None where it was not using it then."""
    grace = grace_after(usual)
    if before_on is None or (since_on - before_on).days > grace:
        return None
    back = after_on is not None and (after_on - until_on).days <= grace
    passed = (today - until_on).days > grace
    return ForcedGap(
        decided_on=until_on + timedelta(days=grace),
        kind=kind,
        since_on=since_on,
        until_on=until_on,
        back_on=after_on,
        returned=True if back else (False if passed else None),
    )


def with_push(gap: ForcedGap, pushes: Iterable[tuple[date, Push]]) -> ForcedGap:
    """The gap with the last thing that we did which may have brought them back; none where all of
    it was long before or came too late."""
    back = gap.back_on if gap.back_on is not None and gap.back_on <= gap.decided_on else None
    until = back or gap.decided_on
    since = gap.since_on if back is None else min(gap.since_on, back - PUSHES_FOR)
    near = [one for one in pushes if since <= one[0] <= until]
    if not near:
        return gap
    day, push = max(near)
    return replace(gap, push=push, pushed_on=day)


def necessity_of(gaps: Iterable[ForcedGap]) -> Necessity:
    """What these gaps tell."""
    told = [gap for gap in gaps if gap.returned is not None and gap.push is None]
    returned = sum(1 for gap in told if gap.returned)
    share = share_between(returned, of=len(told))
    need = Need.UNKNOWN
    if share is not None and share.low > 0.5:
        need = Need.NEEDED
    elif share is not None and share.high < 0.5:
        need = Need.NICE
    return Necessity(gaps=len(told), returned=returned, share=share, need=need)


def share_between(part: int, *, of: int) -> ShareBetween | None:
    """A share with its interval; None of nothing."""
    interval = share_interval(part, of=of)
    return None if interval is None else ShareBetween(part / of, *interval)
