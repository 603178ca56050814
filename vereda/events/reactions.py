"""What events do when they hear news."""

from vereda.customers.contracts import (
    AccountChanged,
    AccountMergeUndone,
    AccountsMerged,
    AccountsUpserted,
)
from vereda.events.actions.measuring import (
    measure_accounts,
    measure_against_custom_fields,
    measure_touched,
)
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


def measure_after_edit(fact: AccountChanged) -> None:
    """What metrics say beside the account's own fields, if one of those changed."""
    if any(name.partition(".")[0] == "custom" for name in fact.fields):
        measure_against_custom_fields(fact.workspace_id, account_ids=[fact.account_id], now=now())


def measure_after_account_upsert(fact: AccountsUpserted) -> None:
    """The same for the accounts of a file or of events: which of their fields is not told."""
    ids = [*fact.created, *fact.updated]
    measure_against_custom_fields(fact.workspace_id, account_ids=ids, now=now())
