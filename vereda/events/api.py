"""Use of the product, and what became of everything sent, for programs."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from vereda.customers.queries.accounts import account_with_key
from vereda.events.contracts.answers import UsageOnDay
from vereda.events.queries.arrivals import ArrivalDay, arrival_days
from vereda.events.queries.usage import account_usage_per_day
from vereda.foundation.api import BearerRequest, endpoint
from vereda.foundation.api_fields import Asked, Day
from vereda.foundation.clock import now
from vereda.foundation.errors import Refused

router = Router(tags=["events"])
LONGEST_DAYS = 800


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
