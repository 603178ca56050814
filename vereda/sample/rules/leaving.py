"""Whether an account stays: decided when its paid time is about to end."""

from __future__ import annotations

from datetime import date, timedelta

from vereda.sample.contracts import Cause, Story
from vereda.sample.rules.calendar import same_day_next_month, same_day_next_year
from vereda.sample.rules.chance import squashed, within
from vereda.sample.rules.living import Living, notice_days

YEARLY_START, MONTHLY_START = -1.3, -3.8


def choose_to_stay_or_leave(living: Living, week: date) -> None:
    """The moment a renewal is decided; leaving takes effect when the paid time ends."""
    company = living.company
    decides_on = living.next_choice_on - timedelta(days=notice_days(company))
    if living.leaves_on or week < decides_on:
        return
    choice_on = living.next_choice_on
    step = same_day_next_year if company.pays_yearly else same_day_next_month
    living.next_choice_on = step(choice_on)
    if choice_on < living.window.starts_on + timedelta(days=60):
        return  # who is in the sample at all was still a customer when the window opened
    if living.dice.random() < leaving_odds(living):
        living.decided_on, living.leaves_on = week, choice_on
        living.cause = _true_cause(living)


def leaving_odds(living: Living) -> float:
    """How likely the account is to leave at this choice, from its hidden state alone."""
    scores = _leaving_scores(living)
    start = YEARLY_START if living.company.pays_yearly else MONTHLY_START
    return squashed(start + sum(scores.values()))


def _leaving_scores(living: Living) -> dict[Cause, float]:
    recent = living.weeks[-8:]
    health = sum(week.health for week in recent) / len(recent)
    story = living.company.story
    squeezed = story is Story.PRICE_SQUEEZE and recent[-1].starts_on >= living.story_begins_on
    return {
        Cause.LOW_VALUE: 10.0 * (0.5 - health),
        Cause.USAGE_FADED: 3.0 * _fading(living),
        Cause.CHAMPION_LEFT: 0.0 if recent[-1].champion_present else 1.3,
        Cause.SUPPORT: 0.65 * min(6, recent[-1].unanswered_tickets),
        Cause.BUDGET: 2.2 if squeezed else 0.0,
        Cause.NEVER_ADOPTED: 0.8 if story is Story.NEVER_USED else 0.0,
    }


def _fading(living: Living) -> float:
    """By which share use fell from the four months before to the last month, 0 to 1."""
    levels = [week.usage_level for week in living.weeks[-21:]]
    if len(levels) < 12:
        return 0.0
    before, last = levels[:-4], levels[-4:]
    usual = sum(before) / len(before)
    return within(1 - sum(last) / len(last) / usual, 0.0, 1.0) if usual else 0.0


def _true_cause(living: Living) -> Cause:
    scores = _leaving_scores(living)
    scores[Cause.LOW_VALUE] *= 0.25  # low health and fading use are the road:
    scores[Cause.USAGE_FADED] *= 0.5  # what led there, when it is known, is the cause
    return max(scores, key=lambda cause: scores[cause])
