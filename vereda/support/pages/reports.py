"""How support went, each number opening to its tickets."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.shell import report_tabs
from vereda.foundation.templatetags.ui import Tab, address_with
from vereda.foundation.wording import month_words, number_words, percent_words
from vereda.foundation.zones import day_where
from vereda.support import wording
from vereda.support.contracts import Grouping, Priority
from vereda.support.queries.reports import NOBODY_KNOWN, support_figures
from vereda.support.rules.reports import SupportFigures, months_back
from vereda.support.wording import span_words
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

SPANS = (3, 6, 12, 24)
USUAL_SPAN = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the report: its words, of how many, and where its tickets are."""

    words: str
    note: str
    url: str


@page(may="support.see", methods=READING)
def report(request: MemberRequest) -> HttpResponse:
    """First response, time to fix, reopenings, satisfaction and promises, by something."""
    chosen = request.GET.get("by", "")
    grouping = Grouping(chosen) if chosen in set(Grouping) else Grouping.MONTH
    span = _span_in(request)
    workspace = request.member.workspace
    today = day_where(now(), workspace.time_zone)
    months = months_back(today, span)
    figures = support_figures(workspace, grouping=grouping, months=months)
    context = {
        "lines": lines_of(request.member, figures, grouping=grouping, months=months),
        "grouping": grouping,
        "groupings": [
            Tab(label, address_with(request.GET, by=each), current=each is grouping)
            for each, label in wording.GROUPINGS.items()
        ],
        "spans": [
            Tab(
                ngettext("%s month", "%s months", count) % count,
                address_with(request.GET, months=count),
                current=count == span,
            )
            for count in SPANS
        ],
        "tabs": report_tabs(request.member, current="support:report"),
    }
    return answer(request, "support/report.html", context)


def _span_in(request: MemberRequest) -> int:
    told = request.GET.get("months", "")
    return int(told) if told in {str(each) for each in SPANS} else USUAL_SPAN


def lines_of(
    member: Member,
    figures: Mapping[Hashable, SupportFigures],
    *,
    grouping: Grouping,
    months: Sequence[date],
) -> list[tuple[Any, list[Figure]]]:
    """Each group in its order, with its figures."""
    base = reverse("support:tickets", kwargs={"workspace": member.workspace.slug})
    names = names_of(member, grouping)
    keys = sorted(figures, key=lambda key: _place(key, grouping, names))
    return [
        (
            _called(key, grouping, names),
            cells_of(figures[key], base=base, narrow=_narrowing(key, grouping, months)),
        )
        for key in keys
    ]


def names_of(member: Member, grouping: Grouping) -> dict[Hashable, str]:
    """What members are called, where they are what is grouped by."""
    if grouping not in {Grouping.OWNER, Grouping.ASSIGNEE}:
        return {}
    return {one.pk: one.name for one in members_of(member.workspace)}


def _place(key: Hashable, grouping: Grouping, names: Mapping[Hashable, str]) -> Any:
    if grouping is Grouping.MONTH:
        assert isinstance(key, date)  # noqa: S101 - months are grouped by their first day
        return -key.toordinal()
    if grouping is Grouping.PRIORITY:
        return -list(Priority).index(Priority(str(key)))
    return (key in {NOBODY_KNOWN, ""}, str(_called(key, grouping, names)).casefold())


def _called(key: Hashable, grouping: Grouping, names: Mapping[Hashable, str]) -> Any:
    match grouping:
        case Grouping.MONTH:
            assert isinstance(key, date)  # noqa: S101 - months are grouped by their first day
            return month_words(key)
        case Grouping.PRIORITY:
            return wording.PRIORITIES[Priority(str(key))]
        case Grouping.PLAN:
            return key or _("No plan")
        case _:
            left = _("Nobody") if key == NOBODY_KNOWN else _("Somebody who left")
            return names.get(key, left)


def _narrowing(
    key: Hashable, grouping: Grouping, months: Sequence[date]
) -> tuple[dict[str, str], str, str]:
    """What the address of a group says beside the months, and from which month to which."""
    if grouping is Grouping.MONTH:
        return {}, f"{key:%Y-%m}", f"{key:%Y-%m}"
    return {str(grouping): str(key)}, f"{months[0]:%Y-%m}", f"{months[-1]:%Y-%m}"


def cells_of(
    figures: SupportFigures, *, base: str, narrow: tuple[dict[str, str], str, str]
) -> list[Figure]:
    """The seven numbers of a line."""
    group, first, last = narrow
    answered = {"state": "all", **group, "answered_from": first, "answered_to": last}
    resolved = {"state": "all", **group, "resolved_from": first, "resolved_to": last}

    def figure(words: str, count: int, **said: str) -> Figure:
        return Figure(words, f"n = {number_words(count)}", f"{base}?{urlencode(said)}")

    def minutes(value: float | None) -> str:
        return span_words(None if value is None else int(value))

    opinion, sla, reopened = figures.satisfaction, figures.sla, figures.reopened
    return [
        figure(minutes(figures.response.median), figures.response.n, **answered),
        figure(minutes(figures.response.ninetieth), figures.response.n, **answered),
        figure(minutes(figures.fix.median), figures.fix.n, **resolved),
        figure(minutes(figures.fix.ninetieth), figures.fix.n, **resolved),
        figure(_share(reopened.share), reopened.n, **resolved, reopened="yes"),
        figure(_mean(opinion.mean), opinion.n, **resolved, rated="yes"),
        figure(_share(sla.share), sla.n, **resolved, sla="told"),
    ]


def _share(share: float | None) -> str:
    return "" if share is None else percent_words(share, decimals=1)


def _mean(mean: float | None) -> str:
    return "" if mean is None else number_words(mean, decimals=1)
