"""The hidden state of an account, and what can be read off it in any week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from vereda.sample.contracts import (
    Cause,
    Company,
    HiddenWeek,
    SeatChange,
    TicketTimes,
    Window,
)

YEARLY_NOTICE_DAYS = 49
MONTHLY_NOTICE_DAYS = 28


@dataclass(slots=True)
class Living:
    """What is carried from one week to the next while a life is told."""

    company: Company
    window: Window
    dice: Random
    disposition: float
    story_begins_on: date
    health: float
    seats: int
    plan: int
    next_choice_on: date
    champion_left_on: date | None = None
    champion_replaced_on: date | None = None
    decided_on: date | None = None
    leaves_on: date | None = None
    cause: Cause | None = None
    weeks: list[HiddenWeek] = field(default_factory=list)
    tickets: list[TicketTimes] = field(default_factory=list)
    seat_changes: list[SeatChange] = field(default_factory=list)


def weeks_since(start: date, week: date) -> float:
    return max(0.0, (week - start).days / 7)


def weeks_of_age(living: Living, week: date) -> float:
    return weeks_since(living.company.signed_up_on, week)


def champion_present(living: Living, week: date) -> bool:
    gone, back = living.champion_left_on, living.champion_replaced_on
    return gone is None or week < gone or (back is not None and week >= back)


def unanswered_tickets_on(living: Living, week: date) -> int:
    """Tickets of the last month that waited over a day by then, answered since or not."""
    morning = datetime.combine(week, time(), tzinfo=UTC)
    late = timedelta(hours=24)
    recent = [t for t in living.tickets[-40:] if morning - t.opened_at < timedelta(days=28)]
    return sum((t.answered_at or morning) - t.opened_at > late for t in recent)


def notice_days(company: Company) -> int:
    return YEARLY_NOTICE_DAYS if company.pays_yearly else MONTHLY_NOTICE_DAYS
