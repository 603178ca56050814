"""What outcomes do when they hear news. Hearing the same twice changes nothing."""

from __future__ import annotations

from vereda.customers.contracts import AccountMergeUndone, AccountsMerged
from vereda.events.contracts.facts import MetricsMeasured
from vereda.foundation.clock import now
from vereda.outcomes.actions.measuring import take_measurements
from vereda.outcomes.actions.noticing import refresh_outcomes
from vereda.outcomes.queries.outcomes import outcome_rows_of
from vereda.workspaces.queries import workspace_with_id


def measure_by_metrics(fact: MetricsMeasured) -> None:
    """Metrics say something else about these accounts: so do the outcomes bound to them."""
    if fact.account_ids:
        workspace = workspace_with_id(fact.workspace_id)
        take_measurements(workspace, account_ids=fact.account_ids, now=now())


def refresh_after_merging(fact: AccountsMerged | AccountMergeUndone) -> None:
    """The promises moved from one account to another, and their alerts with them."""
    ids = outcome_rows_of(fact.workspace_id, [fact.survivor_id, fact.absorbed_id])
    refresh_outcomes(
        workspace_with_id(fact.workspace_id), ids=ids.values_list("pk", flat=True), now=now()
    )
