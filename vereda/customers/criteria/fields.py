"""Every field that lists filter by, as a criterion; people are asked about their accounts too."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial, reduce
from typing import Final, TypeAlias
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers.contracts import Condition, FieldTarget, Operator
from vereda.customers.criteria.told import values_told
from vereda.customers.models.accounts import Account
from vereda.customers.models.people import Membership, MembershipRows
from vereda.customers.queries.lists import Kind, ListField, Question, condition_on
from vereda.foundation.criteria import (
    About,
    AskedCriterion,
    Comparison,
    Criterion,
    ValueKind,
    one_of_many,
)

Matching: TypeAlias = Callable[[AskedCriterion], Q]
Told: TypeAlias = Callable[[AskedCriterion, Collection[UUID]], Mapping[UUID, str]]

TARGETS: Final = {About.ACCOUNTS: FieldTarget.ACCOUNT, About.PEOPLE: FieldTarget.PERSON}
ABOUT_ACCOUNT: Final = gettext_lazy("Account")
ABOUT_PERSON: Final = gettext_lazy("Person")
THEIR_ACCOUNT: Final = gettext_lazy("Their account")

VALUE_KINDS: Final = {
    Kind.TEXT: ValueKind.TEXT,
    Kind.CHOICE: ValueKind.CHOICE,
    Kind.NUMBER: ValueKind.NUMBER,
    Kind.MONEY: ValueKind.MONEY,
    Kind.DATE: ValueKind.DATE,
    Kind.MEMBER: ValueKind.MEMBER,
    Kind.TAG: ValueKind.TEXT,
    Kind.ACCOUNT: ValueKind.ACCOUNT,
}

EMPTINESS: Final = {Operator.NOT_EMPTY: Comparison.KNOWN, Operator.EMPTY: Comparison.UNKNOWN}
OPERATORS: Final = {comparison: one for one, comparison in EMPTINESS.items()}
IN_DAYS: Final = (Comparison.IN_LAST_DAYS, Comparison.IN_NEXT_DAYS)


def field_criteria(question: Question, *, about: About) -> Iterator[Criterion]:
    """A criterion for each field of the lists, those the workspace added included."""
    group = ABOUT_ACCOUNT if about is About.ACCOUNTS else ABOUT_PERSON
    for field in question.fields.values():
        yield Criterion(
            name=f"customers.{field.name}",
            label=field.label,
            group=group,
            about=about,
            kind=VALUE_KINDS[field.kind],
            comparisons=comparisons_of(field),
            matching=partial(field_matching, question, field),
            told=partial(field_told, field),
            choices=field.choices,
        )


def comparisons_of(field: ListField) -> tuple[Comparison, ...]:
    """What a field can be compared by: as in the lists, and dates by days from today."""
    known = tuple(EMPTINESS.get(one) or Comparison(one.value) for one in field.operators)
    return (*IN_DAYS, *known) if field.kind is Kind.DATE else known


def field_matching(question: Question, field: ListField, asked: AskedCriterion) -> Q:
    """The condition on a field, as the lists make it."""
    today = replace(question, today=asked.today)
    match asked.comparison:
        case Comparison.IN_LAST_DAYS | Comparison.IN_NEXT_DAYS:
            first, last = days_meant(asked)
            return condition_on(
                today, Condition(field.name, Operator.AFTER, _day_before(first))
            ) & condition_on(today, Condition(field.name, Operator.BEFORE, _day_after(last)))
        case Comparison.ANY_OF | Comparison.NONE_OF:
            single = Operator.IS if asked.comparison is Comparison.ANY_OF else Operator.IS_NOT
            parts = [_one_condition(today, field, single, each) for each in _several(asked)]
            return reduce(operator.or_ if single is Operator.IS else operator.and_, parts)
    known = OPERATORS.get(asked.comparison) or Operator(asked.comparison.value)
    return _one_condition(today, field, known, asked.value)


def _one_condition(question: Question, field: ListField, how: Operator, value: object) -> Q:
    if field.kind is Kind.ACCOUNT and isinstance(value, UUID):
        inside = _account_condition(question, value)
        return ~inside if how is Operator.IS_NOT else inside
    return condition_on(question, Condition(field.name, how, typed(value)))


def _account_condition(question: Question, account_id: UUID) -> Q:
    if question.target is FieldTarget.ACCOUNT:
        # Not a plain equality: negated it has to hold where there is no parent too.
        children = Account.objects.of(question.workspace).filter(parent=account_id)
        return Q(pk__in=children.values("pk"))
    inside = Membership.objects.of(question.workspace).filter(until_on=None, account=account_id)
    return Q(pk__in=inside.values("person"))


def typed(value: object) -> str:
    """A value as the lists take it: as it is typed."""
    match value:
        case None:
            return ""
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
    return str(value)


def days_meant(asked: AskedCriterion) -> tuple[date, date]:
    """The first and the last day of "in the last (or next) so many days", today included."""
    if asked.comparison is Comparison.IN_LAST_DAYS:
        return asked.today - asked.span, asked.today
    return asked.today, asked.today + asked.span


def _day_before(day: date) -> str:
    return (day - timedelta(days=1)).isoformat()


def _day_after(day: date) -> str:
    return (day + timedelta(days=1)).isoformat()


def _several(asked: AskedCriterion) -> tuple[object, ...]:
    if not isinstance(asked.value, tuple):
        raise TypeError("several values were expected")
    return asked.value


def field_told(
    field: ListField, asked: AskedCriterion, ids: Collection[UUID]
) -> Mapping[UUID, str]:
    """What each of these holds in the field."""
    return values_told(asked.workspace, TARGETS[asked.about], field, ids)


# --- People, by the account they are in ---------------------------------------------------


def of_their_account(criterion: Criterion) -> Criterion:
    """The criterion about accounts, asked of people: it holds for an account they are in."""
    return replace(
        criterion,
        name=f"customers.account.{criterion.name.removeprefix('customers.')}",
        group=THEIR_ACCOUNT,
        about=About.PEOPLE,
        matching=partial(_account_matching, criterion.matching),
        told=partial(_account_told, criterion.matching, criterion.told),
    )


def _account_matching(matching: Matching, asked: AskedCriterion) -> Q:
    held = _memberships(asked, asked.among)
    among = None if asked.among is None else list(held.values_list("account_id", flat=True))
    of_account = replace(asked, about=About.ACCOUNTS, among=among)
    accounts = Account.objects.of(asked.workspace).listed().filter(matching(of_account))
    return Q(pk__in=held.filter(account__in=accounts.values("pk")).values("person"))


def _account_told(
    matching: Matching, told: Told, asked: AskedCriterion, ids: Collection[UUID]
) -> Mapping[UUID, str]:
    """What is so of an account they are in: of the first by name that matches, else the first."""
    held = list(_memberships(asked, ids).select_related("account").order_by("account__name_sort"))
    account_ids = {one.account_id for one in held}
    of_account = replace(asked, about=About.ACCOUNTS, among=account_ids)
    sentences = told(of_account, account_ids)
    accounts = Account.objects.of(asked.workspace).listed()
    fitting = accounts.filter(one_of_many(account_ids), matching(of_account))
    matched = frozenset(fitting.values_list("pk", flat=True))
    by_person: defaultdict[UUID, list[str]] = defaultdict(list)
    for one in sorted(held, key=lambda one: one.account_id not in matched):
        if one.account_id in sentences:
            said = {"account": one.account.name, "what": sentences[one.account_id]}
            by_person[one.person_id].append(_("%(account)s: %(what)s") % said)
    return {person_id: told[0] for person_id, told in by_person.items()}


def _memberships(asked: AskedCriterion, among: Collection[UUID] | None) -> MembershipRows:
    rows = Membership.objects.of(asked.workspace).filter(until_on=None)
    return rows if among is None else rows.filter(one_of_many(among, column="person_id"))
