"""Pages of the log of expectations."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.outcomes.actions.expectations import (
    meet_expectation,
    miss_expectation,
    set_expectation,
)
from vereda.outcomes.forms import ExpectationForm, SettleForm
from vereda.outcomes.pages.outcomes import FORM, today_here, value_url
from vereda.outcomes.queries.expectations import expectation_with_id


@page(may="outcomes.edit")
def expect(request: MemberRequest, account: str) -> HttpResponse:
    """What the customer was told to expect."""
    row = account_with_key(request.member.workspace, account)
    initial = {"set_on": today_here(request)}
    form = ExpectationForm(request.POST or None, account=row, initial=initial)

    def act() -> None:
        set_expectation(row, by=request.member, now=now(), **form.said())

    if form.accepts(act):
        notice(request, _("It is in the log."))
        return answer_after(request, to=value_url(request, row))
    context = {"form": form, "account": row, "title": _("What they may expect")}
    context["submit"] = _("Write it down")
    return answer(request, FORM, context, status=form.answer_status)


@page(may="outcomes.edit")
def settle(request: MemberRequest, expectation: UUID) -> HttpResponse:
    """What came of it."""
    row = expectation_with_id(request.member.workspace, expectation)
    form = SettleForm(request.POST or None)

    def act() -> None:
        came = meet_expectation if form.cleaned_data["came"] == "met" else miss_expectation
        came(row, words=form.cleaned_data["words"], by=request.member, now=now())

    if form.accepts(act):
        notice(request, _("It is in the log."))
        return answer_after(request, to=value_url(request, row.account))
    context = {
        "form": form,
        "account": row.account,
        "title": _("What came of it"),
        "lead": row.words,
        "submit": _("Save"),
    }
    return answer(request, FORM, context, status=form.answer_status)
