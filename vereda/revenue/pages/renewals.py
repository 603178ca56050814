"""The calendar of renewals, with what is expected of them and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers import wording as customer_words
from vereda.customers.contracts import HealthBand
from vereda.customers.queries.accounts import accounts_with_ids
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.charts import Column, upright_bars
from vereda.foundation.pages import answer
from vereda.foundation.wording import month_words
from vereda.revenue.pages.shown import (
    PAGE,
    as_file,
    choices_of,
    file_asked,
    major,
    money_address,
    report_frame,
    start_in,
    today_of,
)
from vereda.revenue.queries.forecast import (
    MONTHS_BACK,
    PeriodExpected,
    RenewalExpected,
    expected_by_period,
    expected_renewals,
    past_renewals,
)
from vereda.revenue.queries.groups import accounts_chosen
from vereda.revenue.queries.renewals import renewals_between
from vereda.revenue.rules.exchange import decimals_of
from vereda.revenue.rules.retention import months_earlier, months_later, quarter_name

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.foundation.tabular import Cell

ROUTE = "revenue:renewals"
AHEAD = {
    3: gettext_lazy("3 months"),
    6: gettext_lazy("6 months"),
    12: gettext_lazy("12 months"),
}
QUARTERS_FROM = 12
TONES = {
    HealthBand.HEALTHY: "good",
    HealthBand.WATCH: "watch",
    HealthBand.AT_RISK: "risk",
    HealthBand.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRisk:
    """An account's health as a word and a tone; grey until its scorecard has earned the colour."""

    word: Any
    tone: str
    proven: bool


@page(may="revenue.see", methods=READING)
def renewals(request: MemberRequest) -> HttpResponseBase:
    """What renews in the coming months, by day, and what is expected of it."""
    workspace, address, today = request.member.workspace, money_address(request), today_of(request)
    months = next((n for n in AHEAD if str(n) == request.GET.get("months")), 6)
    until = months_later(today.replace(day=1), months + 1)
    past = past_renewals(
        workspace,
        since=months_earlier(today, MONTHS_BACK),
        until=today,
        chosen=address.chosen,
    )
    told = renewals_between(
        workspace,
        since=today,
        until=until,
        accounts=accounts_chosen(workspace, address.chosen),
    )
    expected = expected_renewals(told, past=past)
    if file_asked(request):
        return renewals_file(request, expected)
    step = 3 if months == QUARTERS_FROM and request.GET.get("step") != "1" else 1
    periods = expected_by_period(expected, months=step)
    first = start_in(request, len(expected))
    shown = expected[first : first + PAGE]
    accounts = accounts_with_ids(workspace, [each.renewal.account_id for each in shown])
    context = {
        **report_frame(request, route=ROUTE),
        **choices_of(request, address),
        "without_days": True,
        "ahead": AHEAD,
        "months_ahead": months,
        "until": until,
        "told_periods": [(period_words(each, step), each) for each in periods],
        "chart": drawn_periods(periods, step=step, currency=workspace.currency),
        "rows": [shown_renewal(each, accounts.get(each.renewal.account_id)) for each in shown],
        "count": len(expected),
        "at_stake": sum(each.at_stake_minor for each in periods),
        "expected": sum(each.expected_minor for each in periods),
        "unknown": sum(each.unknown for each in periods),
        "past": past,
        "csv_query": address.query(months=months, format="csv", **{"from": "", "to": ""}),
        "earlier": (address.query(months=months, start=max(0, first - PAGE)) if first else ""),
        "later": (
            address.query(months=months, start=first + PAGE) if first + PAGE < len(expected) else ""
        ),
    }
    return answer(request, "revenue/renewals.html", context)


def shown_renewal(
    each: RenewalExpected, account: Account | None
) -> tuple[RenewalExpected, Account | None, ShownRisk | None]:
    """A row: the renewal, its account, and the account's health where any was told."""
    return each, account, shown_risk(account) if account else None


def shown_risk(account: Account) -> ShownRisk | None:
    """The account's health; None where none was ever computed."""
    if account.health_on is None:
        return None
    band = HealthBand(account.health_band)
    proven = account.health_proven
    return ShownRisk(
        word=customer_words.BANDS[band], tone=TONES[band] if proven else "unknown", proven=proven
    )


def period_words(period: PeriodExpected, step: int) -> str:
    """What a month or a quarter is called."""
    return quarter_name(period.starts_on) if step > 1 else month_words(period.starts_on)


def drawn_periods(periods: list[PeriodExpected], *, step: int, currency: str) -> Any:
    """What is expected in each period, in whole units."""
    unit = 10 ** decimals_of(currency)
    return upright_bars(
        [Column(period_words(each, step), each.expected_minor / unit) for each in periods],
        title=_("Expected in %s") % currency,
    )


def renewals_file(request: MemberRequest, expected: list[RenewalExpected]) -> HttpResponseBase:
    """The renewals as a file."""
    workspace = request.member.workspace
    header = [_("Day"), _("Key"), _("Account"), _("Subscription"), _("Plan"), _("ARR")]
    header += [_("Renewal rate"), _("Expected"), _("Currency"), _("Cancelled on")]

    def rows() -> Any:
        for start in range(0, len(expected), PAGE):
            part = expected[start : start + PAGE]
            accounts = accounts_with_ids(workspace, [each.renewal.account_id for each in part])
            for each in part:
                yield _file_row(each, accounts.get(each.renewal.account_id), workspace.currency)

    name = f"{workspace.slug}-renewals-{today_of(request).isoformat()}"
    return as_file(request, header, rows(), name=name)


def _file_row(each: RenewalExpected, account: Account | None, currency: str) -> list[Cell]:
    renewal = each.renewal
    return [
        renewal.day,
        account.key if account else "",
        account.name if account else "",
        renewal.subscription_key,
        renewal.plan,
        None if renewal.arr_minor is None else major(renewal.arr_minor, currency),
        None if each.share is None else round(each.share, 4),
        None if each.expected_minor is None else major(each.expected_minor, currency),
        currency,
        renewal.notice,
    ]
