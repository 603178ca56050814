"""The business case of keeping customers: every figure with what it was made of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse

from vereda.customers.queries.accounts import accounts_with_ids, accounts_with_keys
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer
from vereda.revenue.pages.shown import report_frame, today_of
from vereda.revenue.queries.economics import business_case
from vereda.revenue.queries.renewals import renewals_between
from vereda.revenue.rules.business import is_trapped

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account

ROUTE = "revenue:business-case"
RENEWING = timedelta(days=90)
MOST_ACCOUNTS = 50


@page(may="revenue.see", methods=READING)
def business_case_page(request: MemberRequest) -> HttpResponse:
    """What keeping accounts is worth beside winning others; by default those that renew soon."""
    workspace, today = request.member.workspace, today_of(request)
    named = request.GET.getlist("account")[: MOST_ACCOUNTS + 1]
    keys = [key for text in named for key in text.upper().replace(",", " ").split()]
    if keys:
        ids = [account.pk for account in _named(request, keys).values()]
    else:
        told = renewals_between(workspace, since=today, until=today + RENEWING)
        ids = list(dict.fromkeys(each.account_id for each in told))
    case = business_case(workspace, ids[:MOST_ACCOUNTS], today=today)
    accounts = accounts_with_ids(workspace, [each.account_id for each in case.lines])
    target = case.assumption.margin_target_percent
    context = {
        **report_frame(request, route=ROUTE),
        "case": case,
        "economics": case.economics,
        "assumption": case.assumption,
        "rows": [(accounts.get(each.account_id), each) for each in case.lines],
        "asked": " ".join(keys),
        "left_out": max(0, len(ids) - MOST_ACCOUNTS),
        "goods_to_save": case.economics.goods_to_save(target=target),
        "trapped": is_trapped(
            growth=case.economics.growth,
            margin=case.margin,
            low_growth=case.assumption.low_growth_percent,
            low_margin=case.assumption.low_margin_percent,
        ),
        "may_configure": request.member.may("revenue.configure"),
        "months": list(reversed(case.economics.months)),
    }
    return answer(request, "revenue/business.html", context)


def _named(request: MemberRequest, keys: list[str]) -> dict[str, Account]:
    try:
        return accounts_with_keys(request.member.workspace, keys[:MOST_ACCOUNTS])
    except Missing:
        return {}
