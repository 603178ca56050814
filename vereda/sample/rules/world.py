"""The whole invention, in the order it is invented.

companies (who signs up) -> lives (hidden health, leaving) -> people, subscriptions,
tickets, goodbyes, conversations (what can be seen of it) -> usage (told apart, month by
month, since it is the bulk).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

from vereda.sample.contracts import Company, InventedAccount, Life, Story, Window, World
from vereda.sample.rules.billing import churn_of, subscriptions_of
from vereda.sample.rules.catalogue import COLLEAGUES, PRODUCTS
from vereda.sample.rules.companies import COMPANIES, invent_companies
from vereda.sample.rules.conversations import conversations_of
from vereda.sample.rules.lives import live
from vereda.sample.rules.requests import tickets_of
from vereda.sample.rules.staff import invented_people
from vereda.sample.rules.usage import EVENTS_IN_ALL, expected_units, usage_by_month

SEED = 2026
ONBOARDING_DAYS, ADOPTION_DAYS, EXPANSION_DAYS = 90, 270, 120
ADVOCATE_HEALTH = 0.86
TAG_OF_STORY = {Story.CAMPAIGNS: "peak season", Story.GROWING: "growing"}
NEXT_STEPS = {
    "trial": ("Llamar antes de que acabe la prueba", "Call before the trial ends"),
    "onboarding": ("Segunda formación con el turno de tarde", "Second training, late shift"),
    "adoption": ("Enseñar una función que no usan", "Show a feature they do not use"),
    "value": ("Preparar la revisión trimestral", "Prepare the quarterly review"),
    "expansion": ("Presentar al equipo nuevo", "Meet the new team"),
    "advocacy": ("Pedir que cuenten su caso", "Ask them to tell their story"),
    "offboarding": ("Hablar con quien decide", "Speak to whoever decides"),
}


def invent_world(today: date, *, seed: int = SEED, companies: int = COMPANIES) -> World:
    """The company and its customers as they stand on the morning of `today`.

    Fewer `companies` make a smaller world with proportionally fewer events.
    """
    window = Window(today)
    accounts = tuple(
        _account(seed, company, window)
        for company in invent_companies(seed, window, count=companies)
    )
    events = EVENTS_IN_ALL * companies / COMPANIES
    return World(
        seed=seed,
        window=window,
        products=PRODUCTS,
        colleagues=COLLEAGUES,
        accounts=accounts,
        events_per_unit=events / expected_units(seed, accounts, window),
    )


def _account(seed: int, company: Company, window: Window) -> InventedAccount:
    life = live(seed, company, window)
    people = invented_people(seed, company, life, window.today)
    subscriptions = subscriptions_of(seed, company, life, window.today)
    stage = lifecycle_stage(company, life, window.today)
    status = commercial_status(life, window.today)
    return InventedAccount(
        company=company,
        life=life,
        stage=stage,
        status=status,
        next_step=next_step_for(company, stage, status),
        tags=tags_for(company),
        people=people,
        subscriptions=subscriptions,
        tickets=tickets_of(seed, company, life, people),
        churn=churn_of(seed, company, life, subscriptions, window.today),
        conversations=conversations_of(seed, company, life, people, window),
    )


def lifecycle_stage(company: Company, life: Life, today: date) -> str:
    """How far along the path the account is: by age, by use once grown up, by what it bought."""
    age = (min(today, life.leaves_on or today) - company.signed_up_on).days
    if life.decided_to_leave_on:
        return "offboarding"
    if life.trial_ends_on and life.trial_ends_on >= today:
        return "trial"
    if age < ONBOARDING_DAYS:
        return "onboarding"
    if age < ADOPTION_DAYS or life.weeks[-1].usage_level < 0.4:
        return "adoption"
    return _grown_up_stage(life, today)


def _grown_up_stage(life: Life, today: date) -> str:
    if any((today - change.on).days < EXPANSION_DAYS for change in life.seat_changes[1:]):
        return "expansion"
    return "advocacy" if life.weeks[-1].health > ADVOCATE_HEALTH else "value"


def next_step_for(company: Company, stage: str, status: str) -> str:
    """What a member wrote as the next step; most have none, as in life."""
    if status == "left" or int(company.external_id[-2:]) % 3:
        return ""
    return NEXT_STEPS[stage][0 if company.language == "es" else 1]


def tags_for(company: Company) -> tuple[str, ...]:
    """The tags members put on the account."""
    tags = [TAG_OF_STORY[company.story]] if company.story in TAG_OF_STORY else []
    return (*tags, "group") if company.parent_external_id else tuple(tags)


def commercial_status(life: Life, today: date) -> str:
    """`trial`, `customer`, `leaving` (notice given) or `left`."""
    if life.leaves_on and life.leaves_on < today:
        return "left"
    if life.trial_ends_on and life.trial_ends_on >= today:
        return "trial"
    if life.decided_to_leave_on:
        return "leaving"
    return "customer"


def parents_first(world: World) -> list[InventedAccount]:
    """Accounts in an order in which a parent always stands before its daughters."""
    return sorted(world.accounts, key=lambda a: a.company.parent_external_id is not None)


def fingerprint(world: World, *, progress: Callable[[int], None] = lambda _: None) -> str:
    """A hash of everything invented, events included: equal worlds, equal fingerprints."""
    digest = hashlib.sha256(repr(world).encode())
    for batch in usage_by_month(world):
        digest.update(repr(batch).encode())
        progress(len(batch))
    return digest.hexdigest()
