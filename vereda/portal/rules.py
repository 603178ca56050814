"""Codes that people type, and when somebody is reminded; pure."""

import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta

from vereda.onboarding.contracts.intensity import FollowUpBy, Intensity
from vereda.portal.contracts import (
    BENEFIT_ASKED_EVERY,
    BENEFIT_ASKED_FOR,
    BENEFIT_ASKED_TIMES,
    CODE_DIGITS,
    CODE_TRIES,
    VISIT_LASTS,
)


def random_code() -> str:
    """Six digits from the machine's own randomness, leading zeros included."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def code_in(said: str) -> str | None:
    """The digits that somebody typed, spaces and hyphens left out; None where they are not six."""
    digits = "".join(each for each in said if each not in " -\u00a0\u2009")
    return digits if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit() else None


def code_may_be_tried(*, tries: int) -> bool:
    """Whether a link's code still opens anything."""
    return tries < CODE_TRIES


def visit_ends_at(*, now: datetime) -> datetime:
    """Until when a browser that was seen now stays known."""
    return now + VISIT_LASTS


def is_due_again(
    turned_on: date, *, reminded_on: Collection[date], today: date, intensity: Intensity
) -> bool:
    """Whether somebody is to be reminded today of what is their turn since that day.

    Not sooner and not more often than the plan's intensity says, and by a letter only where it
    means one: `reminded_on` are the days of all follow-ups, in person too. What others were
    reminded of today does not count: everybody who can do it hears of it on the same day.
    """
    before = [day for day in set(reminded_on) if turned_on <= day < today]
    if len(before) >= intensity.follow_ups:
        return False
    if intensity.means_of(len(before) + 1) is not FollowUpBy.EMAIL:
        return False
    wait = intensity.every_days if before else intensity.first_after_days
    return today >= max([turned_on, *before]) + timedelta(days=wait)


def is_benefit_due(asked_since: date, *, written_on: Collection[date], today: date) -> bool:
    """Whether somebody is asked by a letter today if a benefit came true, about which they have
    been asked on their page since that day.

    From the day after on, three times at most, and never within two weeks of another digest:
    `written_on` are the days of all of them, since each tells of every benefit that waits. Whoever
    said nothing in two months is asked on their page only.
    """
    before = [day for day in set(written_on) if day < today]
    times = sum(day >= asked_since for day in before)
    if not asked_since < today <= asked_since + BENEFIT_ASKED_FOR:
        return False
    if times >= BENEFIT_ASKED_TIMES:
        return False
    return not before or today >= max(before) + BENEFIT_ASKED_EVERY
