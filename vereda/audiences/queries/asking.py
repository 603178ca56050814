"""A question becomes a condition on the table of accounts or people.

What a row may name are the criteria that capabilities offer (CRITERIA in `config/wiring.py`);
its values are read as their kinds and travel as parameters. Nothing a person typed becomes SQL.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial, reduce
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from vereda.audiences.contracts import Combinator, Comparison, Group, Row, WrongQuestion
from vereda.audiences.rules.questions import (
    SEVERAL,
    QuestionFlaw,
    Where,
    question_in,
    question_rows,
)
from vereda.audiences.wording import COMPARISONS, flaw_words, place_words
from vereda.customers.queries.accounts import accounts_with_keys, listed_accounts
from vereda.customers.queries.people import listed_people
from vereda.foundation.criteria import (
    VALUELESS,
    About,
    AskedCriterion,
    CriteriaSource,
    Criterion,
    Parameter,
    Value,
    ValueKind,
    one_of_many,
)
from vereda.foundation.errors import Missing
from vereda.foundation.zones import day_where
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

IN_DAYS: Final = frozenset({Comparison.IN_LAST_DAYS, Comparison.IN_NEXT_DAYS})
MOST_DAYS: Final = 3_650
LARGEST_NUMBER: Final = Decimal(10) ** 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Everything that can be asked in a workspace about accounts, or about people, by name."""

    workspace: Workspace
    about: About
    criteria: Mapping[str, Criterion]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRow:
    """A row whose values are read, and the criterion it names."""

    row: Row
    criterion: Criterion
    asked: AskedCriterion

    def matching(self) -> Q:
        """The condition it is."""
        return self.criterion.matching(self.asked)

    def told(self, ids: Collection[UUID]) -> Mapping[UUID, str]:
        """What is so of each of these ids."""
        return self.criterion.told(self.asked, ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question whose every row is known and read."""

    vocabulary: Vocabulary
    group: Group
    rows: Mapping[Where, AskedRow]
    among: Collection[UUID] | None = None

    @property
    def by_time(self) -> bool:
        """May its answer change although nothing happens but that a day passes?"""
        return any(
            row.criterion.by_time or row.row.comparison in IN_DAYS or _is_relative(row.row)
            for row in self.rows.values()
        )

    def everybody(self) -> QuerySet[Any]:
        """Whom it is asked about: all that are listed, or those among the few that matter."""
        workspace = self.vocabulary.workspace
        of_accounts = self.vocabulary.about is About.ACCOUNTS
        rows: QuerySet[Any] = (
            listed_accounts(workspace) if of_accounts else listed_people(workspace)
        )
        return rows if self.among is None else rows.filter(one_of_many(self.among))

    def matching(self) -> QuerySet[Any]:
        """The accounts or people of whom it is true."""
        return self.everybody().filter(self.condition())

    def condition(self) -> Q:
        """The whole question as one condition."""
        return self._condition_of(self.group, above=())

    def _condition_of(self, group: Group, *, above: Where) -> Q:
        parts = [
            self._condition_of(each, above=(*above, place))
            if isinstance(each, Group)
            else self.rows[*above, place].matching()
            for place, each in enumerate(group.rules, 1)
        ]
        joined = reduce(
            operator.and_ if group.combinator is Combinator.AND else operator.or_, parts
        )
        # A set and what is outside it: `NOT` alone would lose those of whom SQL says "unknown".
        return ~Q(pk__in=self.everybody().filter(joined).values("pk")) if group.negated else joined


# --- What can be asked --------------------------------------------------------------------


def vocabulary_of(workspace: Workspace, *, about: About) -> Vocabulary:
    """Everything that can be asked in this workspace about accounts, or about people."""
    sources: Sequence[CriteriaSource] = import_module(settings.VEREDA_WIRING).CRITERIA
    offered = (each for source in sources for each in source.criteria(workspace, about=about))
    return Vocabulary(
        workspace=workspace, about=about, criteria={each.name: each for each in offered}
    )


def question_said(content: object) -> Group:
    """The question that decoded JSON holds, or a refusal that says where it is none."""
    try:
        return question_in(content)
    except QuestionFlaw as flaw:
        raise WrongQuestion(flaw_words(flaw)) from flaw


def asked_question(
    vocabulary: Vocabulary,
    group: Group,
    *,
    now: datetime,
    among: Collection[UUID] | None = None,
) -> AskedQuestion:
    """The question with every row read, or a refusal that names the row.

    `among`: only these ids matter. One query if members are named, one for each account named.
    """
    reading = _Reading(vocabulary, now=now, among=among)
    rows = {where: reading.row_read(row, where=where) for where, row in question_rows(group)}
    return AskedQuestion(vocabulary=vocabulary, group=group, rows=rows, among=among)


# --- Reading rows -------------------------------------------------------------------------


class _Reading:
    """Reads the rows of one question; looks members and accounts up once."""

    def __init__(
        self, vocabulary: Vocabulary, *, now: datetime, among: Collection[UUID] | None
    ) -> None:
        self._vocabulary = vocabulary
        self._now = now
        self._today = day_where(now, vocabulary.workspace.time_zone)
        self._among = among
        self._members: dict[str, UUID] | None = None

    def row_read(self, row: Row, *, where: Where) -> AskedRow:
        criterion = self._vocabulary.criteria.get(row.criterion)
        if criterion is None:
            raise _refusal(where, _("nothing is called “%s” here") % row.criterion[:80])
        if row.comparison not in criterion.comparisons:
            raise _refusal(
                where,
                _("“%(label)s” cannot be compared with “%(comparison)s”")
                % {"label": criterion.label, "comparison": COMPARISONS[row.comparison]},
            )
        asked = AskedCriterion(
            workspace=self._vocabulary.workspace,
            about=self._vocabulary.about,
            comparison=row.comparison,
            value=self._value_of(criterion, row, where=where),
            parameters=self._parameters_of(criterion, row, where=where),
            today=self._today,
            now=self._now,
            among=self._among,
        )
        return AskedRow(row=row, criterion=criterion, asked=asked)

    def _value_of(self, criterion: Criterion, row: Row, *, where: Where) -> Value:
        if row.comparison in VALUELESS:
            return None
        label = str(criterion.label)
        typed = [text for text in row.values if text]
        if not typed:
            raise _refusal(where, _("say what “%s” is compared with") % label)
        if row.comparison in IN_DAYS:
            return _days_in(typed[0], label=label, where=where)
        read = partial(
            self._read, kind=criterion.kind, choices=criterion.choices, label=label, where=where
        )
        several = row.comparison in SEVERAL
        value: Value = tuple(read(text) for text in typed) if several else read(typed[0])
        return value

    def _parameters_of(self, criterion: Criterion, row: Row, *, where: Where) -> dict[str, Value]:
        known = {parameter.name: parameter for parameter in criterion.parameters}
        unknown = [name for name in row.parameters if name not in known]
        if unknown:
            raise _refusal(
                where,
                _("“%(label)s” does not ask for “%(name)s”")
                % {"label": criterion.label, "name": unknown[0][:60]},
            )
        return {
            name: self._parameter_read(parameter, row.parameters.get(name, ""), where=where)
            for name, parameter in known.items()
        }

    def _parameter_read(self, parameter: Parameter, text: str, *, where: Where) -> Value:
        typed = text or parameter.default
        if not typed:
            raise _refusal(where, _("say “%s”") % parameter.label)
        value: Value = self._read(
            typed,
            kind=parameter.kind,
            choices=parameter.choices,
            label=str(parameter.label),
            where=where,
        )
        return value

    def _read(
        self,
        text: str,
        *,
        kind: ValueKind,
        choices: Mapping[str, Any] | None,
        label: str,
        where: Where,
    ) -> Any:
        match kind:
            case ValueKind.NUMBER | ValueKind.MONEY:
                return _number_in(text, label=label, where=where)
            case ValueKind.DATE:
                return self._day_in(text, label=label, where=where)
            case ValueKind.CHOICE:
                return _choice_in(text, choices=choices or {}, label=label, where=where)
            case ValueKind.MEMBER:
                return self._member_in(text, label=label, where=where)
            case ValueKind.ACCOUNT:
                return self._account_in(text, label=label, where=where)
        return text

    def _day_in(self, text: str, *, label: str, where: Where) -> date:
        """A day, "today", or days from today such as +90d and -30d."""
        if text == "today":
            return self._today
        if is_relative_day(text):
            return self._today + timedelta(days=int(text[:-1]))
        try:
            return date.fromisoformat(text)
        except ValueError:
            said = {"label": label, "found": text[:60]}
            raise _refusal(
                where, _("“%(label)s”: “%(found)s” is no day such as 2027-03-31 or -30d") % said
            ) from None

    def _member_in(self, text: str, *, label: str, where: Where) -> UUID:
        """A member of this workspace, by id or by address (as files say it)."""
        if self._members is None:
            present = list(members_of(self._vocabulary.workspace))
            self._members = {str(each.pk): each.pk for each in present}
            self._members |= {each.user.email.lower(): each.pk for each in present}
        member_id = self._members.get(text.lower())
        if member_id is None:
            raise _refusal(
                where,
                _("“%(label)s”: nobody who works here is “%(found)s”")
                % {"label": label, "found": text[:60]},
            )
        return member_id

    def _account_in(self, text: str, *, label: str, where: Where) -> UUID:
        key = text.upper()
        try:
            return accounts_with_keys(self._vocabulary.workspace, [key])[key].pk
        except (Missing, KeyError):
            raise _refusal(
                where,
                _("“%(label)s”: there is no account “%(found)s”")
                % {"label": label, "found": text[:60]},
            ) from None


def _number_in(text: str, *, label: str, where: Where) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > LARGEST_NUMBER:
        raise _refusal(
            where,
            _("“%(label)s”: “%(found)s” is no number such as 12 or 0.5")
            % {"label": label, "found": text[:60]},
        )
    return number


def _days_in(text: str, *, label: str, where: Where) -> Decimal:
    days = _number_in(text, label=label, where=where)
    if days != days.to_integral_value() or not 0 <= days <= MOST_DAYS:
        raise _refusal(
            where,
            _("“%(label)s”: days are a whole number from 0 to %(most)d")
            % {"label": label, "most": MOST_DAYS},
        )
    return days


def _choice_in(text: str, *, choices: Mapping[str, Any], label: str, where: Where) -> str:
    if text not in choices:
        raise _refusal(
            where,
            _("“%(found)s” is no choice of “%(label)s”") % {"found": text[:60], "label": label},
        )
    return text


def _refusal(where: Where, what: str) -> WrongQuestion:
    return WrongQuestion(_("%(where)s: %(what)s.") % {"where": place_words(where), "what": what})


def _is_relative(row: Row) -> bool:
    texts: Iterable[str] = (*row.values, *row.parameters.values())
    return any(text == "today" or is_relative_day(text) for text in texts)


def is_relative_day(text: str) -> bool:
    """Is it a day by how far it is from today, such as +90d and -30d?"""
    digits = text[1:-1]
    return (
        text[:1] in {"+", "-"}
        and text[-1:] == "d"
        and 1 <= len(digits) <= 4
        and digits.isascii()
        and digits.isdigit()
    )
