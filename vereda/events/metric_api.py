"""Metrics and their values, for programs."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from ninja import Query, Router, Schema

from vereda.customers.queries.accounts import account_with_key, accounts_with_ids
from vereda.events.models.metrics import Metric
from vereda.events.queries.metrics import (
    MetricReading,
    metric_history,
    metric_with_slug,
    metrics_in,
    metrics_of_account,
    ranked_accounts,
)
from vereda.foundation.api import BearerRequest, endpoint
from vereda.foundation.api_fields import Asked
from vereda.foundation.clock import now

router = Router(tags=["metrics"])
MOST_VALUES = 1_000
MOST_WEEKS = 52


class PageAsked(Asked):
    """Which values, the greatest first: so many, after so many."""

    limit: int = 100
    offset: int = 0


class WeeksAsked(Asked):
    """How many weeks, up to today."""

    weeks: int = 13


class MetricOut(Schema):
    """A metric: its short name, its words, and how it is made."""

    slug: str
    name: str
    description: str
    per: str
    definition: dict[str, Any]


class ReadingOut(Schema):
    """What a metric says about the account; null where nothing is known."""

    metric: str
    name: str
    value: float | None
    before: float | None
    on: date | None


class ValueOut(Schema):
    """An account's value, and the one of the period before."""

    account: str
    value: float | None
    before: float | None


class WeekOut(Schema):
    """What a metric said on a day."""

    on: date
    value: float | None


@router.get("/metrics", response=list[MetricOut])
@endpoint(may="events.see")
def list_metrics(request: BearerRequest) -> QuerySet[Metric]:
    """Every metric in use, by name."""
    return metrics_in(request.member.workspace)


@router.get("/metrics/{key}/values", response=list[ValueOut])
@endpoint(may="events.see")
def list_metric_values(
    request: BearerRequest, key: str, asked: Query[PageAsked]
) -> list[dict[str, Any]]:
    """The accounts with a known value, the greatest first; `key` is the metric's short name."""
    metric = metric_with_slug(request.member.workspace, key)
    limit, offset = min(max(asked.limit, 1), MOST_VALUES), max(asked.offset, 0)
    ranked = ranked_accounts(metric, descending=True, limit=limit, offset=offset)
    accounts = accounts_with_ids(metric.workspace_id, [pk for pk, _value, _before in ranked])
    return [
        {"account": accounts[pk].key, "value": value, "before": before}
        for pk, value, before in ranked
        if pk in accounts
    ]


@router.get("/accounts/{key}/metrics", response=list[ReadingOut])
@endpoint(may="events.see")
def list_account_metrics(request: BearerRequest, key: str) -> list[dict[str, Any]]:
    """What every metric says about the account, as last computed."""
    account = account_with_key(request.member.workspace, key)
    return [_told(reading) for reading in metrics_of_account(account)]


@router.get("/accounts/{key}/metrics/history", response=dict[str, list[WeekOut]])
@endpoint(may="events.see")
def list_metric_history(
    request: BearerRequest, key: str, asked: Query[WeeksAsked]
) -> dict[str, list[dict[str, Any]]]:
    """What every metric said about the account at the end of each week, the oldest first."""
    workspace = request.member.workspace
    account = account_with_key(workspace, key)
    slugs = [reading.metric.slug for reading in metrics_of_account(account)]
    history = metric_history(
        workspace,
        slugs=slugs,
        account_ids=[account.pk],
        on=now().date(),
        weeks=min(max(asked.weeks, 1), MOST_WEEKS),
    )
    return {
        slug: [{"on": day, "value": value} for day, value in weeks]
        for slug, weeks in history[account.pk].items()
    }


def _told(reading: MetricReading) -> dict[str, Any]:
    return {
        "metric": reading.metric.slug,
        "name": reading.metric.name,
        "value": reading.value,
        "before": reading.before,
        "on": reading.on,
    }
