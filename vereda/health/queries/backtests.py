"""Asking for the record of a score: is it proven, how sure is that, and which customers show it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, QuerySet

from vereda.health.contracts import OutcomeKind, Verdict
from vereda.health.models.backtests import Backtest, BacktestOutcome
from vereda.health.models.scorecards import ScorecardVersion
from vereda.health.rules.proving import HorizonRecord, telling_record

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class ScoreRecord:
    """What the past says of a version: its verdict, the record that tells it, and the backtest.

    Without a finished backtest the verdict is UNPROVEN and there is no record.
    """

    version_id: UUID
    verdict: Verdict
    headline: HorizonRecord | None = None
    backtest: Backtest | None = None

    @property
    def is_proven(self) -> bool:
        """Whether the score has earned its colour."""
        return self.verdict is Verdict.PROVEN


def proven_versions(workspace: Workspace | UUID, version_ids: Collection[UUID]) -> set[UUID]:
    """Those of the versions that have earned their colour; one query."""
    rows = Backtest.objects.of(workspace).current()
    rows = rows.filter(version__in=version_ids, verdict=Verdict.PROVEN)
    return set(rows.values_list("version_id", flat=True))


def record_of(version: ScorecardVersion) -> ScoreRecord:
    """What the past says of this version."""
    return records_of(version.workspace_id, [version.pk])[version.pk]


def records_of(
    workspace: Workspace | UUID, version_ids: Collection[UUID]
) -> dict[UUID, ScoreRecord]:
    """What the past says of each of these versions; one query."""
    rows = Backtest.objects.of(workspace).current().filter(version__in=version_ids)
    found = {row.version_id: row for row in rows}
    return {each: _record(each, found.get(each)) for each in version_ids}


def _record(version_id: UUID, backtest: Backtest | None) -> ScoreRecord:
    if backtest is None:
        return ScoreRecord(version_id, Verdict.UNPROVEN)
    headline = telling_record(backtest.records)
    return ScoreRecord(version_id, Verdict(backtest.verdict), headline, backtest)


def current_backtest(version: ScorecardVersion) -> Backtest | None:
    """The finished backtest that counts."""
    rows = Backtest.objects.of(version.workspace_id).current().filter(version=version)
    return rows.select_related("asked_by__user").first()


def latest_backtest(version: ScorecardVersion) -> Backtest | None:
    """The backtest last asked for, whatever became of it."""
    rows = Backtest.objects.of(version.workspace_id).filter(version=version)
    return rows.select_related("asked_by__user").order_by("-asked_at", "-pk").first()


def latest_backtest_of_card(version: ScorecardVersion) -> Backtest | None:
    """The backtest last asked for of any version of that scorecard."""
    rows = Backtest.objects.of(version.workspace_id)
    rows = rows.filter(version__scorecard=version.scorecard_id)
    return rows.order_by("-asked_at", "-pk").first()


def outcomes_behind(
    backtest: Backtest, *, horizon: int, kind: OutcomeKind
) -> QuerySet[BacktestOutcome]:
    """The customers behind a number, with their accounts, the latest departure first."""
    rows = BacktestOutcome.objects.of(backtest.workspace_id).filter(
        backtest=backtest, horizon=horizon, kind=kind
    )
    return rows.select_related("account__owner__user").order_by(
        F("departed_on").desc(nulls_last=True), "-warned_on", "account__name", "pk"
    )
