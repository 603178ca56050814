"""The report of retention: GRR, NRR, accounts kept, renewed and grown, by month and by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers.queries.accounts import accounts_with_ids
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.line_charts import ChartLine, lines
from vereda.foundation.pages import answer
from vereda.foundation.tabular import Cell
from vereda.revenue.pages.shown import (
    PAGE,
    MoneyAddress,
    as_file,
    choices_of,
    file_asked,
    money_address,
    report_frame,
    report_url,
    today_of,
)
from vereda.revenue.queries.forecast import past_renewals
from vereda.revenue.queries.groups import dimensions_of
from vereda.revenue.queries.movements import (
    SpanTold,
    months_until,
    movements_of_spans,
    retained_lines,
    retained_of_span,
)
from vereda.revenue.rules.retention import Retained, retained_together
from vereda.workspaces.queries import members_of

ROUTE, BEHIND = "revenue:retention", "revenue:retention-accounts"
MONTHS = 12
WINDOWS = {
    12: gettext_lazy("12 months"),
    3: gettext_lazy("3 months"),
    1: gettext_lazy("1 month"),
}
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup:
    """A group of accounts with its rates; its name leads to them."""

    label: Any
    retained: Retained
    url: str


@page(may="revenue.see", methods=READING)
def retention(request: MemberRequest) -> HttpResponseBase:
    """How much was kept of what was paid: month by month, and by group."""
    workspace, address = request.member.workspace, money_address(request)
    window = _window_in(request)
    days = months_until(address.span.closed_on, months=MONTHS + window)
    months = movements_of_spans(workspace, days=days, chosen=address.chosen, apart=window)
    if file_asked(request):
        return months_file(request, months)
    dimensions = dimensions_of(workspace)
    dimension = request.GET.get("by", "plan")
    dimension = dimension if dimension in dimensions else "plan"
    groups = shown_groups(request, address, dimension=dimension)
    whole = retained_together(group.retained for group in groups)
    past = past_renewals(
        workspace,
        since=address.span.opened_on,
        until=min(address.span.closed_on, today_of(request)),
        chosen=address.chosen,
    )
    kept = {"by": dimension, "window": window}
    context = {
        **report_frame(request, route=ROUTE),
        **choices_of(request, address),
        "windows": WINDOWS,
        "window": window,
        "window_words": WINDOWS[window],
        "dimensions": dimensions,
        "dimension": dimension,
        "dimension_label": dimensions[dimension],
        "months": list(reversed(months)),
        "chart": drawn_rates(months),
        "groups": groups[:MOST_GROUPS],
        "groups_left": max(0, len(groups) - MOST_GROUPS),
        "whole": whole,
        "past": sorted(past.by_plan.items(), key=lambda each: (-each[1].due, each[0])),
        "past_whole": past.whole,
        "csv_query": address.query(format="csv", **kept),
    }
    return answer(request, "revenue/retention.html", context)


def _window_in(request: MemberRequest) -> int:
    text = request.GET.get("window", "")
    return next((months for months in WINDOWS if str(months) == text), MONTHS)


def shown_groups(
    request: MemberRequest, address: MoneyAddress, *, dimension: str
) -> list[ShownGroup]:
    """Each group with its rates, the one that paid most first."""
    groups = retained_of_span(
        request.member.workspace, span=address.span, dimension=dimension, chosen=address.chosen
    )
    words = words_of_groups(request, dimension)
    ordered = sorted(groups.items(), key=lambda each: (-each[1].before, each[0]))
    return [
        ShownGroup(
            label=group_words(name, words=words, dimension=dimension),
            retained=retained,
            url=report_url(request, BEHIND, address.query(by=dimension, group=name or "-")),
        )
        for name, retained in ordered
    ]


def group_words(name: str, *, words: Mapping[str, str], dimension: str) -> str:
    """What a group is called; ids that are no member's any more are not shown."""
    if not name:
        return _("None told")
    return words.get(name, _("Somebody who left") if dimension == "owner" else name)


def words_of_groups(request: MemberRequest, dimension: str) -> dict[str, str]:
    """What groups are called where their value is an id."""
    if dimension != "owner":
        return {}
    return {str(member.pk): member.name for member in members_of(request.member.workspace)}


def drawn_rates(months: list[SpanTold]) -> Any:
    """The three rates over the months, in percent."""
    return lines(
        [told.span.closed_on for told in months],
        [
            ChartLine(_("NRR"), [_percent(told.retained.net) for told in months]),
            ChartLine(_("GRR"), [_percent(told.retained.gross) for told in months]),
            ChartLine(_("Accounts kept"), [_percent(told.retained.logos) for told in months]),
        ],
        title=_("Retention in percent"),
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


@page(may="revenue.see", methods=READING)
def retention_accounts(request: MemberRequest) -> HttpResponse:
    """The accounts of one group: what each paid and what it pays, those who left first."""
    workspace, address = request.member.workspace, money_address(request)
    dimensions = dimensions_of(workspace)
    dimension = request.GET.get("by", "plan")
    dimension = dimension if dimension in dimensions else "plan"
    asked = request.GET.get("group", "-").replace("\x00", "")
    group = "" if asked == "-" else asked
    told = [
        line
        for line in retained_lines(
            workspace, span=address.span, dimension=dimension, chosen=address.chosen
        )
        if line.group == group
    ]
    ordered = sorted(told, key=lambda each: (each.pays, each.line.movement))
    accounts = accounts_with_ids(workspace, [each.line.account_id for each in ordered[:PAGE]])
    context = {
        **report_frame(request, route=ROUTE),
        "address": address,
        "dimension_label": dimensions[dimension],
        "group": group_words(group, words=words_of_groups(request, dimension), dimension=dimension),
        "rows": [(accounts.get(each.line.account_id), each) for each in ordered[:PAGE]],
        "count": len(ordered),
        "left_out": max(0, len(ordered) - PAGE),
        "back": report_url(request, ROUTE, address.query(by=dimension)),
    }
    return answer(request, "revenue/retention_accounts.html", context)


def months_file(request: MemberRequest, months: list[SpanTold]) -> HttpResponseBase:
    """The months as a file; rates as shares of one."""
    header = [_("From"), _("Until"), _("Accounts"), _("NRR"), _("GRR"), _("Accounts kept")]
    rows: list[list[Cell]] = [
        [
            *told.span,
            told.retained.accounts,
            *(
                None if share is None else round(share, 6)
                for share in (told.retained.net, told.retained.gross, told.retained.logos)
            ),
        ]
        for told in months
    ]
    name = f"{request.member.workspace.slug}-retention-{today_of(request).isoformat()}"
    return as_file(request, header, rows, name=name)
