"""How much happens: customers, uses, tickets and time at work by month, and what may be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.console.listing import today_in
from vereda.events.queries.usage import uses_per_day
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.shell import report_tabs
from vereda.foundation.wording import month_words, number_words, percent_words
from vereda.revenue.queries.departures import paying_account_ids
from vereda.revenue.queries.movements import months_until
from vereda.support.queries.outages import outage_policy_of, worst_availability
from vereda.support.queries.tickets import resolved_per_month

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

ROUTE = "console:volumes"
MONTHS = 12


@dataclass(frozen=True, slots=True)
class MonthOfVolumes:
    """A month, the last one up to today: who paid at its end, and what happened in it.

    `worked` is the share of the time in which the service that did worst was there; None before
    anybody told of an outage.
    """

    month: date
    customers: int
    uses: int
    resolved: int
    worked: float | None


@page(may="workspaces.see", methods=READING)
def volumes(request: MemberRequest) -> HttpResponse:
    """The last twelve months, and sentences that can be copied and told."""
    member = request.member
    told = months_of_volumes(member.workspace, today=today_in(member.workspace), now=now())
    context = {
        "months": [(month_words(each.month), each) for each in told[::-1]],
        "sentences": sentences_of(told) if told else [],
        "policy": outage_policy_of(member.workspace),
        "outages_url": reverse("support:outages", kwargs={"workspace": member.workspace.slug}),
        "tabs": report_tabs(member, current=ROUTE),
    }
    return answer(request, "console/volumes.html", context)


def months_of_volumes(workspace: Workspace, *, today: date, now: datetime) -> list[MonthOfVolumes]:
    """The last twelve months, the oldest first; as many queries however much happened."""
    starts = [day for day in months_until(today, months=MONTHS - 1) if day.day == 1]
    ends = [*starts[1:], today + timedelta(days=1)]
    uses: Counter[date] = Counter()
    for day, count in uses_per_day(workspace, since=starts[0], until=ends[-1]).items():
        uses[day.replace(day=1)] += count
    resolved = resolved_per_month(workspace, since=starts[0])
    worked = worst_availability(workspace, months=starts, now=now)
    return [
        MonthOfVolumes(
            month=start,
            customers=len(paying_account_ids(workspace, on=end - timedelta(days=1))),
            uses=uses[start],
            resolved=resolved.get(start, 0),
            worked=worked.get(start),
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def sentences_of(months: Sequence[MonthOfVolumes]) -> list[str]:
    """What can be told outside, rounded down so that it stays true for a while."""
    last, year = months[-1], sum(month.uses for month in months)
    said = []
    if last.customers:
        said.append(
            ngettext(
                "%(count)s company works with us.",
                "More than %(count)s companies work with us.",
                last.customers,
            )
            % {"count": number_words(rounded_down(last.customers))}
        )
    if year:
        said.append(
            _("In the last twelve months our customers used us more than %(count)s times.")
            % {"count": number_words(rounded_down(year))}
        )
    known = [month.worked for month in months if month.worked is not None]
    if known:
        share = int(sum(known) / len(known) * 10_000) / 10_000
        said.append(
            _("In the last twelve months we were there %(share)s of the time.")
            % {"share": percent_words(share, decimals=2)}
        )
    return said


def rounded_down(count: int) -> int:
    """The largest number below that has two digits and then zeros; below 20 the number less one.

    "More than" has to be true: 300 becomes 290, 301 becomes 300.
    """
    if count < 20:
        return max(1, count - 1)
    step = int(10 ** (len(str(count - 1)) - 2))
    return (count - 1) // step * step
