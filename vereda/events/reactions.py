"""What events do when they hear news."""

from vereda.customers.contracts import AccountMergeUndone, AccountsMerged
from vereda.events.actions.measuring import measure_accounts, measure_touched
from vereda.events.contracts.facts import EventsStored
from vereda.foundation.clock import now


def keep_metrics_up(fact: EventsStored) -> None:
    """The metrics of those whom the events say something about; several facts cost one run."""
    measure_touched(fact.workspace_id, now=now())


def measure_after_merge(fact: AccountsMerged) -> None:
    """The survivor's metrics, of the events of both; the absorbed account has none any more."""
    ids = [fact.survivor_id, fact.absorbed_id]
    measure_accounts(fact.workspace_id, account_ids=ids, now=now())


def measure_after_unmerge(fact: AccountMergeUndone) -> None:
    """Both accounts' metrics, each its own again."""
    ids = [fact.survivor_id, fact.absorbed_id]
    measure_accounts(fact.workspace_id, account_ids=ids, now=now())
