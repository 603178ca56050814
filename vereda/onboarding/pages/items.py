"""Pages: what can be done with one item of a plan, each verb a form or a button alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.onboarding.actions.items import (
    accept_item,
    approve_item,
    complete_item,
    drop_item,
    follow_up_item,
    hand_over_item,
    note_attendance,
    reopen_plan_item,
    request_item,
    return_item,
    reuse_given,
    smile_at,
    start_item,
    submit_file,
    submit_item,
    waive_item,
)
from vereda.onboarding.actions.plans import assign_item
from vereda.onboarding.contracts.plans import EntryKind
from vereda.onboarding.forms.plans import (
    AboutItem,
    AssignForm,
    AttendForm,
    BecauseForm,
    HandOverForm,
    InsistForm,
    PersonForm,
    SmileForm,
    SubmitForm,
    WordsForm,
)
from vereda.onboarding.pages.plans import answered, bound
from vereda.onboarding.queries.items import given_elsewhere, plan_item
from vereda.onboarding.queries.plans import plan_with_key
from vereda.onboarding.wording.board import VERBS
from vereda.onboarding.wording.templates import item_title

if TYPE_CHECKING:
    from vereda.onboarding.models.items import PlanItem

Telling: TypeAlias = "Callable[[MemberRequest, PlanItem, Any], object]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """How a verb is asked for, and what it does."""

    form: type[AboutItem]
    tell: Telling


def submitted(request: MemberRequest, item: PlanItem, form: SubmitForm) -> None:
    """Write down what they gave; a file is kept for the account first."""
    at, sent, person = now(), form.sent, form.whom()
    if sent is None:
        given = form.given(file_id=None)
        submit_item(item, said=given, person=person, by=request.member, now=at)
        return
    submit_file(
        item,
        name=sent.name or _("File"),
        content=BytesIO(sent.read()),
        words=form.cleaned_data["words"],
        person=person,
        by=request.member,
        now=at,
    )


def because(action: Callable[..., object], *, name: str = "because") -> Telling:
    """A verb that takes nothing but a reason."""

    def tell(request: MemberRequest, item: PlanItem, form: Any) -> object:
        reason = {name: form.cleaned_data["because"]}
        return action(item, by=request.member, now=now(), **reason)

    return tell


def alone(action: Callable[..., object]) -> Telling:
    """A verb that takes nothing at all."""
    return lambda request, item, _form: action(item, by=request.member, now=now())


WORDS: Mapping[str, Promise] = {
    **VERBS,
    "assigned": gettext_lazy("Who does it…"),
    "reused": gettext_lazy("Take what they gave before"),
}
"""What each verb is called, also those that are no entry."""

DEEDS: dict[str, Deed] = {
    verb: Deed(form=form, tell=tell)
    for verb, form, tell in (
        (EntryKind.REQUESTED, InsistForm, because(request_item, name="insist_because")),
        (EntryKind.ASKED_AGAIN, BecauseForm, because(request_item, name="insist_because")),
        (
            EntryKind.FOLLOWED_UP,
            WordsForm,
            lambda request, item, form: follow_up_item(
                item, words=form.cleaned_data["words"], by=request.member, now=now()
            ),
        ),
        (EntryKind.SUBMITTED, SubmitForm, submitted),
        (EntryKind.ACCEPTED, AboutItem, alone(accept_item)),
        (EntryKind.RETURNED, BecauseForm, because(return_item, name="reason")),
        (
            EntryKind.APPROVED,
            PersonForm,
            lambda request, item, form: approve_item(
                item, person=form.whom(), by=request.member, now=now()
            ),
        ),
        (EntryKind.STARTED, AboutItem, alone(start_item)),
        (
            EntryKind.DONE,
            WordsForm,
            lambda request, item, form: complete_item(
                item, words=form.cleaned_data["words"], by=request.member, now=now()
            ),
        ),
        (
            EntryKind.ATTENDED,
            AttendForm,
            lambda request, item, form: note_attendance(
                item, people=form.came(), by=request.member, now=now()
            ),
        ),
        (
            EntryKind.SMILED,
            SmileForm,
            lambda _request, item, form: smile_at(
                item, person=form.whom(), score=form.cleaned_data["score"], now=now()
            ),
        ),
        (EntryKind.REOPENED, BecauseForm, because(reopen_plan_item)),
        (EntryKind.WAIVED, BecauseForm, because(waive_item)),
        (EntryKind.DROPPED, BecauseForm, because(drop_item)),
        (
            EntryKind.HANDED_OVER,
            HandOverForm,
            lambda request, item, form: hand_over_item(
                item,
                to=form.whose(),
                evidence=form.cleaned_data["evidence"],
                since=form.cleaned_data["since"],
                by=request.member,
                now=now(),
            ),
        ),
        (
            "assigned",
            AssignForm,
            lambda request, item, form: assign_item(item, by=request.member, **form.said()),
        ),
        ("reused", AboutItem, alone(reuse_given)),
    )
}


@page(may="onboarding.act")
def act(request: MemberRequest, plan: str, item: str, verb: str) -> HttpResponse:
    """Do one thing with an item of a plan."""
    row = plan_with_key(request.member.workspace, plan)
    if verb not in DEEDS:
        raise Missing(verb[:40])
    about, deed = plan_item(row, item), DEEDS[verb]
    form = deed.form(bound(request), request.FILES or None, item=about)

    def tell() -> None:
        deed.tell(request, about, form)

    told = str(WORDS[verb]).rstrip("…")
    words = {
        "title": f"{told}: {item_title(about.asks)}",
        "submit": told,
        "done": _("Written down."),
        "anchor": f"#item-{about.key}",
        "item": about,
        "asks_first": verb == EntryKind.REQUESTED,
        "given_in": given_elsewhere(about) if verb == EntryKind.REQUESTED else None,
    }
    return answered(request, row, form, tell, **words)
