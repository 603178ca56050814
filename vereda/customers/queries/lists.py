"""What a list of accounts or people may be filtered and sorted by.

A closed list: a condition names one of our fields, never a path; what it names is looked up here
and its value read as the field's type. Nothing a person types reaches a field path, an ordering or
an alias.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from babel.numbers import get_currency_precision
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers import wording
from vereda.customers.contracts import (
    Condition,
    FieldTarget,
    FieldType,
    Operator,
    Ordering,
    UnknownField,
    WrongValue,
)
from vereda.customers.models.accounts import Account, AccountRows, AccountTag
from vereda.customers.models.fields import (
    AccountValue,
    AccountValueRows,
    CustomField,
    PersonValue,
    PersonValueRows,
)
from vereda.customers.models.people import Membership, Person, PersonRows
from vereda.customers.queries.fields import custom_fields_of
from vereda.customers.rules.names import domain_in, email_in, folded
from vereda.customers.rules.values import NUMBER_LIMIT, MisfitError, fitted_value
from vereda.foundation.errors import Missing
from vereda.foundation.ids import number_in
from vereda.foundation.paging import Order

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise, StrPromise

    from vereda.workspaces.models import Workspace

MOST_CONDITIONS = 20
MOST_CHOSEN = 50
LONGEST_VALUE = 1_000
_RELATIVE_DAYS = re.compile(r"([+-])([0-9]{1,4})d")


class Kind(StrEnum):
    """How a field of a list is compared and shown."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MEMBER = "member"
    TAG = "tag"
    ACCOUNT = "account"


