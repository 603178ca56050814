"""When what is sold did not work, how much of each month it did, and whether customers are told."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import slice_of
from vereda.foundation.shell import report_tabs
from vereda.foundation.wording import month_words, number_words
from vereda.foundation.zones import day_where
from vereda.support.actions.outages import decide_publishing, put_outage
from vereda.support.forms.promising import (
    OutageForm,
    PublishingForm,
    outage_initial,
    publishing_initial,
)
from vereda.support.models.outages import Outage
from vereda.support.queries.outages import (
    NEWEST_OUTAGE,
    all_outages,
    downtimes_between,
    outage_policy_of,
    outage_with_key,
    services_with_outages,
)
from vereda.support.rules.outages import availability_in, month_bounds
from vereda.support.rules.reports import months_back
from vereda.support.rules.spans import written_span

MONTHS = 6


@page(may="support.see", methods=READING)
def outages(request: MemberRequest) -> HttpResponse:
    """The register, availability by month, and what was decided about telling customers."""
    workspace = request.member.workspace
    rows = slice_of(
        all_outages(workspace),
        workspace=workspace,
        order=NEWEST_OUTAGE,
        cursor=request.GET.get("cursor", ""),
    )
    months, lines = availability(request)
    context = {
        "slice": rows,
        "lines": [(row, lasted(row)) for row in rows.rows],
        "months": [month_words(month) for month in months],
        "availability": lines,
        "policy": outage_policy_of(workspace),
        "may_edit": request.member.may("support.edit_ticket"),
        "may_configure": request.member.may("support.configure"),
        "tabs": report_tabs(request.member, current="support:outages"),
    }
    return answer(request, "support/outages.html#rows", context)


def lasted(row: Outage) -> str:
    """How long it was down, or has been."""
    return written_span((row.ended_at or now()) - row.started_at)


def availability(request: MemberRequest) -> tuple[list[date], list[tuple[str, list[str]]]]:
    """The last months, and how each service did in them; one query for what was down."""
    workspace, moment = request.member.workspace, now()
    today = day_where(moment, workspace.time_zone)
    months = months_back(today, MONTHS)
    bounds = [month_bounds(month, zone=workspace.time_zone) for month in months]
    down = downtimes_between(workspace, start=bounds[0][0], end=moment)
    return months, [
        (
            service,
            [
                share_words(
                    availability_in(down, service=service, start=start, end=min(end, moment)).share
                )
                for start, end in bounds
            ],
        )
        for service in services_with_outages(workspace)
    ]


def share_words(share: float) -> str:
    """An availability as people write it: three decimals, and never 100 % when it was not."""
    shown = min(round(share * 100, 3), 99.999) if share < 1 else 100
    return f"{number_words(shown, decimals=3)} %"


@page(may="support.edit_ticket")
def new(request: MemberRequest) -> HttpResponse:
    """Something is down, or was."""
    form = OutageForm(
        request.POST or None, workspace=request.member.workspace, initial={"started_at": now()}
    )
    return outage_shown(request, form, None, title=_("Note an outage"))


@page(may="support.edit_ticket")
def edit(request: MemberRequest, outage: str) -> HttpResponse:
    """When it ended, why it was, who was told."""
    row = outage_with_key(request.member.workspace, outage)
    form = OutageForm(
        request.POST or None, workspace=request.member.workspace, initial=outage_initial(row)
    )
    return outage_shown(request, form, row, title=f"{row.key} {row.service}")


def outage_shown(
    request: MemberRequest, form: OutageForm, row: Outage | None, *, title: str
) -> HttpResponse:
    """Store what was sent, or show the form."""
    member, moment = request.member, now()

    def act() -> None:
        put_outage(member.workspace, row, by=member, now=moment, **form.said())

    if form.accepts(act):
        notice(request, _("The outage is noted."))
        return answer_after(request, to=outages_url(request))
    return with_form(request, form, title=title, submit=_("Save outage"))


@page(may="support.configure")
def decide(request: MemberRequest) -> HttpResponse:
    """Whether customers are told, and how."""
    member, moment = request.member, now()
    policy = outage_policy_of(member.workspace)
    form = PublishingForm(request.POST or None, initial=publishing_initial(policy))

    def act() -> None:
        decide_publishing(member.workspace, by=member, now=moment, **form.said())

    if form.accepts(act):
        notice(request, _("The decision is noted."))
        return answer_after(request, to=outages_url(request))
    return with_form(request, form, title=_("Publishing outages"), submit=_("Save decision"))


def with_form(request: MemberRequest, form: Any, **words: Any) -> HttpResponse:
    """A form about outages."""
    context = {"form": form, "outages": True, **words}
    return answer(request, "support/form.html#form", context, status=form.answer_status)


def outages_url(request: MemberRequest) -> str:
    """The register."""
    return reverse("support:outages", kwargs={"workspace": request.member.workspace.slug})
