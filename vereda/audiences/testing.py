"""Makers for tests: `an_audience(acme, a_row("customers.stage", "is", "trial"))`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from vereda.audiences.actions.answering import Moved, answer_wholly
from vereda.audiences.actions.audiences import save_audience
from vereda.audiences.contracts import About, Cause, Combinator, Comparison, Group, Row
from vereda.audiences.models import Audience
from vereda.audiences.queries.asking import vocabulary_of
from vereda.foundation.testing import MORNING

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


class Company(Protocol):
    """A workspace of the cast and the member who makes things in it."""

    @property
    def workspace(self) -> Workspace:
        """The workspace."""

    @property
    def owner(self) -> Member:
        """Its owner."""


def a_row(criterion: str, comparison: str, *values: str, **parameters: str) -> Row:
    """One row of a question."""
    return Row(
        criterion=criterion,
        comparison=Comparison(comparison),
        values=values,
        parameters=parameters,
    )


def all_of(*rules: Row | Group) -> Group:
    """All of these hold."""
    return Group(rules=rules)


def any_of(*rules: Row | Group) -> Group:
    """One of these holds."""
    return Group(combinator=Combinator.OR, rules=rules)


def not_all(*rules: Row | Group) -> Group:
    """Not all of these hold."""
    return Group(negated=True, rules=rules)


def an_audience(
    company: Company,
    *rules: Row | Group,
    name: str = "Worth a call",
    about: About = About.ACCOUNTS,
    now: datetime = MORNING,
    **said: Any,
) -> Audience:
    """An audience of those for whom all these rows hold, answered."""
    audience = save_audience(
        company.workspace,
        name=name,
        about=about,
        question=all_of(*rules),
        by=company.owner,
        now=now,
        **said,
    )
    answered(audience, now=now)
    return Audience.objects.of(company.workspace).get(pk=audience.pk)


def answered(audience: Audience, *, now: datetime = MORNING) -> Moved:
    """Everybody brought up to date."""
    vocabulary = vocabulary_of(audience.workspace, about=About(audience.about))
    row = Audience.objects.of(audience.workspace_id).get(pk=audience.pk)
    return answer_wholly(row, vocabulary=vocabulary, cause=Cause.QUESTION, now=now)
