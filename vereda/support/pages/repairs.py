"""Queues, repair rules, and the log of what they did."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import slice_of
from vereda.support.actions.queues import (
    add_repair_rule,
    end_repair_rule,
    put_ticket_queue,
    remove_ticket_queue,
)
from vereda.support.forms.configuring import QueueForm, RuleForm, queue_initial
from vereda.support.models.repairs import TicketQueue
from vereda.support.pages.configuring import setting_form, settings_url
from vereda.support.queries.repairs import (
    NEWEST_RUN,
    repair_rule_with_id,
    repair_runs,
    ticket_queue_with_id,
)
from vereda.support.story import run_words

POST = ("POST",)


@page(may="support.see", methods=READING)
def repairs(request: MemberRequest) -> HttpResponse:
    """Everything that rules did, the newest first."""
    workspace = request.member.workspace
    rows = slice_of(
        repair_runs(workspace),
        workspace=workspace,
        order=NEWEST_RUN,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "slice": rows,
        "lines": [(run, run_words(run)) for run in rows.rows],
        "may_configure": request.member.may("support.configure"),
    }
    return answer(request, "support/repairs.html#rows", context)


@page(may="support.configure")
def new_queue(request: MemberRequest) -> HttpResponse:
    """A queue."""
    form = QueueForm(request.POST or None, workspace=request.member.workspace)
    return queue_shown(request, form, None, title=_("New queue"))


@page(may="support.configure")
def edit_queue(request: MemberRequest, queue_id: UUID) -> HttpResponse:
    """Another name, other members."""
    row = ticket_queue_with_id(request.member.workspace, queue_id)
    form = QueueForm(
        request.POST or None, workspace=request.member.workspace, initial=queue_initial(row)
    )
    return queue_shown(request, form, row, title=row.name)


def queue_shown(
    request: MemberRequest, form: QueueForm, row: TicketQueue | None, *, title: str
) -> HttpResponse:
    """Store what was sent, or show the form."""
    member = request.member

    def act() -> None:
        put_ticket_queue(member.workspace, row, by=member, **form.said())

    if form.accepts(act):
        notice(request, _("The queue is stored."))
        return answer_after(request, to=settings_url(request))
    return setting_form(request, form, title=title, submit=_("Save queue"))


@page(may="support.configure", methods=POST)
def remove_queue(request: MemberRequest, queue_id: UUID) -> HttpResponse:
    """It goes; its tickets stay with who has them."""
    row = ticket_queue_with_id(request.member.workspace, queue_id)
    remove_ticket_queue(row, by=request.member)
    return answer_after(request, to=settings_url(request))


@page(may="support.configure")
def new_rule(request: MemberRequest) -> HttpResponse:
    """One thing to do by itself."""
    member = request.member
    form = RuleForm(request.POST or None, workspace=member.workspace)

    def act() -> None:
        add_repair_rule(member.workspace, by=member, **form.said())

    if form.accepts(act):
        notice(request, _("The rule is in force."))
        return answer_after(request, to=settings_url(request))
    return setting_form(request, form, title=_("New repair rule"), submit=_("Put it in force"))


@page(may="support.configure", methods=POST)
def end_rule(request: MemberRequest, rule_id: UUID) -> HttpResponse:
    """It does nothing any more."""
    row = repair_rule_with_id(request.member.workspace, rule_id)
    end_repair_rule(row, by=request.member, now=now())
    return answer_after(request, to=settings_url(request))
