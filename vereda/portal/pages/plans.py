"""A plan as its customer reads it: six sets, what waits for whom, whose the days were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.functional import Promise

from vereda.foundation.clock import now
from vereda.onboarding.queries.reading import plan_as_read
from vereda.onboarding.wording.promises import held_words, promise_words, remembered_words
from vereda.onboarding.wording.templates import SETS, gate_label, item_title
from vereda.portal import wording
from vereda.portal.access import VisitorRequest, portal_page
from vereda.portal.queries.steps import visitors_plan
from vereda.portal.showing import shown

if TYPE_CHECKING:
    from vereda.onboarding.queries.reading import ItemReading, SetReading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItem:
    """An item in plain words."""

    title: str
    state: Promise
    view: ItemReading
    smiles: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSet:
    """A set in plain words."""

    name: Promise
    label: str
    view: SetReading
    items: tuple[ReadItem, ...]


@portal_page(methods=("GET", "HEAD"))
def whole(request: VisitorRequest, plan: str) -> HttpResponse:
    """The whole plan."""
    visitor = request.visitor
    row = visitors_plan(visitor.workspace, plan, account_ids=visitor.account_ids)
    view = plan_as_read(row, now=now())
    titles = {key: item_title(asks) for key, asks in view.asks.items()}
    context = {
        "visitor": visitor,
        "plan": row,
        "view": view,
        "sets": [_read(each) for each in view.sets],
        "promises": [promise_words(each, titles=titles) for each in view.promises],
        "remembered": remembered_words(view.clocks),
        "held": held_words(view.clocks),
    }
    return shown(request, visitor.workspace, "plan.html", context)


def _read(each: SetReading) -> ReadSet:
    return ReadSet(
        name=SETS[each.number],
        label=gate_label(each.gate),
        view=each,
        items=tuple(
            ReadItem(
                title=item_title(item.asks),
                state=wording.state_words(item.standing.state, held_by=item.held_by),
                view=item,
                smiles=item.asks.smile,
            )
            for item in each.items
        ),
    )
