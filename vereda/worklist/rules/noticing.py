"""What is worth noticing about an account: figures in, at most one reason for each cause out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from vereda.customers.contracts import CommercialStatus, LifecycleStage
from vereda.worklist.contracts import AlertKind, AlertReason, Noticed

SILENT_DAYS = 28
FALL_WEEKS = 4
FALL_SHARE = 0.6
"""Four weeks of use at or below this share of the four weeks before are a fall."""
FALL_FROM = 20
"""Below so much use in four weeks a fall says nothing."""
NEAR_DAYS = 90
CLOSE_DAYS = 30
LATE_DAYS = 28
"""So long a renewal that has passed is still worth closing."""
FULL_SHARE = 0.95
FEWEST_SEATS = 5
STAGE_DAYS: dict[LifecycleStage, int] = {
    LifecycleStage.TRIAL: 30,
    LifecycleStage.ONBOARDING: 90,
    LifecycleStage.OFFBOARDING: 60,
}
"""So long an account may be in a stage that is meant to pass."""
GONE = frozenset({CommercialStatus.CHURNED, CommercialStatus.IGNORED})

Cause = tuple[AlertKind, str]

USE: Final = (AlertKind.USAGE, "use")
RENEWAL_NEAR: Final = (AlertKind.RENEWAL, "renewal-90")
RENEWAL_CLOSE: Final = (AlertKind.RENEWAL, "renewal-30")
STAGE: Final = (AlertKind.ONBOARDING, "stage")
SEATS: Final = (AlertKind.OPPORTUNITY, "seats")
CHAMPION: Final = (AlertKind.PEOPLE, "champion")
FIGURE_CAUSES: tuple[Cause, ...] = (USE, RENEWAL_NEAR, RENEWAL_CLOSE, STAGE, SEATS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What an account's row says of itself; `measured`: the workspace receives events at all;
    `silence_is_usual`: all it pays for is used once, or in bursts."""

    status: str
    stage: str
    stage_since_on: date | None
    created_on: date | None
    arr_minor: int | None
    renewal_on: date | None
    seats: int | None
    last_active_on: date | None
    active_people: int | None
    usage_8w: Sequence[int]
    measured: bool
    silence_is_usual: bool = False


def noticed_about(figures: Figures, *, today: date) -> dict[Cause, Noticed]:
    """What is to be noticed about an account that day, by cause."""
    if figures.status in GONE:
        return {}
    told = {
        USE: use_noticed(figures, today=today),
        RENEWAL_NEAR: renewal_near(figures, today=today),
        RENEWAL_CLOSE: renewal_close(figures, today=today),
        STAGE: stage_noticed(figures, today=today),
        SEATS: seats_noticed(figures),
    }
    return {cause: noticed for cause, noticed in told.items() if noticed is not None}


def use_noticed(figures: Figures, *, today: date) -> Noticed | None:
    """Paid for and not used any more, or much less than before. What was never used is noticed by
    adoption, which knows how long beginning takes; and silence says nothing of what is used once,
    or in bursts."""
    if not figures.arr_minor or not figures.measured or figures.silence_is_usual:
        return None
    if figures.last_active_on is None:
        return None
    if (today - figures.last_active_on).days >= SILENT_DAYS:
        details = {"last_on": figures.last_active_on.isoformat()}
        return Noticed(reason=AlertReason.USAGE_STOPPED, details=details)
    return fall_noticed(figures.usage_8w)


def fall_noticed(weeks: Sequence[int]) -> Noticed | None:
    """The last four whole weeks at most 60 % of the four before."""
    if len(weeks) < 2 * FALL_WEEKS:
        return None
    before, lately = sum(weeks[-2 * FALL_WEEKS : -FALL_WEEKS]), sum(weeks[-FALL_WEEKS:])
    if before < FALL_FROM or lately > before * FALL_SHARE:
        return None
    percent = round(100 * (before - lately) / before)
    return Noticed(reason=AlertReason.USAGE_FELL, details={"percent": percent, "weeks": FALL_WEEKS})


def renewal_near(figures: Figures, *, today: date) -> Noticed | None:
    """Between 31 and 90 days before the renewal."""
    day = figures.renewal_on
    if day is None or not CLOSE_DAYS < (day - today).days <= NEAR_DAYS:
        return None
    return Noticed(reason=AlertReason.RENEWAL_NEAR, details={"renewal_on": day.isoformat()})


def renewal_close(figures: Figures, *, today: date) -> Noticed | None:
    """From 30 days before the renewal until four weeks after it."""
    day = figures.renewal_on
    if day is None or not -LATE_DAYS <= (day - today).days <= CLOSE_DAYS:
        return None
    reason = AlertReason.RENEWAL_OVERDUE if day < today else AlertReason.RENEWAL_CLOSE
    return Noticed(reason=reason, details={"renewal_on": day.isoformat()})


def stage_noticed(figures: Figures, *, today: date) -> Noticed | None:
    """Too long in a stage that is meant to pass."""
    since = figures.stage_since_on or figures.created_on
    most = STAGE_DAYS.get(LifecycleStage(figures.stage))
    if since is None or most is None or today - since <= timedelta(days=most):
        return None
    return Noticed(
        reason=AlertReason.STAGE_LATE,
        details={"stage": figures.stage, "days": (today - since).days},
    )


def seats_noticed(figures: Figures) -> Noticed | None:
    """Nearly every seat is in use."""
    seats, used = figures.seats or 0, figures.active_people or 0
    if seats < FEWEST_SEATS or used < seats * FULL_SHARE:
        return None
    return Noticed(reason=AlertReason.SEATS_FULL, details={"used": used, "seats": seats})
