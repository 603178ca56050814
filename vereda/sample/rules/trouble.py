"""Trouble makes tickets: more of them where health is low, and storms that leave them waiting."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from vereda.sample.contracts import Story, TicketTimes
from vereda.sample.rules.calendar import is_year_end
from vereda.sample.rules.chance import poisson_count, within
from vereda.sample.rules.living import Living

SUPPORT_HOURS = (8, 18)
STORM_DAYS = 150


def open_tickets(living: Living, week: date) -> None:
    """Trouble raises tickets; storms leave many of them waiting."""
    if week < living.window.starts_on - timedelta(days=60):
        return
    storm = _in_storm(living, week)
    rate = 0.035 + 0.0045 * living.seats
    rate *= (1.6 - living.health) * (7 if storm else 1) * (0.4 if is_year_end(week) else 1)
    if living.company.story is Story.NEVER_USED:
        rate *= 0.15
    for _ in range(poisson_count(living.dice, rate)):
        ticket = _ticket(living.dice, week, storm=storm)
        if ticket.opened_at.date() < (living.leaves_on or living.window.today):
            living.tickets.append(_known_by(ticket, living.window.today))


def _in_storm(living: Living, week: date) -> bool:
    since = (week - living.story_begins_on).days
    return living.company.story is Story.TICKET_STORM and 0 <= since < STORM_DAYS


def _ticket(dice: Random, week: date, *, storm: bool) -> TicketTimes:
    day = week + timedelta(days=dice.choice((0, 0, 1, 1, 2, 3, 4, 5, 6)))
    hour = dice.randint(*SUPPORT_HOURS)
    opened = datetime.combine(day, time(hour, dice.randint(0, 59)), tzinfo=UTC)
    wait_hours = dice.lognormvariate(4.2 if storm else 1.5, 0.9)
    answered = opened + timedelta(hours=wait_hours)
    resolved = answered + timedelta(hours=dice.lognormvariate(4.2 if storm else 3.2, 1.0))
    priority = dice.choices(("low", "normal", "high", "urgent"), (2, 6, 3 if storm else 2, 1))[0]
    return TicketTimes(
        opened, answered, resolved, _satisfaction(dice, wait_hours, storm=storm), priority
    )


def _satisfaction(dice: Random, wait_hours: float, *, storm: bool) -> int | None:
    """One to five stars from the four in ten who answer; waiting costs stars."""
    if dice.random() > 0.4:
        return None
    stars = 4.6 - 0.02 * wait_hours - (0.9 if storm else 0) + dice.gauss(0, 0.7)
    return round(within(stars, 1, 5))


def _known_by(ticket: TicketTimes, today: date) -> TicketTimes:
    """The ticket as it stands this morning: what lies ahead has not happened."""
    morning = datetime.combine(today, time(), tzinfo=UTC)
    answered = ticket.answered_at if ticket.answered_at and ticket.answered_at < morning else None
    resolved = ticket.resolved_at if ticket.resolved_at and ticket.resolved_at < morning else None
    satisfaction = ticket.satisfaction if resolved else None
    return TicketTimes(ticket.opened_at, answered, resolved, satisfaction, ticket.priority)
