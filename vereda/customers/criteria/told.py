"""What is so of accounts and people, as sentences: "Stage: Adoption"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from vereda.customers.contracts import FieldTarget, FieldType
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Person
from vereda.customers.queries.accounts import tags_of_all
from vereda.customers.queries.lists import Kind, ListField
from vereda.customers.queries.people import memberships_of_people
from vereda.customers.rules.values import kept_value
from vereda.foundation.criteria import one_of_many
from vereda.foundation.wording import day_words, money_words, number_words

if TYPE_CHECKING:
    from vereda.customers.models.fields import CustomField
    from vereda.workspaces.models import Workspace


def labelled_value(label: object, value: str) -> str:
    """ "Stage: Adoption"; without a value, that it is not known."""
    return _("%(label)s: %(value)s") % {"label": label, "value": value or _("not known")}


def rows_with_ids(
    workspace: Workspace, target: FieldTarget, ids: Collection[UUID]
) -> QuerySet[Any]:
    """The accounts or people with these ids."""
    model: Any = Account if target is FieldTarget.ACCOUNT else Person
    rows: QuerySet[Any] = model.objects.of(workspace).filter(one_of_many(ids))
    return rows


def values_told(
    workspace: Workspace, target: FieldTarget, field: ListField, ids: Collection[UUID]
) -> dict[UUID, str]:
    """What each of these holds in a field of the lists, with the field's name; two queries."""
    words = _words_of(workspace, target, field, ids)
    return {pk: labelled_value(field.label, text) for pk, text in words.items()}


def _words_of(
    workspace: Workspace, target: FieldTarget, field: ListField, ids: Collection[UUID]
) -> Mapping[UUID, str]:
    rows = rows_with_ids(workspace, target, ids)
    if field.custom is not None:
        return _custom_words(rows, field.custom)
    match field.kind:
        case Kind.TAG:
            tags = tags_of_all(workspace, ids)
            return {pk: _listed(tag.name for tag in held) for pk, held in tags.items()}
        case Kind.ACCOUNT if target is FieldTarget.PERSON:
            held_in = memberships_of_people(workspace, ids)
            return {pk: _listed(one.account.name for one in held) for pk, held in held_in.items()}
        case Kind.ACCOUNT:
            return _column_words(rows, field, column="parent__name")
        case Kind.MEMBER:
            return _column_words(rows, field, column="owner__user__name")
    return _column_words(rows, field, column="name" if field.name == "name" else field.column)


def _column_words(rows: QuerySet[Any], field: ListField, *, column: str) -> dict[UUID, str]:
    currency = "currency" if field.kind is Kind.MONEY else "pk"
    told = rows.values_list("pk", column, currency)
    return {pk: field_value_words(value, field, currency=str(money)) for pk, value, money in told}


def field_value_words(value: object, field: ListField, *, currency: str = "") -> str:
    """A value of a field as people read it; "" for none."""
    if value is None or value == "":
        return ""
    if field.choices is not None and str(value) in field.choices:
        return str(field.choices[str(value)])
    match value:
        case int() if field.kind is Kind.MONEY:
            return money_words(value, currency)
        case int() | Decimal():
            return number_words(value)
        case date():
            return day_words(value)
    return str(value)


def _custom_words(rows: QuerySet[Any], custom: CustomField) -> dict[UUID, str]:
    kind = FieldType(custom.type)
    held = rows.values_list("pk", "custom")
    return {pk: _custom_value_words(values.get(custom.slug), kind) for pk, values in held}


def _custom_value_words(kept: object, kind: FieldType) -> str:
    value = kept_value(kept, type=kind)
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case Decimal():
            return number_words(value)
        case date():
            return day_words(value)
    return str(value)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
