"""Pages: a plan, and what is said of the whole of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.queries.people import person_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.forms import AnsweringForm
from vereda.foundation.pages import answer, answer_after, notice
from vereda.onboarding.actions.plans import (
    agree_plan,
    answer_exit_question,
    edit_plan,
    link_benefit,
    note_feedback,
    put_in_plan,
    put_tool,
    resume_plan,
    start_plan,
    stop_plan,
    take_out_of_plan,
    unlink_benefit,
)
from vereda.onboarding.actions.promises import promise_date, withdraw_promise
from vereda.onboarding.forms.plans import (
    AgreeForm,
    BenefitForm,
    EditPlanForm,
    ExitForm,
    FeedbackForm,
    PartForm,
    PlanPromiseForm,
    ReasonForm,
    StartPlanForm,
    ToolForm,
)
from vereda.onboarding.queries.people import part_of_person
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.queries.promising import promise_with_id
from vereda.onboarding.queries.whole import tool_with_id, whole_plan
from vereda.onboarding.showing_plans import shown_entries, shown_plan
from vereda.outcomes.queries.outcomes import outcome_rows_of, outcome_with_key
from vereda.worklist.queries.ranks import today_at

if TYPE_CHECKING:
    from vereda.onboarding.models.plans import Plan, PreSaleTool
    from vereda.workspaces.models import Workspace

POST = ("POST",)
ENTRIES_SHOWN = 30
BEGINNING = time(9)


def plan_url(request: MemberRequest, plan: Plan, name: str = "plan") -> str:
    """The address of the plan."""
    where = {"workspace": request.member.workspace.slug, "plan": plan.key}
    return reverse(f"onboarding:{name}", kwargs=where)


def moment_on(day: date, *, workspace: Workspace, at: datetime) -> datetime:
    """The beginning of that day's work; now, where that is still to come today."""
    zone = ZoneInfo(workspace.time_zone)
    begins = datetime.combine(day, BEGINNING, tzinfo=zone)
    return min(begins, at) if day <= at.astimezone(zone).date() else begins


@page(may="onboarding.see", methods=READING)
def show(request: MemberRequest, plan: str) -> HttpResponse:
    """Everything about a plan: what stands, what waits for whom, what can be done."""
    row = plan_with_key(request.member.workspace, plan)
    view = whole_plan(row, now=now())
    every = request.GET.get("entries") == "all"
    context = {
        **shown_plan(view),
        "entries": shown_entries(view, most=None if every else ENTRIES_SHOWN),
        "more_entries": not every and len(view.entries) > ENTRIES_SHOWN,
        "may_act": request.member.may("onboarding.act"),
    }
    return answer(request, "onboarding/plan.html", context)


@page(may="onboarding.act")
def start(request: MemberRequest) -> HttpResponse:
    """A plan for a customer."""
    workspace, today = request.member.workspace, today_here(request)
    first = {
        "account": request.GET.get("account", "")[:20],
        "agreed_on": today,
        "lead": request.member.pk,
        "name": _("Onboarding"),
    }
    form = StartPlanForm(bound(request), workspace=workspace, today=today, initial=first)
    made: list[Plan] = []

    def act() -> None:
        at, day = now(), form.cleaned_data["agreed_on"]
        if form.chosen is None:
            return
        made.append(
            start_plan(
                form.chosen,
                edition=form.edition(),
                started_at=moment_on(day, workspace=workspace, at=at) if day else None,
                by=request.member,
                now=at,
                **form.about(),
            )
        )

    if form.accepts(act):
        notice(request, _("%s has begun.") % made[0].key)
        return answer_after(request, to=plan_url(request, made[0]))
    context = {
        "form": form,
        "title": _("Start a plan"),
        "submit": _("Start"),
        "no_template": not form.templates,
    }
    return answer(request, "onboarding/plan_form.html", context, status=form.answer_status)


def today_here(request: MemberRequest) -> date:
    """The day it is in the workspace."""
    return today_at(request.member.workspace, now=now())


def bound(request: MemberRequest) -> Any:
    """What was sent; None where nothing was: a button alone sends an empty form."""
    return request.POST if request.method == "POST" else None


