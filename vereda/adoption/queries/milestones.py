"""How far an account is: the door for onboarding."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.adoption.contracts import Measure, Milestones
from vereda.adoption.models import Adoption

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def milestones_reached(
    workspace: Workspace | UUID, *, account_id: UUID, product_id: UUID | None
) -> Milestones:
    """When the account first used the product, completed that first use, and began to use it
    regularly; None: not yet. Without a product: anything at all. One query.

    Regular use is dated by the day it began; it is known only some weeks later.
    """
    row = (
        Adoption.objects.of(workspace)
        .of_products()
        .filter(account=account_id, product=product_id)
        .first()
    )
    return milestones_of(row)


def milestones_of(row: Adoption | None) -> Milestones:
    """The same of a row; of none, nothing was reached."""
    if row is None:
        return dict.fromkeys((Measure.FIRST_USE, Measure.FIRST_USE_COMPLETED, Measure.REGULAR_USE))
    since = row.regular_since_on
    return {
        Measure.FIRST_USE: row.first_use_at,
        Measure.FIRST_USE_COMPLETED: row.completed_at,
        Measure.REGULAR_USE: datetime.combine(since, time(), tzinfo=UTC) if since else None,
    }
