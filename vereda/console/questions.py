"""What the portfolio may be asked: the fields of accounts, and the workspace's metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vereda.console.listing import today_in
from vereda.customers.queries.lists import Question, account_question
from vereda.events.queries.metric_lists import metric_list_fields, metric_named_in
from vereda.events.queries.metrics import metric_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from vereda.workspaces.models import Workspace


def portfolio_question(workspace: Workspace) -> Question:
    """Everything that the list may be filtered and sorted by today; two queries."""
    return account_question(
        workspace, today=today_in(workspace), more=metric_list_fields(workspace)
    )


def measured_in(
    question: Question, columns: Iterable[str], account_ids: list[UUID]
) -> Mapping[UUID, Mapping[str, float | None]]:
    """What the metrics among the columns say about these accounts; one query, none without."""
    slugs = {metric_named_in(name): name for name in columns if metric_named_in(name)}
    if not slugs:
        return {}
    values = metric_values(question.workspace, slugs=list(slugs), account_ids=account_ids)
    return {
        account_id: {slugs[slug]: value for slug, value in told.items()}
        for account_id, told in values.items()
    }
