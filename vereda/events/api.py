"""Use of the product, and what became of everything sent, for programs."""

from datetime import date, datetime, timedelta
from typing import Annotated, Final

import msgspec
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from vereda.customers.queries.accounts import account_with_key
from vereda.events.actions.repairing import repair_item
from vereda.events.contracts.answers import UsageOnDay
from vereda.events.contracts.arriving import Ending, Reason, Severity
from vereda.events.contracts.repairing import Repair, TreatAs
from vereda.events.queries.arrivals import (
    ArrivalDay,
    arrival_days,
    quarantined_item_numbered,
    quarantined_items,
)
from vereda.events.queries.usage import account_usage_per_day
from vereda.foundation.api import BearerRequest, endpoint
from vereda.foundation.api_fields import Asked, Body, Day, Text
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused

router = Router(tags=["events"])
LONGEST_DAYS = 800
LARGEST_KEY: Final = 2**63 - 1
LONGEST_KEY: Final = 18
"""Digits of the number of an item."""


class SpanAsked(Asked):
    """From which day to which, both included; the last 28 days unless said. Days are UTC."""

    since: Day | None = None
    until: Day | None = None
    with_children: bool = False


class DayAsked(Asked):
    """Which day, in UTC; today unless said."""

    day: Day | None = None


class UsageOut(Schema):
    """How much was done on a day, and by how many people."""

    day: date
    count: int
    people: int


class ArrivalsOut(Schema):
    """What became of everything received on a day: the six after `received` add up to it.

    `turned_away` counts whole requests by the code they were told, beside the sum.
    """

    day: date
    received: int
    stored: int
    repaired: int
    quarantined: int
    deduplicated: int
    suppressed: int
    limited: int
    adds_up: bool
    reasons: dict[str, int]
    turned_away: dict[str, int]


@router.get("/accounts/{key}/usage", response=list[UsageOut])
@endpoint(may="events.see")
def list_usage(request: BearerRequest, key: str, asked: Query[SpanAsked]) -> list[UsageOnDay]:
    """One entry for each day of the span, quiet days with zero."""
    account = account_with_key(request.member.workspace, key)
    until = asked.until or now().date()
    since = asked.since or until - timedelta(days=27)
    if not timedelta(0) <= until - since < timedelta(days=LONGEST_DAYS):
        raise Refused(_("Ask for 1 to %d days; `since` comes before `until`.") % LONGEST_DAYS)
    return account_usage_per_day(
        account,
        since=since,
        until=until + timedelta(days=1),
        with_children=asked.with_children,
    )


@router.get("/events/arrivals", response=ArrivalsOut)
@endpoint(may="events.see")
def show_arrivals(request: BearerRequest, asked: Query[DayAsked]) -> ArrivalDay:
    """received = stored + repaired + quarantined + deduplicated + suppressed + limited."""
    day = asked.day or now().date()
    days = arrival_days(request.member.workspace, since=day, until=day + timedelta(days=1))
    return days[0] if days else ArrivalDay(day=day)


class QuarantineAsked(Asked):
    """Which refused items: of one reason, that still wait; below a number for the next page."""

    reason: Annotated[Reason, Field(strict=False)] | None = None
    waiting: bool = True
    before: int | None = Field(None, ge=1, le=LARGEST_KEY)
    limit: int = Field(50, ge=1, le=200)


class QuarantinedOut(Schema):
    """An item that was refused. `ending` is empty while it waits."""

    key: str
    received_at: datetime
    reason: str
    name: str
    found: str
    item: str
    source: str
    ending: str


class RepairIn(Body):
    """What is changed before the item is read again; what is left out stays as it is."""

    type: Text = Field("", max_length=20)
    event: Text = Field("", max_length=200)
    user_id: Text = Field("", max_length=255)
    anonymous_id: Text = Field("", max_length=255)
    group_id: Text = Field("", max_length=255)
    previous_id: Text = Field("", max_length=255)
    without_user_id: bool = False
    property_name: Text = Field("", max_length=400)
    treat_as: Annotated[TreatAs, Field(strict=False)] = TreatAs.AS_IT_IS
    allow: bool = False


class RepairedOut(Schema):
    """What became of the item: repaired, deduplicated or suppressed."""

    ending: str


@router.get("/quarantine", response=list[QuarantinedOut])
@endpoint(may="events.see")
def list_quarantine(
    request: BearerRequest, asked: Query[QuarantineAsked]
) -> list[dict[str, object]]:
    """Refused items, the newest first. `key` names an item, and as `before` asks for older ones."""
    items = quarantined_items(
        request.member.workspace,
        limit=asked.limit,
        before=asked.before,
        reason=asked.reason,
        severity=Severity.REFUSED,
        ending=Ending.WAITING if asked.waiting else None,
    )
    return [{**msgspec.structs.asdict(item), "key": str(item.seq)} for item in items]


@router.post("/quarantine/{key}/repair", response=RepairedOut)
@endpoint(may="events.repair")
def repair_quarantined(request: BearerRequest, key: str, body: RepairIn) -> dict[str, str]:
    """Store an item as the body changes it. 409 when it has ended, 422 when it would not help."""
    if not (key.isascii() and key.isdigit() and len(key) <= LONGEST_KEY):
        raise Missing("quarantined item")
    item = quarantined_item_numbered(request.member.workspace, int(key))
    repair = msgspec.convert(body.said(), Repair)
    return {"ending": repair_item(item, repair=repair, by=request.member, now=now()).value}
