"""Asking which fields the workspace added, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.customers.contracts import FieldTarget, FieldType, Value
from vereda.customers.models.accounts import Account
from vereda.customers.models.fields import CustomField, CustomFieldRows
from vereda.customers.models.people import Person
from vereda.customers.rules.values import kept_value
from vereda.foundation.scoping import found

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A custom field and what a row holds in it."""

    field: CustomField
    value: Value


def custom_fields_of(workspace: Workspace | UUID, *, target: FieldTarget) -> CustomFieldRows:
    """The custom fields in use for accounts or for people, in the order of the forms."""
    return CustomField.objects.of(workspace).describing(target)


def custom_fields_by_slug(
    workspace: Workspace | UUID, *, target: FieldTarget
) -> dict[str, CustomField]:
    """The same, by slug."""
    return {field.slug: field for field in custom_fields_of(workspace, target=target)}


def all_custom_fields(workspace: Workspace | UUID) -> CustomFieldRows:
    """Every custom field, archived ones too, as the settings list them."""
    return CustomField.objects.of(workspace).order_by("target", "position", "id")


def custom_field_with_slug(
    workspace: Workspace | UUID, slug: str, *, target: FieldTarget
) -> CustomField:
    """The field with that slug, archived or not, or `Missing`."""
    return found(CustomField.objects.of(workspace).filter(target=target, slug=slug))


def values_of(row: Account | Person, *, fields: Mapping[str, CustomField]) -> list[FieldValue]:
    """What the row holds in each of these fields, in their order; no query."""
    return [
        FieldValue(field, kept_value(row.custom.get(slug), type=FieldType(field.type)))
        for slug, field in fields.items()
    ]
