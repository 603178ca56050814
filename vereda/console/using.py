"""How an account uses the product, as its page shows it: weeks, features and people with trends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from vereda.events.contracts.measuring import Measure
from vereda.events.queries.metrics import MetricReading, metrics_of_account
from vereda.events.queries.usage import (
    FeatureTrend,
    account_usage_by_name,
    account_usage_by_person,
    account_usage_per_day,
)
from vereda.product.queries import features_in

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.events.contracts.answers import UsageOnDay
    from vereda.workspaces.models import Workspace

SPAN = timedelta(days=28)
WEEKS = 26
MORE_IS_NO_BETTER = frozenset({Measure.TIME_SINCE, Measure.GAP, Measure.DURATION, Measure.MINIMUM})


@dataclass(frozen=True, slots=True)
class Trend:
    """How much of one thing was done in 28 days, and in the 28 before."""

    name: str
    count: float
    before: float
    people: int
    days: int
    last_at: datetime | None
    defined: bool = True

    @property
    def change(self) -> float | None:
        """The change as a share of what was before; None where nothing was."""
        return (self.count - self.before) / self.before if self.before else None

    @property
    def tone(self) -> str:
        """How the change reads; small ones say nothing."""
        if self.change is None or abs(self.change) < 0.1:
            return "unknown"
        return "good" if self.change > 0 else "risk"

    @property
    def icon(self) -> str:
        """The picture beside the change: never colour alone."""
        return {"good": "trending-up", "risk": "trending-down"}.get(self.tone, "")


def weeks_of_use(days: Sequence[UsageOnDay]) -> list[tuple[date, int, int]]:
    """Each week's Monday, how much was done in it, and the people of its busiest day."""
    counts: defaultdict[date, int] = defaultdict(int)
    people: defaultdict[date, int] = defaultdict(int)
    for usage in days:
        monday = usage.day - timedelta(days=usage.day.weekday())
        counts[monday] += usage.count
        people[monday] = max(people[monday], usage.people)
    return [(monday, counts[monday], people[monday]) for monday in sorted(counts)]


def use_by_week(
    account: Account, *, today: date, with_children: bool, weeks: int = WEEKS
) -> list[tuple[date, int, int]]:
    """The weeks of an account, the oldest first; nothing when nothing was ever done in them."""
    monday = today - timedelta(days=today.weekday())
    days = account_usage_per_day(
        account,
        since=monday - timedelta(weeks=weeks - 1),
        until=today + timedelta(days=1),
        with_children=with_children,
    )
    return weeks_of_use(days) if any(usage.count for usage in days) else []


def use_by_feature(
    workspace: Workspace, account: Account, *, today: date, with_children: bool
) -> list[Trend]:
    """Features with their trends, the most used first; then events that mean none yet."""
    until = today + timedelta(days=1)
    told = account_usage_by_name(
        account, since=until - SPAN, until=until, with_children=with_children
    )
    meaning = {
        event.name: feature.name
        for feature in features_in(workspace)
        for event in feature.events.all()
    }
    return by_feature(told, meaning=meaning)


def by_feature(told: Iterable[FeatureTrend], *, meaning: Mapping[str, str]) -> list[Trend]:
    """Event names put together to the features they mean; people are at least those of one name."""
    groups: defaultdict[tuple[str, bool], list[FeatureTrend]] = defaultdict(list)
    for usage in told:
        defined = usage.name in meaning
        groups[meaning.get(usage.name, usage.name), defined].append(usage)
    trends = [
        Trend(
            name,
            count=sum(each.count for each in group),
            before=sum(each.before for each in group),
            people=max(each.people for each in group),
            days=max(each.days for each in group),
            last_at=max(each.last_at for each in group),
            defined=defined,
        )
        for (name, defined), group in groups.items()
    ]
    return sorted(trends, key=lambda trend: (not trend.defined, -trend.count, trend.name))


@dataclass(frozen=True, slots=True)
class ShownMetric:
    """A metric of the account and how it moves."""

    reading: MetricReading
    trend: Trend


def metrics_shown(account: Account) -> list[ShownMetric]:
    """What every metric says about the account, with its trend; those that say nothing last."""
    told = [each for each in metrics_of_account(account) if each.on is not None]
    shown = [ShownMetric(each, trend_of_metric(each)) for each in told]
    return sorted(shown, key=lambda one: one.reading.value is None)


def trend_of_metric(reading: MetricReading) -> Trend:
    """The change of a metric, told only where more is plainly better."""
    told = reading.metric.defined.measure not in MORE_IS_NO_BETTER and reading.value is not None
    return Trend(
        reading.metric.name,
        reading.value or 0 if told else 0,
        reading.before or 0 if told else 0,
        people=0,
        days=0,
        last_at=None,
    )


def use_by_person(account: Account, *, today: date, with_children: bool) -> list[dict[str, object]]:
    """The people with their trends, the most active first; visitors nobody named are counted."""
    until = today + timedelta(days=1)
    told = account_usage_by_person(
        account, since=until - SPAN, until=until, with_children=with_children
    )
    return [
        {
            "person": usage.person,
            "key": usage.key,
            "trend": Trend(
                usage.person.called if usage.person else usage.key,
                usage.count,
                usage.before,
                1,
                usage.days,
                usage.last_at,
            ),
        }
        for usage in told
    ]
