"""Filters in plain words: chips for those that hold, a form for one more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _

from vereda.console.listing import ListAddress
from vereda.customers import wording
from vereda.customers.contracts import Condition, Operator
from vereda.customers.queries.lists import KeptElsewhere, Kind, ListField, Question
from vereda.foundation.wording import day_words

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Tag
    from vereda.workspaces.models import Member

SEVERAL = frozenset({Kind.CHOICE, Kind.MEMBER, Kind.TAG})
EMPTINESS = (Operator.EMPTY, Operator.NOT_EMPTY)
MINE = "me"


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A condition in words, and the address without it."""

    field: str
    operator: str
    value: str
    off: str


@dataclass(frozen=True, slots=True)
class FilterForm:
    """What one more filter on a field asks: how to compare, and with what."""

    field: ListField
    operators: list[tuple[str, str]]
    choices: list[tuple[str, str]]
    input_type: str
    hint: str


def chips_of(
    address: ListAddress, question: Question, *, members: Iterable[Member]
) -> list[FilterChip]:
    """The filters of a list in words."""
    names = {str(member.pk): member.name for member in members}
    return [
        chip_of(condition, question, names=names, off=address.without(condition).query())
        for condition in address.conditions
    ]


def chip_of(
    condition: Condition, question: Question, *, names: Mapping[str, str], off: str
) -> FilterChip:
    """One condition in words; what cannot be read is shown as it was written."""
    field = question.fields.get(condition.field)
    label = field.label if field else condition.field
    operator = wording.OPERATORS[condition.operator]
    words = value_words(condition, field, names=names)
    return FilterChip(str(label), str(operator), words, off)


def value_words(condition: Condition, field: ListField | None, *, names: Mapping[str, str]) -> str:
    """What it is compared with, as people read it."""
    if condition.operator in EMPTINESS or field is None:
        return ""
    parts = [part.strip() for part in condition.value.split(",")]
    if field.kind is Kind.MEMBER:
        return ", ".join(names.get(part, part) for part in parts)
    if field.choices is not None:
        return ", ".join(str(field.choices.get(part, part)) for part in parts)
    if field.kind is Kind.DATE:
        return date_words(condition.value)
    if field.kept is not None:
        return typed_words(condition.value, field.kept)
    return condition.value


def typed_words(text: str, kept: KeptElsewhere) -> str:
    """A number as a filter writes it, with its unit."""
    try:
        return kept.words(kept.read(Decimal(text)))
    except (InvalidOperation, OverflowError, ValueError):
        return text


def date_words(text: str) -> str:
    """A day as a filter writes it, as people read it."""
    if text == "today":
        return _("today")
    if text.endswith("d") and text[:1] in "+-" and text[1:-1].isdigit():
        days = {"days": text[1:-1]}
        return _("in %(days)s days") % days if text[0] == "+" else _("%(days)s days ago") % days
    try:
        return day_words(date.fromisoformat(text))
    except ValueError:
        return text


def filter_form(field: ListField, *, members: Iterable[Member], tags: Iterable[Tag]) -> FilterForm:
    """The form for one more filter on that field."""
    operators = [each for each in field.operators if field.kind not in SEVERAL or several(each)]
    choices: list[tuple[str, str]] = []
    if field.kind is Kind.MEMBER:
        choices = [(str(member.pk), member.name) for member in members]
    elif field.kind is Kind.TAG:
        choices = [(tag.name, tag.name) for tag in tags]
    elif field.choices is not None:
        choices = [(value, str(label)) for value, label in field.choices.items()]
    types = {Kind.DATE: "date", Kind.NUMBER: "number", Kind.MONEY: "number"}
    hints = {Kind.ACCOUNT: _("The account's key, such as A-12.")}
    return FilterForm(
        field,
        [(str(each), str(wording.OPERATORS[each])) for each in operators],
        choices,
        types.get(field.kind, "text"),
        str(field.hint or hints.get(field.kind, "")),
    )


def several(operator: Operator) -> bool:
    """Is it asked of a list of choices? `is` and `is any of` would say the same."""
    return operator in {Operator.ANY_OF, Operator.NONE_OF, *EMPTINESS}


def condition_sent(query: QueryDict) -> Condition | None:
    """The filter that the form sent, if one was."""
    field, operator = query.get("field", ""), query.get("operator", "")
    if not field or operator not in set(Operator):
        return None
    if Operator(operator) in EMPTINESS:
        return Condition(field, Operator(operator))
    return Condition(field, Operator(operator), ",".join(filter(None, query.getlist("value"))))
