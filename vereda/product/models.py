"""Products, their features, and the places in them."""

from typing import ClassVar, Self

from django.db import models

from vereda.foundation.personal_data import Declared, NotPersonal
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.product import wording
from vereda.product.contracts import Cadence, InnovationLevel, PriceClass

OURS = NotPersonal("the workspace's own product")


class ProductRows(OwnedRows["Product"]):
    """Products of a workspace."""

    def on_sale(self) -> Self:
        """Those that were not archived."""
        return self.filter(archived_at=None)


class Product(OwnedByWorkspace):
    """Something the workspace sells."""

    personal_data: ClassVar[Declared] = {"name": OURS, "slug": OURS, "description": OURS}

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60)
    description = models.TextField(max_length=2_000, blank=True)
    innovation = models.CharField(
        max_length=20,
        choices=list(wording.INNOVATION.items()),
        default=InnovationLevel.FAMILIAR,
    )
    price = models.CharField(
        max_length=10, choices=list(wording.PRICES.items()), default=PriceClass.MIDDLE
    )
    cadence = models.CharField(
        max_length=20, choices=list(wording.CADENCES.items()), default=Cadence.REGULAR
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager.from_queryset(ProductRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="product_once"),
        ]

    def __str__(self) -> str:
        return self.name


class FeatureRows(OwnedRows["Feature"]):
    """Features of a workspace's products."""

    def offered(self) -> Self:
        """Those that were not archived, of products that were not either."""
        return self.filter(archived_at=None, product__archived_at=None)


class Feature(OwnedByWorkspace):
    """Something a product can do; its short name is unique among all products."""

    personal_data: ClassVar[Declared] = {"name": OURS, "slug": OURS, "description": OURS}

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="features")
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60)
    description = models.TextField(max_length=2_000, blank=True)
    cadence = models.CharField(
        max_length=20, choices=list(wording.CADENCES.items()), default=Cadence.REGULAR
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedManager.from_queryset(FeatureRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="feature_once"),
        ]

    def __str__(self) -> str:
        return self.name


class FeatureEvent(OwnedByWorkspace):
    """An event name that means a feature was used; it means one feature only."""

    personal_data: ClassVar[Declared] = {"name": OURS}

    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="events")
    name = models.CharField(max_length=200)

    objects = OwnedManager["FeatureEvent"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "name"], name="feature_event_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Step(OwnedByWorkspace):
    """An anchored place inside a feature, where help and guides can stand."""

    personal_data: ClassVar[Declared] = {
        "name": OURS,
        "slug": OURS,
        "url_pattern": OURS,
        "selector": OURS,
        "anchor": OURS,
    }

    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60)
    url_pattern = models.CharField(max_length=300, blank=True)
    selector = models.CharField(max_length=300, blank=True)
    anchor = models.CharField(max_length=100, blank=True)
    position = models.PositiveIntegerField(default=0)

    objects = OwnedManager["Step"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["feature", "slug"], name="step_once"),
        ]

    def __str__(self) -> str:
        return self.name
