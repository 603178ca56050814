"""Pages of one promised benefit: what it is, how far, and every verb about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.forms import AnsweringForm
from vereda.foundation.pages import answer, answer_after, notice
from vereda.outcomes.actions.measuring import measure_outcome
from vereda.outcomes.actions.promising import (
    drop_outcome,
    edit_outcome,
    promise_outcome,
    pursue_outcome,
)
from vereda.outcomes.actions.verdicts import (
    confirm_outcome,
    deny_outcome,
    dispute_outcome,
    take_back_verdict,
    verify_outcome,
)
from vereda.outcomes.forms import (
    DenyForm,
    DropForm,
    MeasureForm,
    OutcomeForm,
    VerdictForm,
    outcome_initial,
)
from vereda.outcomes.queries.outcomes import (
    measurements_said,
    outcome_with_key,
    verdicts_said,
    view_of,
)
from vereda.outcomes.queries.reports import amendments_of
from vereda.worklist.queries.ranks import today_at

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.outcomes.models.outcomes import Outcome

POST = ("POST",)
FORM = "outcomes/form.html#form"
MOST_SAID = 100


def today_here(request: MemberRequest) -> date:
    """The day it is in the workspace."""
    return today_at(request.member.workspace, now=now())


@page(may="outcomes.see", methods=READING)
def show(request: MemberRequest, outcome: str) -> HttpResponse:
    """What was promised, how far it is, who says what."""
    workspace = request.member.workspace
    row = outcome_with_key(workspace, outcome)
    view = view_of(row, today=today_here(request))
    context = {
        "outcome": row,
        "account": row.account,
        "view": view,
        "measurements": measurements_said(row)[:MOST_SAID],
        "verdicts": verdicts_said(row)[:MOST_SAID],
        "amendments": amendments_of(row.workspace_id, [row.pk]).get(row.pk, []),
        "expectations": row.expectations.order_by("-set_on", "-id"),
        "may_edit": request.member.may("outcomes.edit"),
    }
    return answer(request, "outcomes/outcome.html", context)


@page(may="outcomes.edit")
def promise(request: MemberRequest, account: str) -> HttpResponse:
    """A new benefit."""
    row = account_with_key(request.member.workspace, account)
    today = today_here(request)
    initial = {"promised_on": today, "currency": row.currency or row.workspace.currency}
    form = OutcomeForm(request.POST or None, account=row, initial=initial)
    made: list[Outcome] = []

    def act() -> None:
        said, day = form.said(), form.cleaned_data["promised_on"]
        made.append(promise_outcome(row, said=said, promised_on=day, by=request.member, now=now()))

    if form.accepts(act):
        notice(request, _("The promise is in the register."))
        return answer_after(request, to=outcome_url(request, made[0]))
    return _form_page(
        request, form, account=row, title=_("A promised benefit"), submit=_("Promise")
    )


@page(may="outcomes.edit")
def edit(request: MemberRequest, outcome: str) -> HttpResponse:
    """Word it better, fill in what was unknown, or move it with a reason."""
    row = outcome_with_key(request.member.workspace, outcome)
    form = OutcomeForm(
        request.POST or None, account=row.account, outcome=row, initial=outcome_initial(row)
    )

    def act() -> None:
        edit_outcome(
            row,
            said=form.said(),
            version=form.cleaned_data["version"] or 0,
            because=form.cleaned_data["because"],
            by=request.member,
            now=now(),
        )

    return _answered(
        request, form, act, row=row, title=_("Edit"), done=_("The promise is changed.")
    )


@page(may="outcomes.edit")
def measure(request: MemberRequest, outcome: str) -> HttpResponse:
    """What the value was on a day."""
    row = outcome_with_key(request.member.workspace, outcome)
    initial = {"on": today_here(request)}
    form = MeasureForm(request.POST or None, account=row.account, initial=initial)

    def act() -> None:
        measure_outcome(row, by=request.member, now=now(), **form.said())

    return _answered(request, form, act, row=row, title=_("Measure"), done=_("It is measured."))


@page(may="outcomes.edit")
def verify(request: MemberRequest, outcome: str) -> HttpResponse:
    """It came true, we say, or somebody of the customer does."""
    row = outcome_with_key(request.member.workspace, outcome)
    form = VerdictForm(request.POST or None, account=row.account)

    def act() -> None:
        words, person = form.cleaned_data["words"], form.speaker()
        if person is None:
            verify_outcome(row, words=words, by=request.member, now=now())
        else:
            confirm_outcome(row, person=person, words=words, by=request.member, now=now())

    return _answered(
        request, form, act, row=row, title=_("It came true"), done=_("It is verified.")
    )


@page(may="outcomes.edit")
def deny(request: MemberRequest, outcome: str) -> HttpResponse:
    """It did not come true, and why not."""
    row = outcome_with_key(request.member.workspace, outcome)
    form = DenyForm(request.POST or None, account=row.account)

    def act() -> None:
        said = {"reason": form.why_not(), "words": form.cleaned_data["words"]}
        person = form.speaker()
        if person is None:
            deny_outcome(row, by=request.member, now=now(), **said)
        else:
            dispute_outcome(row, person=person, by=request.member, now=now(), **said)

    done = _("It is noted why it did not come true.")
    return _answered(request, form, act, row=row, title=_("It did not come true"), done=done)


@page(may="outcomes.edit", methods=POST)
def take_back(request: MemberRequest, outcome: str) -> HttpResponse:
    """Our word about it no longer stands."""
    row = outcome_with_key(request.member.workspace, outcome)
    take_back_verdict(row, by=request.member, now=now())
    notice(request, _("Our word is taken back; the measurements speak again."))
    return answer_after(request, to=outcome_url(request, row))


@page(may="outcomes.edit")
def drop(request: MemberRequest, outcome: str) -> HttpResponse:
    """Nobody pursues it any more, and why."""
    row = outcome_with_key(request.member.workspace, outcome)
    form = DropForm(request.POST or None)

    def act() -> None:
        drop_outcome(row, because=form.cleaned_data["because"], by=request.member, now=now())

    done = _("It is no longer pursued.")
    return _answered(request, form, act, row=row, title=_("No longer pursue"), done=done)


@page(may="outcomes.edit", methods=POST)
def pursue(request: MemberRequest, outcome: str) -> HttpResponse:
    """Take it up again."""
    row = outcome_with_key(request.member.workspace, outcome)
    pursue_outcome(row, by=request.member, now=now())
    notice(request, _("It is being pursued again."))
    return answer_after(request, to=outcome_url(request, row))


# --- Where it goes on -----------------------------------------------------------


def _answered(
    request: MemberRequest,
    form: AnsweringForm,
    act: Callable[[], None],
    *,
    row: Outcome,
    title: str,
    done: str,
) -> HttpResponse:
    if form.accepts(act):
        notice(request, done)
        return answer_after(request, to=outcome_url(request, row))
    return _form_page(request, form, account=row.account, title=title, outcome=row)


def _form_page(
    request: MemberRequest,
    form: AnsweringForm,
    *,
    account: Account,
    title: str,
    submit: str = "",
    outcome: Outcome | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "account": account,
        "outcome": outcome,
        "title": title,
        "submit": submit or _("Save"),
    }
    return answer(request, FORM, context, status=form.answer_status)


def outcome_url(request: MemberRequest, row: Outcome) -> str:
    """The page of an outcome."""
    where = {"workspace": request.member.workspace.slug, "outcome": row.key}
    return reverse("outcomes:outcome", kwargs=where)


def value_url(request: MemberRequest, account: Account) -> str:
    """The tab of the account where its benefits are."""
    where = {"workspace": request.member.workspace.slug, "account": account.key}
    return reverse("console:account-tab", kwargs={**where, "tab": "value"})
