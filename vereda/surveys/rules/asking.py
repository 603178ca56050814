"""Who is asked, who is not and why, and on which day."""

import hashlib
from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from uuid import UUID

from vereda.surveys.contracts import RepeatUnit, Repetition, SkipReason

EDITABLE = timedelta(hours=24)
"""For so long the person who answered may change the answer through the same link."""

ATTEMPTS_PER_HOUR = 40
"""So many posts through one link within an hour; people need two or three."""

WRONG_LINKS_PER_HOUR = 60
"""So many links that lead nowhere one address may try within an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody at an account who might be asked."""

    person_id: UUID
    account_id: UUID
    email: str
    restricted: bool = False
    said_yes: bool | None = None
    last_asked_at: datetime | None = None
    has_open: bool = False
    last_invited_at: datetime | None = None
    """By this survey; `last_asked_at` is by any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingRules:
    """What a wave keeps to: days between two surveys to one person, share of those left, in %.

    once: nobody whom this survey ever invited is asked again, however long ago; with `again`, not
    before so long after the last time, counted in days of `zone`.
    """

    recontact_days: int
    share: int = 100
    seed: str = ""
    once: bool = False
    again: Repetition | None = None
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is asked, and who is not and why, in the order of the candidates."""

    asked: list[Candidate] = field(default_factory=list)
    skipped: list[tuple[Candidate, SkipReason]] = field(default_factory=list)


def choose_people(candidates: Iterable[Candidate], *, rules: AskingRules, now: datetime) -> Choice:
    """Everybody once: asked, or skipped for the first reason that holds.

    Whom sampling takes depends on the wave and the person alone, so that looking twice shows the
    same people.
    """
    choice, addresses = Choice(), set[str]()
    people = set[UUID]()
    for candidate in candidates:
        if candidate.person_id in people:
            continue
        people.add(candidate.person_id)
        reason = skip_reason(candidate, rules=rules, now=now)
        if reason is None and candidate.email.casefold() in addresses:
            reason = SkipReason.SAME_ADDRESS
        if reason is None:
            addresses.add(candidate.email.casefold())
            choice.asked.append(candidate)
        else:
            choice.skipped.append((candidate, reason))
    return choice


def skip_reason(candidate: Candidate, *, rules: AskingRules, now: datetime) -> SkipReason | None:
    """Why this person is not asked; None when nothing speaks against it."""
    recent = now - timedelta(days=rules.recontact_days)
    asked_at = candidate.last_asked_at
    invited = rules.once and candidate.last_invited_at is not None
    checks = (
        (not candidate.email, SkipReason.NO_ADDRESS),
        (candidate.restricted, SkipReason.RESTRICTED),
        (candidate.said_yes is False, SkipReason.REFUSED),
        (candidate.said_yes is None, SkipReason.NO_CONSENT),
        (invited and rules.again is None, SkipReason.ALREADY_INVITED),
        (invited and not _is_due_again(candidate, rules=rules, now=now), SkipReason.NOT_AGAIN_YET),
        (candidate.has_open, SkipReason.ANOTHER_OPEN),
        (asked_at is not None and asked_at > recent, SkipReason.ASKED_RECENTLY),
        (not is_sampled(candidate.person_id, rules=rules), SkipReason.NOT_SAMPLED),
    )
    return next((reason for holds, reason in checks if holds), None)


def is_sampled(person_id: UUID, *, rules: AskingRules) -> bool:
    """Whether the person is in the share that this wave asks."""
    if rules.share >= 100:
        return True
    digest = hashlib.sha256(f"{rules.seed}\0{person_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 10_000 < rules.share * 100


def _is_due_again(candidate: Candidate, *, rules: AskingRules, now: datetime) -> bool:
    if candidate.last_invited_at is None or rules.again is None:
        return True
    last_on = candidate.last_invited_at.astimezone(rules.zone).date()
    return due_again_on(last_on, again=rules.again) <= now.astimezone(rules.zone).date()


def due_again_on(last_on: date, *, again: Repetition) -> date:
    """The day from which somebody who was asked on that day may be asked again. A month after the
    31st is the last day of a shorter month."""
    if again.unit is RepeatUnit.DAYS:
        return last_on + timedelta(days=again.every)
    months = last_on.year * 12 + last_on.month - 1 + again.every
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(last_on.day, monthrange(year, month)[1]))


def sending_day(today: date, *, quiet: Collection[int]) -> date:
    """Today, or the next day that is not quiet; 0 is Monday. Seven quiet days: today."""
    days = (today + timedelta(days=step) for step in range(7))
    return next((day for day in days if day.weekday() not in quiet), today)
