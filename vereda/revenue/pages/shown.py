"""What the reports about money share: the span and the accounts that an address asks about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from vereda.foundation.access import MemberRequest
from vereda.foundation.clock import now
from vereda.foundation.shell import report_tabs
from vereda.foundation.tabular import Cell, csv_lines
from vereda.revenue.actions.exports import note_report_export
from vereda.revenue.actions.headlines import day_of
from vereda.revenue.queries.groups import Chosen, plan_names
from vereda.revenue.rules.exchange import decimals_of
from vereda.revenue.rules.movements import Span
from vereda.revenue.rules.retention import (
    months_earlier,
    months_later,
    quarter_days,
    quarter_name,
)
from vereda.workspaces.queries import members_of

EARLIEST, LATEST = date(1990, 1, 1), date(2200, 1, 1)
COHORTS_BACK = 20
LONGEST_TEXT = 100
PAGE = 100
NOBODY = "none"
EXPORT = "console.export_accounts"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyAddress:
    """What an address asks about: two days, and whose money."""

    span: Span
    chosen: Chosen
    monthly: bool

    def query(self, **changes: object) -> str:
        """The same as a query string, with changes; what is empty is left out."""
        asked: dict[str, object] = {
            "from": self.span.opened_on.isoformat(),
            "to": self.span.closed_on.isoformat(),
            "plan": self.chosen.plan,
            "owner": self.chosen.owner,
            "cohort": self.chosen.cohort,
            "unit": "mrr" if self.monthly else "",
            **changes,
        }
        return urlencode({name: value for name, value in asked.items() if value not in ("", None)})


def money_address(request: MemberRequest, *, months: int = 12) -> MoneyAddress:
    """What the address asks about; the last `months` months where it says nothing."""
    today = today_of(request)
    until = day_in(request.GET, "to") or today
    since = day_in(request.GET, "from") or months_earlier(until, months)
    return MoneyAddress(
        span=Span(min(since, until), max(since, until)),
        chosen=chosen_in(request.GET),
        monthly=request.GET.get("unit") == "mrr",
    )


def chosen_in(query: QueryDict) -> Chosen:
    """The plan, owner and cohort that an address names."""
    cohort = query.get("cohort", "")[:LONGEST_TEXT]
    return Chosen(
        plan=query.get("plan", "").replace("\x00", "")[:LONGEST_TEXT],
        owner=query.get("owner", "")[:LONGEST_TEXT],
        cohort=cohort if quarter_days(cohort) else "",
    )


def day_in(query: Mapping[str, str], name: str) -> date | None:
    """The day that an address names; None for what is none or lies out of the world."""
    try:
        day = date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def today_of(request: MemberRequest) -> date:
    """The day it is in the workspace."""
    return day_of(request.member.workspace, now=now())


def report_frame(request: MemberRequest, *, route: str) -> dict[str, Any]:
    """What every report about money shows: the tabs of all reports, and the currency."""
    return {
        "tabs": report_tabs(request.member, current=route),
        "home": request.member.workspace.currency,
        "today": today_of(request),
        "here": request.path,
        "may_export": request.member.may(EXPORT),
    }


def choices_of(request: MemberRequest, address: MoneyAddress) -> dict[str, Any]:
    """What the form of a report offers."""
    workspace = request.member.workspace
    quarter = quarter_days(quarter_name(today_of(request)))
    this = quarter[0] if quarter else today_of(request)
    cohorts = [quarter_name(months_later(this, -3 * back)) for back in range(COHORTS_BACK)]
    if address.chosen.cohort and address.chosen.cohort not in cohorts:
        cohorts.append(address.chosen.cohort)
    return {
        "address": address,
        "plans": plan_names(workspace),
        "members": [(str(member.pk), member.name) for member in members_of(workspace)],
        "nobody": NOBODY,
        "cohorts": cohorts,
    }


def file_asked(request: MemberRequest) -> bool:
    """Is the report wanted as a file, by somebody who may take lists of accounts away?"""
    return request.GET.get("format") == "csv" and request.member.may(EXPORT)


def as_file(
    request: MemberRequest, header: list[str], rows: Iterable[list[Cell]], *, name: str
) -> HttpResponseBase:
    """A table as CSV, written as it is read; the audit log says who took it away."""
    query = request.GET.urlencode()
    note_report_export(request.member.workspace, by=request.member, report=name, query=query)
    response = StreamingHttpResponse(
        csv_lines(header, rows, language=get_language() or "en"),
        content_type="text/csv; charset=utf-8",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def report_url(request: MemberRequest, route: str, query: str = "") -> str:
    """The address of a report, with a query."""
    url = reverse(route, kwargs={"workspace": request.member.workspace.slug})
    return f"{url}?{query}" if query else url


def start_in(request: MemberRequest, count: int) -> int:
    """Which row of a list an address begins with; the first for nonsense."""
    text = request.GET.get("start", "0")
    first = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return first if first < count else 0


def major(minor: int, currency: str) -> Decimal:
    """Minor units as whole ones, exactly."""
    return Decimal(minor).scaleb(-decimals_of(currency))
