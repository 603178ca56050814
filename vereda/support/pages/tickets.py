"""The list of tickets, one ticket, and the form for both."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import slice_of
from vereda.foundation.templatetags.ui import Tab
from vereda.support import wording
from vereda.support.actions.tickets import edit_ticket, open_ticket, reopen_ticket, resolve_ticket
from vereda.support.contracts import TicketState
from vereda.support.forms import TicketForm
from vereda.support.models.tickets import Ticket
from vereda.support.queries.tickets import ORDERS, has_tickets, ticket_with_key, tickets_in_state

POST = ("POST",)


@page(may="support.see", methods=READING)
def tickets(request: MemberRequest) -> HttpResponse:
    """The tickets in one state, page by page."""
    chosen = request.GET.get("state", "")
    state = TicketState(chosen) if chosen in set(TicketState) else None
    sort = request.GET.get("sort", "opened")
    order = ORDERS.get(sort, ORDERS["opened"])
    workspace = request.member.workspace
    rows = slice_of(
        tickets_in_state(workspace, state=state),
        workspace=workspace,
        order=order,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "slice": rows,
        "sort": order.name,
        "state": state,
        "any": bool(rows.rows) or has_tickets(workspace),
        "tabs": state_tabs(request, state),
    }
    return answer(request, "support/tickets.html#rows", context)


def state_tabs(request: MemberRequest, chosen: TicketState | None) -> list[Tab]:
    """Unresolved tickets, then each state."""
    url = reverse("support:tickets", kwargs={"workspace": request.member.workspace.slug})
    states = [(state, str(label)) for state, label in wording.STATES.items()]
    return [
        Tab(_("Not resolved"), url, current=chosen is None),
        *(Tab(label, f"{url}?state={state}", current=state is chosen) for state, label in states),
    ]


@page(may="support.see", methods=READING)
def ticket(request: MemberRequest, ticket: str) -> HttpResponse:
    """One ticket and its times."""
    row = ticket_with_key(request.member.workspace, ticket)
    return answer(request, "support/ticket.html#ticket", {"ticket": row, "times": times_of(row)})


def times_of(row: Ticket) -> list[tuple[str, Any]]:
    """What happened to a ticket, as facts."""
    return [
        (_("First response after"), row.first_response_words),
        (_("Resolved after"), row.resolution_words),
        (_("Times reopened"), row.reopen_count),
        (_("Satisfaction"), f"{row.satisfaction} / 5" if row.satisfaction else ""),
        (_("Within the SLA"), "" if row.sla_met is None else _("Yes") if row.sla_met else _("No")),
        (_("Id in its system"), row.external_id),
    ]


@page(may="support.edit_ticket")
def new_ticket(request: MemberRequest, account: str) -> HttpResponse:
    """A ticket by hand."""
    row = account_with_key(request.member.workspace, account)
    form = TicketForm(request.POST or None, account=row)
    if form.is_valid():
        made = open_ticket(row, by=request.member, now=now(), **form.said())
        return answer_after(request, to=ticket_url(request, made))
    context = {"form": form, "account": row, "title": _("New ticket"), "submit": _("Open ticket")}
    return answer(request, "support/form.html#form", context, status=422 if form.is_bound else 200)


@page(may="support.edit_ticket")
def edit(request: MemberRequest, ticket: str) -> HttpResponse:
    """Change a ticket."""
    row = ticket_with_key(request.member.workspace, ticket)
    names = ("version", "subject", "priority", "state", "person", "satisfaction", "escalated")
    initial = {name: getattr(row, name) for name in names}
    form = TicketForm(request.POST or None, account=row.account, initial=initial)

    def act() -> None:
        version = form.cleaned_data["version"]
        edit_ticket(row, by=request.member, now=now(), version=version, **form.said())

    if form.accepts(act):
        notice(request, _("The ticket is changed."))
        return answer_after(request, to=ticket_url(request, row))
    context = {"form": form, "account": row.account, "title": row.key, "submit": _("Save")}
    return answer(request, "support/form.html#form", context, status=form.answer_status)


@page(may="support.edit_ticket", methods=POST)
def resolve(request: MemberRequest, ticket: str) -> HttpResponse:
    """Close it."""
    row = ticket_with_key(request.member.workspace, ticket)
    resolve_ticket(row, by=request.member, now=now())
    return answer_after(request, to=ticket_url(request, row))


@page(may="support.edit_ticket", methods=POST)
def reopen(request: MemberRequest, ticket: str) -> HttpResponse:
    """Open it again."""
    row = ticket_with_key(request.member.workspace, ticket)
    reopen_ticket(row, by=request.member, now=now())
    return answer_after(request, to=ticket_url(request, row))


def ticket_url(request: MemberRequest, row: Ticket) -> str:
    """The ticket's page."""
    slug = request.member.workspace.slug
    return reverse("support:ticket", kwargs={"workspace": slug, "ticket": row.key})
