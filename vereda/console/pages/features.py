"""Features by account value, and the rows behind each number: what both teams look at."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse

from vereda.console.features import (
    about_feature,
    feature_lines,
    heard_lately,
    payers_of,
    users_of,
)
from vereda.customers.queries.accounts import accounts_with_ids
from vereda.events.queries.metrics import event_names_of_features
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.shell import report_tabs
from vereda.product.queries import feature_with_slug
from vereda.worklist.queries.ranks import reckoning_at

ROUTE: Final = "console:features"
MOST_SHOWN: Final = 200


@page(may="product.see", methods=READING)
def features(request: MemberRequest) -> HttpResponse:
    """One line for each feature: adoption by accounts and money, tickets, words."""
    workspace, instant = request.member.workspace, now()
    reckoning = reckoning_at(workspace, now=instant)
    lines, plans = feature_lines(workspace, reckoning=reckoning, now=instant)
    context = {
        "tabs": report_tabs(request.member, current=ROUTE),
        "home": workspace.currency,
        "lines": lines,
        "plans": plans,
    }
    return answer(request, "console/features.html", context)


@page(may="product.see", methods=READING)
def feature(request: MemberRequest, feature: str) -> HttpResponse:
    """The accounts that use a feature or do not, the tickets that name it, and the words about
    it."""
    workspace, instant = request.member.workspace, now()
    row = feature_with_slug(workspace, feature)
    reckoning = reckoning_at(workspace, now=instant)
    payers = payers_of(workspace, reckoning=reckoning)
    events = event_names_of_features(workspace).get(row.slug, [])
    users = users_of(workspace, events, today=reckoning.today)
    show = request.GET.get("show", "unused")
    chosen = sorted(
        (pk for pk in payers if (pk in users) == (show == "used")),
        key=lambda pk: (-payers[pk].arr_minor, pk),
    )
    accounts = accounts_with_ids(workspace, chosen[:MOST_SHOWN])
    tickets, answers = about_feature(heard_lately(workspace, now=instant), row)
    context = {
        "tabs": report_tabs(request.member, current=ROUTE),
        "home": workspace.currency,
        "feature": row,
        "measured": bool(events),
        "show": show,
        "used_count": sum(pk in users for pk in payers),
        "unused_count": sum(pk not in users for pk in payers),
        "accounts": [(accounts[pk], payers[pk]) for pk in chosen[:MOST_SHOWN] if pk in accounts],
        "left_out": max(0, len(chosen) - MOST_SHOWN),
        "tickets": tickets[:MOST_SHOWN],
        "answers": answers[:MOST_SHOWN],
        "may_tickets": request.member.may("support.see"),
        "may_answers": request.member.may("surveys.see"),
    }
    return answer(request, "console/feature.html", context)
