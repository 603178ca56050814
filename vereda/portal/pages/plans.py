"""A plan as its customer reads it: six sets, what waits for whom, whose the days were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.functional import Promise

from vereda.foundation.clock import now
from vereda.onboarding.contracts.plans import ItemState
from vereda.onboarding.queries.whole import whole_plan
from vereda.onboarding.wording.promises import held_words, promise_words, remembered_words
from vereda.onboarding.wording.templates import SETS, gate_label, item_title
from vereda.portal import wording
from vereda.portal.access import VisitorRequest, portal_page
from vereda.portal.queries.steps import visitors_plan
from vereda.portal.showing import shown

if TYPE_CHECKING:
    from vereda.onboarding.queries.whole import ItemView, PlanView, SetView


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItem:
    """An item in plain words."""

    title: str
    state: Promise
    view: ItemView
    smiles: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSet:
    """A set in plain words."""

    name: Promise
    label: str
    view: SetView
    items: tuple[ReadItem, ...]


@portal_page(methods=("GET", "HEAD"))
def whole(request: VisitorRequest, plan: str) -> HttpResponse:
    """The whole plan."""
    visitor = request.visitor
    row = visitors_plan(visitor.workspace, plan, account_ids=visitor.account_ids)
    view = whole_plan(row, now=now())
    context = {
        "visitor": visitor,
        "plan": row,
        "view": view,
        "sets": [_read(each) for each in view.sets],
        "promises": [promise_words(each, titles=_titles(view)) for each in view.promises],
        "remembered": remembered_words(view.clocks),
        "held": held_words(view.clocks),
    }
    return shown(request, visitor.workspace, "plan.html", context)


def _read(each: SetView) -> ReadSet:
    shown = [item for item in each.items if item.standing.state is not ItemState.DROPPED]
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
            for item in shown
        ),
    )


def _titles(view: PlanView) -> dict[str, str]:
    return {item.asks.key: item_title(item.asks) for each in view.sets for item in each.items}
