"""The sentinel: what was sold and never used is worth an alarm, even for one customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from vereda.adoption.contracts import SoldNeverUsed
from vereda.adoption.queries.sentinel import never_used, watched_causes
from vereda.adoption.queries.things import things_measured
from vereda.foundation.facts import announce
from vereda.worklist.actions.settling import settle_causes
from vereda.worklist.contracts import AlertKind, AlertReason, Noticed
from vereda.worklist.queries.ranks import today_at

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@transaction.atomic
def watch_for_first_uses(
    workspace: Workspace, *, now: datetime, account_ids: Collection[UUID] | None = None
) -> int:
    """Raise an alarm for what was sold and not used at the learned point, and close those whose
    first use was seen (None: of all accounts); how many came or went."""
    things = [thing for thing in things_measured(workspace) if thing.feature is None]
    waiting = never_used(
        workspace, things, today=today_at(workspace, now=now), account_ids=account_ids
    )
    noticed: dict[str, dict[UUID, Noticed]] = {cause: {} for cause in watched_causes(things)}
    late: dict[UUID | None, list[UUID]] = defaultdict(list)
    for one in waiting:
        if not one.due:
            continue
        late[one.thing.product_id].append(one.account_id)
        details: dict[str, str | int | bool] = {
            "since_on": one.sold_on.isoformat(),
            "point": one.point.days,
            "learned": one.point.learned,
        }
        if one.thing.product is not None:
            details["product"] = one.thing.product.name
        noticed[one.cause][one.account_id] = Noticed(reason=AlertReason.NEVER_USED, details=details)
    settled = settle_causes(
        workspace, kind=AlertKind.USAGE, noticed=noticed, now=now, among=account_ids
    )
    if settled.raised:
        for product_id, ids in late.items():
            announce(
                SoldNeverUsed(
                    workspace_id=workspace.pk, product_id=product_id, account_ids=tuple(ids)
                )
            )
    return settled.raised + settled.cleared
