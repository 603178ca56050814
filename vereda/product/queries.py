"""Asking what the workspace sells and which events mean that it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch

from vereda.foundation.scoping import OwnedRows, found
from vereda.product.contracts import FeatureOfEvent
from vereda.product.models import (
    Feature,
    FeatureEvent,
    FeatureRows,
    Product,
    ProductRows,
    Step,
)

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def product_with_slug(workspace: Workspace | UUID, slug: str) -> Product:
    """The product with that short name, or `Missing`."""
    return found(Product.objects.of(workspace).filter(slug=slug))


def products_in(workspace: Workspace | UUID) -> ProductRows:
    """What is on sale, by name, each with its features."""
    rows = Product.objects.of(workspace).on_sale().order_by("name", "pk")
    return rows.prefetch_related(Prefetch("features", features_in(workspace)))


def features_in(workspace: Workspace | UUID) -> FeatureRows:
    """Every feature offered, by product and name, with its product, events and steps."""
    rows = Feature.objects.of(workspace).offered().select_related("product")
    steps = Prefetch("steps", Step.objects.of(workspace).order_by("position", "pk"))
    events = Prefetch("events", FeatureEvent.objects.of(workspace).order_by("name"))
    return rows.prefetch_related(events, steps).order_by("product__name", "name", "pk")


def feature_with_slug(workspace: Workspace | UUID, slug: str) -> Feature:
    """The feature with that short name, archived or not, or `Missing`."""
    return found(Feature.objects.of(workspace).select_related("product").filter(slug=slug))


def step_with_slug(feature: Feature, slug: str) -> Step:
    """The step of the feature with that short name, or `Missing`."""
    return found(Step.objects.of(feature.workspace_id).filter(feature=feature, slug=slug))


def feature_of_event(workspace: Workspace | UUID) -> dict[str, FeatureOfEvent]:
    """Which feature each event name means; one query. Ask once per request or batch."""
    rows = FeatureEvent.objects.of(workspace).filter(
        feature__archived_at=None, feature__product__archived_at=None
    )
    return {
        name: FeatureOfEvent(
            feature_id=feature_id, feature=feature, product_id=product_id, product=product
        )
        for name, feature_id, feature, product_id, product in rows.values_list(
            "name",
            "feature_id",
            "feature__slug",
            "feature__product_id",
            "feature__product__slug",
        )
    }


def archived_products(workspace: Workspace | UUID) -> OwnedRows[Product]:
    """What is no longer sold, by name."""
    return Product.objects.of(workspace).filter(archived_at__isnull=False).order_by("name")
