"""The sample is worth learning from only if departure really follows behaviour."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean

import pytest

from vereda.sample.contracts import Cause, Story, World
from vereda.sample.rules.record import DailyUsage, area_under_curve, daily_usage, trend_before
from vereda.sample.rules.truth import truth_of
from vereda.sample.rules.world import fingerprint, invent_world

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def world() -> World:
    return invent_world(TODAY)


@pytest.fixture(scope="module")
def usage(world: World) -> DailyUsage:
    return daily_usage(world)


def goodbyes(world: World) -> list[tuple[str, date]]:
    """Paying accounts that left, and had a history to look back on."""
    return [
        (account.company.external_id, account.life.leaves_on)
        for account in world.accounts
        if account.churn
        and account.life.leaves_on
        and account.life.cause is not Cause.TRIAL_ENDED
        and (account.life.leaves_on - account.company.signed_up_on).days > 150
        and (account.life.leaves_on - world.window.starts_on).days > 150
    ]


def ordinary_days(world: World) -> list[tuple[str, date]]:
    """Days on which an account had history behind it and half a year ahead of it."""
    days = [world.window.today - timedelta(days=back) for back in range(185, 580, 30)]
    return [
        (account.company.external_id, day)
        for account in world.accounts
        for day in days
        if (day - account.company.signed_up_on).days > 150
        and (account.life.leaves_on is None or (account.life.leaves_on - day).days > 180)
    ]


def test_there_are_about_a_million_events(usage: DailyUsage) -> None:
    total = sum(sum(days.values()) for days in usage.values())

    assert 900_000 <= total <= 1_100_000


def test_there_are_about_three_hundred_accounts_in_trees(world: World) -> None:
    ids = {account.company.external_id for account in world.accounts}
    parents = Counter(account.company.parent_external_id for account in world.accounts)
    daughters = len(world.accounts) - parents.pop(None)

    assert len(ids) == len(world.accounts) == 304
    assert daughters == 30
    assert len(parents) == 10
    assert set(parents) <= ids


def test_accounts_have_five_to_forty_people_with_addresses_of_their_own(world: World) -> None:
    sizes = [len(account.people) for account in world.accounts]
    addresses = [person.email for account in world.accounts for person in account.people]

    assert min(sizes) >= 5
    assert max(sizes) <= 40
    assert len(set(addresses)) == len(addresses)
    assert all(address.endswith(".example") for address in addresses)


def test_the_same_seed_and_day_invent_the_same_world_in_another_process(world: World) -> None:
    script = (
        "from datetime import date;"
        "from vereda.sample.rules.world import fingerprint, invent_world;"
        "print(fingerprint(invent_world(date(2026, 11, 22))))"
    )

    other = subprocess.run(  # noqa: S603  (our own two lines, in our own Python)
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()

    assert fingerprint(world) == other


def test_another_seed_invents_another_world(world: World) -> None:
    other = invent_world(TODAY, seed=world.seed + 1)

    assert {a.company.name for a in other.accounts} != {a.company.name for a in world.accounts}


def test_nothing_happens_on_or_after_today(world: World, usage: DailyUsage) -> None:
    last_used = max(max(days) for days in usage.values() if days)
    last_ticket = max(t.opened_at.date() for a in world.accounts for t in a.tickets)
    last_note = max(c.happened_at.date() for a in world.accounts for c in a.conversations)

    assert last_used == TODAY - timedelta(days=1)
    assert last_ticket < TODAY
    assert last_note < TODAY


def test_nobody_uses_anything_after_leaving(world: World, usage: DailyUsage) -> None:
    left = {a.company.external_id: a.churn.left_on for a in world.accounts if a.churn}

    # two days: an evening in Mexico is the next day in UTC
    late = [
        account
        for account, day in left.items()
        if usage[account] and max(usage[account]) > day + timedelta(days=1)
    ]

    assert left
    assert late == []


def test_a_champion_who_left_does_nothing_more(world: World) -> None:
    absent = [a for a in world.accounts if a.life.champion_left_on]

    assert len(absent) > 15
    assert all(a.people[0].left_on == a.life.champion_left_on for a in absent)


def test_usage_falls_before_an_account_leaves(world: World, usage: DailyUsage) -> None:
    leaving = [-trend_before(usage[account], day) for account, day in goodbyes(world)]
    staying = [-trend_before(usage[account], day) for account, day in ordinary_days(world)]

    assert len(leaving) >= 30
    assert area_under_curve(leaving, staying) >= 0.85


def test_a_month_ahead_the_fall_is_visible_but_not_certain(world: World, usage: DailyUsage) -> None:
    month = timedelta(days=45)
    leaving = [-trend_before(usage[a], day - month) for a, day in goodbyes(world)]
    staying = [-trend_before(usage[a], day) for a, day in ordinary_days(world)]

    assert 0.62 <= area_under_curve(leaving, staying) <= 0.93


def test_hidden_health_explains_departure(world: World) -> None:
    health = {
        account.company.external_id: {week.starts_on: week.health for week in account.life.weeks}
        for account in world.accounts
    }

    def health_on(account: str, day: date) -> float:
        return health[account][max(week for week in health[account] if week <= day)]

    leaving = [-health_on(a, day - timedelta(days=60)) for a, day in goodbyes(world)]
    staying = [-health_on(a, day) for a, day in ordinary_days(world)]

    assert area_under_curve(leaving, staying) >= 0.8


def test_planted_trouble_leads_to_more_departures_but_not_always(world: World) -> None:
    left = Counter(a.company.story for a in world.accounts if a.churn)
    told = Counter(a.company.story for a in world.accounts)

    assert left[Story.QUIET_DEATH] / told[Story.QUIET_DEATH] > 0.35
    assert left[Story.CHAMPION_LEAVES] / told[Story.CHAMPION_LEAVES] > 0.2
    assert left[Story.QUIET_DEATH] < told[Story.QUIET_DEATH]
    assert left[Story.GROWING] / told[Story.GROWING] < 0.15


def test_tickets_of_the_troubled_wait_longer_and_please_less(world: World) -> None:
    def tickets_in(story: Story) -> list[tuple[float, int]]:
        return [
            ((t.answered_at - t.opened_at).total_seconds() / 3600, t.satisfaction)
            for a in world.accounts
            if a.company.story is story and (story is Story.STEADY or a.life.story_began_on)
            for t in a.tickets
            if t.answered_at and t.satisfaction
        ]

    storm, steady = tickets_in(Story.TICKET_STORM), tickets_in(Story.STEADY)

    assert mean(hours for hours, _ in storm) > 3 * mean(hours for hours, _ in steady)
    assert mean(stars for _, stars in storm) < mean(stars for _, stars in steady) - 0.5


def test_seasons_are_visible(usage: DailyUsage) -> None:
    total: Counter[date] = Counter()
    for days in usage.values():
        total.update(days)

    def daily(first: date, last: date) -> float:
        return mean(total[first + timedelta(days=n)] for n in range((last - first).days + 1))

    tuesdays = mean(count for day, count in total.items() if day.weekday() == 1)
    sundays = mean(count for day, count in total.items() if day.weekday() == 6)
    around_august = mean(
        (daily(date(2026, 6, 1), date(2026, 6, 30)), daily(date(2026, 9, 1), date(2026, 9, 30)))
    )

    assert sundays < 0.15 * tuesdays
    assert daily(date(2026, 8, 1), date(2026, 8, 31)) < 0.75 * around_august
    assert daily(date(2025, 12, 24), date(2026, 1, 6)) < 0.55 * daily(
        date(2025, 12, 1), date(2025, 12, 23)
    )


def test_the_business_grows(usage: DailyUsage, world: World) -> None:
    signed_up = Counter(a.company.signed_up_on.year for a in world.accounts)
    first = sum(n for days in usage.values() for day, n in days.items() if day.year == 2025)
    second = sum(n for days in usage.values() for day, n in days.items() if day.year == 2026)

    assert signed_up[2026] > signed_up[2025]
    assert second > first


def test_money_stops_when_an_account_leaves(world: World) -> None:
    gone = [a for a in world.accounts if a.churn]
    running = [s for a in gone for s in a.subscriptions if s.ends_on is None or s.ends_on > TODAY]

    assert running == []
    assert all(
        a.churn and a.churn.lost_monthly_minor > 0
        for a in gone
        if a.company.story is not Story.TRIAL_ONLY
    )


def test_terms_follow_each_other_without_gap_or_overlap(world: World) -> None:
    broken = [
        (earlier.external_id, later.external_id)
        for account in world.accounts
        for key in account.company.products
        for earlier, later in _pairs(
            [s for s in account.subscriptions if s.product_key == key and not s.is_trial]
        )
        if earlier.ends_on != later.started_on
    ]

    assert broken == []


def _pairs(rows: list) -> list[tuple]:  # type: ignore[type-arg]
    return list(pairwise(rows))


def test_what_is_said_and_what_was_true_differ_sometimes(world: World) -> None:
    reasons = Counter(account.churn.reason for account in world.accounts if account.churn)

    assert reasons["price"] > sum(a.life.cause is Cause.BUDGET for a in world.accounts)
    assert len(reasons) >= 5


def test_conversations_are_in_both_languages(world: World) -> None:
    titles = Counter(c.title for a in world.accounts for c in a.conversations)

    assert titles["Revisión trimestral"] > 100
    assert titles["Quarterly review"] > 80


def test_the_truth_names_every_account_and_its_months(world: World) -> None:
    truth = truth_of(world)

    assert [t["external_id"] for t in truth["accounts"]] == [
        a.company.external_id for a in world.accounts
    ]
    assert all(t["months"] for t in truth["accounts"])
    assert len(max((t["months"] for t in truth["accounts"]), key=len)) == 25
    digest = hashlib.sha256(repr(truth).encode()).hexdigest()
    assert digest == hashlib.sha256(repr(truth_of(invent_world(TODAY))).encode()).hexdigest()


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2027, 1, 1), date(2028, 8, 15)])
def test_any_day_can_be_today(today: date) -> None:
    world = invent_world(today)

    assert len(world.accounts) == 304
    assert sum(1 for account in world.accounts if account.churn) > 30


def test_no_two_customers_bear_the_same_name(world: World) -> None:
    names = Counter(account.company.name for account in world.accounts)

    assert [name for name, many in names.items() if many > 1] == []
