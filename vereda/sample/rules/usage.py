"""What people did in the products: about a million events, told month by month.

An account's day has an expected number of events: its size and temper, times the hidden
usage level of that week, times how much is worked on that day. Sessions are drawn from
it; each belongs to one person, who walks through the features of their role.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from vereda.sample.contracts import (
    InventedAccount,
    InventedFeature,
    InventedPerson,
    Story,
    UsageBatch,
    Window,
    World,
)
from vereda.sample.rules.calendar import months_between, next_month, share_worked
from vereda.sample.rules.catalogue import product_named
from vereda.sample.rules.chance import dice_for, poisson_count
from vereda.sample.rules.staff import role_key

EVENTS_IN_ALL = 1_000_000
SESSION_LENGTH = 4.02  # the mean of 1 + floor(an exponential of mean 3.5)
SESSION_TAIL = 3.5
HOURS = (6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
HOUR_WEIGHTS = (2, 5, 9, 11, 11, 9, 7, 4, 5, 8, 8, 6, 4, 2, 1)
MILLISECONDS = 1000
Row = tuple[int, str, str, str]  # occurred_at, account, person, name


@dataclass(frozen=True, slots=True)
class Walker:
    """A person as a user: which event names, how likely each, from which day on."""

    person: InventedPerson
    names: tuple[str, ...]
    weights: tuple[float, ...]
    known_from: tuple[date, ...]


def usage_by_month(world: World) -> Iterator[UsageBatch]:
    """Every month of the window, oldest first, each in order of time."""
    walkers = {a.company.external_id: walkers_of(world.seed, a) for a in world.accounts}
    for month in months_between(world.window.starts_on, world.window.today):
        rows: list[Row] = []
        for account in world.accounts:
            rows += _account_month(world, account, walkers[account.company.external_id], month)
        rows.sort()
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []]
        yield UsageBatch(month, *columns)


def expected_units(seed: int, accounts: tuple[InventedAccount, ...], window: Window) -> float:
    """All expected usage of the window in arbitrary units, to scale it to a million events."""
    return sum(
        expected
        for account in accounts
        for _, expected in _expected_days(seed, account, window.starts_on, window.today, window)
    )


def _expected_days(
    seed: int, account: InventedAccount, first: date, before: date, window: Window
) -> Iterator[tuple[date, float]]:
    """Each day the account is there, with its expected usage."""
    company, life = account.company, account.life
    day = max(first, window.starts_on, company.signed_up_on)
    end = min(before, window.today, life.leaves_on or window.today)
    size = company.seats**0.85 * _temper(seed, company.external_id)
    campaigns = company.story is Story.CAMPAIGNS
    while day < end:
        week = life.weeks[(day - company.signed_up_on).days // 7]
        work = share_worked(day, company.country, company.industry, has_campaigns=campaigns)
        yield day, size * week.usage_level * work
        day += timedelta(days=1)


@cache
def _temper(seed: int, external_id: str) -> float:
    """How much an account clicks for its size."""
    return dice_for(seed, external_id, "temper").lognormvariate(0, 0.4)


def walkers_of(seed: int, account: InventedAccount) -> tuple[Walker, ...]:
    """Everybody at the account as a user of the features of their role."""
    dice = dice_for(seed, account.company.external_id, "walkers")
    features = [f for key in account.company.products for f in product_named(key).features]
    if account.company.story is Story.NEVER_USED:
        features = features[:2]
    tried = {feature.key: _tried_on(dice, account, feature) for feature in features}
    return tuple(_walker(dice, person, features, tried) for person in account.people)


def _tried_on(dice: Random, account: InventedAccount, feature: InventedFeature) -> date:
    """Healthy accounts get round to a feature sooner; some never do."""
    early = account.life.weeks[:26]
    health = sum(week.health for week in early) / max(1, len(early))
    weeks = feature.weeks_until_tried * (2.4 - 1.6 * health) * dice.lognormvariate(0, 0.5)
    if feature.weeks_until_tried >= 8 and dice.random() < 0.3:
        return date.max
    return account.company.signed_up_on + timedelta(weeks=weeks)


def _walker(
    dice: Random, person: InventedPerson, features: list[InventedFeature], tried: dict[str, date]
) -> Walker:
    """Mostly the features of one's role; the first of the product for everybody else."""
    role = role_key(person)
    mine = [feature for feature in features if role in feature.roles] or features[:2]
    names, weights, known_from = [], [], []
    for feature in mine:
        fondness = feature.popularity * dice.lognormvariate(0, 0.4) / len(feature.event_names)
        for name in feature.event_names:
            names.append(name)
            weights.append(fondness)
            known_from.append(tried[feature.key])
    return Walker(person, tuple(names), tuple(weights), tuple(known_from))


def _account_month(
    world: World, account: InventedAccount, walkers: tuple[Walker, ...], month: date
) -> list[Row]:
    external_id = account.company.external_id
    dice = dice_for(world.seed, external_id, "usage", month.isoformat())
    present = _present_in(walkers, month)
    limit = _midnight(world.window.today)
    rows: list[Row] = []
    days = _expected_days(world.seed, account, month, next_month(month), world.window)
    for day, expected in days:
        sessions = poisson_count(dice, expected * world.events_per_unit / SESSION_LENGTH)
        if sessions:
            rows += _day(dice, external_id, account.company.time_zone, present, day, sessions)
    return [row for row in rows if row[0] < limit]


@dataclass(frozen=True, slots=True)
class Present:
    """Who can be met in a month, and what each of them knows by then."""

    walkers: tuple[Walker, ...]
    activity: tuple[float, ...]
    names: tuple[tuple[str, ...], ...]
    weights: tuple[tuple[float, ...], ...]


def _present_in(walkers: tuple[Walker, ...], month: date) -> Present:
    """Features known by the middle of the month; the first name where none is known yet."""
    middle = month + timedelta(days=14)
    names, weights = [], []
    for walker in walkers:
        known = [i for i, day in enumerate(walker.known_from) if day <= middle] or [0]
        names.append(tuple(walker.names[i] for i in known))
        weights.append(tuple(walker.weights[i] for i in known))
    activity = tuple(walker.person.activity for walker in walkers)
    return Present(walkers, activity, tuple(names), tuple(weights))


def _day(
    dice: Random, external_id: str, time_zone: str, present: Present, day: date, sessions: int
) -> list[Row]:
    here = [
        index
        for index, walker in enumerate(present.walkers)
        if walker.person.joined_on <= day
        and (walker.person.left_on is None or day < walker.person.left_on)
    ]
    midnight = _local_midnight(day, time_zone)
    rows: list[Row] = []
    weights = [present.activity[index] for index in here]
    hours = dice.choices(HOURS, HOUR_WEIGHTS, k=sessions)
    for index, hour in zip(dice.choices(here, weights, k=sessions), hours, strict=True):
        length = 1 + int(dice.expovariate(1 / SESSION_TAIL))
        at = midnight + int((hour + dice.random()) * 3600 * MILLISECONDS)
        person = present.walkers[index].person.external_id
        for name in dice.choices(present.names[index], present.weights[index], k=length):
            rows.append((at, external_id, person, name))
            at += 4000 + int(dice.random() * 90_000)
    return rows


@cache
def _local_midnight(day: date, time_zone: str) -> int:
    start = datetime.combine(day, time(), tzinfo=ZoneInfo(time_zone))
    return int(start.timestamp()) * MILLISECONDS


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp()) * MILLISECONDS
