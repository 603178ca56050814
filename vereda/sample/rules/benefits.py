"""What customers were promised, and what came of it. Dice of their own: nothing else moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import Final

from vereda.sample.contracts import InventedAccount, World
from vereda.sample.rules.chance import dice_for

ONE_IN: Final = 3


class Fate(StrEnum):
    """What came of a promise."""

    PROMISED = "promised"
    ON_THE_WAY = "on_the_way"
    BEHIND = "behind"
    VERIFIED = "verified"
    NOT_VERIFIED = "not_verified"


FATES: Final = (
    Fate.BEHIND,
    Fate.NOT_VERIFIED,
    Fate.ON_THE_WAY,
    Fate.VERIFIED,
    Fate.VERIFIED,
    Fate.ON_THE_WAY,
    Fate.VERIFIED,
)
"""In this order, again and again."""
DUE_AFTER: Final = 120
DUE_IN_PLAN: Final = 70
SETTLED_AFTER: Final = 20
SAID_AFTER: Final = 3
"""So many days after it was due somebody says what came of it."""


@dataclass(frozen=True, slots=True)
class FirstPromise:
    """A customer who is to be among those with a promise, and what came of theirs."""

    account: InventedAccount
    fate: Fate
    promised_on: date


@dataclass(frozen=True, slots=True)
class Promised:
    """A kind of benefit: what it counts, and between which values it lies."""

    word: str
    product: str
    unit: str
    per: str
    direction: str
    baseline: int
    target: int
    out_of_box: int


KINDS: Final = (
    Promised("plan_hours", "ruta", "hours", "week", "less", 14, 6, 10),
    Promised("failed", "ruta", "percent", "once", "less", 12, 5, 9),
    Promised("fuel", "ruta", "money", "month", "less", 9_000, 7_500, 8_600),
    Promised("errors", "almacen", "percent", "once", "less", 8, 2, 6),
    Promised("orders", "almacen", "number", "week", "more", 900, 1_400, 1_000),
    Promised("count_days", "almacen", "days", "year", "less", 10, 3, 7),
)


@dataclass(frozen=True, slots=True)
class InventedBenefit:
    """A promise with what was measured of it. decided_on: when somebody said what came of it."""

    account: InventedAccount
    kind: Promised
    fate: Fate
    promised_on: date
    due_on: date
    measured: tuple[tuple[date, Decimal], ...]
    confirmed: bool
    reason: str


REASONS: Final = ("not_adopted", "over_promised", "missing_in_product", "customer_changed")


def benefits_invented(
    world: World, *, first: tuple[FirstPromise, ...] = ()
) -> tuple[InventedBenefit, ...]:
    """A promise to each of one in three accounts: `first` those, then others that stay, by lot."""
    taken = {told.account.company.external_id for told in first}
    long_ago = world.window.today - timedelta(days=DUE_AFTER + SETTLED_AFTER)
    rest = [
        account
        for account in world.accounts
        if account.status == "customer"
        and account.company.external_id not in taken
        and account.company.signed_up_on <= long_ago
    ]
    dice_for(world.seed, "benefits").shuffle(rest)
    more = max(0, len(world.accounts) // ONE_IN - len(first))
    others = (_by_lot(world, account, number) for number, account in enumerate(rest[:more]))
    return tuple(
        _benefit(world, told, due_after=due_after)
        for due_after, told in (
            *((DUE_IN_PLAN, told) for told in first),
            *((DUE_AFTER, told) for told in others),
        )
    )


def _by_lot(world: World, account: InventedAccount, number: int) -> FirstPromise:
    dice = dice_for(world.seed, account.company.external_id, "promise")
    fate = FATES[number % len(FATES)]
    over = fate in {Fate.VERIFIED, Fate.NOT_VERIFIED}
    known = (world.window.today - account.company.signed_up_on).days
    settled = DUE_AFTER + SETTLED_AFTER
    ago = dice.randint(settled, min(known, 360)) if over else dice.randint(50, 90)
    return FirstPromise(account, fate, world.window.today - timedelta(days=ago))


def _benefit(world: World, told: FirstPromise, *, due_after: int) -> InventedBenefit:
    dice = dice_for(world.seed, told.account.company.external_id, "benefit")
    kind = dice.choice([each for each in KINDS if each.product in told.account.company.products])
    age = (world.window.today - told.promised_on).days
    return InventedBenefit(
        account=told.account,
        kind=kind,
        fate=told.fate,
        promised_on=told.promised_on,
        due_on=told.promised_on + timedelta(days=due_after),
        measured=tuple(
            (told.promised_on + timedelta(days=day), _between(kind, share))
            for day, share in _ways(dice, told.fate, age=age, due_after=due_after)
        ),
        confirmed=told.fate is Fate.VERIFIED and dice.random() < 0.5,
        reason=dice.choice(REASONS) if told.fate is Fate.NOT_VERIFIED else "",
    )


def _ways(dice: Random, fate: Fate, *, age: int, due_after: int) -> list[tuple[int, float]]:
    """On which days how much of the way was walked: once while it goes on, else twice."""
    lately = age - 6
    match fate:
        case Fate.PROMISED:
            return []
        case Fate.ON_THE_WAY:
            return [(lately, min(0.95, lately / due_after + dice.uniform(0.02, 0.1)))]
        case Fate.BEHIND:
            return [(lately, dice.uniform(0.02, 0.12))]
        case Fate.VERIFIED:
            return [(due_after // 2, dice.uniform(0.5, 0.7)), (due_after, dice.uniform(1.0, 1.15))]
        case Fate.NOT_VERIFIED:
            return [(due_after // 2, dice.uniform(0.1, 0.2)), (due_after, dice.uniform(0.2, 0.5))]


def _between(kind: Promised, share: float) -> Decimal:
    """The value after that share of the way; whole where whole things are counted."""
    value = kind.baseline + (kind.target - kind.baseline) * share
    whole = kind.baseline >= 100
    return Decimal(round(value)) if whole else Decimal(str(round(value, 1)))
