"""Whom new events say something about."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.queries.accounts import accounts_by_external_id
from vereda.customers.queries.people import people_by_external_id
from vereda.events.contracts.arriving import workspace_key
from vereda.events.contracts.measuring import Per
from vereda.events.models.folding import FoldCursor
from vereda.events.store.current import event_store
from vereda.foundation.scoping import id_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

TOGETHER = 5_000


def folded_through(workspace: Workspace | UUID) -> int:
    """The last stored event that customers know the person and account of; 0 for none."""
    rows = FoldCursor.objects.of(workspace).values_list("through", flat=True)
    return rows.first() or 0


def ids_touched(workspace: Workspace | UUID, *, after: int, through: int, per: Per) -> list[UUID]:
    """The accounts (or people) that events stored after one place, up to another, are about."""
    keys = iter(
        event_store().touched(
            workspace_key(id_of(workspace)), after=after, through=through, per=per
        )
    )
    named = accounts_by_external_id if per is Per.ACCOUNT else people_by_external_id
    ids: set[UUID] = set()
    while part := list(islice(keys, TOGETHER)):
        ids.update(named(workspace, part).values())
    return sorted(ids)
