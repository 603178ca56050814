"""The letters that came in: which were taken, which were dropped, and why."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.customers.contracts import FileFault
from vereda.customers.wording import FILE_FAULTS
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.paging import slice_of
from vereda.foundation.templatetags.ui import Tab, address_with
from vereda.messaging import wording
from vereda.messaging.contracts import DropReason, InboundState
from vereda.messaging.queries.replies import (
    NEWEST_IN,
    drops_counted,
    files_of_letter,
    inbound_letter_with_id,
    inbound_letters,
)
from vereda.messaging.queries.settings import valid_inbound_keys


@page(may="messaging.see", methods=READING)
def inbound(request: MemberRequest) -> HttpResponse:
    """What came in, the newest first; `?reason=` narrows to what was dropped for it."""
    workspace = request.member.workspace
    state, reason = _chosen(request)
    shown = slice_of(
        inbound_letters(workspace, state=state, reason=reason),
        workspace=workspace,
        order=NEWEST_IN,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "slice": shown,
        "lines": [(row, wording.INBOUND_TONES[InboundState(row.state)]) for row in shown.rows],
        "tabs": state_tabs_in(request, state),
        "drops": [
            (each, wording.DROPS[each], count) for each, count in drops_counted(workspace).items()
        ],
        "narrowed": bool(state or reason),
        "has_key": bool(valid_inbound_keys(workspace, now=now())),
        "may_configure": request.member.may("messaging.configure"),
    }
    return answer(request, "messaging/inbound.html#rows", context)


def state_tabs_in(request: MemberRequest, chosen: InboundState | None) -> list[Tab]:
    """All letters, then each state."""
    states = [("", str(_("All")))]
    states += [(str(each), str(words)) for each, words in wording.INBOUND_STATES.items()]
    return [
        Tab(
            label,
            address_with(request.GET, state=value, reason="", cursor=""),
            current=(chosen or "") == value,
        )
        for value, label in states
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
    }
    return answer(request, "messaging/inbound_letter.html", context)


def _is_fault(refusal: str) -> bool:
    return refusal in set(FileFault)
