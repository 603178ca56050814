"""Why each one is in: what is so of them, row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.audiences.contracts import Group, Row
from vereda.audiences.queries.asking import (
    IN_DAYS,
    AskedQuestion,
    AskedRow,
    Vocabulary,
    is_relative_day,
)
from vereda.audiences.rules.questions import Where, holds
from vereda.audiences.wording import COMPARISONS
from vereda.foundation.criteria import VALUELESS, Criterion, Parameter, ValueKind, one_of_many
from vereda.foundation.wording import day_words, money_words, number_words
from vereda.workspaces.queries import members_of


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRow:
    """One row for one account or person: is it so, and what is so of them ("" if unknown)."""

    where: Where
    words: str
    met: bool
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether a question takes one account or person in, row by row."""

    inside: bool
    rows: list[JudgedRow]


def reasons_of(question: AskedQuestion, ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """What of the question is so of each of these, as sentences, in the order of its rows.

    A row below a "not" speaks where it does not hold. Two queries for each row, and a criterion's
    own; ask the question `among` the same ids.
    """
    reasons: dict[UUID, list[str]] = {one: [] for one in ids}
    words = RowWords(question.vocabulary)
    for where, negated in _places(question.group):
        row = question.rows[where]
        met = _met(question, row, ids)
        if negated:
            for one in reasons.keys() - met:
                reasons[one].append(_("Not so: %s") % words.of(row.row))
            continue
        told = row.told(met)
        for one in met:
            reasons[one].append(told.get(one) or words.of(row.row))
    return reasons


def judged(question: AskedQuestion, thing_id: UUID) -> Judgement:
    """Would the question take this account or person in? Every row with its answer and value."""
    words = RowWords(question.vocabulary)
    rows = [
        JudgedRow(
            where=where,
            words=words.of(row.row),
            met=thing_id in _met(question, row, [thing_id]),
            value=row.told([thing_id]).get(thing_id, ""),
        )
        for where, row in question.rows.items()
    ]
    met = {row.where: row.met for row in rows}
    listed = question.everybody().filter(pk=thing_id).exists()
    return Judgement(inside=listed and holds(question.group, met=met), rows=rows)


def _met(question: AskedQuestion, row: AskedRow, ids: Collection[UUID]) -> frozenset[UUID]:
    rows = question.everybody().filter(one_of_many(ids)).filter(row.matching())
    return frozenset(rows.values_list("pk", flat=True))


def _places(
    group: Group, *, above: Where = (), negated: bool = False
) -> Iterator[tuple[Where, bool]]:
    """Every row's place, and whether an odd number of "not" stands above it."""
    turned = negated is not group.negated
    for place, each in enumerate(group.rules, 1):
        if isinstance(each, Group):
            yield from _places(each, above=(*above, place), negated=turned)
        else:
            yield (*above, place), turned


# --- Rows in words ------------------------------------------------------------------------


class RowWords:
    """Rows of a question as people read them; names of members are looked up once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._members: dict[str, str] | None = None

    def of(self, row: Row) -> str:
        """ "Stage is Trial"; a criterion that went away by its short name."""
        criterion = self._vocabulary.criteria.get(row.criterion)
        label = str(criterion.label) if criterion else row.criterion
        parts = [label, str(COMPARISONS[row.comparison])]
        if row.comparison not in VALUELESS:
            parts.append(", ".join(self._value(criterion, row, text) for text in row.values))
        said = " ".join(filter(None, parts))
        details = ", ".join(self._details(criterion, row)) if criterion else ""
        return _("%(row)s (%(details)s)") % {"row": said, "details": details} if details else said

    def _details(self, criterion: Criterion, row: Row) -> Iterator[str]:
        for parameter in criterion.parameters:
            text = row.parameters.get(parameter.name, "") or parameter.default
            yield _("%(label)s: %(value)s") % {
                "label": parameter.label,
                "value": _chosen(parameter, text),
            }

    def _value(self, criterion: Criterion | None, row: Row, text: str) -> str:
        if criterion is None:
            return text
        if row.comparison in IN_DAYS:
            return number_typed(text)
        if criterion.kind is ValueKind.MEMBER:
            return self._member(text)
        if criterion.kind is ValueKind.MONEY:
            return money_typed(text, currency=self._vocabulary.workspace.currency)
        return _chosen(criterion, text)

    def _member(self, text: str) -> str:
        if self._members is None:
            present = members_of(self._vocabulary.workspace)
            self._members = {str(each.pk): each.name for each in present}
        return self._members.get(text, text)


def join_words(group: Group) -> str:
    """How a group joins its rows: "All of these hold"."""
    all_of_them = group.combinator.value == "and"
    if group.negated:
        return _("Not all of these hold") if all_of_them else _("None of these holds")
    return _("All of these hold") if all_of_them else _("At least one of these holds")


def money_typed(text: str, *, currency: str) -> str:
    """Whole units of money as they were typed, as people read them."""
    try:
        minor = Decimal(text).scaleb(get_currency_precision(currency))
        return money_words(int(minor), currency)
    except (InvalidOperation, OverflowError, ValueError):
        return text


def number_typed(text: str) -> str:
    """A number as it was typed, as people read it."""
    try:
        return number_words(Decimal(text), decimals=6)
    except (InvalidOperation, ValueError):
        return text


def day_typed(text: str) -> str:
    """A day as it was typed, or how far it is from today, as people read it."""
    if text == "today":
        return _("today")
    if is_relative_day(text):
        count = int(text[1:-1])
        words = (
            ngettext("%(count)s day before today", "%(count)s days before today", count)
            if text.startswith("-")
            else ngettext("%(count)s day from today", "%(count)s days from today", count)
        )
        return words % {"count": number_words(count)}
    try:
        return day_words(date.fromisoformat(text))
    except ValueError:
        return text


def _chosen(offered: Criterion | Parameter, text: str) -> str:
    if offered.kind is ValueKind.NUMBER:
        return number_typed(text)
    if offered.kind is ValueKind.DATE:
        return day_typed(text)
    if offered.kind is ValueKind.CHOICE and offered.choices and text in offered.choices:
        return str(offered.choices[text])
    return text
