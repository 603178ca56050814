"""An account's hidden life, week by week: health, use, trouble, and whether it leaves.

This is the mechanism the sample is true to. Health drifts towards what the account's
circumstances deserve; use follows health; tickets follow trouble; and at each moment an
account may leave (the end of its year, or of any month) the odds are a logistic function
of health, of the last weeks' trend, of an absent champion and of unanswered tickets.
A planted `Story` moves the circumstances, never the outcome itself.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from vereda.sample.contracts import Cause, Company, HiddenWeek, Life, SeatChange, Story, Window
from vereda.sample.rules.calendar import same_day_next_month, same_day_next_year
from vereda.sample.rules.chance import dice_for, within
from vereda.sample.rules.leaving import choose_to_stay_or_leave
from vereda.sample.rules.living import (
    Living,
    champion_present,
    notice_days,
    unanswered_tickets_on,
    weeks_of_age,
    weeks_since,
)
from vereda.sample.rules.trouble import open_tickets

TRIAL_DAYS = 14
USUAL_HEALTH = 0.74
HEALTH_INERTIA = 0.8


def live(seed: int, company: Company, window: Window) -> Life:
    """The whole life of an account, from sign-up until it leaves or the window ends."""
    living = _born(seed, company, window)
    week = company.signed_up_on
    while week < (living.leaves_on or window.today):
        _live_one_week(living, week)
        week += timedelta(days=7)
    return _told(living)


def _born(seed: int, company: Company, window: Window) -> Living:
    dice = dice_for(seed, company.external_id, "life")
    paid_from = paying_since(company)
    living = Living(
        company=company,
        window=window,
        dice=dice,
        disposition=dice.gauss(0, 0.06),
        story_begins_on=_story_day(dice, company, window),
        health=0.55,
        seats=company.seats,
        plan=company.plan,
        next_choice_on=_first_choice(company, paid_from),
    )
    living.seat_changes.append(SeatChange(paid_from, company.seats, company.plan))
    if company.story is Story.TRIAL_ONLY:
        living.leaves_on = company.signed_up_on + timedelta(days=TRIAL_DAYS)
        living.decided_on, living.cause = living.leaves_on, Cause.TRIAL_ENDED
    return living


def paying_since(company: Company) -> date:
    """The first day of the first paid subscription."""
    trial = TRIAL_DAYS if company.began_with_trial else 0
    return company.signed_up_on + timedelta(days=trial)


def _first_choice(company: Company, paid_from: date) -> date:
    return same_day_next_year(paid_from) if company.pays_yearly else same_day_next_month(paid_from)


def _story_day(dice: Random, company: Company, window: Window) -> date:
    """Some time in the account's part of the window, not in its first weeks."""
    earliest = max(company.signed_up_on + timedelta(days=70), window.starts_on)
    room = max(1, (window.today - earliest).days - 60)
    return earliest + timedelta(days=int(dice.random() * room))


def _live_one_week(living: Living, week: date) -> None:
    _champion_may_go(living, week)
    deserved = _deserved_health(living, week)
    drift = (1 - HEALTH_INERTIA) * (deserved - living.health) + living.dice.gauss(0, 0.025)
    living.health = within(living.health + drift, 0.02, 0.98)
    open_tickets(living, week)
    living.weeks.append(
        HiddenWeek(
            starts_on=week,
            health=round(living.health, 4),
            usage_level=round(_usage_level(living, week), 4),
            champion_present=champion_present(living, week),
            unanswered_tickets=unanswered_tickets_on(living, week),
        )
    )
    _change_seats(living, week)
    choose_to_stay_or_leave(living, week)


def _deserved_health(living: Living, week: date) -> float:
    """Where health is heading under this week's circumstances."""
    since = weeks_since(living.story_begins_on, week)
    health = USUAL_HEALTH + living.disposition
    if not champion_present(living, week):
        health -= 0.36
    health -= 0.07 * min(5, unanswered_tickets_on(living, week))
    return health + _story_pull(living.company.story, since, weeks_of_age(living, week))


