"""Asking what metrics measure, and what they said last."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.criteria import one_of_many
from vereda.outcomes.contracts import MeasuredBy
from vereda.outcomes.models.outcomes import Measurement, OutcomeRows
from vereda.outcomes.queries.outcomes import outcomes_in

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def outcomes_by_metric(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID] | None = None
) -> OutcomeRows:
    """The outcomes that a metric in use measures, of accounts in the lists, by number."""
    rows = outcomes_in(workspace).pursued().filter(metric__isnull=False, metric__archived_at=None)
    rows = rows.filter(account__archived_at=None, account__merged_into=None)
    if account_ids is not None:
        rows = rows.filter(one_of_many(account_ids, column="account"))
    return rows.order_by("number")


def last_by_metric(
    workspace: Workspace | UUID, ids: Collection[UUID]
) -> dict[UUID, tuple[date, Decimal]]:
    """The last day each of these outcomes was measured by its metric, and what it said."""
    rows = Measurement.objects.of(workspace).filter(
        one_of_many(ids, column="outcome"), source=MeasuredBy.METRIC
    )
    told = rows.order_by("on").values_list("outcome_id", "on", "value")
    return {outcome_id: (on, value) for outcome_id, on, value in told}
