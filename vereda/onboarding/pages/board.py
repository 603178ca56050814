"""Pages: every plan, on the board or as a table; what would move one on; a lead for several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import Order, slice_of
from vereda.foundation.templatetags.ui import Tab
from vereda.onboarding.actions.leads import assign_lead
from vereda.onboarding.contracts.plans import PlanPhase
from vereda.onboarding.contracts.templates import Party, words_for_reader
from vereda.onboarding.forms.board import AskedForm, AssignLeadForm
from vereda.onboarding.pages.plans import today_here
from vereda.onboarding.queries.board import (
    board_of,
    column_of_plan,
    plans_asked_for,
    titles_holding,
)
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.queries.whole import whole_plan
from vereda.onboarding.showing_plans import shown_plan
from vereda.onboarding.wording.board import COLUMNS, PHASE_TONES, days_taken_words, late_words
from vereda.onboarding.wording.plans import HOLDERS, PHASES

if TYPE_CHECKING:
    from vereda.onboarding.models.plans import Plan

POST = ("POST",)
A_DAY: Final = timedelta(days=1)
MOST_AT_ONCE: Final = 200
OWED_FIRST: Final = Order.on_nullable("due", "due_on")


@page(may="onboarding.see", methods=READING)
def board(request: MemberRequest) -> HttpResponse:
    """The plans by set: how long in it, who holds it up, what is late."""
    workspace, today = request.member.workspace, today_here(request)
    form = AskedForm(request.GET, workspace=workspace)
    columns = board_of(workspace, form.asked(), today=today)
    plans = [plan for each in columns for plan in each.plans]
    cards = told_plans(request, plans, today=today)
    shown = len(plans)
    context = {
        "form": form,
        "columns": [
            {
                "word": COLUMNS[each.column],
                "column": each.column.value,
                "count": each.count,
                "cards": [cards[plan.pk] for plan in each.plans],
                "more": each.count - len(each.plans),
            }
            for each in columns
        ],
        "nothing": not shown,
        "query": query_of(request),
        "views": views(request, current="board"),
        **around(request),
    }
    return answer(request, "onboarding/board.html", context)


@page(may="onboarding.see", methods=READING)
def table(request: MemberRequest) -> HttpResponse:
    """The same plans as a table, and as many as there are."""
    workspace, today = request.member.workspace, today_here(request)
    form = AskedForm(request.GET, workspace=workspace)
    asked = form.asked()
    rows = plans_asked_for(workspace, asked, today=today, ended=request.GET.get("ended") == "1")
    slice = slice_of(
        rows.order_by(),
        workspace=workspace,
        order=OWED_FIRST,
        cursor=request.GET.get("cursor", ""),
    )
    cards = told_plans(request, slice.rows, today=today)
    context = {
        "form": form,
        "slice": slice,
        "cards": [cards[plan.pk] for plan in slice.rows],
        "members": form.rows["lead"],
        "column_word": COLUMNS[asked.column] if asked.column else "",
        "query": query_of(request),
        "views": views(request, current="plans"),
        **around(request),
    }
    return answer(request, "onboarding/plans.html", context)


def views(request: MemberRequest, *, current: str) -> list[Tab]:
    """The ways to see the same plans: as a board, a table, a calendar."""
    query, slug = query_of(request), request.member.workspace.slug
    told = (("board", _("Board")), ("plans", _("Table")), ("calendar", _("Calendar")))
    return [
        Tab(
            label=label,
            url="?".join(
                filter(None, (reverse(f"onboarding:{name}", kwargs={"workspace": slug}), query))
            ),
            current=name == current,
        )
        for name, label in told
    ]


def around(request: MemberRequest) -> dict[str, Any]:
    """What stands around them."""
    return {"may_act": request.member.may("onboarding.act")}


def query_of(request: MemberRequest) -> str:
    """What was asked for, to keep it when one goes from the board to the table."""
    names = ("lead", "product", "template", "waiting", "late")
    kept = request.GET.copy()
    for name in [*kept]:
        if name not in names or not kept[name]:
            del kept[name]
    return kept.urlencode()


def told_plans(
    request: MemberRequest, plans: Sequence[Plan], *, today: date
) -> Mapping[UUID, dict[str, Any]]:
    """Each plan as a card or a row says it; one query."""
    titles, at = titles_holding(request.member.workspace, plans), now()
    language = get_language() or "en"
    named = {pk: words_for_reader(words, language) for pk, words in titles.items()}
    plans_url = reverse("onboarding:plans", kwargs={"workspace": request.member.workspace.slug})
    return {
        plan.pk: {
            "url": f"{plans_url}{plan.key}/",
            **told_plan(plan, named.get(plan.pk) or plan.holding, today=today, at=at),
        }
        for plan in plans
    }


def told_plan(plan: Plan, item: str, *, today: date, at: datetime) -> dict[str, Any]:
    """A plan in words. days: how long it is in its set; late: its next thing, or its promise."""
    goes_on = plan.ended_at is None
    since = plan.set_since_at if goes_on else None
    late = (today - plan.due_on).days if goes_on and plan.due_on else 0
    broken = (today - plan.promised_on).days if goes_on and plan.promised_on else 0
    waits = goes_on and plan.agreed_at is not None and plan.held_by
    column = column_of_plan(plan)
    days = days_taken_words(max((at - since) / A_DAY, 0.0)) if since and plan.agreed_at else ""
    return {
        "plan": plan,
        "column": COLUMNS[column] if column else "",
        "phase": PHASES[PlanPhase(plan.phase)],
        "tone": PHASE_TONES.get(PlanPhase(plan.phase), "plain"),
        "days": days,
        "in_set": _("%(days)s in this set") % {"days": days} if days else "",
        "waits": HOLDERS[Party(plan.held_by)] if waits else "",
        "item": item if waits else "",
        "late": late_words(late),
        "broken": late_words(broken),
    }


@page(may="onboarding.see", methods=READING)
def move(request: MemberRequest, plan: str) -> HttpResponse:
    """What would move a plan on, set by set: a move is never typed."""
    row = plan_with_key(request.member.workspace, plan)
    view = whole_plan(row, now=now())
    context = {**shown_plan(view), "may_act": request.member.may("onboarding.act")}
    return answer(request, "onboarding/move.html", context)


@page(may="onboarding.act", methods=POST)
def assign(request: MemberRequest) -> HttpResponse:
    """The chosen plans get another lead."""
    workspace = request.member.workspace
    chosen = request.POST.getlist("row")[:MOST_AT_ONCE]
    form = AssignLeadForm(request.POST, workspace=workspace)
    back = reverse("onboarding:plans", kwargs={"workspace": workspace.slug})
    if not chosen:
        notice(request, _("Choose at least one plan."))
        return answer_after(request, to=back)
    done: list[int] = []

    def act() -> None:
        plans = [plan_with_key(workspace, key) for key in chosen]
        done.append(assign_lead(plans, lead=form.lead(), by=request.member, now=now()))

    if form.accepts(act):
        words = ngettext("%s plan has a new lead.", "%s plans have a new lead.", done[0]) % done[0]
        notice(request, words)
        return answer_after(request, to=back)
    context = {"form": form, "title": _("Another lead"), "submit": _("Hand over"), "rows": chosen}
    return answer(request, "onboarding/plan_form.html", context, status=form.answer_status)
