"""One account, or one person: how far they are on the way to regular use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

from vereda.adoption.pages.reports import thing_words
from vereda.adoption.queries.accounts import (
    UseOfThing,
    adoption_of_account,
    adoption_of_person,
    purchases_of,
)
from vereda.adoption.queries.curves import alarm_points, measured_at
from vereda.adoption.queries.need import inferred_needs, needs_of_products
from vereda.adoption.queries.things import things_measured
from vereda.adoption.wording import GAPS, NEEDS, PUSHES
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.people import person_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.wording import day_words
from vereda.product.contracts import Cadence
from vereda.product.wording import CADENCES
from vereda.worklist.queries.ranks import today_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vereda.adoption.rules.need import ForcedGap

MOST_GAPS = 12


@page(may="adoption.see", methods=READING)
def account(request: MemberRequest, account: str) -> HttpResponse:
    """What the account bought, what it uses since when and how, and what it may need."""
    workspace = request.member.workspace
    row = account_with_key(workspace, account)
    today = today_at(workspace, now=now())
    things = things_measured(workspace)
    purchases = purchases_of(workspace, account_id=row.pk)
    points = alarm_points(
        workspace,
        [thing for thing in things if thing.product_id in {each.product_id for each in purchases}],
        today=today,
    )
    uses = adoption_of_account(row, things, today=today)
    held = {each.product_id for each in purchases}
    held |= {one.thing.product_id for one in uses if one.uses is not None}
    used = {one.thing.product_id for one in uses if one.uses is not None}
    features = {thing.feature_id: thing for thing in things if thing.feature is not None}
    context = {
        "account": row,
        "purchases": [
            (
                each,
                None if each.ended_on or each.product_id in used else points.get(each.product_id),
            )
            for each in purchases
        ],
        "lines": use_lines([one for one in uses if one.thing.product_id in held | {None}]),
        "needs": [
            (
                thing_words(one.thing),
                one,
                NEEDS[one.necessity.need],
                [(gap, GAPS[gap.kind], pushed_words(gap)) for gap in one.gaps[:MOST_GAPS]],
            )
            for one in needs_of_products(
                workspace,
                [thing for thing in things if thing.product_id in held],
                today=today,
                account_ids=[row.pk],
            )
        ],
        "possible": [
            (thing_words(features[one.feature_id]), one)
            for one in inferred_needs(workspace, account_id=row.pk)
            if one.feature_id in features
        ],
        "measured_at": measured_at(workspace),
    }
    return answer(request, "adoption/account.html", context)


@page(may="adoption.see", methods=READING)
def person(request: MemberRequest, person: str) -> HttpResponse:
    """What a person uses since when and how."""
    workspace = request.member.workspace
    row = person_with_key(workspace, person)
    today = today_at(workspace, now=now())
    context = {
        "person": row,
        "lines": use_lines(adoption_of_person(row, things_measured(workspace), today=today)),
    }
    return answer(request, "adoption/person.html", context)


def pushed_words(gap: ForcedGap) -> str:
    """What we did that may have brought them back, and when; "" for nothing."""
    if gap.push is None or gap.pushed_on is None:
        return ""
    return str(PUSHES[gap.push]) % day_words(gap.pushed_on)


def use_lines(uses: Sequence[UseOfThing]) -> list[dict[str, object]]:
    """Each as a table shows it."""
    return [
        {
            "words": thing_words(one.thing),
            "is_feature": one.thing.feature is not None,
            "expected": CADENCES[one.thing.cadence] if one.thing.product else "",
            "shown": CADENCES[one.shown] if one.shown else "",
            "otherwise": differs(one),
            "use": one,
        }
        for one in uses
    ]


def differs(one: UseOfThing) -> bool:
    """Is it used in another way than was expected?"""
    return (
        one.shown is not None
        and one.thing.product is not None
        and (Cadence(one.thing.cadence) is not one.shown)
    )
