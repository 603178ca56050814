"""Makers for tests: `a_measured_product(acme)`, `used_on(account, days)`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from vereda.customers.queries.accounts import external_ids_of
from vereda.events.contracts.arriving import workspace_key
from vereda.events.store.current import event_store
from vereda.events.testing import a_submission, an_event
from vereda.product.testing import a_feature, a_product

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.product.models import Product
    from vereda.product.testing import Company

UTC_ZONE = ZoneInfo("UTC")


def a_measured_product(company: Company, *, name: str = "Rutas", **values: object) -> Product:
    """A product with two features, whose events are "<name> opened" and "<name> planned"."""
    product = a_product(company, name=name, **values)
    a_feature(product, name=f"{name} map", events=[f"{name} opened"])
    a_feature(product, name=f"{name} planner", events=[f"{name} planned"])
    return product


def used_on(
    account: Account,
    days: Iterable[date],
    *,
    name: str = "Rutas opened",
    person_key: str = "u1",
    hour: int = 9,
) -> None:
    """Somebody at the account did it at that hour of each of these days (UTC)."""
    (key, *_others) = external_ids_of(account)
    event_store().add(
        a_submission(
            *(
                an_event(
                    name,
                    account_key=key,
                    person_key=person_key,
                    occurred_at=datetime.combine(day, time(hour), tzinfo=UTC_ZONE),
                )
                for day in days
            ),
            workspace=workspace_key(UUID(str(account.workspace_id))),
        )
    )
