"""Which group each account is in, beside the keys that events name it by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy

from vereda.customers.contracts import Condition, UnknownField
from vereda.customers.models.accounts import Account, AccountExternalId
from vereda.customers.models.people import PersonExternalId
from vereda.customers.queries.lists import Kind, ListField, Question, accounts_matching

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

EACH_ACCOUNT = ListField(name="account", label=gettext_lazy("Account"), kind=Kind.ACCOUNT)
"""Every account is a group of its own."""

OWN_GROUPS = ("plan", "stage", "status", "owner", "industry", "country", "parent")


@dataclass(frozen=True, slots=True)
class GroupedKey:
    """A key of an account, the account, its group ("" for none) and since when it is a customer."""

    key: str
    account: UUID
    group: str
    created_on: date | None


def grouping_fields(question: Question) -> dict[str, ListField]:
    """The fields that divide accounts into groups: of each account one value at most."""
    fields = {"account": EACH_ACCOUNT}
    fields |= {name: question.fields[name] for name in OWN_GROUPS if name in question.fields}
    return fields | {name: each for name, each in question.fields.items() if each.custom}


def grouped_keys(
    question: Question, *, conditions: Sequence[Condition] = (), by: str = ""
) -> list[GroupedKey]:
    """Every key of the accounts for which the conditions hold, in groups where `by` says so."""
    rows = accounts_matching(question, conditions).filter(external_ids__isnull=False)
    field = grouping_fields(question).get(by)
    if by and field is None:
        raise UnknownField(gettext_lazy("Accounts cannot be grouped by this field."))
    columns = rows.order_by("pk", "external_ids__value")
    return list(_grouped(columns, field))


def grouped_accounts(
    question: Question, *, conditions: Sequence[Condition] = (), by: str = ""
) -> dict[UUID, str]:
    """The accounts for which the conditions hold, each with its group ("" for none)."""
    field = grouping_fields(question).get(by)
    if by and field is None:
        raise UnknownField(gettext_lazy("Accounts cannot be grouped by this field."))
    rows = accounts_matching(question, conditions).order_by("pk")
    told = rows.values_list("pk", "pk" if field is None else _column(field))
    return {pk: "" if field is None else _group(field, value) for pk, value in told}


def _grouped(rows: QuerySet[Account], field: ListField | None) -> Iterator[GroupedKey]:
    column = "pk" if field is None else _column(field)
    told = rows.values_list("external_ids__value", "pk", "created_on", column)
    for key, account, created_on, value in told.iterator(chunk_size=10_000):
        yield GroupedKey(key, account, "" if field is None else _group(field, value), created_on)


def _column(field: ListField) -> str:
    """Where the value stands; never something a person typed."""
    if field is EACH_ACCOUNT:
        return "number"
    if field.kind is Kind.ACCOUNT:
        return "parent__number"
    return "custom" if field.custom else field.column


def _group(field: ListField, value: Any) -> str:
    if field.custom is not None:
        value = value.get(field.custom.slug)
    if value is None:
        return ""
    if field.kind is Kind.ACCOUNT:
        return f"A-{value}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def keys_of_several(workspace: Workspace | UUID) -> list[GroupedKey]:
    """The keys of the accounts that have more than one."""
    rows = AccountExternalId.objects.of(workspace)
    several = rows.values("account").annotate(keys=Count("pk")).filter(keys__gt=1).values("account")
    told = rows.filter(account__in=several).order_by("account", "value")
    return [
        GroupedKey(key, account, "", None) for key, account in told.values_list("value", "account")
    ]


def person_keys_of_several(workspace: Workspace | UUID) -> list[tuple[str, UUID]]:
    """The keys of the people who have more than one, each with its person."""
    rows = PersonExternalId.objects.of(workspace)
    several = rows.values("person").annotate(keys=Count("pk")).filter(keys__gt=1).values("person")
    told = rows.filter(person__in=several).order_by("person", "value")
    return list(told.values_list("value", "person"))


def count_account_keys(workspace: Workspace | UUID) -> int:
    """How many keys the accounts of a workspace have."""
    return AccountExternalId.objects.of(workspace).count()
