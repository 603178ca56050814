"""Telling what the workspace sells."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from vereda.foundation.errors import Refused
from vereda.foundation.facts import announce
from vereda.foundation.races import refused_if_taken
from vereda.product.contracts import (
    Cadence,
    CatalogueChanged,
    EventTaken,
    InnovationLevel,
    NameTaken,
    PriceClass,
)
from vereda.product.models import Feature, FeatureEvent, Product, Step
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace

SLUG_LENGTH = 60
EVENT_LENGTH = 200


@transaction.atomic
def add_product(
    workspace: Workspace,
    *,
    name: str,
    slug: str = "",
    description: str = "",
    innovation: InnovationLevel = InnovationLevel.FAMILIAR,
    price: PriceClass = PriceClass.MIDDLE,
    cadence: Cadence = Cadence.REGULAR,
    by: Member | None,
) -> Product:
    """A new product; its short name comes from its name unless given."""
    product = Product(
        workspace=workspace,
        name=name.strip(),
        slug=_slug(slug or name),
        description=description.strip(),
        innovation=innovation,
        price=price,
        cadence=cadence,
    )
    _insert(product)
    record(by, "added", product)
    _tell_of_change(product.workspace_id)
    return product


@transaction.atomic
def edit_product(
    product: Product,
    *,
    name: str,
    description: str,
    innovation: InnovationLevel,
    price: PriceClass,
    cadence: Cadence,
    by: Member | None,
) -> None:
    """Other words and other traits; the short name stays, because events rely on it."""
    changes = {
        "name": name.strip(),
        "description": description.strip(),
        "innovation": innovation,
        "price": price,
        "cadence": cadence,
    }
    Product.objects.of(product.workspace_id).filter(pk=product.pk).update(**changes)
    record(by, "edited", product, **changes)
    _tell_of_change(product.workspace_id)


@transaction.atomic
def archive_product(product: Product, *, by: Member | None, now: datetime) -> None:
    """Take it off sale; what its events meant before still counts where it was counted."""
    rows = Product.objects.of(product.workspace_id).filter(pk=product.pk, archived_at=None)
    if not rows.update(archived_at=now):
        raise Refused(_("Somebody archived this product first."))
    record(by, "archived", product)
    _tell_of_change(product.workspace_id)


@transaction.atomic
def restore_product(product: Product, *, by: Member | None) -> None:
    """Put it on sale again."""
    Product.objects.of(product.workspace_id).filter(pk=product.pk).update(archived_at=None)
    record(by, "restored", product)
    _tell_of_change(product.workspace_id)


@transaction.atomic
def add_feature(
    product: Product,
    *,
    name: str,
    slug: str = "",
    description: str = "",
    cadence: Cadence | None = None,
    events: Collection[str] = (),
    by: Member | None,
) -> Feature:
    """A new feature of the product, with the events that mean it was used."""
    feature = Feature(
        workspace_id=product.workspace_id,
        product=product,
        name=name.strip(),
        slug=_slug(slug or name),
        description=description.strip(),
        cadence=cadence or product.cadence,
    )
    _insert(feature)
    _set_events(feature, events)
    record(by, "added", feature, product=product.slug)
    _tell_of_change(feature.workspace_id)
    return feature


@transaction.atomic
def edit_feature(
    feature: Feature,
    *,
    name: str,
    description: str,
    cadence: Cadence,
    events: Collection[str],
    by: Member | None,
) -> None:
    """Other words, another cadence, exactly these events."""
    Feature.objects.of(feature.workspace_id).filter(pk=feature.pk).update(
        name=name.strip(), description=description.strip(), cadence=cadence
    )
    _set_events(feature, events)
    record(by, "edited", feature, name=name, cadence=cadence, events=sorted(events))
    _tell_of_change(feature.workspace_id)


@transaction.atomic
def claim_event(feature: Feature, *, event: str, by: Member | None) -> None:
    """From now on that event means that the feature was used."""
    names = FeatureEvent.objects.of(feature.workspace_id).filter(feature=feature)
    _set_events(feature, {*names.values_list("name", flat=True), event})
    record(by, "claimed", feature, event=event)
    _tell_of_change(feature.workspace_id)


@transaction.atomic
def archive_feature(feature: Feature, *, by: Member | None, now: datetime) -> None:
    """The product no longer does that; its events mean nothing until they are claimed again."""
    rows = Feature.objects.of(feature.workspace_id).filter(pk=feature.pk, archived_at=None)
    if not rows.update(archived_at=now):
        raise Refused(_("Somebody archived this feature first."))
    FeatureEvent.objects.of(feature.workspace_id).filter(feature=feature).delete()
    record(by, "archived", feature)
    _tell_of_change(feature.workspace_id)


@transaction.atomic
def place_step(
    feature: Feature,
    *,
    name: str,
    slug: str = "",
    url_pattern: str = "",
    selector: str = "",
    anchor: str = "",
    by: Member | None,
) -> Step:
    """A place inside the feature; a known short name moves the place instead."""
    step, _made = Step.objects.of(feature.workspace_id).update_or_create(
        feature=feature,
        slug=_slug(slug or name),
        defaults={
            "workspace_id": feature.workspace_id,
            "name": name.strip(),
            "url_pattern": url_pattern.strip(),
            "selector": selector.strip(),
            "anchor": anchor.strip(),
        },
    )
    record(by, "placed", step, feature=feature.slug)
    return step


@transaction.atomic
def remove_step(step: Step, *, by: Member | None) -> None:
    """Take the place away."""
    record(by, "removed", step, feature=step.feature.slug)
    Step.objects.of(step.workspace_id).filter(pk=step.pk).delete()


def _slug(text: str) -> str:
    slug = slugify(text)[:SLUG_LENGTH].strip("-")
    if not slug:
        raise Refused(_("A name needs letters or digits."))
    return slug


def _insert(row: Product | Feature) -> None:
    with refused_if_taken(NameTaken(_("“%s” is in use already; archived ones count.") % row.slug)):
        row.save(force_insert=True)


def _set_events(feature: Feature, events: Collection[str]) -> None:
    names = {name.strip()[:EVENT_LENGTH] for name in events if name.strip()}
    rows = FeatureEvent.objects.of(feature.workspace_id)
    _refuse_taken_events(feature, names)
    rows.filter(feature=feature).exclude(name__in=names).delete()
    FeatureEvent.objects.of(feature.workspace_id).bulk_create(
        [
            FeatureEvent(workspace_id=feature.workspace_id, feature=feature, name=name)
            for name in sorted(names)
        ],
        ignore_conflicts=True,
    )
    _refuse_taken_events(feature, names)


def _refuse_taken_events(feature: Feature, names: Collection[str]) -> None:
    """An event means one feature; asked after writing too: somebody may have been first."""
    rows = FeatureEvent.objects.of(feature.workspace_id).filter(name__in=names)
    other = rows.exclude(feature=feature).select_related("feature").order_by("name").first()
    if other is not None:
        raise EventTaken(
            _("“%(event)s” means “%(feature)s” already.")
            % {"event": other.name, "feature": other.feature.name}
        )


def _tell_of_change(workspace_id: UUID) -> None:
    announce(CatalogueChanged(workspace_id=workspace_id))
