"""The address is the view: filters, order, columns, density and search, to and from a query string.

    f=stage:any_of:adoption,value   one per condition, field:operator:value
    sort=-arr                       a minus sorts downwards
    columns=usage,arr,stage         the columns beside the name
    density=compact
    q=cantera                       in the name
    view=0198…                      the view it began as

What is usual is left out, so that one view has one address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from vereda.customers.contracts import Condition, Operator, Ordering, UnknownField
from vereda.foundation.clock import now
from vereda.foundation.zones import day_where

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

DEFAULT_COLUMNS = (
    "health",
    "usage",
    "arr",
    "stage",
    "owner",
    "renewal_on",
    "active_people",
    "last_active_on",
    "next_step",
)
BY_NAME = Ordering("name")
MOST_COLUMNS = 30
LONGEST_SEARCH = 100
LONGEST_VIEW = 40
LONGEST_QUERY = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAddress:
    """A list as an address describes it."""

    conditions: tuple[Condition, ...] = ()
    ordering: Ordering = BY_NAME
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    dense: bool = False
    text: str = ""
    view: str = ""

    @property
    def asked(self) -> tuple[Condition, ...]:
        """All conditions, the search among them."""
        if not self.text:
            return self.conditions
        return (*self.conditions, Condition("name", Operator.CONTAINS, self.text))

    @property
    def sort(self) -> str:
        """The order as the address writes it."""
        return f"-{self.ordering.field}" if self.ordering.descending else self.ordering.field

    def query(self, **more: object) -> str:
        """The query string, without what is usual."""
        pairs = [("f", written(condition)) for condition in self.conditions]
        if self.ordering != BY_NAME:
            pairs.append(("sort", self.sort))
        if self.columns != DEFAULT_COLUMNS:
            pairs.append(("columns", ",".join(self.columns)))
        if self.dense:
            pairs.append(("density", "compact"))
        if self.text:
            pairs.append(("q", self.text))
        if self.view:
            pairs.append(("view", self.view))
        pairs += [(name, str(value)) for name, value in more.items() if value not in (None, "")]
        return urlencode(pairs)

    def kept_query(self) -> str:
        """The query string that a view keeps: the list, whichever view it began as."""
        return replace(self, view="").query()

    def shows_as(self, other: ListAddress) -> bool:
        """Is it the same list? How dense its rows stand does not count."""
        return replace(self, dense=other.dense).kept_query() == other.kept_query()

    def without(self, condition: Condition) -> ListAddress:
        """The same list with one filter less."""
        return replace(self, conditions=tuple(c for c in self.conditions if c != condition))

    def with_condition(self, condition: Condition) -> ListAddress:
        """The same list with one filter more."""
        kept = self.without(condition).conditions
        return replace(self, conditions=(*kept, condition))

    def sorted_by(self, name: str) -> ListAddress:
        """Sorted by that column; once more turns the direction."""
        turned = self.ordering.field == name and not self.ordering.descending
        return replace(self, ordering=Ordering(name, descending=turned))

    def changed(self, **values: Any) -> ListAddress:
        """The same list with other values."""
        return replace(self, **values)


def written(condition: Condition) -> str:
    """A condition as the address writes it."""
    return f"{condition.field}:{condition.operator}:{condition.value}"


def address_in(query: QueryDict) -> ListAddress:
    """The list that a query string describes, or a refusal that says what is odd in it."""
    sort = query.get("sort", "") or "name"
    columns = tuple(filter(None, query.get("columns", "").split(",")))[:MOST_COLUMNS]
    return ListAddress(
        conditions=tuple(condition_in(text) for text in query.getlist("f")),
        ordering=Ordering(sort.removeprefix("-"), descending=sort.startswith("-")),
        columns=tuple(dict.fromkeys(columns)) or DEFAULT_COLUMNS,
        dense=query.get("density") == "compact",
        text=query.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        view=query.get("view", "")[:LONGEST_VIEW],
    )


def address_of(query: str) -> ListAddress:
    """The list that a stored query string describes."""
    return address_in(QueryDict(query))


def condition_in(text: str) -> Condition:
    """A condition from the address."""
    field, first, rest = text.partition(":")
    operator, second, value = rest.partition(":")
    if not first or not second or operator not in set(Operator):
        raise UnknownField(_("“%s” is no filter.") % text[:60].replace("\x00", ""))
    return Condition(field, Operator(operator), value)


def today_in(workspace: Workspace) -> date:
    """The day it is in the workspace."""
    return day_where(now(), workspace.time_zone)