def _story_pull(story: Story, since: float, age: float) -> float:
    """What the planted story adds or takes, `since` weeks after it began, at an `age` in weeks."""
    if story is Story.NEVER_USED:
        return -0.48
    if story is Story.LATE_BLOOMER:
        return -0.3 if age < 26 else 0.12
    if since <= 0:
        return 0.0
    if story is Story.QUIET_DEATH:
        return -0.6 * min(1.0, since / 18)
    if story is Story.GROWING:
        return 0.14
    if story is Story.PRICE_SQUEEZE:
        return -0.3 if since < 40 else -0.1
    return 0.0


def _champion_may_go(living: Living, week: date) -> None:
    """Champions leave because the story says so, or, rarely, because people do."""
    if living.champion_left_on is None:
        planted = living.company.story is Story.CHAMPION_LEAVES and week >= living.story_begins_on
        grown_up = weeks_of_age(living, week) > 20 and week >= living.window.starts_on
        if planted or (grown_up and living.dice.random() < 0.0006):
            living.champion_left_on = week + timedelta(days=living.dice.randint(0, 4))
    elif living.champion_replaced_on is None:
        absent = weeks_since(living.champion_left_on, week)
        if absent > 12 and living.dice.random() < 0.035:
            living.champion_replaced_on = week


def _usage_level(living: Living, week: date) -> float:
    """Use follows health, after a start of about ten weeks, and grows where seats grow."""
    company = living.company
    learned = min(1.0, 0.25 + weeks_of_age(living, week) / 13)
    level = learned * (0.06 + 1.25 * living.health**1.6)
    if company.story is Story.NEVER_USED:
        level *= 0.05
    if company.story is Story.GROWING:
        level *= 1 + min(1.2, weeks_since(living.story_begins_on, week) / 52)
    if living.decided_on and living.leaves_on and company.story is not Story.TRIAL_ONLY:
        remaining = (living.leaves_on - week).days / max(1, notice_days(company))
        level *= within(0.08 + 0.6 * remaining, 0.08, 1.0)
    return float(level * (living.seats / company.seats) ** 0.7)


def _change_seats(living: Living, week: date) -> None:
    """Thriving accounts add seats; squeezed ones give some back."""
    if living.leaves_on or week < living.window.starts_on or weeks_of_age(living, week) < 16:
        return
    grows = living.company.story is Story.GROWING and week > living.story_begins_on
    odds = 0.022 if grows else 0.004
    if living.health > 0.7 and living.dice.random() < odds:
        _sell_more(living, week)
    elif living.health < 0.5 and living.seats > 4 and living.dice.random() < 0.012:
        _sell_less(living, week)


def _sell_more(living: Living, week: date) -> None:
    if living.plan < 2 and living.dice.random() < 0.3:
        living.plan += 1
    living.seats = round(living.seats * living.dice.uniform(1.15, 1.5)) + 1
    living.seat_changes.append(SeatChange(week, living.seats, living.plan))


def _sell_less(living: Living, week: date) -> None:
    living.seats = max(2, round(living.seats * living.dice.uniform(0.55, 0.85)))
    if living.plan > 0 and living.dice.random() < 0.25:
        living.plan -= 1
    living.seat_changes.append(SeatChange(week, living.seats, living.plan))


def _told(living: Living) -> Life:
    company, today = living.company, living.window.today
    stories_with_a_day = set(Story) - {
        Story.STEADY,
        Story.CAMPAIGNS,
        Story.NEVER_USED,
        Story.TRIAL_ONLY,
        Story.LATE_BLOOMER,
    }
    began = living.story_begins_on if company.story in stories_with_a_day else None
    end = min(today, living.leaves_on or today)
    return Life(
        weeks=tuple(living.weeks),
        seat_changes=tuple(change for change in living.seat_changes if change.on < end),
        tickets=tuple(living.tickets),
        trial_ends_on=paying_since(company) if company.began_with_trial else None,
        story_began_on=began if began and began < end else None,
        champion_left_on=_before(living.champion_left_on, end),
        champion_replaced_on=_before(living.champion_replaced_on, end),
        decided_to_leave_on=_before(living.decided_on, today),
        leaves_on=living.leaves_on,
        cause=living.cause if living.decided_on else None,
    )


def _before(day: date | None, end: date) -> date | None:
    return day if day and day < end else None
