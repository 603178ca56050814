"""When somebody is followed up about what waits for them, and how: few, well timed, never more than
planned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from vereda.foundation.working_hours import Hours, worked_periods
from vereda.foundation.zones import day_where
from vereda.onboarding.contracts.intensity import FollowUpBy, Intensity
from vereda.onboarding.rules.clocks import Calendars
from vereda.onboarding.rules.promises import workday_after

ONE_DAY: Final = timedelta(days=1)
DAYS_TRIED: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFollowUp:
    """A follow-up that is still to come, or due: the how-manieth it is, when, and how.

    at: of one in person, the first moment of the day at which both sides work; None where their
    hours never meet, and for letters.
    """

    place: int
    on: date
    by: FollowUpBy
    at: datetime | None = None

    @property
    def in_person(self) -> bool:
        """Whether one of us does it, and no letter."""
        return self.by is not FollowUpBy.EMAIL


def follow_ups_ahead(
    turned_on: date,
    *,
    done_on: Collection[date],
    today: date,
    intensity: Intensity,
    calendars: Calendars,
) -> tuple[PlannedFollowUp, ...]:
    """The follow-ups that are left of an item that has been their turn since that day.

    Those done, of whatever kind, count by their days; the next ones are counted from the last of
    them. A letter comes on a day on which they work; somebody calls or meets them when both do.
    """
    done = sorted({day for day in done_on if day >= turned_on})
    reached = done[-1] if done else turned_on
    wait = intensity.every_days if done else intensity.first_after_days
    ahead: list[PlannedFollowUp] = []
    for place in range(len(done) + 1, intensity.follow_ups + 1):
        by = intensity.means_of(place)
        found = _next(reached + timedelta(days=wait), by=by, calendars=calendars)
        if found is None:
            break
        on, at = found
        ahead.append(PlannedFollowUp(place=place, on=on, by=by, at=at))
        reached, wait = max(on, today), intensity.every_days
    return tuple(ahead)


def _next(
    day: date, *, by: FollowUpBy, calendars: Calendars
) -> tuple[date, datetime | None] | None:
    """The first day from that one on that suits, and the moment of one in person."""
    if by is FollowUpBy.EMAIL:
        on = workday_after(day, 0, hours=calendars.theirs)
        return None if on is None else (on, None)
    at = both_at_work(day, calendars=calendars)
    if at is not None:
        return day_where(at, calendars.ours.zone), at
    on = workday_after(day, 0, hours=calendars.ours, also=calendars.theirs)
    return None if on is None else (on, None)


def both_at_work(day: date, *, calendars: Calendars) -> datetime | None:
    """The first moment from that day of ours on at which both sides work; None where their hours
    do not meet within two months."""
    begins = datetime.combine(day, time(), tzinfo=ZoneInfo(calendars.ours.zone))
    for place in range(DAYS_TRIED):
        since = begins + place * ONE_DAY
        for opens, closes in worked_periods(since, since + ONE_DAY, hours=calendars.ours):
            met = _first_worked(opens, closes, hours=calendars.theirs)
            if met is not None:
                return met
    return None


def _first_worked(since: datetime, until: datetime, *, hours: Hours) -> datetime | None:
    return next((opens for opens, _closes in worked_periods(since, until, hours=hours)), None)
