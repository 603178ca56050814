"""The letters of the workspace, one of them, and writing one by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.queries.people import person_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import slice_of
from vereda.foundation.templatetags.ui import Tab, address_with
from vereda.foundation.wording import number_words
from vereda.messaging import wording
from vereda.messaging.actions.composing import write_to_person
from vereda.messaging.actions.sending import resend_letter, stop_letter
from vereda.messaging.contracts import LetterState
from vereda.messaging.forms import ComposeForm, LetterFilterForm, state_in
from vereda.messaging.models.letters import UNDECIDED, Message
from vereda.messaging.pages.listed import LetterLine, person_url
from vereda.messaging.queries.letters import (
    NEWEST,
    deliveries_of,
    letter_with_id,
    letters_counted,
    letters_matching,
)
from vereda.messaging.queries.replies import answers_to_decide

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

POST = ("POST",)


@page(may="messaging.see", methods=READING)
def letters(request: MemberRequest) -> HttpResponse:
    """The letters, the newest first, with what became of each and why."""
    workspace = request.member.workspace
    form, waiting = LetterFilterForm(request.GET), answers_to_decide(workspace)
    state, kind = state_in(request.GET), form.chosen_kind()
    shown = slice_of(
        letters_matching(workspace, state=state, kind=kind),
        workspace=workspace,
        order=NEWEST,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "slice": shown,
        "lines": [_line(row, workspace) for row in shown.rows],
        "form": form,
        "state": state or "",
        "tabs": state_tabs(request),
        "narrowed": bool(state or kind),
        "may_configure": request.member.may("messaging.configure"),
        "to_decide": _("To decide %s") % number_words(waiting) if waiting else "",
    }
    return answer(request, "messaging/letters.html#rows", context)


def _line(row: Message, workspace: Workspace) -> LetterLine:
    """A letter as a line of a list."""
    held = row.get_held_because_display() if row.held_because else ""
    stopped = row.get_stopped_because_display() if row.stopped_because else ""
    return LetterLine(
        url=reverse("messaging:letter", args=[workspace.slug, row.pk]),
        subject=row.subject or "—",
        who=row.person.called,
        who_url=person_url(row.person, workspace),
        kind=row.get_kind_display(),
        tone=wording.TONES[LetterState(row.state)],
        state=row.get_state_display(),
        because=held or stopped,
        at=row.asked_at,
    )


def state_tabs(request: MemberRequest) -> list[Tab]:
    """All letters, then each state with how many there are."""
    chosen, counts = request.GET.get("state", ""), letters_counted(request.member.workspace)
    states = [("", _("All"), sum(counts.values()))]
    states += [(str(each), str(wording.STATES[each]), counts.get(each, 0)) for each in LetterState]
    return [
        Tab(f"{label} {count}", address_with(request.GET, state=value, cursor=""), chosen == value)
        for value, label, count in states
        if count or not value or value == chosen
    ]


@page(may="messaging.see", methods=READING)
def letter(request: MemberRequest, letter: UUID) -> HttpResponse:
    """One letter, word by word, and what became of it."""
    row = letter_with_id(request.member.workspace, letter)
    state = LetterState(row.state)
    context = {
        "letter": row,
        "tone": wording.TONES[state],
        "deliveries": deliveries_of(row),
        "may_stop": state in UNDECIDED and request.member.may("messaging.send"),
        "may_resend": state in {LetterState.UNCLEAR, LetterState.FAILED}
        and request.member.may("messaging.send"),
    }
    return answer(request, "messaging/letter.html", context)


@page(may="messaging.send", methods=POST)
def stop(request: MemberRequest, letter: UUID) -> HttpResponse:
    """It does not leave."""
    row = letter_with_id(request.member.workspace, letter)
    stop_letter(row, by=request.member, now=now())
    notice(request, _("The letter does not leave."))
    return answer_after(request, to=letter_url(row))


@page(may="messaging.send", methods=POST)
def resend(request: MemberRequest, letter: UUID) -> HttpResponse:
    """It is tried once more."""
    row = letter_with_id(request.member.workspace, letter)
    resend_letter(row, by=request.member, now=now())
    notice(request, _("The letter is tried once more."))
    return answer_after(request, to=letter_url(row))


@page(may="messaging.send")
def compose(request: MemberRequest, key: str) -> HttpResponse:
    """A letter to one person, written by hand."""
    person = person_with_key(request.member.workspace, key)
    form = ComposeForm(request.POST or None)
    written: list[Message] = []

    def act() -> None:
        written.append(
            write_to_person(
                person,
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                by=request.member,
                now=now(),
            )
        )

    if form.accepts(act):
        notice(request, _("The letter is on its way."))
        return answer_after(request, to=letter_url(written[0]))
    context = {"form": form, "person": person}
    return answer(request, "messaging/compose.html#form", context, status=form.answer_status)


def letter_url(row: Message) -> str:
    """The page of that letter."""
    kwargs = {"workspace": row.workspace.slug, "letter": row.pk}
    return reverse("messaging:letter", kwargs=kwargs)
