"""Questions about accounts and people: what each capability lets an audience ask.

A capability's `criteria.py` offers a `CriteriaSource`; `config/wiring.py` lists the sources in
CRITERIA; `audiences` builds its rows of plain words from them. A criterion turns one row into a
condition on the table of accounts or people, always with parameters, and says of those who match
what is true of them.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise

from vereda.foundation.zones import day_where

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

LONGEST = 36_500

Words: TypeAlias = str | Promise
Value: TypeAlias = str | Decimal | date | UUID | tuple[str, ...] | tuple[UUID, ...] | None


class About(StrEnum):
    """Whom a question is about."""

    ACCOUNTS = "accounts"
    PEOPLE = "people"


class ValueKind(StrEnum):
    """What a value is, and so how it is typed in, read and shown. MONEY is in whole units."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    MEMBER = "member"
    ACCOUNT = "account"


class Comparison(StrEnum):
    """The whole list of comparisons. The last two take no value; days are a number of them."""

    IS = "is"
    IS_NOT = "is_not"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BEFORE = "before"
    AFTER = "after"
    IN_LAST_DAYS = "in_last_days"
    IN_NEXT_DAYS = "in_next_days"
    KNOWN = "known"
    UNKNOWN = "unknown"


VALUELESS = frozenset({Comparison.KNOWN, Comparison.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """Something else a row has to say: which event, in how many days. `default` as it is typed."""

    name: str
    label: Words
    kind: ValueKind
    choices: Mapping[str, Words] | None = None
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCriterion:
    """One row of a question, its values read as their kinds.

    `value` is a tuple for ANY_OF and NONE_OF, a number of days for the IN_…_DAYS, else one value;
    None where the comparison takes none. `parameters` holds every parameter of the criterion.
    `among`: nobody but these ids matters (a few changed); a criterion may look at those alone,
    where that saves it going through everybody. What it then says of others is not read.
    """

    workspace: "Workspace"
    about: About
    comparison: Comparison
    value: Value
    parameters: Mapping[str, Value] = field(default_factory=dict)
    today: date
    now: datetime
    among: Collection[UUID] | None = None

    @property
    def span(self) -> timedelta:
        """The number of days that was asked about."""
        return span_of(self.value)

    @property
    def since(self) -> datetime:
        """The moment so many days ago."""
        return self.now - self.span

    @property
    def chosen(self) -> tuple[str, ...]:
        """What was chosen: one or several."""
        several = self.value if isinstance(self.value, tuple) else (self.value,)
        return tuple(str(each) for each in several)

    @property
    def column(self) -> str:
        """What rows call those whom the question is about."""
        return "account" if self.about is About.ACCOUNTS else "person"

    def day_of(self, at: datetime) -> date:
        """The day it was then where the workspace is."""
        return day_where(at, self.workspace.time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Something that can be asked about an account or a person.

    name: stable, `capability.word` (`revenue.arr`, `events.did`, `customers.custom.region`);
        stands in files.
    matching: the condition on rows of Account or Person; never text of a user in SQL. Answers in
        at most a few queries, whatever the number of rows.
    told: what is so of each of those ids, in the language of now: "ARR 84,000 €". It is asked of
        those who match (why they are in) and of those who do not (why they are not), so it never
        says that they match. A constant number of queries; an id it has nothing to say about is
        left out.
    by_time: its answer may change although nothing happened, because a day passed.
    """

    name: str
    label: Words
    group: Words
    about: About
    kind: ValueKind
    comparisons: tuple[Comparison, ...]
    matching: Callable[[AskedCriterion], Q]
    told: Callable[[AskedCriterion, Collection[UUID]], Mapping[UUID, str]]
    choices: Mapping[str, Words] | None = None
    parameters: tuple[Parameter, ...] = ()
    by_time: bool = False


class CriteriaSource(Protocol):
    """A capability's share of what can be asked."""

    def criteria(self, workspace: "Workspace", *, about: About) -> Sequence[Criterion]:
        """What can be asked in this workspace about accounts, or about people."""
        ...


def span_of(days: object) -> timedelta:
    """So many whole days: never fewer than none, nor so many that the calendar ends."""
    number = days if isinstance(days, Decimal) else Decimal(str(days))
    return timedelta(days=int(min(max(number, Decimal(0)), Decimal(LONGEST))))


def one_of_many(ids: Collection[UUID], *, column: str = "pk") -> Q:
    """That a column holds one of these ids, however many: they travel as one parameter."""
    if connection.vendor == "postgresql":
        listed = RawSQL("SELECT unnest(%s::uuid[])", [[str(each) for each in ids]])
    else:
        told = json.dumps([each.hex for each in ids])
        listed = RawSQL("SELECT value FROM json_each(%s)", [told])
    return Q(**{f"{column}__in": listed})
