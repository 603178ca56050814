"""News of money told together: what a load says of many accounts, one by one, as few facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vereda.foundation.facts import parts_told
from vereda.revenue.contracts import (
    SubscriptionChanged,
    SubscriptionsUpserted,
    WinNoted,
    WinsNoted,
)


def joined_terms(facts: Sequence[SubscriptionChanged]) -> Iterator[SubscriptionsUpserted]:
    """Whose terms changed."""
    for workspace_id, ids in parts_told((fact.workspace_id, [fact.account_id]) for fact in facts):
        yield SubscriptionsUpserted(workspace_id=workspace_id, account_ids=ids)


def joined_wins(facts: Sequence[WinNoted]) -> Iterator[WinsNoted]:
    """Who was won, won back or lost."""
    for workspace_id, ids in parts_told((fact.workspace_id, [fact.account_id]) for fact in facts):
        yield WinsNoted(workspace_id=workspace_id, account_ids=ids)
