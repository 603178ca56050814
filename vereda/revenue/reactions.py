"""What revenue does when it hears news."""

from vereda.customers.contracts import AccountMergeUndone, AccountsMerged
from vereda.foundation.clock import now
from vereda.revenue.actions.headlines import tell_money
from vereda.workspaces.queries import workspace_with_id


def add_up_after_merge(fact: AccountsMerged) -> None:
    """The survivor's figures with what came from the absorbed account."""
    tell_money(workspace_with_id(fact.workspace_id), account_ids=[fact.survivor_id], now=now())


def add_up_after_unmerge(fact: AccountMergeUndone) -> None:
    """Both accounts' figures, each its own again."""
    ids = [fact.survivor_id, fact.absorbed_id]
    tell_money(workspace_with_id(fact.workspace_id), account_ids=ids, now=now())
