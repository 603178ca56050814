"""Accounts whose silence says nothing: all they pay for is used once, or in bursts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vereda.foundation.criteria import one_of_many
from vereda.product.contracts import Cadence
from vereda.product.queries import products_in
from vereda.revenue.queries.departures import paid_subscriptions

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

IN_BURSTS: Final = frozenset({Cadence.SINGLE_USE, Cadence.PATCH})


def accounts_used_in_bursts(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID]
) -> set[UUID]:
    """Those of the accounts that have only such products; at most two queries.

    A subscription that names no product means the only one there is; of any other name nothing is
    known, so silence counts.
    """
    products = list(products_in(workspace).prefetch_related(None))
    if not any(product.cadence in IN_BURSTS for product in products):
        return set()
    bursts = {
        word.casefold(): product.cadence in IN_BURSTS
        for product in products
        for word in (product.name, product.slug)
    }
    only = len(products) == 1
    held: dict[UUID, set[bool]] = defaultdict(set)
    rows = paid_subscriptions(workspace).filter(one_of_many(account_ids, column="account_id"))
    for account_id, name in rows.values_list("account_id", "product"):
        word = name.strip().casefold()
        held[account_id].add(only if not word else bursts.get(word, False))
    return {account_id for account_id, told in held.items() if told == {True}}
