"""What was sold and not used yet, and for how long."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from vereda.adoption.models import Adoption, Purchase
from vereda.adoption.queries.curves import alarm_points, measured_since
from vereda.customers.contracts import CommercialStatus
from vereda.customers.queries.accounts import listed_accounts
from vereda.foundation.criteria import one_of_many

if TYPE_CHECKING:
    from vereda.adoption.queries.things import Thing
    from vereda.adoption.rules.sentinel import AlarmPoint
    from vereda.workspaces.models import Workspace

GONE = (CommercialStatus.CHURNED, CommercialStatus.IGNORED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An account that bought something and has not used it, and since when we could have seen it.

    `sold_on` is the day it was sold; `days` are counted from the first of both.
    """

    account_id: UUID
    thing: Thing
    sold_on: date
    days: int
    point: AlarmPoint

    @property
    def due(self) -> bool:
        """Is it worth an alarm?"""
        return self.days >= self.point.days

    @property
    def cause(self) -> str:
        """Under what an alarm is raised and closed."""
        return cause_of(self.thing)


def cause_of(thing: Thing) -> str:
    """The cause of alarms about a product."""
    return f"never-used:{thing.product_id.hex if thing.product_id else 'anything'}"


def watched_causes(things: Iterable[Thing]) -> list[str]:
    """The causes of all alarms that the sentinel may raise."""
    return [cause_of(thing) for thing in things]


def never_used(
    workspace: Workspace,
    things: Sequence[Thing],
    *,
    today: date,
    account_ids: Collection[UUID] | None = None,
) -> list[Waiting]:
    """Whoever pays for a product and has not used it, the longest waiting first.

    Nothing is told while nothing was ever measured: then nobody's silence says anything. The
    points are learned only for products that somebody waits for.
    """
    since = measured_since(workspace)
    if since is None:
        return []
    by_product = {thing.product_id: thing for thing in things if thing.feature is None}
    unused = [
        (account_id, by_product[product_id], sold_on)
        for account_id, product_id, sold_on in _unused(
            workspace, today=today, account_ids=account_ids
        )
        if product_id in by_product
    ]
    wanted = {thing.product_id: thing for _, thing, _ in unused}
    points = alarm_points(workspace, wanted.values(), today=today) if wanted else {}
    told = [
        Waiting(
            account_id=account_id,
            thing=thing,
            sold_on=sold_on,
            days=(today - max(sold_on, since)).days,
            point=points[thing.product_id],
        )
        for account_id, thing, sold_on in unused
    ]
    return sorted(told, key=lambda one: (-one.days, str(one.account_id)))


def _unused(
    workspace: Workspace, *, today: date, account_ids: Collection[UUID] | None
) -> list[tuple[UUID, UUID | None, date]]:
    """What these accounts (None: all) pay for and have not used: account, product, since when."""
    used_rows = Adoption.objects.of(workspace).of_products()
    rows = Purchase.objects.of(workspace).filter(
        Q(ended_on=None) | Q(ended_on__gt=today),
        account__in=listed_accounts(workspace).exclude(status__in=GONE),
        sold_on__lte=today,
    )
    if account_ids is not None:
        mine = one_of_many(account_ids, column="account_id")
        used_rows, rows = used_rows.filter(mine), rows.filter(mine)
    used = set(used_rows.values_list("account_id", "product_id"))
    return [
        (account_id, product_id, sold_on)
        for account_id, product_id, sold_on in rows.values_list(
            "account_id", "product_id", "sold_on"
        )
        if (account_id, product_id) not in used
    ]
