"""The list of tickets, one ticket, and the form for both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import slice_of
from vereda.foundation.templatetags.ui import Tab, address_with
from vereda.foundation.wording import month_words
from vereda.support import wording
from vereda.support.actions.tickets import edit_ticket, open_ticket, reopen_ticket, resolve_ticket
from vereda.support.contracts import CommitmentState
from vereda.support.forms.listing import ALL, TicketFilterForm, filter_in
from vereda.support.forms.tickets import AssignForm, TicketForm
from vereda.support.models.tickets import Ticket
from vereda.support.queries.commitments import commitments_of_ticket
from vereda.support.queries.history import history_of_ticket
from vereda.support.queries.listing import TicketFilter, tickets_matching
from vereda.support.queries.promises import clocks_of_tickets
from vereda.support.queries.repairs import repair_runs_of
from vereda.support.queries.tickets import ORDERS, has_tickets, ticket_with_key
from vereda.support.showing import ShownClock, shown_clock
from vereda.support.story import move_words, run_words

if TYPE_CHECKING:
    from collections.abc import Sequence

POST = ("POST",)
NEVER = datetime.max.replace(tzinfo=UTC)


@page(may="support.see", methods=READING)
def tickets(request: MemberRequest) -> HttpResponse:
    """The tickets that fit the filters, page by page, each with the clock that is due first."""
    moment, workspace = now(), request.member.workspace
    asked = filter_in(request.GET, member=request.member)
    usual = "due" if asked.due else "opened"
    order = ORDERS.get(request.GET.get("sort", usual), ORDERS[usual])
    rows = slice_of(
        tickets_matching(workspace, asked, now=moment),
        workspace=workspace,
        order=order,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "slice": rows,
        "lines": with_clocks(rows.rows, now=moment),
        "sort": order.name,
        "form": TicketFilterForm(request.GET, member=request.member),
        "kept": kept_in(request),
        "state": request.GET.get("state", ""),
        "narrowed": narrowed(asked),
        "any": bool(rows.rows) or has_tickets(workspace),
        "tabs": state_tabs(request),
        "may_configure": request.member.may("support.configure"),
    }
    return answer(request, "support/tickets.html#rows", context)


SHOWN_IN_FORM = frozenset({"priority", "assignee", "queue", "due", "cursor"})


def kept_in(request: MemberRequest) -> list[tuple[str, str]]:
    """What of the address the filter form keeps as it is."""
    return [
        (name, str(value)[:200]) for name, value in request.GET.items() if name not in SHOWN_IN_FORM
    ]


def narrowed(asked: TicketFilter) -> list[str]:
    """What a report narrowed the list to, in words; the form shows the rest itself."""
    told = [
        (asked.answered_from, _("answered from %s")),
        (asked.answered_to, _("answered until %s")),
        (asked.resolved_from, _("resolved from %s")),
        (asked.resolved_to, _("resolved until %s")),
    ]
    said = [words % month_words(month) for month, words in told if month]
    said += [_("plan %s") % (asked.plan or "—")] if asked.plan is not None else []
    said += [_("of one owner's accounts")] if asked.owner is not None else []
    said += [_("reopened")] if asked.reopened else []
    said += [_("with an opinion")] if asked.rated else []
    return said + ([str(wording.OUTCOMES[asked.sla])] if asked.sla else [])


def with_clocks(rows: Sequence[Ticket], *, now: datetime) -> list[tuple[Ticket, ShownClock | None]]:
    """Each ticket with the clock that matters most: of those that count on, the one due first.

    One query.
    """
    if not rows:
        return []
    clocks = clocks_of_tickets(rows[0].workspace_id, [row.pk for row in rows])
    lines = []
    for row in rows:
        held = sorted(
            clocks.get(row.pk, {}).values(),
            key=lambda clock: (clock.stopped_at is not None, clock.due_at or NEVER, clock.clock),
        )
        lines.append((row, shown_clock(held[0], now=now) if held else None))
    return lines


def state_tabs(request: MemberRequest) -> list[Tab]:
    """Unresolved tickets, each state, then all; the other filters stay."""
    chosen = request.GET.get("state", "")
    states = [
        ("", _("Not resolved")),
        *((str(state), str(label)) for state, label in wording.STATES.items()),
        (ALL, _("All")),
    ]
    return [
        Tab(label, address_with(request.GET, state=state, cursor=""), current=chosen == state)
        for state, label in states
    ]


@page(may="support.see", methods=READING)
def ticket(request: MemberRequest, ticket: str) -> HttpResponse:
    """One ticket: its clocks, who has it, what was promised, and what happened."""
    row = ticket_with_key(request.member.workspace, ticket)
    return answer(request, "support/ticket.html#ticket", ticket_context(request, row))


def ticket_context(
    request: MemberRequest, row: Ticket, *, form: AssignForm | None = None
) -> dict[str, Any]:
    """What the page of a ticket shows."""
    moment = now()
    clocks = clocks_of_tickets(row.workspace_id, [row.pk]).get(row.pk, {})
    promises = commitments_of_ticket(row)
    initial = {"assignee": str(row.assignee_id or ""), "queue": str(row.queue_id or "")}
    may_edit = request.member.may("support.edit_ticket")
    return {
        "ticket": row,
        "times": times_of(row),
        "clocks": [shown_clock(clock, now=moment) for clock in clocks.values()],
        "moves": [(move, move_words(move)) for move in history_of_ticket(row)],
        "repairs": [(run, run_words(run)) for run in repair_runs_of(row)],
        "commitments": [(each, commitment_chip(each.state_at(moment))) for each in promises],
        "may_edit": may_edit,
        "form": (form or AssignForm(initial=initial, member=request.member)) if may_edit else None,
    }


COMMITMENT_TONES = {
    CommitmentState.OPEN: "plain",
    CommitmentState.MISSED: "risk",
    CommitmentState.KEPT: "good",
    CommitmentState.KEPT_LATE: "watch",
    CommitmentState.WITHDRAWN: "unknown",
}


def commitment_chip(state: CommitmentState) -> tuple[str, Any]:
    """The tone and the word of a commitment's state."""
    return COMMITMENT_TONES[state], wording.COMMITMENT_STATES[state]


def times_of(row: Ticket) -> list[tuple[str, Any]]:
    """What happened to a ticket, as facts."""
    return [
        (_("First response after"), row.first_response_words),
        (_("Resolved after"), row.resolution_words),
        (_("Times reopened"), row.reopen_count),
        (_("Satisfaction"), f"{row.satisfaction} / 5" if row.satisfaction else ""),
        (
            _("SLA by its system"),
            "" if row.sla_met is None else _("Yes") if row.sla_met else _("No"),
        ),
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
