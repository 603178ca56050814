"""Custom values: checked by their field's type, and indexed so that lists can use them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from vereda.customers import wording
from vereda.customers.contracts import FieldType, UnknownField, Value, WrongValue
from vereda.customers.models.accounts import Account
from vereda.customers.models.fields import AccountValue, CustomField, PersonValue
from vereda.customers.models.people import Person
from vereda.customers.rules.names import folded
from vereda.customers.rules.values import (
    MisfitError,
    Stored,
    fitted_value,
    kept_value,
    stored_value,
)


def fitted_values(
    values: Mapping[str, Value], *, fields: Mapping[str, CustomField]
) -> dict[str, Stored]:
    """The values as a row's `custom` column keeps them, or a refusal that names the field."""
    return {slug: _fitted(slug, value, fields=fields) for slug, value in values.items()}


def _fitted(slug: str, value: Value, *, fields: Mapping[str, CustomField]) -> Stored:
    field = fields.get(slug)
    if field is None:
        raise UnknownField(_("There is no custom field “%s”. Define it first.") % slug[:60])
    try:
        fitting = fitted_value(value, type=FieldType(field.type), choices=field.choices)
    except MisfitError as error:
        raise WrongValue(f"{field.label}: {wording.MISFITS[error.misfit]}") from error
    return stored_value(fitting)


def with_values(custom: Mapping[str, Any], *, changes: Mapping[str, Stored]) -> dict[str, Any]:
    """The `custom` column after those changes; an emptied field leaves it."""
    merged = {**custom, **changes}
    return {slug: value for slug, value in merged.items() if value is not None}


def index_account_values(
    accounts: Sequence[Account], *, fields: Mapping[str, CustomField], slugs: Collection[str]
) -> None:
    """Bring the sortable values of these accounts up to date with their `custom` columns."""
    chosen = [field for slug, field in fields.items() if slug in slugs]
    if not accounts or not chosen:
        return
    rows = AccountValue.objects.of(accounts[0].workspace_id)
    rows.filter(account__in=[account.pk for account in accounts], field__in=chosen).delete()
    AccountValue.objects.of(accounts[0].workspace_id).bulk_create(
        AccountValue(workspace_id=account.workspace_id, account=account, field=field, **columns)
        for account in accounts
        for field in chosen
        if (columns := sortable_columns(account.custom.get(field.slug), field=field))
    )


def index_person_values(
    people: Sequence[Person], *, fields: Mapping[str, CustomField], slugs: Collection[str]
) -> None:
    """Bring the sortable values of these people up to date with their `custom` columns."""
    chosen = [field for slug, field in fields.items() if slug in slugs]
    if not people or not chosen:
        return
    rows = PersonValue.objects.of(people[0].workspace_id)
    rows.filter(person__in=[person.pk for person in people], field__in=chosen).delete()
    PersonValue.objects.of(people[0].workspace_id).bulk_create(
        PersonValue(workspace_id=person.workspace_id, person=person, field=field, **columns)
        for person in people
        for field in chosen
        if (columns := sortable_columns(person.custom.get(field.slug), field=field))
    )


def sortable_columns(kept: object, *, field: CustomField) -> dict[str, Any]:
    """The value in the column of its type; nothing for an empty one."""
    match kept_value(kept, type=FieldType(field.type)):
        case None:
            return {}
        case bool() as answer:
            return {"text": "true" if answer else "false"}
        case Decimal() as number:
            return {"number": number}
        case date() as day:
            return {"date": day}
        case str() as text:
            return {"text": folded(text)[:200]}
