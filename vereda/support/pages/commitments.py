"""What other teams promised about tickets."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.forms import AnsweringForm
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import slice_of
from vereda.foundation.templatetags.ui import Tab
from vereda.support import wording
from vereda.support.actions.commitments import (
    add_to_commitment,
    commit_to,
    extend_commitment,
    keep_commitment,
    withdraw_commitment,
)
from vereda.support.contracts import CommitmentState
from vereda.support.forms.promising import (
    AnotherTicketForm,
    CommitmentForm,
    ExtendForm,
    WithdrawForm,
)
from vereda.support.models.commitments import Commitment
from vereda.support.pages.tickets import commitment_chip
from vereda.support.queries.commitments import (
    LATEST,
    SOONEST,
    commitment_with_key,
    commitments_in_state,
    extensions_of,
)
from vereda.support.queries.tickets import ticket_with_key

POST = ("POST",)


@page(may="support.see", methods=READING)
def commitments(request: MemberRequest) -> HttpResponse:
    """Those that somebody waits for, the next due first; or those that stand so."""
    moment, workspace = now(), request.member.workspace
    chosen = request.GET.get("state", "")
    state = CommitmentState(chosen) if chosen in set(CommitmentState) else None
    settled = state not in {None, CommitmentState.OPEN, CommitmentState.MISSED}
    rows = slice_of(
        commitments_in_state(workspace, state=state, now=moment),
        workspace=workspace,
        order=LATEST if settled else SOONEST,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "slice": rows,
        "lines": [(row, commitment_chip(row.state_at(moment))) for row in rows.rows],
        "tabs": commitment_tabs(request, state),
    }
    return answer(request, "support/commitments.html#rows", context)


def commitment_tabs(request: MemberRequest, chosen: CommitmentState | None) -> list[Tab]:
    """What somebody waits for, then each state."""
    url = reverse("support:commitments", kwargs={"workspace": request.member.workspace.slug})
    return [
        Tab(_("Awaited"), url, current=chosen is None),
        *(
            Tab(label, f"{url}?state={state}", current=state is chosen)
            for state, label in wording.COMMITMENT_STATES.items()
        ),
    ]


@page(may="support.see", methods=READING)
def commitment(request: MemberRequest, commitment: str) -> HttpResponse:
    """One promise: who waits for it, and how it went."""
    row = commitment_with_key(request.member.workspace, commitment)
    return answer(request, "support/commitment.html", shown(request, row))


def shown(
    request: MemberRequest, row: Commitment, *, form: AnotherTicketForm | None = None
) -> dict[str, Any]:
    """What the page of a commitment shows."""
    state = row.state_at(now())
    awaited = state in {CommitmentState.OPEN, CommitmentState.MISSED}
    may_edit = request.member.may("support.edit_ticket") and awaited
    return {
        "commitment": row,
        "chip": commitment_chip(state),
        "waiting": [link.ticket for link in row.tickets.all()],
        "extensions": extensions_of(row),
        "may_edit": may_edit,
        "form": (form or AnotherTicketForm()) if may_edit else None,
        "facts": [
            (_("By whom"), row.team),
            (_("Noted by"), row.by.name if row.by else ""),
            (_("Why it was taken back"), row.withdrawn_because),
        ],
    }


@page(may="support.edit_ticket")
def new(request: MemberRequest, ticket: str) -> HttpResponse:
    """A promise about a ticket."""
    row = ticket_with_key(request.member.workspace, ticket)
    form = CommitmentForm(request.POST or None)
    made: list[Commitment] = []
    member, moment = request.member, now()

    def act() -> None:
        made.append(commit_to([row], by=member, now=moment, **form.cleaned_data))

    if form.accepts(act):
        return answer_after(request, to=commitment_url(request, made[0]))
    context = {
        "form": form,
        "account": row.account,
        "ticket": row,
        "title": _("Note a commitment"),
        "submit": _("Note it"),
    }
    return answer(request, "support/form.html#form", context, status=form.answer_status)


@page(may="support.edit_ticket", methods=POST)
def keep(request: MemberRequest, commitment: str) -> HttpResponse:
    """It is done."""
    row = commitment_with_key(request.member.workspace, commitment)
    keep_commitment(row, by=request.member, now=now())
    notice(request, _("Tell the customers who wait for it."))
    return answer_after(request, to=commitment_url(request, row))


@page(may="support.edit_ticket")
def extend(request: MemberRequest, commitment: str) -> HttpResponse:
    """A later date, and why."""
    row = commitment_with_key(request.member.workspace, commitment)
    form = ExtendForm(request.POST or None)
    member, moment = request.member, now()
    done = form.accepts(lambda: extend_commitment(row, by=member, now=moment, **form.cleaned_data))
    return settled(request, row, form, done=done, title=_("Later date"), submit=_("Set the date"))


@page(may="support.edit_ticket")
def withdraw(request: MemberRequest, commitment: str) -> HttpResponse:
    """It will not be done, and why."""
    row = commitment_with_key(request.member.workspace, commitment)
    form = WithdrawForm(request.POST or None)
    member, moment = request.member, now()
    done = form.accepts(
        lambda: withdraw_commitment(row, because=form.cleaned_data["reason"], by=member, now=moment)
    )
    return settled(request, row, form, done=done, title=_("Take it back"), submit=_("Take it back"))


def settled(
    request: MemberRequest, row: Commitment, form: AnsweringForm, *, done: bool, **words: Any
) -> HttpResponse:
    """Back to the commitment, or the form that asks."""
    if done:
        return answer_after(request, to=commitment_url(request, row))
    context = {"form": form, "commitment": row, **words}
    return answer(request, "support/form.html#form", context, status=form.answer_status)


@page(may="support.edit_ticket", methods=POST)
def add(request: MemberRequest, commitment: str) -> HttpResponse:
    """Another ticket waits for it."""
    workspace = request.member.workspace
    row = commitment_with_key(workspace, commitment)
    form = AnotherTicketForm(request.POST)

    def act() -> None:
        try:
            ticket = ticket_with_key(workspace, form.cleaned_data["ticket"].strip().upper())
        except Missing as missing:
            raise Refused(_("There is no ticket with that key.")) from missing
        add_to_commitment(row, ticket, by=request.member)

    if form.accepts(act):
        return answer_after(request, to=commitment_url(request, row))
    context = shown(request, row, form=form)
    return answer(request, "support/commitment.html", context, status=form.answer_status)


def commitment_url(request: MemberRequest, row: Commitment) -> str:
    """The commitment's page."""
    names = {"workspace": request.member.workspace.slug, "commitment": row.key}
    return reverse("support:commitment", kwargs=names)
