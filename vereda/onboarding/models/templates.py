"""Templates of onboarding and their editions."""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec
from django.db import models
from django.db.models import Q

from vereda.foundation.personal_data import Declared, NotPersonal, Personal, Purpose, Retention
from vereda.foundation.scoping import OwnedByWorkspace, OwnedManager, OwnedRows
from vereda.onboarding.contracts.templates import EditionSpec
from vereda.product import wording as product_wording
from vereda.product.contracts import InnovationLevel, PriceClass


class TemplateRows(OwnedRows["Template"]):
    """Templates of a workspace."""

    def in_use(self) -> Self:
        """Those that were not archived."""
        return self.filter(archived_at=None)


class Template(OwnedByWorkspace):
    """The checklist that every new customer of a product is led by. It may be for no product, or
    for one that is not sold yet: then `innovation` and `price` say what it will be."""

    personal_data: ClassVar[Declared] = {
        "name": NotPersonal("what the workspace calls a checklist"),
        "description": NotPersonal("what a checklist is for"),
        "innovation": NotPersonal("a word of our own"),
        "price": NotPersonal("a word of our own"),
        "draft": NotPersonal("what is asked of any customer"),
    }

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    product = models.ForeignKey(
        "product.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    innovation = models.CharField(
        max_length=20,
        choices=list(product_wording.INNOVATION.items()),
        default=InnovationLevel.FAMILIAR,
    )
    price = models.CharField(
        max_length=10, choices=list(product_wording.PRICES.items()), default=PriceClass.MIDDLE
    )
    draft = models.JSONField(null=True, blank=True)
    draft_version = models.PositiveIntegerField(default=1, editable=False)
    current = models.ForeignKey(
        "TemplateEdition", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OwnedManager.from_queryset(TemplateRows)()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="template_number_once"),
            models.UniqueConstraint(
                fields=["workspace", "name"],
                condition=Q(archived_at=None),
                name="template_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What it is called in addresses: T-3."""
        return f"T-{self.number}"

    @property
    def drafted(self) -> EditionSpec | None:
        """What is being worked on; None where nothing differs from the current edition."""
        return None if self.draft is None else msgspec.convert(self.draft, EditionSpec)


class TemplateEdition(OwnedByWorkspace):
    """A template as it was published: it never changes, and plans that began by it keep it."""

    personal_data: ClassVar[Declared] = {
        "content": NotPersonal("what is asked of any customer"),
        "note": Personal(Purpose.SERVICE, Retention.WITH_MEMBERSHIP),
    }

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "workspaces.Member", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OwnedManager["TemplateEdition"]()

    class Meta(OwnedByWorkspace.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "number"], name="template_edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.number}"

    @property
    def spec(self) -> EditionSpec:
        """What it says, read."""
        return msgspec.convert(self.content, EditionSpec)
