"""The invented products as rows, with the event names that mean a feature was used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vereda.product.actions import add_feature, add_product, place_step
from vereda.product.contracts import Cadence, InnovationLevel
from vereda.sample.contracts import InventedFeature, World

if TYPE_CHECKING:
    from vereda.product.models import Feature
    from vereda.workspaces.models import Member, Workspace

DAILY_FROM_POPULARITY = 5


def store_sample_products(workspace: Workspace, *, world: World, by: Member) -> None:
    """Both products, their features, and one place inside each feature."""
    for invented in world.products:
        product = add_product(
            workspace,
            name=invented.name,
            slug=invented.key,
            description=invented.description,
            innovation=InnovationLevel.NEW_TO_THEM,
            by=by,
        )
        for position in invented.features:
            feature = add_feature(
                product,
                name=position.name,
                slug=position.key,
                cadence=_cadence(position),
                events=position.event_names,
                by=by,
            )
            _place_first_step(feature, key=position.key, by=by)


def _cadence(feature: InventedFeature) -> Cadence:
    regular = feature.popularity >= DAILY_FROM_POPULARITY
    return Cadence.REGULAR if regular else Cadence.OCCASIONAL


def _place_first_step(feature: Feature, *, key: str, by: Member) -> None:
    place_step(
        feature,
        name=feature.name,
        slug=f"{key}-start",
        url_pattern=f"/app/{key}",
        selector=f"[data-step={key}]",
        anchor=f"{key}-start",
        by=by,
    )
