"""Pages: when each side works, and what other hours would do to a plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.hours_forms import WEEKDAYS, week_initial
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.wording import day_words
from vereda.foundation.working_hours import DAYS_OF_WEEK, Hours, written_spans
from vereda.onboarding.actions.promises import set_calendar, unset_calendar
from vereda.onboarding.contracts.plans import Owner
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.forms.hours import WorkingHoursForm
from vereda.onboarding.pages.plans import bound, plan_url, today_here
from vereda.onboarding.queries.calendars import calendar_set_for, calendars_between
from vereda.onboarding.queries.hours import effect_of_hours
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.wording.board import days_taken_words
from vereda.onboarding.wording.plans import OWNERS

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.onboarding.models.plans import Plan
    from vereda.onboarding.models.promises import WorkingCalendar
    from vereda.onboarding.queries.hours import HoursEffect, PlanByHours

POST = ("POST",)
A_DAY = timedelta(days=1)
HOLIDAYS_SHOWN = 12


@page(may="onboarding.see", methods=READING)
def hours(request: MemberRequest, plan: str) -> HttpResponse:
    """When each side works: the days by which clocks, due days and promises are reckoned."""
    row = plan_with_key(request.member.workspace, plan)
    both, today = calendars_between(row.workspace, row.account_id), today_here(request)
    ours = calendar_set_for(row.workspace, None)
    theirs = calendar_set_for(row.workspace, row.account)
    context = {
        "plan": row,
        "ours": told_hours(both.ours, ours, today=today),
        "theirs": told_hours(both.theirs, theirs, today=today),
        "may_act": request.member.may("onboarding.act"),
        "may_set_ours": request.member.may("onboarding.publish"),
    }
    return answer(request, "onboarding/hours.html", context)


def told_hours(side: Hours, kept: WorkingCalendar | None, *, today: date) -> dict[str, Any]:
    """One side's hours in words. is_set: somebody said so, else it is the usual."""
    named = dict(kept.holidays) if kept is not None else {}
    coming = sorted(day for day in side.holidays if day >= today)
    return {
        "zone": side.zone.replace("_", " "),
        "days": [
            (word, written_spans(side.spans, weekday=weekday))
            for weekday, word in zip(range(DAYS_OF_WEEK), WEEKDAYS, strict=True)
        ],
        "holidays": [(day, named.get(day.isoformat(), "")) for day in coming[:HOLIDAYS_SHOWN]],
        "more": max(len(coming) - HOLIDAYS_SHOWN, 0),
        "is_set": kept is not None,
    }


@page(may="onboarding.act")
def theirs(request: MemberRequest, plan: str) -> HttpResponse:
    """When the customer works."""
    row = plan_with_key(request.member.workspace, plan)
    return edited(request, row, Party.THEM, title=_("When %s works") % row.account.name)


@page(may="onboarding.publish")
def ours(request: MemberRequest, plan: str) -> HttpResponse:
    """When we work: for every plan."""
    row = plan_with_key(request.member.workspace, plan)
    return edited(request, row, Party.US, title=_("When we work"))


@page(may="onboarding.act", methods=POST)
def usual_theirs(request: MemberRequest, plan: str) -> HttpResponse:
    """The customer works when we do, as far as anybody knows."""
    row = plan_with_key(request.member.workspace, plan)
    return unset(request, row, row.account)


@page(may="onboarding.publish", methods=POST)
def usual_ours(request: MemberRequest, plan: str) -> HttpResponse:
    """We work at support's hours, or at an office's."""
    return unset(request, plan_with_key(request.member.workspace, plan), None)


def unset(request: MemberRequest, plan: Plan, account: Account | None) -> HttpResponse:
    """Go back to the usual hours."""
    unset_calendar(plan.workspace, account, by=request.member, now=now())
    notice(request, _("The usual hours hold again."))
    return answer_after(request, to=plan_url(request, plan, "plan-hours"))


def edited(request: MemberRequest, plan: Plan, side: Party, *, title: str) -> HttpResponse:
    """The form of a side's hours; what they would do to the clocks is said first."""
    both = calendars_between(plan.workspace, plan.account_id)
    account = None if side is Party.US else plan.account
    kept = calendar_set_for(plan.workspace, account)
    now_hold = both.ours if side is Party.US else both.theirs
    named = dict(kept.holidays) if kept is not None else {}
    holidays = [(day, named.get(day.isoformat(), "")) for day in sorted(now_hold.holidays)]
    first = week_initial(time_zone=now_hold.zone, spans=now_hold.spans, holidays=holidays)
    files = request.FILES or None
    form = WorkingHoursForm(bound(request), files, today=today_here(request), initial=first)
    at = now()

    def act() -> None:
        set_calendar(plan.workspace, account, by=request.member, now=at, **form.week())

    effect = None
    if form.is_bound and form.is_valid():
        if form.has_seen() and form.accepts(act):
            notice(request, _("These hours hold now."))
            return answer_after(request, to=plan_url(request, plan, "plan-hours"))
        if not form.errors:
            effect = effect_of_hours(plan, side=side, hours=form.hours(), now=at)
            form.note_seen()
    elif form.is_bound:
        form.answer_status = 422
    context = {
        "plan": plan,
        "form": form,
        "title": title,
        "side": side,
        "effect": effect,
        "rows": effect_rows(effect) if effect is not None else (),
    }
    return answer(request, "onboarding/hours_form.html", context, status=form.answer_status)


def effect_rows(effect: HoursEffect) -> list[dict[str, Any]]:
    """What is reckoned otherwise, before and after."""
    told = [(_("The next thing is due"), "due_on"), (_("Promised for"), "promised_on")]
    rows = [(label, _day(effect.before, name), _day(effect.after, name)) for label, name in told]
    if effect.before.clocks.start is not None:
        rows += [
            (str(OWNERS[owner]), _days(effect.before, owner), _days(effect.after, owner))
            for owner in Owner
        ]
    return [
        {"label": label, "before": before, "after": after, "changes": before != after}
        for label, before, after in rows
        if before or after
    ]


def _day(told: PlanByHours, name: str) -> str:
    day: date | None = getattr(told, name)
    return day_words(day) if day is not None else ""


def _days(told: PlanByHours, owner: Owner) -> str:
    return days_taken_words(told.clocks.owned_by(owner) / A_DAY)
