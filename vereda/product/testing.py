"""Makers for tests: `a_product(acme)`, `a_feature(product)`."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Protocol

from vereda.product.actions import add_feature, add_product
from vereda.product.models import Feature, Product

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


class Company(Protocol):
    """A workspace of the cast and the member who makes things in it."""

    @property
    def workspace(self) -> Workspace:
        """The workspace."""

    @property
    def owner(self) -> Member:
        """Its owner."""


def a_product(company: Company, *, name: str = "Vereda Rutas", **values: Any) -> Product:
    """A product of the company."""
    return add_product(company.workspace, name=name, by=company.owner, **values)


def a_feature(
    product: Product, *, name: str = "Offline mode", events: Collection[str] = (), **values: Any
) -> Feature:
    """A feature of the product."""
    return add_feature(product, name=name, events=events, by=None, **values)
