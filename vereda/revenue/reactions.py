"""What revenue does when it hears news."""

from vereda.customers.contracts import AccountMergeUndone, AccountsMerged
from vereda.events.actions.measuring import measure_against_terms
from vereda.foundation.clock import now
from vereda.revenue.actions.headlines import tell_money
from vereda.revenue.contracts import (
    SubscriptionChanged,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionsUpserted,
)
from vereda.workspaces.queries import workspace_with_id


def add_up_after_merge(fact: AccountsMerged) -> None:
    """The survivor's figures with what came from the absorbed account."""
    tell_money(workspace_with_id(fact.workspace_id), account_ids=[fact.survivor_id], now=now())


def add_up_after_unmerge(fact: AccountMergeUndone) -> None:
    """Both accounts' figures, each its own again."""
    ids = [fact.survivor_id, fact.absorbed_id]
    tell_money(workspace_with_id(fact.workspace_id), account_ids=ids, now=now())


def measure_after_terms(
    fact: SubscriptionStarted | SubscriptionChanged | SubscriptionEnded,
) -> None:
    """What metrics say of the account's use beside its seats and ARR."""
    measure_against_terms(fact.workspace_id, account_ids=[fact.account_id], now=now())


def measure_after_upsert(fact: SubscriptionsUpserted) -> None:
    """The same for many accounts at once."""
    measure_against_terms(fact.workspace_id, account_ids=fact.account_ids, now=now())
