"""Giving what was asked for: one press for each, and a clear sentence where it does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.actions.files import add_file, remove_file
from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.pages import answer_after, notice
from vereda.onboarding.actions.items import (
    approve_item,
    complete_item,
    decline_item,
    smile_at,
    submit_item,
)
from vereda.onboarding.contracts.plans import Submission
from vereda.portal.access import VisitorRequest, portal_page
from vereda.portal.forms import DeclineForm, DoneForm, GivenFileForm
from vereda.portal.pages.home import home_with
from vereda.portal.queries.steps import visitors_item
from vereda.portal.steps import step_form

if TYPE_CHECKING:
    from vereda.customers.models.files import AccountFile
    from vereda.onboarding.models.items import PlanItem


@portal_page(methods=("POST",))
def give(request: VisitorRequest, item_id: UUID) -> HttpResponse:
    """A value, a choice, a file, or "done"."""
    item = _item(request, item_id)
    form = step_form(item.asks, prefix=item.pk.hex, said=request.POST, files=request.FILES)
    if form is None:
        raise Refused(_("Nothing can be given for this."))
    return _told(request, form, lambda: _give(request, item, form))


@portal_page(methods=("POST",))
def approve(request: VisitorRequest, item_id: UUID) -> HttpResponse:
    """They agree."""
    item = _item(request, item_id)
    approve_item(item, person=request.visitor.person, now=now())
    notice(request, _("Thank you: that is approved."))
    return _home(request)


@portal_page(methods=("POST",))
def decline(request: VisitorRequest, item_id: UUID) -> HttpResponse:
    """They do not agree, and say why: it is for us to change."""
    item = _item(request, item_id)
    form = DeclineForm(request.POST, prefix=f"no-{item.pk.hex}")

    def tell() -> str:
        decline_item(
            item,
            because=form.cleaned_data["because"],
            person=request.visitor.person,
            now=now(),
        )
        return _("Thank you for saying it. We look at it and come back to you.")

    return _told(request, form, tell)


@portal_page(methods=("POST",))
def smile(request: VisitorRequest, item_id: UUID) -> HttpResponse:
    """How it was, with one tap."""
    item = _item(request, item_id)
    said = request.POST.get("score", "")
    smile_at(
        item,
        person=request.visitor.person,
        score=int(said) if said in {"1", "2", "3", "4", "5"} else 0,
        now=now(),
    )
    notice(request, _("Thank you for telling us how it was."))
    return _home(request)


def _give(request: VisitorRequest, item: PlanItem, form: forms.Form) -> str:
    visitor, said = request.visitor, form.cleaned_data
    if isinstance(form, DoneForm):
        complete_item(item, person=visitor.person, words=said["words"], now=now())
        return _("Thank you: that is done.")
    kept = _kept(form, item)
    given = Submission(
        value=said.get("value", ""),
        choice=said.get("choice", ""),
        file_id=kept.pk if kept is not None else None,
        words=said.get("words", ""),
    )
    try:
        submit_item(item, said=given, person=visitor.person, now=now())
    except Refused:
        if kept is not None:
            remove_file(kept, by=None)
        raise
    return _("Thank you: we have it, and look at it.")


def _kept(form: forms.Form, item: PlanItem) -> AccountFile | None:
    if not isinstance(form, GivenFileForm):
        return None
    file = form.cleaned_data["file"]
    return add_file(item.plan.account, name=file.name, content=file, by=None, now=now())


def _told(request: VisitorRequest, form: forms.Form, tell: Callable[[], str]) -> HttpResponse:
    """Do it and say so; else the page once more, with the sentence beside the field."""
    if not form.is_valid():
        return home_with(request, {form.prefix or "": form}, status=422)
    try:
        said = tell()
    except Refused as refused:
        form.add_error(None, str(refused))
        return home_with(request, {form.prefix or "": form}, status=refused.status)
    notice(request, said)
    return _home(request)


def _item(request: VisitorRequest, item_id: UUID) -> PlanItem:
    visitor = request.visitor
    return visitors_item(
        visitor.workspace, item_id, person=visitor.person, account_ids=visitor.account_ids
    )


def _home(request: VisitorRequest) -> HttpResponse:
    return answer_after(
        request, to=reverse("portal", kwargs={"slug": request.visitor.workspace.slug})
    )
