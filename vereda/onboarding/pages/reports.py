"""Page: where our days go, over all plans; how often we asked twice; who was left out."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.pages import answer
from vereda.foundation.shell import report_tabs
from vereda.onboarding.contracts.plans import Owner
from vereda.onboarding.contracts.templates import SetNumber
from vereda.onboarding.forms.board import DaysAskedForm
from vereda.onboarding.queries.board import plans_going_on
from vereda.onboarding.queries.days import (
    AskedTwiceReport,
    DaysOfOwner,
    asked_twice_in,
    where_days_go,
)
from vereda.onboarding.queries.people import inclusion_of_plans
from vereda.onboarding.showing_plans import owner_bars
from vereda.onboarding.wording.board import days_taken_words
from vereda.onboarding.wording.plans import OWNERS

ROUTE: Final = "onboarding:days"
PLANS_SHOWN: Final = 50
INCLUSION_OF: Final = 200
LEFT_OUT_SHOWN: Final = 20
NAMES_SHOWN: Final = 5


@page(may="onboarding.see", methods=READING)
def days(request: MemberRequest) -> HttpResponse:
    """Whose the days of our customers were, from plan to plan."""
    workspace = request.member.workspace
    form = DaysAskedForm(request.GET, workspace=workspace)
    asked = form.asked()
    told = where_days_go(
        workspace,
        until_set=SetNumber.FIRST_CONTACT,
        sold_only=form.sold_only,
        product_id=asked.product_id,
        lead_id=asked.lead_id,
    )
    plans = plans_going_on(workspace, asked)[:INCLUSION_OF]
    left_out = [each for each in inclusion_of_plans(workspace, plans) if each.left_out]
    context = {
        "tabs": report_tabs(request.member, current=ROUTE),
        "form": form,
        "count": len(told.plans),
        "bars": owner_bars({each.owner: each.total for each in told.owners}) if told.plans else "",
        "spread": [
            *([spread_row(told.remembered, "")] if told.remembered else []),
            *(spread_row(each, str(OWNERS[each.owner])) for each in told.owners),
        ],
        "plans": [
            {
                "plan": each.plan,
                "remembered": days_taken_words(each.remembered),
                "owners": [days_taken_words(each.days[owner]) for owner in Owner],
            }
            for each in told.plans[:PLANS_SHOWN]
        ],
        "more": max(len(told.plans) - PLANS_SHOWN, 0),
        "owners": [OWNERS[owner] for owner in Owner],
        "twice": twice(asked_twice_in(workspace)),
        "left_out": [
            {"each": each, "names": each.left_out[:NAMES_SHOWN]}
            for each in left_out[:LEFT_OUT_SHOWN]
        ],
        "left_out_plans": len(left_out),
    }
    return answer(request, "onboarding/days.html", context)


def spread_row(told: DaysOfOwner, word: str) -> dict[str, Any]:
    """How one owner's days are spread from plan to plan."""
    places = (told.tenth, told.quarter, told.middle, told.three_quarters, told.nine_tenths)
    return {
        "word": word,
        "share": told.share,
        "total": days_taken_words(told.total),
        "places": [days_taken_words(days) for days in places],
    }


def twice(told: AskedTwiceReport) -> dict[str, Any]:
    """How often we asked for what they had given."""
    share = told.repeats / told.requests if told.requests else None
    return {"told": told, "share": share, "entries": told.entries[:PLANS_SHOWN]}
