"""Asking what saved metrics said about accounts at the end of one bucket after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vereda.customers.queries.accounts import external_ids_of_all
from vereda.customers.queries.groups import grouped_accounts
from vereda.events.contracts.arriving import workspace_key
from vereda.events.contracts.exploring import (
    MOST_GROUPS,
    Explored,
    MeasuredTrend,
    MetricPoint,
    MetricTrend,
    Population,
    Unanswered,
)
from vereda.events.contracts.measuring import Measured, Per
from vereda.events.queries.metrics import (
    BaseAnswers,
    figures_compared_with,
    metric_definitions,
)
from vereda.events.rules.exploring import measured_days
from vereda.events.store.current import event_store
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.customers.contracts import Condition
    from vereda.customers.queries.lists import Question as AccountQuestion
    from vereda.workspaces.models import Workspace

TOGETHER: Final = 5_000


@dataclass(frozen=True, slots=True)
class ValuesAt:
    """The values of accounts at the end of a bucket, by account and metric."""

    bucket: int
    values: Mapping[UUID, Mapping[str, float | None]]


@dataclass(frozen=True, slots=True)
class MeasuredAccounts:
    """The accounts asked about with their groups, and what metrics said of them, or why nothing."""

    groups: Mapping[UUID, str]
    moments: Sequence[ValuesAt] = ()
    unanswered: Unanswered | None = None


def explored_metrics(
    question: AccountQuestion,
    asked: MetricTrend,
    *,
    conditions: Sequence[Condition] = (),
    by: str = "",
    token: str,
    seconds: float,
) -> Explored:
    """Mean and median of each metric at the end of each bucket, if it can be had in time."""
    found = metrics_of_accounts_at(
        question, asked, conditions=conditions, by=by, token=token, seconds=seconds
    )
    if found.unanswered is not None:
        return Explored(unanswered=found.unanswered)
    return Explored(averages=list(_averages(found, asked.slugs, grouped=bool(by))))


def metrics_of_accounts_at(
    question: AccountQuestion,
    asked: MetricTrend,
    *,
    conditions: Sequence[Condition] = (),
    by: str = "",
    only: int | None = None,
    token: str,
    seconds: float,
) -> MeasuredAccounts:
    """What metrics say of each account at the end of each bucket, or of one of them.

    Accounts, their groups and their fields are as they are today; the events as they are known now.
    """
    workspace = question.workspace
    groups = grouped_accounts(question, conditions=conditions, by=by)
    days = {
        bucket: day
        for bucket, day in measured_days(asked.span, asked.period, today=question.today).items()
        if only is None or bucket == only
    }
    if not groups or not days:
        return MeasuredAccounts(groups)
    keys = _keys_of(workspace, list(groups))
    definitions = metric_definitions(workspace)
    moments = {
        bucket: BaseAnswers(workspace, asked.slugs, definitions, on=day, per=Per.ACCOUNT)
        for bucket, day in days.items()
    }
    found = event_store().explore(
        workspace_key(id_of(workspace)),
        asked=MeasuredTrend(
            moments=tuple(tuple(each.questions) for each in moments.values()),
            keys=tuple(key for several in keys.values() for key in several) if conditions else None,
            together=tuple(several for several in keys.values() if len(several) > 1),
        ),
        population=Population(),
        token=token,
        seconds=seconds,
    )
    if found.unanswered is not None:
        return MeasuredAccounts(groups, unanswered=found.unanswered)
    needed = next(iter(moments.values())).needed
    figures = figures_compared_with(workspace, needed, list(groups))
    return MeasuredAccounts(
        groups,
        [
            ValuesAt(bucket, _values_of(base, measured, keys, figures))
            for (bucket, base), measured in zip(moments.items(), found.measured, strict=True)
        ],
    )


def _values_of(
    base: BaseAnswers,
    measured: Sequence[Measured],
    keys: Mapping[UUID, tuple[str, ...]],
    figures: Mapping[UUID, Mapping[str, float | None]],
) -> dict[UUID, dict[str, float | None]]:
    base.take(measured)
    return {
        account: {
            slug: now for slug, (now, _) in base.answers(own, figures.get(account, {})).items()
        }
        for account, own in keys.items()
    }


def _keys_of(workspace: Workspace | UUID, ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    keys: dict[UUID, tuple[str, ...]] = {}
    for start in range(0, len(ids), TOGETHER):
        keys |= external_ids_of_all(workspace, ids[start : start + TOGETHER])
    return keys


def _averages(
    found: MeasuredAccounts, slugs: Sequence[str], *, grouped: bool
) -> Iterator[MetricPoint]:
    """Everybody together, then the groups with the most accounts."""
    chosen: list[str | None] = [None]
    if grouped:
        chosen += _largest(found.groups.values())
    for moment in found.moments:
        known: dict[tuple[str | None, str], list[float]] = defaultdict(list)
        for account, values in moment.values.items():
            for slug, value in values.items():
                if value is not None:
                    known[None, slug].append(value)
                    known[found.groups[account], slug].append(value)
        for group in chosen:
            for slug in slugs:
                told = known.get((group, slug), [])
                yield MetricPoint(
                    group=group,
                    slug=slug,
                    bucket=moment.bucket,
                    mean=fmean(told) if told else None,
                    median=median(told) if told else None,
                    accounts=len(told),
                )


def _largest(groups: Collection[str]) -> list[str]:
    sizes: dict[str, int] = defaultdict(int)
    for group in groups:
        sizes[group] += 1
    return sorted(sizes, key=lambda group: (-sizes[group], group))[:MOST_GROUPS]
