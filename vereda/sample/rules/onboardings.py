"""How the newest customers are being onboarded, and how those before them were.

A journey is the whole way, told in days after their first yes; how far a customer has come is
where it is cut. Dice of their own, so that nothing else in the world moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from vereda.sample.contracts import InventedAccount, World
from vereda.sample.rules.chance import dice_for

ONE_IN: Final = 8
FEWEST: Final = 6
ZONE: Final = ZoneInfo("Europe/Madrid")


class Journey(StrEnum):
    """How far a customer has come."""

    PRE_SALE = "pre_sale"
    WAITING = "waiting"
    LATE = "late"
    HANDED_OVER = "handed_over"
    ASKED_TWICE = "asked_twice"
    SOLD = "sold"
    ONBOARDED = "onboarded"


@dataclass(frozen=True, slots=True)
class Leg:
    """A deed so many days after their yes. `word` names what is said of it."""

    day: float
    kind: str
    item: str = ""
    word: str = ""
    theirs: bool = False


@dataclass(frozen=True, slots=True)
class InventedDeed:
    """A deed on its day. person: who took part, by their external id; "" where nobody is named."""

    at: datetime
    kind: str
    item: str
    word: str
    theirs: bool
    score: int | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class InventedOnboarding:
    """A plan of a customer, and everything that happened to it."""

    account: InventedAccount
    journey: Journey
    prepared_at: datetime
    agreed_at: datetime | None
    deeds: tuple[InventedDeed, ...]


ORDER: Final = (
    Journey.LATE,
    Journey.SOLD,
    Journey.PRE_SALE,
    Journey.HANDED_OVER,
    Journey.WAITING,
    Journey.ONBOARDED,
    Journey.ASKED_TWICE,
    Journey.WAITING,
    *(Journey.ONBOARDED,) * 6,
    Journey.WAITING,
    Journey.SOLD,
    *(Journey.ONBOARDED,) * 4,
)
"""Which journeys there are, in the order in which they are given out; then again from the start."""

AGE_OF: Final = {
    Journey.PRE_SALE: (3, 12),
    Journey.WAITING: (4, 5),
    Journey.LATE: (24, 30),
    Journey.HANDED_OVER: (21, 22),
    Journey.ASKED_TWICE: (14, 15),
    Journey.SOLD: (28, 30),
    Journey.ONBOARDED: (110, 150),
}
"""How many days ago they said yes (or the plan was prepared)."""

NEEDS: Final = (
    "expected-benefit",
    "people",
    "customer-list",
    "sign-in",
    "data-agreement",
    "ready-day",
)


def _gives(day: float, item: str) -> tuple[Leg, Leg]:
    """They give it, and we accept it the day after."""
    return Leg(day, "submitted", item, item, theirs=True), Leg(day + 1, "accepted", item)


ASKING: Final = tuple(Leg(0.1, "requested", item) for item in NEEDS)
TRAINING_OF_LEADS, TRAINING_OF_TEAM = "train-leads", "train-team"
LEADING: Final = 2
TAKES_PART: Final = 0.75
"""So many of a team come to a training; the others were not reached."""

FIRST_GIVEN: Final = (
    *_gives(0.6, "expected-benefit"),
    *_gives(1, "people"),
    *_gives(1.4, "sign-in"),
    *_gives(1.5, "ready-day"),
)
ALL_GIVEN: Final = (
    *FIRST_GIVEN,
    Leg(7, "submitted", "customer-list", "customer-list", theirs=True),
    Leg(8, "accepted", "customer-list"),
    Leg(9, "approved", "data-agreement", theirs=True),
)
SET_UP_BEGUN: Final = (
    Leg(9.5, "started", "set-up"),
    Leg(11, "done", "set-up"),
    Leg(12, "started", "import-customers"),
    Leg(12.4, "done", "connect-sign-in"),
)
SET_UP: Final = (
    *SET_UP_BEGUN,
    Leg(14, "done", "import-customers"),
    Leg(14.3, "requested", "check-import"),
    Leg(16, "approved", "check-import", theirs=True),
)
CONNECTING: Final = (
    Leg(16.2, "requested", "mail-connection"),
    Leg(16.2, "requested", "installation"),
    Leg(17, "done", TRAINING_OF_LEADS, theirs=True),
    Leg(18, "done", "installation", theirs=True),
)
OPENED: Final = (
    *CONNECTING,
    Leg(19, "done", "mail-connection"),
    Leg(22, "done", TRAINING_OF_TEAM, theirs=True),
    Leg(25, "done", "opening"),
    Leg(25.1, "smiled", "opening", theirs=True),
)
IN_USE: Final = (
    Leg(27, "reached", "first-use"),
    Leg(29, "reached", "first-use-completed"),
    Leg(32, "done", "first-week-call"),
)
TO_THE_END: Final = (
    *IN_USE,
    Leg(50, "reached", "regular-use"),
    Leg(54, "done", "who-is-missing"),
    Leg(70, "requested", "measure-benefit"),
    *_gives(74, "measure-benefit"),
    Leg(78, "reached", "benefit-verified"),
    Leg(80, "done", "value-review"),
    Leg(80.1, "exit_answered", word="exit"),
)

WAY: Final[dict[Journey, tuple[Leg, ...]]] = {
    Journey.PRE_SALE: (),
    Journey.WAITING: (*ASKING, *FIRST_GIVEN),
    Journey.LATE: (
        *ASKING,
        *FIRST_GIVEN,
        Leg(6, "submitted", "customer-list", "customer-list", theirs=True),
        Leg(7, "returned", "customer-list", "returned"),
    ),
    Journey.ASKED_TWICE: (
        *ASKING,
        *ALL_GIVEN,
        *SET_UP_BEGUN,
        Leg(13, "asked_again", "people", "asked_again"),
    ),
    Journey.HANDED_OVER: (
        *ASKING,
        *ALL_GIVEN,
        *SET_UP,
        *CONNECTING,
        Leg(19.5, "done", TRAINING_OF_TEAM, theirs=True),
        Leg(20, "handed_over", "mail-connection", "evidence"),
    ),
    Journey.SOLD: (*ASKING, *ALL_GIVEN, *SET_UP, *OPENED, *IN_USE[:1]),
    Journey.ONBOARDED: (*ASKING, *ALL_GIVEN, *SET_UP, *OPENED, *TO_THE_END),
}


def onboardings_invented(world: World) -> tuple[InventedOnboarding, ...]:
    """Plans of one in eight accounts, the newest that can have come so far; at least six."""
    wanted = max(FEWEST, len(world.accounts) // ONE_IN)
    newest = sorted(world.accounts, key=lambda account: account.company.signed_up_on, reverse=True)
    free = [account for account in newest if account.status in {"trial", "customer"}]
    told = []
    for number in range(min(wanted, len(free))):
        journey = ORDER[number % len(ORDER)]
        account = _fitting(free, journey, today=world.window.today)
        free.remove(account)
        told.append(_onboarding(world, account, journey))
    return tuple(told)


def _fitting(free: list[InventedAccount], journey: Journey, *, today: date) -> InventedAccount:
    """The newest account that is old enough for that journey; else the oldest there is."""
    trial = journey is Journey.PRE_SALE
    old_enough = today - timedelta(days=AGE_OF[journey][1])
    fits = (
        account
        for account in free
        if (trial or account.status == "customer") and account.company.signed_up_on <= old_enough
    )
    return next(fits, free[-1])


def _onboarding(world: World, account: InventedAccount, journey: Journey) -> InventedOnboarding:
    dice = dice_for(world.seed, account.company.external_id, "onboarding")
    youngest, oldest = AGE_OF[journey]
    began = world.window.today - timedelta(days=dice.randint(youngest, oldest))
    pace = dice.uniform(1.0, 1.3) if journey is Journey.ONBOARDED else 1.0
    score = 5 if dice.random() < 0.6 else 4
    agreed_at = _working(datetime.combine(began, time(9, 30), ZONE))
    sold = journey is not Journey.PRE_SALE
    return InventedOnboarding(
        account=account,
        journey=journey,
        prepared_at=agreed_at,
        agreed_at=agreed_at if sold else None,
        deeds=tuple(
            _with_attendance(
                _dated(WAY[journey], agreed_at, pace=pace, score=score), account, seed=world.seed
            )
        ),
    )


def _dated(
    legs: tuple[Leg, ...], agreed_at: datetime, *, pace: float, score: int
) -> Iterator[InventedDeed]:
    """The deeds on days on which people work, each after the one before it."""
    last = agreed_at
    for leg in sorted(legs, key=lambda leg: leg.day):
        last = max(
            last + timedelta(minutes=2), _working(agreed_at + timedelta(days=leg.day * pace))
        )
        yield InventedDeed(
            at=last,
            kind=leg.kind,
            item=leg.item,
            word=leg.word,
            theirs=leg.theirs,
            score=score if leg.kind == "smiled" else None,
        )


def _with_attendance(
    deeds: Iterator[InventedDeed], account: InventedAccount, *, seed: int
) -> Iterator[InventedDeed]:
    """The same, and after each training who of those who are there took part in it: the first ones
    in that of the leads, most of the others in that of the team."""
    dice = dice_for(seed, account.company.external_id, "attendance")
    there = [each.external_id for each in account.people if not each.left_on]
    came = {
        TRAINING_OF_LEADS: there[:LEADING],
        TRAINING_OF_TEAM: [who for who in there[LEADING:] if dice.random() < TAKES_PART],
    }
    for deed in deeds:
        yield deed
        if deed.kind == "done":
            for who in came.get(deed.item, ()):
                yield replace(deed, kind="attended", person=who)


def _working(at: datetime) -> datetime:
    """The same moment where people work then; else the Friday before, or in office hours."""
    day = at - timedelta(days=max(0, at.weekday() - 4))
    return day.replace(hour=min(17, max(9, day.hour)))
