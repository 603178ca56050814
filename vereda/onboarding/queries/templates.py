"""Asking for templates and their editions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from vereda.foundation.ids import number_in
from vereda.foundation.scoping import found
from vereda.onboarding.contracts.templates import EditionSpec, ItemSpec
from vereda.onboarding.models.templates import Template, TemplateEdition, TemplateRows

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


def templates_in(workspace: Workspace | UUID) -> TemplateRows:
    """The templates in use by name, each with its product and current edition."""
    rows = Template.objects.of(workspace).in_use().select_related("product", "current")
    return rows.order_by("name", "pk")


def archived_templates(workspace: Workspace | UUID) -> TemplateRows:
    """The templates that were put away, the last one first."""
    rows = Template.objects.of(workspace).filter(archived_at__isnull=False)
    return rows.order_by("-archived_at", "pk")


def templates_to_start_from(workspace: Workspace | UUID) -> TemplateRows:
    """The templates in use that have an edition, by name: a plan can start by each of them."""
    return templates_in(workspace).filter(current__isnull=False)


def template_with_key(workspace: Workspace | UUID, key: str) -> Template:
    """The template that people call T-3, archived or not, or `Missing`."""
    rows = Template.objects.of(workspace).select_related("product", "current__published_by__user")
    return found(rows.filter(number=number_in(key, "T")))


def template_named(workspace: Workspace | UUID, name: str) -> Template | None:
    """The template in use that bears exactly this name; None where there is none."""
    rows = Template.objects.of(workspace).in_use().select_related("product", "current")
    return rows.filter(name=name.strip()).first()


def editions_of(template: Template) -> list[TemplateEdition]:
    """Every published edition, the newest first."""
    rows = TemplateEdition.objects.of(template.workspace_id).filter(template=template)
    return list(rows.select_related("published_by__user").order_by("-number"))


def edition_of(template: Template) -> TemplateEdition | None:
    """The edition in force; None before the first is published."""
    rows = TemplateEdition.objects.of(template.workspace_id).filter(template=template)
    return rows.select_related("template__product").order_by("-number").first()


def edition_with_number(template: Template, number: int) -> TemplateEdition:
    """That edition, or `Missing`."""
    rows = TemplateEdition.objects.of(template.workspace_id).filter(template=template)
    return found(rows.select_related("published_by__user").filter(number=number))


def items_of_edition(edition: TemplateEdition) -> tuple[ItemSpec, ...]:
    """The items that a plan by this edition copies, in their order."""
    return edition.spec.items


def shown_spec(template: Template) -> EditionSpec:
    """What the template says to whoever works on it: its draft, else the current edition."""
    if template.drafted is not None:
        return template.drafted
    return template.current.spec if template.current is not None else EditionSpec()
