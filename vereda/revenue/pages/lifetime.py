"""The report of lifetime value: how long customers stay, what that is worth, what they pay with
time, and how long it takes until they pay."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.charts import Column, upright_bars
from vereda.foundation.intervals import Interval
from vereda.foundation.pages import answer
from vereda.revenue.pages.shown import choices_of, money_address, report_frame, today_of
from vereda.revenue.queries.costs import assumption_of
from vereda.revenue.queries.economics import YearsExpected, economics_of, margin_known
from vereda.revenue.queries.groups import Chosen
from vereda.revenue.queries.lifetimes import (
    LifePeriod,
    TenurePoint,
    lifetimes_of,
    revenue_by_tenure,
    telling_lifetimes,
    times_to_pay,
)
from vereda.revenue.rules.exchange import decimals_of
from vereda.revenue.rules.lifetime import (
    FEWEST_CUSTOMERS,
    FEWEST_LEFT,
    Beta,
    LifetimeModel,
    Lifetimes,
    fitted_model,
)
from vereda.revenue.rules.retention import months_earlier

ROUTE = "revenue:lifetime"
PERIODS = {
    LifePeriod.MONTH: gettext_lazy("Months"),
    LifePeriod.QUARTER: gettext_lazy("Quarters"),
    LifePeriod.YEAR: gettext_lazy("Years"),
}
SHOWN_PERIODS = 12
KNOWN_MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSurvival:
    """One period: what was seen, and what the model says of it."""

    period: int
    here: int
    left: int
    seen: float | None
    survival: float
    interval: Interval
    retention: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LifetimeValue:
    """What a new customer is worth: years of payments, and money where ARR and margin are known."""

    years: float
    interval: Interval
    money_minor: int | None
    low_minor: int | None
    high_minor: int | None


@page(may="revenue.see", methods=READING)
def lifetime(request: MemberRequest) -> HttpResponse:
    """How long customers stay, by the shifted-beta-geometric model, and what that is worth."""
    workspace, address, today = request.member.workspace, money_address(request), today_of(request)
    period, told = asked_lifetimes(request, chosen=address.chosen)
    model = fitted_model(told)
    tenure = revenue_by_tenure(workspace, today=today, period=period, chosen=address.chosen)
    assumption = assumption_of(workspace)
    margin = margin_known(economics_of(workspace, today=today), assumption)
    since = months_earlier(today, KNOWN_MONTHS)
    context = {
        **report_frame(request, route=ROUTE),
        **choices_of(request, address),
        "without_days": True,
        "periods": PERIODS,
        "period": period,
        "period_words": PERIODS[period],
        "lifetimes": told,
        "left": told.left.total(),
        "fewest": FEWEST_CUSTOMERS,
        "fewest_left": FEWEST_LEFT,
        "model": model,
        "survivals": shown_survivals(model) if model else [],
        "value": (
            lifetime_value(
                model,
                YearsExpected(assumption, period=period, lived=0),
                arr_minor=tenure[0].of_all if tenure else None,
                margin=margin,
            )
            if model
            else None
        ),
        "first_arr": tenure[0].of_all if tenure else None,
        "margin": margin,
        "assumption": assumption,
        "tenure": tenure,
        "tenure_chart": drawn_tenure(tenure, currency=workspace.currency),
        "waits": times_to_pay(workspace, since=since, today=today),
        "since": since,
    }
    return answer(request, "revenue/lifetime.html", context)


def asked_lifetimes(request: MemberRequest, *, chosen: Chosen) -> tuple[LifePeriod, Lifetimes]:
    """The lifetimes by the period that the address asks for, or by the one that tells most."""
    workspace, today, period = request.member.workspace, today_of(request), period_in(request)
    if period is None:
        return telling_lifetimes(workspace, today=today, chosen=chosen)
    return period, lifetimes_of(workspace, today=today, period=period, chosen=chosen)


def period_in(request: MemberRequest) -> LifePeriod | None:
    """The period that the address asks for."""
    try:
        return LifePeriod(request.GET.get("period", ""))
    except ValueError:
        return None


def shown_survivals(model: LifetimeModel) -> list[ShownSurvival]:
    """The first periods of the model beside what was seen."""
    shares = model.beta.survival(SHOWN_PERIODS)
    here, rows = model.lifetimes.customers, []
    seen: float | None = 1.0
    for period in range(1, SHOWN_PERIODS + 1):
        left = model.lifetimes.left[period]
        seen = None if seen is None or not here else seen * (1 - left / here)
        rows.append(
            ShownSurvival(
                period=period,
                here=here,
                left=left,
                seen=seen,
                survival=shares[period],
                interval=model.interval(partial(_survival_at, period)),
                retention=model.beta.retention(period),
            )
        )
        here -= left + model.lifetimes.staying[period]
    return rows


def _survival_at(period: int, beta: Beta) -> float:
    return beta.survival(period)[period]


def lifetime_value(
    model: LifetimeModel, worth: YearsExpected, *, arr_minor: int | None, margin: float | None
) -> LifetimeValue:
    """What a new customer is worth, in years of payments and in money."""
    years, interval = worth(model.beta), model.interval(worth)
    unit = None if arr_minor is None or margin is None else arr_minor * margin
    return LifetimeValue(
        years=years,
        interval=interval,
        money_minor=None if unit is None else round(unit * years),
        low_minor=None if unit is None else round(unit * interval.low),
        high_minor=None if unit is None else round(unit * interval.high),
    )


def drawn_tenure(tenure: list[TenurePoint], *, currency: str) -> Any:
    """ARR for each account that began, by age."""
    unit = 10 ** decimals_of(currency)
    columns = [
        Column(str(point.age), None if point.of_all is None else point.of_all / unit)
        for point in tenure
    ]
    return upright_bars(columns[:SHOWN_PERIODS], title=_("ARR for each account that began"))