def answered(
    request: MemberRequest,
    plan: Plan,
    form: AnsweringForm,
    act: Callable[[], object],
    **words: Any,
) -> HttpResponse:
    """Do it and go back to the plan, or show the form."""
    if form.accepts(act):
        notice(request, words["done"])
        return answer_after(request, to=plan_url(request, plan) + words.get("anchor", ""))
    context = {"form": form, "plan": plan, "submit": words["title"], **words}
    return answer(request, "onboarding/plan_form.html", context, status=form.answer_status)


@page(may="onboarding.act")
def edit(request: MemberRequest, plan: str) -> HttpResponse:
    """Another name, product, lead or reason."""
    workspace = request.member.workspace
    row = plan_with_key(workspace, plan)
    first = {
        "name": row.name,
        "product": row.product_id,
        "lead": row.lead_id,
        "why_needed": row.why_needed,
    }
    form = EditPlanForm(bound(request), workspace=workspace, plan=row, initial=first)

    def act() -> None:
        edit_plan(row, by=request.member, now=now(), **form.about())

    words = {"title": _("Name, lead, product"), "submit": _("Save"), "done": _("Saved.")}
    return answered(request, row, form, act, **words)


@page(may="onboarding.act")
def agree(request: MemberRequest, plan: str) -> HttpResponse:
    """They said yes."""
    row = plan_with_key(request.member.workspace, plan)
    form = AgreeForm(bound(request), initial={"agreed_on": today_here(request)})

    def act() -> None:
        at = now()
        agreed = moment_on(form.cleaned_data["agreed_on"], workspace=row.workspace, at=at)
        agree_plan(row, agreed_at=agreed, by=request.member, now=at)

    words = {"title": _("They said yes"), "done": _("From that day on they count.")}
    return answered(request, row, form, act, **words)


@page(may="onboarding.act")
def stop(request: MemberRequest, plan: str) -> HttpResponse:
    """It goes on no longer, and why."""
    row = plan_with_key(request.member.workspace, plan)
    form = ReasonForm(bound(request))

    def act() -> None:
        because = form.cleaned_data["because"]
        stop_plan(row, because=because, by=request.member, now=now())

    words = {"title": _("Stop the plan"), "done": _("The plan is stopped.")}
    return answered(request, row, form, act, **words)


@page(may="onboarding.act", methods=POST)
def resume(request: MemberRequest, plan: str) -> HttpResponse:
    """It goes on."""
    row = plan_with_key(request.member.workspace, plan)
    resume_plan(row, by=request.member, now=now())
    notice(request, _("The plan goes on."))
    return answer_after(request, to=plan_url(request, row))


@page(may="onboarding.act")
def leave(request: MemberRequest, plan: str) -> HttpResponse:
    """The last question."""
    row = plan_with_key(request.member.workspace, plan)
    form = ExitForm(bound(request), account=row.account)

    def act() -> None:
        answer_exit_question(row, by=request.member, now=now(), **form.said())

    words = {"title": _("The last question"), "submit": _("Save"), "done": _("Answered.")}
    return answered(request, row, form, act, **words)


# --- Promises ---------------------------------------------------------------------------


@page(may="onboarding.act")
def promise(request: MemberRequest, plan: str) -> HttpResponse:
    """Tell them what to expect."""
    row = plan_with_key(request.member.workspace, plan)
    form = PlanPromiseForm(bound(request), plan=row, initial={"set_number": min(3, row.last_set)})

    def act() -> None:
        promise_date(row, by=request.member, now=now(), **form.said())

    words = {"title": _("Promise"), "done": _("It is promised."), "anchor": "#promises"}
    return answered(request, row, form, act, **words)


@page(may="onboarding.act")
def withdraw(request: MemberRequest, plan: str, promise: UUID) -> HttpResponse:
    """A promise no longer holds, and why."""
    row = plan_with_key(request.member.workspace, plan)
    told = promise_with_id(row, promise)
    form = ReasonForm(bound(request))

    def act() -> None:
        withdraw_promise(told, because=form.cleaned_data["because"], by=request.member, now=now())

    words = {
        "title": _("Take the promise back"),
        "says": told.what,
        "done": _("It is taken back."),
        "anchor": "#promises",
    }
    return answered(request, row, form, act, **words)


# --- People -----------------------------------------------------------------------------


