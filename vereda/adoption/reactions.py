"""What adoption does when it hears news. Hearing the same twice changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from vereda.adoption.actions.everything import adoption_of_day
from vereda.adoption.actions.measuring import measure_adoption_of, measure_adoption_touched
from vereda.adoption.actions.purchases import refresh_purchases
from vereda.adoption.actions.sentinel import watch_for_first_uses
from vereda.adoption.queries.curves import measured_at
from vereda.customers.contracts import AccountMergeUndone, AccountsMerged
from vereda.events.contracts.facts import EventsStored
from vereda.foundation.clock import now
from vereda.product.contracts import CatalogueChanged
from vereda.revenue.contracts import (
    SubscriptionChanged,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionsUpserted,
)
from vereda.workspaces.queries import workspace_with_id


def keep_adoption_up(fact: EventsStored) -> None:
    """Those whom the events say something about; several facts cost one run."""
    workspace = workspace_with_id(fact.workspace_id)
    touched = measure_adoption_touched(workspace, now=now())
    if touched:
        watch_for_first_uses(workspace, now=now(), account_ids=touched)


def sell_one(fact: SubscriptionStarted | SubscriptionChanged | SubscriptionEnded) -> None:
    """One account bought something, or has it no more."""
    _sold_to(fact.workspace_id, [fact.account_id])


def sell_many(fact: SubscriptionsUpserted) -> None:
    """Accounts of a file bought something, or have it no more."""
    _sold_to(fact.workspace_id, fact.account_ids)


def adopt_after_merging(fact: AccountsMerged | AccountMergeUndone) -> None:
    """Two accounts are one, or two again: each has the uses and purchases of its own."""
    ids = [fact.survivor_id, fact.absorbed_id]
    measure_adoption_of(fact.workspace_id, account_ids=ids, now=now())
    _sold_to(fact.workspace_id, ids)


def measure_new_catalogue(fact: CatalogueChanged) -> None:
    """Events and names mean something else now; before anything was measured it does nothing."""
    if measured_at(fact.workspace_id) is not None:
        adoption_of_day(workspace_with_id(fact.workspace_id), now=now())


def _sold_to(workspace_id: UUID, account_ids: Collection[UUID]) -> None:
    workspace = workspace_with_id(workspace_id)
    refresh_purchases(workspace, account_ids=account_ids)
    watch_for_first_uses(workspace, now=now(), account_ids=account_ids)
