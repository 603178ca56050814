"""Where a member arrives: what to do now and why, what changed, what comes this week."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.console.setup import setup_steps
from vereda.console.today import (
    LONGEST_AGO,
    changes_since,
    coming_week,
    portfolio_of,
    to_do,
)
from vereda.customers.queries.accounts import listed_accounts
from vereda.events.queries.definitions import count_open_drifts
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.shell import url_of
from vereda.messaging.queries.replies import answers_on_nobodys_list
from vereda.worklist.actions.desks import note_look
from vereda.worklist.contracts import AlertKind
from vereda.worklist.queries.desks import Work, desk_of, work_of
from vereda.worklist.queries.ranks import reckoning_at
from vereda.worklist.queries.tasks import queues_served_by
from vereda.worklist.wording import ICONS, KINDS, did_in

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

NOON, EVENING = time(12), time(20)


@page(may="workspaces.see", methods=READING)
def today(request: MemberRequest) -> HttpResponse:
    """What the member should do now, what changed since they looked, and this week."""
    member, workspace, instant = request.member, request.member.workspace, now()
    reckoning = reckoning_at(workspace, now=instant)
    desk = note_look(desk_of(member), now=instant)
    work = work_of(member, budget=desk.budget, reckoning=reckoning, now=instant)
    portfolio = portfolio_of(member)
    since = max(desk.since_at or instant, instant - LONGEST_AGO)
    context = {
        "today": reckoning.today,
        "title": greeting(member, instant=instant),
        "work": work,
        "items": [to_do(each, reckoning=reckoning, slug=workspace.slug) for each in work.items],
        "groups": groups_of(work, slug=workspace.slug),
        "desk": desk,
        "since": since,
        "changes": changes_since(member, since=since, today=reckoning.today),
        "week": coming_week(member, today=reckoning.today),
        "portfolio": portfolio,
        "any": portfolio.accounts > 0 or listed_accounts(workspace).exists(),
        "queues": queues_served_by(member),
        "may_act": member.may("worklist.act"),
        "did": did_in(request.GET.get("did", "")),
        "next": request.path,
        **setup_context(member),
    }
    return answer(request, "console/today.html#today", context)


def greeting(member: Member, *, instant: datetime) -> str:
    """A word to begin with, by the member's own clock."""
    first = member.name.partition("@")[0].split()
    name = first[0] if first else ""
    clock = instant.astimezone(ZoneInfo(member.user.time_zone)).time()
    if clock < NOON:
        return _("Good morning, %s") % name
    return _("Good afternoon, %s") % name if clock < EVENING else _("Good evening, %s") % name


def groups_of(work: Work, *, slug: str) -> list[dict[str, Any]]:
    """What is beyond the budget, by kind, each with where all of it is."""
    base = reverse("worklist:work", kwargs={"workspace": slug})
    return [
        {
            "words": KINDS[AlertKind(kind)] if kind else _("Tasks"),
            "icon": ICONS[AlertKind(kind)] if kind else "square-check",
            "count": count,
            "url": f"{base}?kind={kind}" if kind else f"{base}?what=tasks",
        }
        for kind, count in work.grouped.items()
    ]


def setup_context(member: Member) -> dict[str, Any]:
    """What is still to set up, and what an empty workspace offers."""
    workspace = member.workspace
    steps = setup_steps(member)
    return {
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
        "set_up": all(step.done for step in steps),
        "drifts": count_open_drifts(workspace) if member.may("events.see") else 0,
        "answers": answers_on_nobodys_list(workspace) if member.may("messaging.send") else 0,
        "sample_url": url_of("sample:sample", member) if member.may("sample.load") else "",
        "sample_loaded": workspace.sample_loaded_at is not None,
        "import_url": url_of("imports:upload", member) if member.may("imports.run") else "",
    }
