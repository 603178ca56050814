"""Three audiences to begin with, answered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from vereda.audiences.actions.answering import answer_wholly
from vereda.audiences.actions.audiences import save_audience
from vereda.audiences.contracts import About, Cause, Combinator, Comparison, Group, Row
from vereda.audiences.queries.asking import vocabulary_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


def _row(criterion: str, comparison: Comparison, *values: str) -> Row:
    return Row(criterion=criterion, comparison=comparison, values=values)


READY: Final = (
    (
        gettext_noop("High value"),
        Group(rules=(_row("customers.arr", Comparison.AT_LEAST, "50000"),)),
    ),
    (
        gettext_noop("At risk of not renewing"),
        Group(
            rules=(
                _row("customers.renewal_on", Comparison.IN_NEXT_DAYS, "120"),
                Group(
                    combinator=Combinator.OR,
                    rules=(
                        _row("customers.health_band", Comparison.IS, "at_risk"),
                        _row("events.idle_anything", Comparison.AT_LEAST, "7"),
                    ),
                ),
            )
        ),
    ),
    (
        gettext_noop("New customers"),
        Group(rules=(_row("customers.created_on", Comparison.IN_LAST_DAYS, "180"),)),
    ),
)


def store_sample_audiences(workspace: Workspace, *, by: Member, now: datetime) -> int:
    """High value, at risk of not renewing, new customers; answers how many are in them."""
    vocabulary = vocabulary_of(workspace, about=About.ACCOUNTS)
    inside = 0
    with translation.override(workspace.language):
        for name, question in READY:
            audience = save_audience(
                workspace, name=_(name), about=About.ACCOUNTS, question=question, by=by, now=now
            )
            moved = answer_wholly(audience, vocabulary=vocabulary, cause=Cause.QUESTION, now=now)
            inside += moved.entered
    return inside
