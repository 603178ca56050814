"""What was sold since when: from subscriptions, from a handshake, or from an account's record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from vereda.adoption.contracts import PurchaseSource
from vereda.adoption.models import Purchase
from vereda.customers.queries.accounts import listed_accounts
from vereda.foundation.criteria import one_of_many
from vereda.foundation.many_rows import NewRows
from vereda.foundation.scoping import id_of
from vereda.product.queries import products_in
from vereda.revenue.queries.departures import paid_subscriptions
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.product.models import Product
    from vereda.workspaces.models import Member, Workspace

AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Sold:
    """Since when, until when, and how it is known."""

    sold_on: date
    ended_on: date | None
    source: str


@transaction.atomic
def note_purchase(
    account: Account, *, product: Product | None, sold_on: date, by: Member | None
) -> Purchase:
    """The account said yes to the product on that day: its time to first use counts from there.

    An earlier day that is known already stays.
    """
    rows = Purchase.objects.of(account.workspace_id)
    purchase = rows.filter(account=account, product=product).first()
    if purchase is not None and purchase.sold_on <= sold_on:
        return purchase
    if purchase is None:
        purchase = Purchase(workspace_id=account.workspace_id, account=account, product=product)
    purchase.sold_on, purchase.source = sold_on, PurchaseSource.HANDSHAKE
    purchase.save()
    record(by, "noted a purchase", account, product=product.slug if product else "", on=sold_on)
    return purchase


def refresh_purchases(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID] | None = None
) -> int:
    """What subscriptions and records say was sold (None: to all accounts); how many purchases are
    different now."""
    if account_ids is None:
        accounts = listed_accounts(workspace).order_by("pk")
        account_ids = list(accounts.values_list("pk", flat=True))
    ids, named = list(account_ids), _products_named(workspace)
    return sum(
        _refresh(id_of(workspace), ids[start : start + AT_ONCE], named)
        for start in range(0, len(ids), AT_ONCE)
    )


@transaction.atomic
def _refresh(workspace_id: UUID, account_ids: Collection[UUID], named: Mapping[str, UUID]) -> int:
    sold = _sold(workspace_id, account_ids, named)
    rows = Purchase.objects.of(workspace_id).filter(one_of_many(account_ids, column="account_id"))
    held = {(row.account_id, row.product_id): row for row in rows}
    made = NewRows(Purchase, workspace_id=workspace_id)
    fresh = [
        made.make(
            account_id=account_id,
            product_id=product_id,
            sold_on=said.sold_on,
            ended_on=said.ended_on,
            source=said.source,
        )
        for (account_id, product_id), said in sold.items()
        if (account_id, product_id) not in held
    ]
    changed, gone = [], []
    for about, row in held.items():
        said = sold.get(about)
        if said is None:
            if row.source != PurchaseSource.HANDSHAKE:
                gone.append(row.pk)
        elif _took_over(row, said):
            changed.append(row)
    Purchase.objects.of(workspace_id).bulk_create(fresh, ignore_conflicts=True)
    if changed:
        Purchase.objects.of(workspace_id).bulk_update(changed, ["sold_on", "ended_on", "source"])
    Purchase.objects.of(workspace_id).filter(one_of_many(gone)).delete()
    return len(fresh) + len(changed) + len(gone)


def _took_over(row: Purchase, said: Sold) -> bool:
    """Let the row say what is known now, and a handshake its earlier day; whether it changed."""
    before = (row.sold_on, row.ended_on, row.source)
    row.ended_on = said.ended_on
    if row.source != PurchaseSource.HANDSHAKE or said.sold_on < row.sold_on:
        row.sold_on, row.source = said.sold_on, said.source
    return before != (row.sold_on, row.ended_on, row.source)


def _sold(
    workspace_id: UUID, account_ids: Collection[UUID], named: Mapping[str, UUID]
) -> dict[tuple[UUID, UUID | None], Sold]:
    """What was sold to these accounts; two queries."""
    terms: dict[tuple[UUID, UUID | None], list[tuple[date, date | None]]] = defaultdict(list)
    rows = paid_subscriptions(workspace_id).filter(one_of_many(account_ids, column="account_id"))
    only = next(iter(set(named.values()))) if len(set(named.values())) == 1 else None
    for account_id, product, started, ends in rows.values_list(
        "account_id", "product", "started_on", "ends_on"
    ):
        product_id = named.get(product.strip().casefold(), only if not product.strip() else None)
        terms[account_id, product_id].append((started, ends))
    sold = {about: _whole(spans) for about, spans in terms.items()}
    paying = {account_id for account_id, _ in sold}
    recorded = listed_accounts(workspace_id).filter(
        one_of_many(account_ids), arr_minor__gt=0, created_on__isnull=False
    )
    for account_id, created_on in recorded.values_list("pk", "created_on"):
        if account_id not in paying and created_on is not None:
            sold[account_id, only] = Sold(created_on, None, PurchaseSource.RECORD)
    return sold


def _whole(spans: Iterable[tuple[date, date | None]]) -> Sold:
    """From the first day to the end of the last span; open where one is."""
    held = list(spans)
    ends = [end for _, end in held]
    ended = None if None in ends else max(end for end in ends if end is not None)
    return Sold(min(start for start, _ in held), ended, PurchaseSource.SUBSCRIPTION)


def _products_named(workspace: Workspace | UUID) -> dict[str, UUID]:
    """The ids of products by what a subscription may call them."""
    return {
        word.casefold(): product.pk
        for product in products_in(workspace)
        for word in (product.name, product.slug)
    }