@page(may="onboarding.act")
def part(request: MemberRequest, plan: str) -> HttpResponse:
    """Give somebody a part, or say it better; `?person=` chooses them."""
    workspace = request.member.workspace
    row = plan_with_key(workspace, plan)
    first: dict[str, Any] = {}
    if request.GET.get("person"):
        person = person_with_key(workspace, request.GET["person"][:20])
        said = part_of_person(row, person)
        first = {"person": person.pk}
        if said is not None:
            first |= {"part": said.part, "purpose": said.purpose}
    form = PartForm(bound(request), plan=row, initial=first)

    def act() -> None:
        told = form.cleaned_data
        put_in_plan(row, form.whom(), part=told["part"], purpose=told["purpose"], by=request.member)

    words = {
        "title": _("A part in the plan"),
        "submit": _("Save"),
        "done": _("They have a part in the plan."),
        "anchor": "#people",
    }
    return answered(request, row, form, act, **words)


@page(may="onboarding.act", methods=POST)
def take_out(request: MemberRequest, plan: str, person: str) -> HttpResponse:
    """Somebody has no part in it any more."""
    workspace = request.member.workspace
    row = plan_with_key(workspace, plan)
    take_out_of_plan(row, person_with_key(workspace, person), by=request.member)
    notice(request, _("They have no part in the plan any more."))
    return answer_after(request, to=f"{plan_url(request, row)}#people")


# --- Benefits ---------------------------------------------------------------------------


@page(may="onboarding.act")
def benefit(request: MemberRequest, plan: str) -> HttpResponse:
    """The plan is to bring a benefit that they were promised."""
    row = plan_with_key(request.member.workspace, plan)
    outcomes = list(outcome_rows_of(row.workspace_id, [row.account_id]))
    form = BenefitForm(bound(request), outcomes=outcomes)

    def act() -> None:
        link_benefit(row, form.which(), by=request.member)

    words = {
        "title": _("A promised benefit"),
        "submit": _("The plan brings it"),
        "says": ""
        if outcomes
        else _("Nothing was promised yet: write it down on the Value tab of the account."),
        "done": _("The plan is to bring it."),
        "anchor": "#benefits",
    }
    return answered(request, row, form, act, **words)


@page(may="onboarding.act", methods=POST)
def forget_benefit(request: MemberRequest, plan: str, outcome: str) -> HttpResponse:
    """The plan has nothing to do with it; the promise stays."""
    row = plan_with_key(request.member.workspace, plan)
    unlink_benefit(row, outcome_with_key(row.workspace_id, outcome), by=request.member)
    notice(request, _("The plan has nothing to do with it any more."))
    return answer_after(request, to=f"{plan_url(request, row)}#benefits")


# --- Before the sale --------------------------------------------------------------------


@page(may="onboarding.act")
def new_tool(request: MemberRequest, plan: str) -> HttpResponse:
    """A trial, demo, webinar or pilot."""
    return tool_page(request, plan_with_key(request.member.workspace, plan), None)


@page(may="onboarding.act")
def edit_tool(request: MemberRequest, plan: str, tool: UUID) -> HttpResponse:
    """What became of it."""
    row = plan_with_key(request.member.workspace, plan)
    return tool_page(request, row, tool_with_id(row, tool))


def tool_page(request: MemberRequest, plan: Plan, tool: PreSaleTool | None) -> HttpResponse:
    """The form of a trial or demo."""
    names = ("kind", "name", "started_on", "ended_on", "result", "result_words", "reward")
    first = (
        {name: getattr(tool, name) for name in names}
        if tool is not None
        else {"started_on": today_here(request)}
    )
    form = ToolForm(bound(request), initial=first)

    def act() -> None:
        put_tool(plan, tool, by=request.member, **form.said())

    words = {
        "title": _("Before the sale"),
        "submit": _("Save"),
        "done": _("Saved."),
        "anchor": "#before",
    }
    return answered(request, plan, form, act, **words)


@page(may="onboarding.act")
def feedback(request: MemberRequest, plan: str, tool: UUID) -> HttpResponse:
    """What somebody said about it."""
    row = plan_with_key(request.member.workspace, plan)
    about = tool_with_id(row, tool)
    form = FeedbackForm(
        bound(request), account=row.account, initial={"said_on": today_here(request)}
    )

    def act() -> None:
        note_feedback(about, by=request.member, **form.said())

    words = {
        "title": _("What they said"),
        "submit": _("Save"),
        "done": _("It is written down."),
        "anchor": "#before",
    }
    return answered(request, row, form, act, **words)
