"""Settings of support: business hours and what is promised in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.hours_forms import WEEKDAYS
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.shell import settings_tabs
from vereda.foundation.working_hours import DAYS_OF_WEEK, written_spans
from vereda.foundation.zones import day_where
from vereda.support import wording
from vereda.support.actions.promises import (
    place_policy,
    publish_policy,
    put_business_hours,
    remove_business_hours,
    retire_policy,
)
from vereda.support.contracts import Clock, Priority
from vereda.support.forms.configuring import (
    HoursForm,
    PolicyForm,
    hours_initial,
    office_initial,
    policy_initial,
)
from vereda.support.models.promises import BusinessHours, SlaPolicy
from vereda.support.queries.promises import (
    all_business_hours,
    business_hours_with_id,
    policies_in_force,
    policy_with_id,
)
from vereda.support.queries.repairs import repair_rules, ticket_queues
from vereda.support.rules.spans import written_minutes

if TYPE_CHECKING:
    from vereda.foundation.forms import AnsweringForm
    from vereda.support.models.repairs import RepairRule

POST = ("POST",)


@page(may="support.configure", methods=READING)
def settings(request: MemberRequest) -> HttpResponse:
    """Policies, business hours, queues and repair rules on one page."""
    workspace = request.member.workspace
    hours = list(all_business_hours(workspace))
    context = {
        "policies": [(row, promised_words(row)) for row in policies_in_force(workspace)],
        "hours": [(row, week_words(row)) for row in hours],
        "queues": ticket_queues(workspace),
        "rules": [(row, rule_words(row)) for row in repair_rules(workspace)],
        "clocks": list(wording.CLOCKS.values()),
        "tabs": settings_tabs(request.member, current="support:settings"),
    }
    return answer(request, "support/settings.html", context)


def promised_words(row: SlaPolicy) -> list[tuple[Any, list[str]]]:
    """Each priority with its promised times, as people read them."""
    return [
        (wording.PRIORITIES[priority], [written_minutes(minutes) or "—" for minutes in promised])
        for priority, promised in row.promises
    ]


def week_words(row: BusinessHours) -> list[tuple[Any, str]]:
    """Each weekday on which somebody works, with its times."""
    spans = row.hours.spans
    days = [
        (WEEKDAYS[weekday], written_spans(spans, weekday=weekday))
        for weekday in range(DAYS_OF_WEEK)
    ]
    return [(day, times) for day, times in days if times]


def rule_words(row: RepairRule) -> str:
    """When and for what a rule acts."""
    clock = wording.CLOCKS[Clock(row.clock)] if row.clock else _("either time")
    told = [f"{wording.MOMENTS[row.moment]}: {clock}"]  # type: ignore[index]
    if row.priorities:
        told.append(", ".join(str(wording.PRIORITIES[Priority(one)]) for one in row.priorities))
    return " · ".join(told)


@page(may="support.configure")
def new_hours(request: MemberRequest) -> HttpResponse:
    """Business hours, beginning with an office's."""
    form = HoursForm(
        request.POST or None,
        request.FILES or None,
        initial=office_initial(request.member.workspace),
        today=day_where(now(), request.member.workspace.time_zone),
    )
    return hours_shown(request, form, None, title=_("New business hours"))


@page(may="support.configure")
def edit_hours(request: MemberRequest, hours_id: UUID) -> HttpResponse:
    """Other times; what still counts is counted anew."""
    row = business_hours_with_id(request.member.workspace, hours_id)
    form = HoursForm(
        request.POST or None,
        request.FILES or None,
        initial=hours_initial(row),
        today=day_where(now(), request.member.workspace.time_zone),
    )
    return hours_shown(request, form, row, title=row.name)


def hours_shown(
    request: MemberRequest, form: HoursForm, row: BusinessHours | None, *, title: str
) -> HttpResponse:
    """Store what was sent, or show the form."""
    member = request.member

    def act() -> None:
        put_business_hours(member.workspace, row, by=member, **form.said())

    if form.accepts(act):
        notice(request, _("The business hours are stored."))
        return answer_after(request, to=settings_url(request))
    return setting_form(request, form, title=title, submit=_("Save hours"), has_file=True)


@page(may="support.configure", methods=POST)
def remove_hours(request: MemberRequest, hours_id: UUID) -> HttpResponse:
    """They go, unless a policy needs them."""
    row = business_hours_with_id(request.member.workspace, hours_id)
    remove_business_hours(row, by=request.member)
    return answer_after(request, to=settings_url(request))


@page(may="support.configure")
def new_policy(request: MemberRequest) -> HttpResponse:
    """Another promise."""
    form = PolicyForm(
        request.POST or None, workspace=request.member.workspace, initial={"warn_percent": 80}
    )
    return policy_shown(request, form, None, title=_("New SLA policy"))


@page(may="support.configure")
def edit_policy(request: MemberRequest, policy_id: UUID) -> HttpResponse:
    """The next edition of a promise; tickets stay under the one they began under."""
    row = policy_with_id(request.member.workspace, policy_id)
    form = PolicyForm(
        request.POST or None, workspace=request.member.workspace, initial=policy_initial(row)
    )
    return policy_shown(request, form, row, title=row.name)


def policy_shown(
    request: MemberRequest, form: PolicyForm, row: SlaPolicy | None, *, title: str
) -> HttpResponse:
    """Publish what was sent, or show the form."""
    member, moment = request.member, now()

    def act() -> None:
        publish_policy(member.workspace, row, by=member, now=moment, **form.said())

    if form.accepts(act):
        notice(request, _("The policy is in force."))
        return answer_after(request, to=settings_url(request))
    return setting_form(request, form, title=title, submit=_("Put it in force"))


@page(may="support.configure", methods=POST)
def move(request: MemberRequest, policy_id: UUID) -> HttpResponse:
    """Ask a policy before the one above it, or after the one below it."""
    row = policy_with_id(request.member.workspace, policy_id)
    shown = [each.pk for each in policies_in_force(request.member.workspace)]
    step = {"up": -1, "down": 1}.get(request.POST.get("to", ""), 0)
    place_policy(row, place=shown.index(row.pk) + 1 + step, by=request.member)
    notice(request, _("The policies are asked in another order now."))
    return answer_after(request, to=settings_url(request))


@page(may="support.configure", methods=POST)
def retire(request: MemberRequest, policy_id: UUID) -> HttpResponse:
    """Nothing new comes under it."""
    row = policy_with_id(request.member.workspace, policy_id)
    retire_policy(row, by=request.member, now=now())
    return answer_after(request, to=settings_url(request))


def setting_form(request: MemberRequest, form: AnsweringForm, **words: Any) -> HttpResponse:
    """A form of the settings area."""
    context = {
        "form": form,
        "tabs": settings_tabs(request.member, current="support:settings"),
        **words,
    }
    return answer(request, "support/setting.html#form", context, status=form.answer_status)


def settings_url(request: MemberRequest) -> str:
    """The settings of support."""
    return reverse("support:settings", kwargs={"workspace": request.member.workspace.slug})
