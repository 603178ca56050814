"""The letters that came in: which were taken, which were dropped, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vereda.customers.contracts import FileFault
from vereda.customers.wording import FILE_FAULTS
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import slice_of
from vereda.foundation.templatetags.ui import Tab, address_with
from vereda.foundation.wording import number_words
from vereda.messaging import wording
from vereda.messaging.actions.deciding import accept_answer, set_answer_aside
from vereda.messaging.contracts import DropReason, InboundState
from vereda.messaging.pages.listed import LetterLine, person_url
from vereda.messaging.queries.replies import (
    NEWEST_IN,
    answers_to_decide,
    drops_counted,
    files_of_letter,
    inbound_letter_with_id,
    inbound_letters,
)
from vereda.messaging.queries.settings import valid_inbound_keys

if TYPE_CHECKING:
    from vereda.messaging.models.replies import InboundLetter
    from vereda.workspaces.models import Workspace


POST = ("POST",)
TO_DECIDE = "to-decide"
"""What an address says as the state of answers that wait for a member."""


@page(may="messaging.see", methods=READING)
def inbound(request: MemberRequest) -> HttpResponse:
    """What came in, the newest first; `?reason=` narrows to what was dropped for it."""
    workspace = request.member.workspace
    state, reason = _chosen(request)
    to_decide = request.GET.get("state") == TO_DECIDE
    rows = inbound_letters(workspace, state=state, reason=reason)
    shown = slice_of(
        rows.waiting_for_member() if to_decide else rows,
        workspace=workspace,
        order=NEWEST_IN,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "slice": shown,
        "lines": [_line(row, workspace) for row in shown.rows],
        "tabs": state_tabs_in(request, waiting=answers_to_decide(workspace)),
        "drops": [
            (each, wording.DROPS[each], count) for each, count in drops_counted(workspace).items()
        ],
        "narrowed": bool(state or reason or to_decide),
        "has_key": bool(valid_inbound_keys(workspace, now=now())),
        "may_configure": request.member.may("messaging.configure"),
    }
    return answer(request, "messaging/inbound.html#rows", context)


def _line(row: InboundLetter, workspace: Workspace) -> LetterLine:
    """A letter that came in as a line of a list."""
    return LetterLine(
        url=reverse("messaging:inbound-letter", args=[workspace.slug, row.pk]),
        subject=row.subject or _("Without a subject"),
        who=row.person.called if row.person else row.sender or "—",
        who_url=person_url(row.person, workspace) if row.person else "",
        tone=wording.INBOUND_TONES[InboundState(row.state)],
        state=row.get_state_display(),
        because=_because(row),
        at=row.received_at,
        warning=pgettext("an answer by letter", "Not verified") if row.waits_for_member else "",
    )


def _because(row: InboundLetter) -> str:
    """Why it was dropped, or why nobody's work tells of it."""
    if row.waits_for_member and row.is_on_nobodys_list:
        return _("In no account that anybody looks after")
    return row.get_dropped_because_display() if row.dropped_because else ""


def state_tabs_in(request: MemberRequest, *, waiting: int) -> list[Tab]:
    """All letters, what waits for a member with how many there are, then each state."""
    known = {"": _("All"), TO_DECIDE: _("To decide %s") % number_words(waiting)}
    known |= {str(each): str(words) for each, words in wording.INBOUND_STATES.items()}
    said = request.GET.get("state", "")
    chosen = said if said in known else ""
    return [
        Tab(label, address_with(request.GET, state=value, reason="", cursor=""), value == chosen)
        for value, label in known.items()
    ]


def _chosen(request: MemberRequest) -> tuple[InboundState | None, DropReason | None]:
    state, reason = request.GET.get("state", ""), request.GET.get("reason", "")
    return (
        InboundState(state) if state in set(InboundState) else None,
        DropReason(reason) if reason in set(DropReason) else None,
    )


@page(may="messaging.see", methods=READING)
def one(request: MemberRequest, inbound: UUID) -> HttpResponse:
    """What somebody wrote, what came with it, and what became of it."""
    row = inbound_letter_with_id(request.member.workspace, inbound)
    context = {
        "letter": row,
        "tone": wording.INBOUND_TONES[InboundState(row.state)],
        "files": [
            (each, FILE_FAULTS.get(FileFault(each.refusal)) if _is_fault(each.refusal) else "")
            for each in files_of_letter(row)
        ],
        "more": row.text.strip() != row.own_words,
        "may_decide": row.waits_for_member and request.member.may("messaging.send"),
    }
    return answer(request, "messaging/inbound_letter.html", context)


@page(may="messaging.send", methods=POST)
def accept(request: MemberRequest, inbound: UUID) -> HttpResponse:
    """A member knows that the person wrote it."""
    row = inbound_letter_with_id(request.member.workspace, inbound)
    accept_answer(row, by=request.member, now=now())
    notice(request, _("It counts as theirs."))
    return answer_after(request, to=inbound_url_of(row))


@page(may="messaging.send", methods=POST)
def set_aside(request: MemberRequest, inbound: UUID) -> HttpResponse:
    """It is not theirs, or nothing follows from it."""
    row = inbound_letter_with_id(request.member.workspace, inbound)
    set_answer_aside(row, by=request.member, now=now())
    notice(request, _("Set aside: nothing follows from it."))
    return answer_after(request, to=inbound_url_of(row))


def inbound_url_of(row: InboundLetter) -> str:
    """The page of that letter."""
    return reverse("messaging:inbound-letter", args=[row.workspace.slug, row.pk])


def _is_fault(refusal: str) -> bool:
    return refusal in set(FileFault)