_EMPTINESS = (Operator.EMPTY, Operator.NOT_EMPTY)
_AMONG = (Operator.IS, Operator.IS_NOT, Operator.ANY_OF, Operator.NONE_OF)
OPERATORS_OF: dict[Kind, tuple[Operator, ...]] = {
    Kind.TEXT: (Operator.CONTAINS, Operator.STARTS_WITH, *_AMONG, *_EMPTINESS),
    Kind.CHOICE: (*_AMONG, *_EMPTINESS),
    Kind.NUMBER: (Operator.IS, Operator.AT_LEAST, Operator.AT_MOST, *_EMPTINESS),
    Kind.MONEY: (Operator.IS, Operator.AT_LEAST, Operator.AT_MOST, *_EMPTINESS),
    Kind.DATE: (Operator.IS, Operator.BEFORE, Operator.AFTER, *_EMPTINESS),
    Kind.MEMBER: (*_AMONG, *_EMPTINESS),
    Kind.TAG: (*_AMONG, *_EMPTINESS),
    Kind.ACCOUNT: (*_AMONG, *_EMPTINESS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptElsewhere:
    """Numbers about accounts that a capability above keeps: how they are asked and sorted.

    `read` makes a value of what somebody typed (a share of percent); `matching` is given none where
    the comparison takes none; `words` says one to people.
    """

    read: Callable[[Decimal], float]
    matching: Callable[[Operator, float | None], Q]
    order: Callable[[bool], Order]
    words: Callable[[float | None], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListField:
    """A field that lists know: `column` is ours, `nullable` says how emptiness is stored."""

    name: str
    label: StrOrPromise
    kind: Kind
    column: str = ""
    nullable: bool = False
    sortable: bool = True
    folded: Callable[[str], str] | None = None
    choices: Mapping[str, StrOrPromise] | None = None
    custom: CustomField | None = None
    kept: KeptElsewhere | None = None
    hint: StrOrPromise = ""

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The comparisons it understands."""
        return OPERATORS_OF[self.kind]


def _labelled(labels: Mapping[Any, StrPromise]) -> dict[str, StrOrPromise]:
    return {str(value): label for value, label in labels.items()}


ACCOUNT_FIELDS: tuple[ListField, ...] = (
    ListField(
        name="name",
        label=gettext_lazy("Name"),
        kind=Kind.TEXT,
        column="name_sort",
        folded=folded,
    ),
    ListField(
        name="owner",
        label=gettext_lazy("Owner"),
        kind=Kind.MEMBER,
        column="owner_id",
        nullable=True,
    ),
    ListField(
        name="stage",
        label=gettext_lazy("Stage"),
        kind=Kind.CHOICE,
        column="stage",
        choices=_labelled(wording.STAGES),
    ),
    ListField(
        name="status",
        label=gettext_lazy("Status"),
        kind=Kind.CHOICE,
        column="status",
        choices=_labelled(wording.STATUSES),
    ),
    ListField(
        name="health",
        label=gettext_lazy("Health"),
        kind=Kind.NUMBER,
        column="health_score",
        nullable=True,
    ),
    ListField(
        name="health_band",
        label=gettext_lazy("Health colour"),
        kind=Kind.CHOICE,
        column="health_band",
        choices=_labelled(wording.BANDS),
    ),
    ListField(
        name="health_change",
        label=gettext_lazy("Health in 28 days"),
        kind=Kind.NUMBER,
        column="health_change_28d",
        nullable=True,
        sortable=False,
    ),
    ListField(
        name="arr",
        label=gettext_lazy("ARR"),
        kind=Kind.MONEY,
        column="arr_minor",
        nullable=True,
    ),
    ListField(
        name="renewal_on",
        label=gettext_lazy("Renewal"),
        kind=Kind.DATE,
        column="renewal_on",
        nullable=True,
    ),
    ListField(name="plan", label=gettext_lazy("Plan"), kind=Kind.TEXT, column="plan"),
    ListField(
        name="seats",
        label=gettext_lazy("Seats"),
        kind=Kind.NUMBER,
        column="seats",
        nullable=True,
    ),
    ListField(
        name="active_people",
        label=gettext_lazy("Active people"),
        kind=Kind.NUMBER,
        column="active_people_28d",
        nullable=True,
    ),
    ListField(
        name="last_active_on",
        label=gettext_lazy("Last active"),
        kind=Kind.DATE,
        column="last_active_on",
        nullable=True,
    ),
    ListField(name="tags", label=gettext_lazy("Tags"), kind=Kind.TAG, sortable=False),
    ListField(
        name="next_step",
        label=gettext_lazy("Next step"),
        kind=Kind.TEXT,
        column="next_step",
        sortable=False,
    ),
    ListField(name="industry", label=gettext_lazy("Industry"), kind=Kind.TEXT, column="industry"),
    ListField(name="country", label=gettext_lazy("Country"), kind=Kind.TEXT, column="country"),
    ListField(
        name="domain",
        label=gettext_lazy("Domain"),
        kind=Kind.TEXT,
        column="domain",
        folded=lambda text: domain_in(text) or folded(text),
    ),
    ListField(
        name="parent",
        label=gettext_lazy("Parent account"),
        kind=Kind.ACCOUNT,
        column="parent",
        nullable=True,
        sortable=False,
    ),
    ListField(
        name="created_on",
        label=gettext_lazy("Customer since"),
        kind=Kind.DATE,
        column="created_on",
        nullable=True,
    ),
)

PERSON_FIELDS: tuple[ListField, ...] = (
    ListField(
        name="name",
        label=gettext_lazy("Name"),
        kind=Kind.TEXT,
        column="name_sort",
        folded=folded,
    ),
    ListField(
        name="email",
        label=gettext_lazy("E-mail"),
        kind=Kind.TEXT,
        column="email",
        folded=email_in,
    ),
    ListField(name="title", label=gettext_lazy("Job title"), kind=Kind.TEXT, column="title"),
    ListField(name="account", label=gettext_lazy("Account"), kind=Kind.ACCOUNT, sortable=False),
    ListField(name="language", label=gettext_lazy("Language"), kind=Kind.TEXT, column="language"),
    ListField(
        name="time_zone",
        label=gettext_lazy("Time zone"),
        kind=Kind.TEXT,
        column="time_zone",
        sortable=False,
    ),
    ListField(
        name="created_on",
        label=gettext_lazy("Known since"),
        kind=Kind.DATE,
        column="created_on",
        nullable=True,
    ),
)

_CUSTOM_KINDS = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.URL: Kind.TEXT,
    FieldType.NUMBER: Kind.NUMBER,
    FieldType.DATE: Kind.DATE,
    FieldType.CHOICE: Kind.CHOICE,
    FieldType.BOOLEAN: Kind.CHOICE,
}
COLUMN_OF_TYPE = {FieldType.NUMBER: "number", FieldType.DATE: "date"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whose list it is, the day it is asked, and the fields it may name."""

    workspace: Workspace
    today: date
    target: FieldTarget
    fields: Mapping[str, ListField]


def account_question(
    workspace: Workspace, *, today: date, more: Iterable[ListField] = ()
) -> Question:
    """Everything a list of accounts may be asked, custom fields included; one query.

    `more` are fields that capabilities above keep.
    """
    own = (*ACCOUNT_FIELDS, *more)
    return _question(workspace, today=today, target=FieldTarget.ACCOUNT, own=own)


def person_question(workspace: Workspace, *, today: date) -> Question:
    """Everything a list of people may be asked, custom fields included; one query."""
    return _question(workspace, today=today, target=FieldTarget.PERSON, own=PERSON_FIELDS)


def _question(
    workspace: Workspace, *, today: date, target: FieldTarget, own: Iterable[ListField]
) -> Question:
    fields = {field.name: field for field in own}
    for custom in custom_fields_of(workspace, target=target):
        fields[f"custom.{custom.slug}"] = _custom_list_field(custom)
    return Question(workspace=workspace, today=today, target=target, fields=fields)


def _custom_list_field(custom: CustomField) -> ListField:
    type = FieldType(custom.type)
    choices: dict[str, StrOrPromise] | None = None
    if type is FieldType.CHOICE:
        choices = {choice: choice for choice in custom.choices}
    if type is FieldType.BOOLEAN:
        choices = {"true": gettext_lazy("Yes"), "false": gettext_lazy("No")}
    return ListField(
        name=f"custom.{custom.slug}",
        label=custom.label,
        kind=_CUSTOM_KINDS[type],
        column=COLUMN_OF_TYPE.get(type, "text"),
        folded=folded,
        choices=choices,
        custom=custom,
    )


def accounts_matching(question: Question, conditions: Sequence[Condition]) -> AccountRows:
    """The listed accounts for which every condition holds, or a refusal that says what is odd."""
    rows = Account.objects.of(question.workspace).listed()
    return rows.filter(*_clauses(question, conditions))


def people_matching(question: Question, conditions: Sequence[Condition]) -> PersonRows:
    """The listed people for whom every condition holds, or a refusal that says what is odd."""
    rows = Person.objects.of(question.workspace).listed()
    return rows.filter(*_clauses(question, conditions))


def condition_on(question: Question, condition: Condition) -> Q:
    """One condition, to be joined with others, or a refusal that says what is odd."""
    return _clause(question, condition)


def list_order(question: Question, ordering: Ordering) -> Order:
    """How to sort a list by one of its fields, or `UnknownField`."""
    field = _field_named(question, ordering.field)
    if not field.sortable:
        raise UnknownField(_("The list cannot be sorted by “%s”.") % field.label)
    if field.kept is not None:
        return field.kept.order(ordering.descending)
    if field.custom is not None:
        return _custom_order(question, field, field.custom, descending=ordering.descending)
    column = "stage_order" if field.name == "stage" else field.column
    if field.nullable:
        return Order.on_nullable(field.name, column, descending=ordering.descending)
    if field.kind is Kind.TEXT and field.name != "name":
        return Order.on_text(field.name, column, descending=ordering.descending)
    return Order.on(field.name, column, descending=ordering.descending)


_LOWEST: dict[str, Any] = {"text": "", "number": -NUMBER_LIMIT, "date": date.min}


def _custom_order(
    question: Question, field: ListField, custom: CustomField, *, descending: bool
) -> Order:
    column = f"values__{field.column}"
    holders = _values(question).filter(field=custom).values(_target_column(question))
    return Order(
        name=field.name,
        by=column,
        tie=f"values__{_target_column(question)}",
        descending=descending,
        # A bound, not "is not null": only a bound lets SQLite read the index in its order.
        valued=Q(("values__field", custom), (f"{column}__gte", _LOWEST[field.column])),
        empty=~Q(pk__in=holders),
    )


def _clauses(question: Question, conditions: Sequence[Condition]) -> list[Q]:
    if len(conditions) > MOST_CONDITIONS:
        raise UnknownField(_("A list takes at most %d conditions.") % MOST_CONDITIONS)
    return [_clause(question, condition) for condition in conditions]


def _clause(question: Question, condition: Condition) -> Q:
    field = _field_named(question, condition.field)
    if condition.operator not in field.operators:
        raise UnknownField(
            _("“%(field)s” cannot be compared with “%(operator)s”.")
            % {"field": field.label, "operator": wording.OPERATORS[condition.operator]}
        )
    if len(condition.value) > LONGEST_VALUE or "\x00" in condition.value:
        raise WrongValue(_("The value for “%s” is too long or not text.") % field.label)
    if field.kept is not None:
        values = _values_read(question, field, condition)
        read = field.kept.read(values[0]) if values else None
        return field.kept.matching(condition.operator, read)
    if field.custom is not None:
        return _custom_clause(question, field, field.custom, condition)
    if field.kind in _RELATED:
        return _RELATED[field.kind](question, field, condition)
    return _compared(field, condition, _values_read(question, field, condition))


def _field_named(question: Question, name: str) -> ListField:
    field = question.fields.get(name)
    if field is None:
        raise UnknownField(_("There is no field “%s” in this list.") % name[:60])
    return field


def _compared(field: ListField, condition: Condition, values: list[Any]) -> Q:
    """The comparison on the field's own column; emptiness is null or "" by the column."""
    column, operator = field.column, condition.operator
    empty = Q((f"{column}__isnull", True)) if field.nullable else Q((column, ""))
    match operator:
        case Operator.EMPTY:
            return empty
        case Operator.NOT_EMPTY:
            return ~empty
        case Operator.ANY_OF | Operator.IS:
            return Q((f"{column}__in", values)) if len(values) != 1 else Q((column, values[0]))
        case Operator.NONE_OF | Operator.IS_NOT:
            return ~Q((f"{column}__in", values))
    return Q((f"{column}__{_LOOKUPS[operator]}", values[0]))


_LOOKUPS = {
    Operator.CONTAINS: "icontains",
    Operator.STARTS_WITH: "istartswith",
    Operator.AT_LEAST: "gte",
    Operator.AT_MOST: "lte",
    Operator.BEFORE: "lt",
    Operator.AFTER: "gt",
}


def _custom_clause(
    question: Question, field: ListField, custom: CustomField, condition: Condition
) -> Q:
    """Custom values live in a table of their own: the row is among those whose value fits."""
    rows = _values(question).filter(field=custom)
    target = _target_column(question)
    holders = Q(pk__in=rows.values(target))
    match condition.operator:
        case Operator.EMPTY:
            return ~holders
        case Operator.NOT_EMPTY:
            return holders
    negative = condition.operator in {Operator.IS_NOT, Operator.NONE_OF}
    values = _values_read(question, field, condition)
    positive = Condition(condition.field, Operator.ANY_OF) if negative else condition
    fitting = Q(pk__in=rows.filter(_compared(field, positive, values)).values(target))
    return ~fitting if negative else fitting


def _values(question: Question) -> AccountValueRows | PersonValueRows:
    if question.target is FieldTarget.ACCOUNT:
        return AccountValue.objects.of(question.workspace)
    return PersonValue.objects.of(question.workspace)


def _target_column(question: Question) -> str:
    return "account" if question.target is FieldTarget.ACCOUNT else "person"


# --- Values -----------------------------------------------------------------


def _values_read(question: Question, field: ListField, condition: Condition) -> list[Any]:
    """What was typed, as the field's type; several only where several make sense."""
    if condition.operator in _EMPTINESS:
        return []
    parts = [condition.value]
    if condition.operator in {Operator.ANY_OF, Operator.NONE_OF}:
        parts = [part for part in condition.value.split(",") if part.strip()]
    if not parts or not parts[0].strip() or len(parts) > MOST_CHOSEN:
        raise WrongValue(_("Say what “%s” should be compared with.") % field.label)
    return [_value_read(question, field, part.strip()) for part in parts]


def _value_read(question: Question, field: ListField, text: str) -> Any:
    match field.kind:
        case Kind.DATE:
            return _date_read(question, field, text)
        case Kind.NUMBER:
            return _number_read(field, text)
        case Kind.MONEY:
            digits = get_currency_precision(question.workspace.currency)
            return int(_number_read(field, text) * 10**digits)
        case Kind.CHOICE if field.choices is not None:
            return _choice_read(field, text)
    return field.folded(text) if field.folded else text


def _date_read(question: Question, field: ListField, text: str) -> date:
    """A day, "today", or days from today such as +90d and -30d."""
    if text == "today":
        return question.today
    relative = _RELATIVE_DAYS.fullmatch(text)
    if relative is not None:
        days = timedelta(days=int(relative[2]))
        return question.today + days if relative[1] == "+" else question.today - days
    value = _fitted(field, text, FieldType.DATE)
    assert isinstance(value, date)  # noqa: S101 - what fits a date is one
    return value


def _number_read(field: ListField, text: str) -> Decimal:
    value = _fitted(field, text, FieldType.NUMBER)
    assert isinstance(value, Decimal)  # noqa: S101 - what fits a number is one
    return value


def _choice_read(field: ListField, text: str) -> str:
    if field.choices is None or text not in field.choices:
        raise WrongValue(
            _("“%(value)s” is no choice of “%(field)s”.")
            % {"value": text[:60], "field": field.label}
        )
    return folded(text) if field.custom is not None else text


def _fitted(field: ListField, text: str, type: FieldType) -> Any:
    try:
        return fitted_value(text, type=type)
    except MisfitError as error:
        raise WrongValue(f"{field.label}: {wording.MISFITS[error.misfit]}") from error


# --- Fields that live in other tables -----------------------------------------


def _member_clause(question: Question, field: ListField, condition: Condition) -> Q:
    """By member id. Ids of other workspaces find nothing, as their members own nothing here."""
    values = [_uuid_read(field, text) for text in _values_read(question, field, condition)]
    return _compared(field, condition, values)


def _tag_clause(question: Question, field: ListField, condition: Condition) -> Q:
    tagged = AccountTag.objects.of(question.workspace)
    slugs = [folded(text) for text in _values_read(question, field, condition)]
    if condition.operator not in _EMPTINESS:
        tagged = tagged.filter(tag__slug__in=slugs)
    has = Q(pk__in=tagged.values("account"))
    return has if condition.operator in _POSITIVE else ~has


def _account_clause(question: Question, field: ListField, condition: Condition) -> Q:
    """By account keys: the parent of an account, or an account a person is in."""
    numbers = [_number_in_key(field, text) for text in _values_read(question, field, condition)]
    wanted = Account.objects.of(question.workspace)
    if condition.operator not in _EMPTINESS:
        wanted = wanted.filter(number__in=numbers)
    if question.target is FieldTarget.ACCOUNT:
        has = Q(parent__in=wanted.values("pk"))
    else:
        inside = Membership.objects.of(question.workspace).filter(until_on=None)
        has = Q(pk__in=inside.filter(account__in=wanted.values("pk")).values("person"))
    return has if condition.operator in _POSITIVE else ~has


_POSITIVE = frozenset({Operator.IS, Operator.ANY_OF, Operator.NOT_EMPTY})
_RELATED: dict[Kind, Callable[[Question, ListField, Condition], Q]] = {
    Kind.MEMBER: _member_clause,
    Kind.TAG: _tag_clause,
    Kind.ACCOUNT: _account_clause,
}


def _uuid_read(field: ListField, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise WrongValue(_("“%s” is compared with members.") % field.label) from None


def _number_in_key(field: ListField, text: str) -> int:
    try:
        return number_in(text.upper(), "A")
    except Missing:
        raise WrongValue(
            _("“%s” is compared with account keys such as A-12.") % field.label
        ) from None
