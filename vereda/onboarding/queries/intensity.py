"""How closely the customers of a template are followed up, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count

from vereda.onboarding.contracts.intensity import Intensity
from vereda.onboarding.models.plans import Plan
from vereda.onboarding.rules.intensity import intensity_of, newness_after
from vereda.product.contracts import InnovationLevel, PriceClass

if TYPE_CHECKING:
    from vereda.onboarding.models.templates import Template
    from vereda.workspaces.models import Workspace


def template_intensity(template: Template) -> Intensity:
    """How closely customers who begin by this template are followed up."""
    return intensities_of_templates(template.workspace_id, [template])[template.pk]


def plan_intensity(plan: Plan) -> Intensity:
    """How closely the customer of this plan is followed up."""
    template = plan.edition.template
    product = plan.product if plan.product is not None else template.product
    shown = product if product is not None else template
    finished = Plan.objects.of(plan.workspace_id).filter(onboarded_at__isnull=False)
    alike = (
        finished.filter(product=product) if product else finished.filter(edition__template=template)
    )
    return intensity_of(
        innovation=InnovationLevel(shown.innovation),
        price=PriceClass(shown.price),
        newness=newness_after(alike.count()),
    )


def intensities_of_templates(
    workspace: Workspace | UUID, templates: Iterable[Template]
) -> dict[UUID, Intensity]:
    """The same for many, in two questions however many they are.

    What a template is for decides: its product's level and price, and how many finished with that
    product; its own where it is for none.
    """
    finished = Plan.objects.of(workspace).filter(onboarded_at__isnull=False)
    by_product = dict(finished.order_by().values_list("product_id").annotate(finished=Count("pk")))
    by_template = dict(
        finished.order_by().values_list("edition__template_id").annotate(finished=Count("pk"))
    )
    found = {}
    for template in templates:
        product = template.product
        shown = product if product is not None else template
        count = by_product.get(product.pk, 0) if product else by_template.get(template.pk, 0)
        found[template.pk] = intensity_of(
            innovation=InnovationLevel(shown.innovation),
            price=PriceClass(shown.price),
            newness=newness_after(count),
        )
    return found
