"""Adoption for programs: how far an account is, curves, and what was never used."""

from datetime import date, datetime
from typing import Any

from ninja import Query, Router, Schema

from vereda.adoption.contracts import Measure, Whose
from vereda.adoption.queries.accounts import UseOfThing, adoption_of_account
from vereda.adoption.queries.curves import table_of
from vereda.adoption.queries.sentinel import never_used
from vereda.adoption.queries.things import Thing, things_measured
from vereda.customers.queries.accounts import account_with_key, accounts_with_ids
from vereda.foundation.api import BearerRequest, endpoint
from vereda.foundation.api_fields import Asked
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.product.contracts import Cadence
from vereda.worklist.queries.ranks import today_at

router = Router(tags=["adoption"])


class UseOut(Schema):
    """How an account uses a product or one of its features (short names; both None: anything).

    `cadence` is what its days of use show, None while too little is known; `interval` the mean
    number of days from one day of use to the next.
    """

    product: str | None
    feature: str | None
    first_use_at: datetime | None
    completed_at: datetime | None
    regular_since: date | None
    last_use_on: date | None
    days_of_use: int
    interval: float | None
    cadence: Cadence | None


class WaitingOut(Schema):
    """A purchase that was not used so far; an alarm is `due` from `alarm_after` days on."""

    account: str
    product: str | None
    sold_on: date
    days: int
    alarm_after: int
    learned: bool
    due: bool


class StepOut(Schema):
    """After so many days: the share for whom it has happened, its 95 % interval, how many were
    watched until then."""

    days: int
    share: float
    low: float
    high: float
    watched: int


class CurveAsked(Asked):
    """Whose curve: of a product or of a feature (short names); without both, of anything."""

    measure: Measure = Measure.FIRST_USE
    whose: Whose = Whose.ACCOUNTS
    product: str | None = None
    feature: str | None = None


class CurveOut(Schema):
    """A distribution with censoring (Kaplan and Meier). `median` is None until half got there."""

    count: int
    happened: int
    median: int | None
    steps: list[StepOut]


@router.get("/accounts/{key}/adoption", response=list[UseOut])
@endpoint(may="adoption.see")
def read_adoption(request: BearerRequest, key: str) -> list[dict[str, Any]]:
    """How the account uses anything, each product, and each feature."""
    workspace = request.member.workspace
    account = account_with_key(workspace, key)
    things = things_measured(workspace)
    today = today_at(workspace, now=now())
    return [use_told(one) for one in adoption_of_account(account, things, today=today)]


@router.get("/adoption/never-used", response=list[WaitingOut])
@endpoint(may="adoption.see")
def list_never_used(request: BearerRequest) -> list[dict[str, Any]]:
    """What was sold and not used so far, the longest waiting first."""
    workspace = request.member.workspace
    things = [thing for thing in things_measured(workspace) if thing.feature is None]
    waiting = never_used(workspace, things, today=today_at(workspace, now=now()))
    accounts = accounts_with_ids(workspace, {one.account_id for one in waiting})
    return [
        {
            "account": accounts[one.account_id].key,
            "product": one.thing.product.slug if one.thing.product else None,
            "sold_on": one.sold_on,
            "days": one.days,
            "alarm_after": one.point.days,
            "learned": one.point.learned,
            "due": one.due,
        }
        for one in waiting
        if one.account_id in accounts
    ]


@router.get("/adoption/curve", response=CurveOut)
@endpoint(may="adoption.see")
def read_adoption_curve(request: BearerRequest, asked: Query[CurveAsked]) -> dict[str, Any]:
    """How long it takes. A product or feature whose use is not measured: 404."""
    workspace = request.member.workspace
    thing = thing_asked(things_measured(workspace), asked)
    today = today_at(workspace, now=now())
    table = table_of(workspace, thing, whose=asked.whose, measure=asked.measure, today=today)
    curve = table.whole.curve
    return {
        "count": curve.count,
        "happened": curve.happened,
        "median": curve.median,
        "steps": [
            {
                "days": step.days,
                "share": step.reached.value,
                "low": step.reached.low,
                "high": step.reached.high,
                "watched": step.watched,
            }
            for step in curve.steps
        ],
    }


def thing_asked(things: list[Thing], asked: CurveAsked) -> Thing:
    """What was asked about, or `Missing`."""
    if asked.feature:
        named = (one for one in things if one.feature and one.feature.slug == asked.feature)
    else:
        wanted = asked.product or None
        named = (one for one in things if one.feature is None and slug_of(one) == wanted)
    found = next(named, None)
    if found is None:
        raise Missing(asked.feature or asked.product or "")
    return found


def slug_of(thing: Thing) -> str | None:
    """The short name of its product."""
    return thing.product.slug if thing.product else None


def use_told(one: UseOfThing) -> dict[str, Any]:
    """A line as the API shows it."""
    uses = one.uses
    return {
        "product": one.thing.product.slug if one.thing.product else None,
        "feature": one.thing.feature.slug if one.thing.feature else None,
        "first_use_at": one.first_use_at,
        "completed_at": one.completed_at,
        "regular_since": uses.regular_since_on if uses else None,
        "last_use_on": uses.last_on if uses else None,
        "days_of_use": uses.use_days if uses else 0,
        "interval": one.interval,
        "cadence": one.shown,
    }
