"""What was written to a person and by them, and what they want to hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.queries.people import person_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.pages import answer, answer_after, notice
from vereda.messaging import wording
from vereda.messaging.actions.wishes import lift_suppression, prefer_letters, suppress_address
from vereda.messaging.contracts import InboundState, LetterState, SuppressionReason
from vereda.messaging.forms import WishesForm
from vereda.messaging.queries.letters import SHOWN_TO_PERSON, letters_to_person
from vereda.messaging.queries.people import (
    letters_that_count,
    next_letter_at,
    suppression_of,
    wanted_kinds,
)
from vereda.messaging.queries.replies import replies_of_person
from vereda.messaging.queries.settings import letter_setting

if TYPE_CHECKING:
    from vereda.customers.models.people import Person

POST = ("POST",)
BY_HAND = "told a member"


@page(may="messaging.see", methods=READING)
def person(request: MemberRequest, key: str) -> HttpResponse:
    """Every letter to them with what became of it, their answers, their wishes, their week."""
    row = person_with_key(request.member.workspace, key)
    return _shown(request, row, WishesForm(initial={"wanted": _wanted(row)}))


@page(may="messaging.send", methods=POST)
def wishes(request: MemberRequest, key: str) -> HttpResponse:
    """They told a member what they want to hear."""
    row = person_with_key(request.member.workspace, key)
    form = WishesForm(request.POST)

    def act() -> None:
        prefer_letters(
            row, wanted=form.wanted_letters(), source=BY_HAND, by=request.member, now=now()
        )

    if form.accepts(act):
        notice(request, _("Saved."))
        return answer_after(request, to=letters_url(request, row))
    return _shown(request, row, form)


@page(may="messaging.send", methods=POST)
def suppress(request: MemberRequest, key: str) -> HttpResponse:
    """No letter goes to their address any more."""
    row = person_with_key(request.member.workspace, key)
    if not row.email:
        raise Refused(_("We have no address of this person."))
    suppress_address(
        request.member.workspace,
        address=row.email,
        reason=SuppressionReason.BY_MEMBER,
        by=request.member,
        now=now(),
    )
    notice(request, _("No letter goes to this address any more."))
    return answer_after(request, to=letters_url(request, row))


@page(may="messaging.send", methods=POST)
def lift(request: MemberRequest, key: str) -> HttpResponse:
    """Their address may be written to again."""
    row = person_with_key(request.member.workspace, key)
    found = suppression_of(row.email, workspace=row.workspace_id) if row.email else None
    if found is None:
        raise Missing("suppression")
    lift_suppression(found, by=request.member)
    notice(request, _("This address may be written to again."))
    return answer_after(request, to=letters_url(request, row))


def letters_url(request: MemberRequest, row: Person) -> str:
    """The page of somebody's letters."""
    kwargs = {"workspace": request.member.workspace.slug, "key": row.key}
    return reverse("messaging:person", kwargs=kwargs)


def _wanted(row: Person) -> list[str]:
    return [str(kind) for kind in wanted_kinds(row)]


def _shown(request: MemberRequest, row: Person, form: WishesForm) -> HttpResponse:
    workspace, moment = request.member.workspace, now()
    letters = letters_to_person(row.pk, workspace=workspace)[:SHOWN_TO_PERSON]
    replies = replies_of_person(row.pk, workspace=workspace)[:SHOWN_TO_PERSON]
    context = {
        "person": row,
        "lines": [(each, wording.TONES[LetterState(each.state)]) for each in letters],
        "replies": [(each, wording.INBOUND_TONES[InboundState(each.state)]) for each in replies],
        "form": form,
        "suppression": suppression_of(row.email, workspace=workspace) if row.email else None,
        "had": len(letters_that_count(row, now=moment)),
        "budget": letter_setting(workspace).weekly_budget,
        "free_at": next_letter_at(row, now=moment),
        "may_send": request.member.may("messaging.send"),
    }
    return answer(request, "messaging/person.html", context, status=form.answer_status)
