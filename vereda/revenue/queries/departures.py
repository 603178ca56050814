"""Who departed, who came back, and who pays on a day.

Prospects and trials never depart: only what was paid for counts. Future ends that are known already
are departures of their day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Q

from vereda.foundation.criteria import one_of_many
from vereda.revenue.contracts import Comeback, Departure
from vereda.revenue.models import ChurnEvent, Subscription, SubscriptionRows
from vereda.revenue.rules.departures import (
    SAME_DEPARTURE,
    PaidSpan,
    comebacks_in,
    departures_in,
    paid_spans,
)

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

NEVER_RAN = Q(ends_on=F("started_on"))


def departures(workspace: Workspace | UUID, *, since: date, until: date) -> list[Departure]:
    """The departures from `since` up to but without `until`, by day; three queries.

    An account that departed, came back and departed again is there twice. What it means that it
    came back is for the asker: `comebacks` has the days.
    """
    rows = paid_subscriptions(workspace)
    goodbyes = _goodbyes(workspace, since=since, until=until)
    ending = rows.filter(ends_on__gte=since, ends_on__lt=until).values("account")
    spans = dict(paid_spans_of_all(rows.filter(account__in=ending)))
    spans |= dict(
        paid_spans_of_all(
            rows.filter(one_of_many(goodbyes.keys() - spans.keys(), column="account"))
        )
    )
    told = [
        Departure(account_id, day, kind)
        for account_id in spans.keys() | goodbyes.keys()
        for day, kind in departures_in(
            spans.get(account_id, []), goodbyes=goodbyes.get(account_id, ())
        )
        if since <= day < until
    ]
    return sorted(told, key=itemgetter(1, 0))


def comebacks(workspace: Workspace | UUID, *, since: date, until: date) -> list[Comeback]:
    """Who began to pay again from `since` up to but without `until`, by day; one query."""
    rows = paid_subscriptions(workspace)
    starting = rows.filter(started_on__gte=since, started_on__lt=until).values("account")
    told = [
        Comeback(account_id, day)
        for account_id, spans in paid_spans_of_all(rows.filter(account__in=starting))
        for day in comebacks_in(spans)
        if since <= day < until
    ]
    return sorted(told, key=itemgetter(1, 0))


def paying_account_ids(workspace: Workspace | UUID, *, on: date) -> set[UUID]:
    """The accounts that pay for something on that day; one query."""
    rows = running_on(paid_subscriptions(workspace), on)
    return set(rows.values_list("account_id", flat=True))


def paid_subscriptions(workspace: Workspace | UUID) -> SubscriptionRows:
    """The subscriptions that ever paid anything: neither trials nor free ones."""
    rows = Subscription.objects.of(workspace).filter(trial=False, amount_minor__gt=0)
    return rows.exclude(NEVER_RAN)


def running_on(rows: SubscriptionRows, day: date) -> SubscriptionRows:
    """Those of the subscriptions that run on that day."""
    return rows.filter(Q(ends_on=None) | Q(ends_on__gt=day), started_on__lte=day)


def paid_spans_of_all(rows: SubscriptionRows) -> Iterator[tuple[UUID, list[PaidSpan]]]:
    """Each account of these paid subscriptions with its paid spans; one query, streamed."""
    told = rows.order_by("account_id").values_list("account_id", "started_on", "ends_on")
    for account_id, stretches in groupby(told.iterator(), key=itemgetter(0)):
        yield account_id, paid_spans((since, until) for _account, since, until in stretches)


def _goodbyes(workspace: Workspace | UUID, *, since: date, until: date) -> dict[UUID, list[date]]:
    """Goodbyes of those days, and of a month before: they may tell of the same departure."""
    first = since - min(SAME_DEPARTURE, since - date.min)
    rows = ChurnEvent.objects.of(workspace).filter(churned_on__gte=first, churned_on__lt=until)
    days: dict[UUID, list[date]] = {}
    for account_id, day in rows.values_list("account_id", "churned_on"):
        days.setdefault(account_id, []).append(day)
    return days
