"""Settings of revenue: exchange rates, what months cost, and what is assumed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.foundation.access import MemberRequest, page
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import Order, slice_of
from vereda.foundation.shell import settings_tabs
from vereda.foundation.wording import number_words
from vereda.revenue.actions.costs import assume, put_monthly_cost, remove_monthly_cost
from vereda.revenue.actions.rates import put_exchange_rates, remove_exchange_rate
from vereda.revenue.money_forms import (
    AssumptionForm,
    CostForm,
    PastedRatesForm,
    RateForm,
    assumption_initial,
    cost_initial,
)
from vereda.revenue.pages.shown import report_url, today_of
from vereda.revenue.queries.costs import assumption_of, cost_of_month, monthly_costs
from vereda.revenue.queries.exchange import exchange_rate_with_id, exchange_rates
from vereda.revenue.rules.retention import months_later

MAY = "revenue.configure"
RATES, COSTS = "revenue:exchange-rates", "revenue:costs"
VERB = ("POST",)
NEWEST = Order.on("on", "on", descending=True)
MONTHS_SHOWN = 36


@page(may=MAY)
def rates(request: MemberRequest) -> HttpResponse:
    """The rates into the workspace's currency, the newest first; enter one, or paste many."""
    workspace = request.member.workspace
    pasting = "lines" in request.POST
    one = RateForm(
        request.POST if request.POST and not pasting else None, initial={"on": today_of(request)}
    )
    many = PastedRatesForm(request.POST if pasting else None)
    entered: list[int] = []

    def act() -> None:
        told = many.rates if pasting else [one.said()]
        entered.append(put_exchange_rates(workspace, told, by=request.member))

    form = many if pasting else one
    if form.accepts(act):
        words = ngettext("%s rate is entered.", "%s rates are entered.", entered[0])
        notice(request, words % number_words(entered[0]))
        return answer_after(request, to=report_url(request, RATES))
    slice = slice_of(
        exchange_rates(workspace),
        workspace=workspace,
        order=NEWEST,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        **_frame(request, RATES),
        "one": one,
        "many": many,
        "slice": slice,
    }
    return answer(request, "revenue/rates.html", context, status=form.answer_status)


@page(may=MAY, methods=VERB)
def remove_rate(request: MemberRequest, rate_id: UUID) -> HttpResponse:
    """The rate is gone; the one before it holds again."""
    rate = exchange_rate_with_id(request.member.workspace, rate_id)
    remove_exchange_rate(rate, by=request.member)
    notice(request, _("The rate is removed."))
    return answer_after(request, to=report_url(request, RATES))


@page(may=MAY)
def costs(request: MemberRequest) -> HttpResponse:
    """What months cost, the last first, and what a business case assumes."""
    workspace = request.member.workspace
    assuming = "acquire_ratio" in request.POST
    cost = CostForm(
        request.POST if request.POST and not assuming else None,
        currency=workspace.currency,
        initial=_cost_initial(request),
    )
    assumed = AssumptionForm(
        request.POST if assuming else None, initial=assumption_initial(assumption_of(workspace))
    )

    def act() -> None:
        if assuming:
            assume(workspace, by=request.member, **assumed.cleaned_data)
            return
        put_monthly_cost(
            workspace,
            month=cost.cleaned_data["month"],
            goods_minor=cost.minor("goods"),
            acquisition_minor=cost.minor("acquisition"),
            by=request.member,
        )

    form = assumed if assuming else cost
    if form.accepts(act):
        notice(request, _("It is kept."))
        return answer_after(request, to=report_url(request, COSTS))
    context = {
        **_frame(request, COSTS),
        "cost": cost,
        "assumed": assumed,
        "months": list(monthly_costs(workspace)[:MONTHS_SHOWN]),
    }
    return answer(request, "revenue/costs.html", context, status=form.answer_status)


@page(may=MAY, methods=VERB)
def remove_cost(request: MemberRequest, month: str) -> HttpResponse:
    """Nobody said what that month cost any more."""
    remove_monthly_cost(
        cost_of_month(request.member.workspace, _month_in(month)), by=request.member
    )
    notice(request, _("The month's costs are removed."))
    return answer_after(request, to=report_url(request, COSTS))


def _cost_initial(request: MemberRequest) -> dict[str, Any]:
    """What was told of the month in the address; last month where it names none."""
    asked = request.GET.get("month", "")
    if asked:
        return cost_initial(cost_of_month(request.member.workspace, _month_in(asked)))
    last = months_later(today_of(request).replace(day=1), -1)
    told = monthly_costs(request.member.workspace).filter(month=last).first()
    return cost_initial(told) if told else {"month": last}


def _month_in(text: str) -> date:
    """The first day of the month that an address names as 2026-11, or `Missing`."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as no_month:
        raise Missing("month") from no_month


def _frame(request: MemberRequest, route: str) -> dict[str, Any]:
    return {
        "tabs": settings_tabs(request.member, current=route),
        "home": request.member.workspace.currency,
    }
