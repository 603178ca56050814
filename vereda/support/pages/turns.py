"""What a member does with a ticket beside editing it: answer, wait, go on, escalate, assign."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.support.actions.tickets import (
    answer_ticket,
    assign_ticket,
    escalate_ticket,
    hold_ticket,
    resume_ticket,
)
from vereda.support.forms.tickets import AssignForm, ReasonForm
from vereda.support.models.tickets import Ticket
from vereda.support.pages.tickets import ticket_context, ticket_url
from vereda.support.queries.tickets import ticket_with_key

POST = ("POST",)


@page(may="support.edit_ticket", methods=POST)
def note_answer(request: MemberRequest, ticket: str) -> HttpResponse:
    """The customer got the first answer."""
    row = ticket_with_key(request.member.workspace, ticket)
    answer_ticket(row, by=request.member, now=now())
    return answer_after(request, to=ticket_url(request, row))


@page(may="support.edit_ticket")
def hold(request: MemberRequest, ticket: str) -> HttpResponse:
    """Wait for the customer, and perhaps for what."""
    row = ticket_with_key(request.member.workspace, ticket)
    form = ReasonForm(request.POST or None)
    member, moment = request.member, now()
    if form.accepts(
        lambda: hold_ticket(row, by=member, now=moment, reason=form.cleaned_data["reason"])
    ):
        notice(request, _("The clocks stand still until the customer answers."))
        return answer_after(request, to=ticket_url(request, row))
    return reason_asked(
        request, row, form, title=_("Wait for the customer"), submit=_("Wait for the customer")
    )


@page(may="support.edit_ticket", methods=POST)
def resume(request: MemberRequest, ticket: str) -> HttpResponse:
    """The customer answered."""
    row = ticket_with_key(request.member.workspace, ticket)
    resume_ticket(row, by=request.member, now=now())
    return answer_after(request, to=ticket_url(request, row))


@page(may="support.edit_ticket")
def escalate(request: MemberRequest, ticket: str) -> HttpResponse:
    """Somebody who can do more must look at it."""
    row = ticket_with_key(request.member.workspace, ticket)
    form = ReasonForm(request.POST or None)
    member, moment = request.member, now()
    if form.accepts(
        lambda: escalate_ticket(row, by=member, now=moment, reason=form.cleaned_data["reason"])
    ):
        notice(request, _("The ticket is escalated."))
        return answer_after(request, to=ticket_url(request, row))
    return reason_asked(request, row, form, title=_("Escalate"), submit=_("Escalate"))


def reason_asked(
    request: MemberRequest, row: Ticket, form: ReasonForm, **words: Any
) -> HttpResponse:
    """The form that asks why."""
    context = {"form": form, "account": row.account, "ticket": row, **words}
    return answer(request, "support/form.html#form", context, status=form.answer_status)


@page(may="support.edit_ticket", methods=POST)
def assign(request: MemberRequest, ticket: str) -> HttpResponse:
    """Give it to a member and a queue."""
    row = ticket_with_key(request.member.workspace, ticket)
    form = AssignForm(request.POST, member=request.member)
    member, moment = request.member, now()
    if form.accepts(lambda: assign_ticket(row, by=member, now=moment, **form.said())):
        return answer_after(request, to=ticket_url(request, row))
    context = ticket_context(request, row, form=form)
    return answer(request, "support/ticket.html#ticket", context, status=form.answer_status)
