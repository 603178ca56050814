"""Deciding against the question: taking in, holding out, and leaving it to the question again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.audiences.actions.by_hand import add_by_hand, hold_out, leave_to_question
from vereda.audiences.contracts import About
from vereda.audiences.forms.said import ByHandForm
from vereda.audiences.models import Audience
from vereda.audiences.pages.shown import after, audience_address, thing_with_key
from vereda.audiences.queries.audiences import audience_with_key
from vereda.audiences.queries.inclusions import inclusion_with_id
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing, Refused
from vereda.foundation.pages import answer


@page(may="audiences.edit")
def add(request: MemberRequest, key: str) -> HttpResponse:
    """Take somebody in whatever the question says, with a reason."""
    return _decided(request, key, inside=True)


@page(may="audiences.edit")
def hold(request: MemberRequest, key: str) -> HttpResponse:
    """Keep somebody out whatever the question says, with a reason."""
    return _decided(request, key, inside=False)


def _decided(request: MemberRequest, key: str, *, inside: bool) -> HttpResponse:
    row = audience_with_key(request.member.workspace, key)
    initial = {"key": request.GET.get("key", "")}
    form = ByHandForm(request.POST or None, initial=initial)

    def act() -> None:
        decide(request, row, form, inside=inside)

    if form.accepts(act):
        said = _("Added by hand.") if inside else _("Held out by hand.")
        return after(request, said=said, to=audience_address(request, row))
    context = {
        "form": form,
        "audience": row,
        "inside": inside,
        "back": audience_address(request, row),
    }
    return answer(request, "audiences/by_hand.html#form", context, status=form.answer_status)


def decide(request: MemberRequest, row: Audience, form: ByHandForm, *, inside: bool) -> None:
    """Do what the form says."""
    cleaned = form.cleaned_data
    try:
        thing = thing_with_key(row.workspace, cleaned["key"], about=About(row.about))
    except Missing:
        raise Refused(_("Nobody has the key “%s” here.") % cleaned["key"]) from None
    if inside:
        add_by_hand(row, [thing.pk], reason=cleaned["reason"], by=request.member, now=now())
    else:
        hold_out(row, thing.pk, reason=cleaned["reason"], by=request.member, now=now())


@page(may="audiences.edit", methods=("POST",))
def leave(request: MemberRequest, key: str, inclusion: UUID) -> HttpResponse:
    """From now on the question decides about this account or person again."""
    row = audience_with_key(request.member.workspace, key)
    leave_to_question(row, inclusion_with_id(row, inclusion), by=request.member, now=now())
    said = _("The question decides again.")
    return after(request, said=said, to=audience_address(request, row))
