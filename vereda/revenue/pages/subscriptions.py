"""Pages about an account's money; the account's own page shows `revenue/money.html` as a tab."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import account_with_key
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.forms import AnsweringForm
from vereda.foundation.pages import answer, answer_after, notice
from vereda.revenue.actions.churn import record_churn
from vereda.revenue.actions.headlines import day_of
from vereda.revenue.actions.subscriptions import (
    change_subscription,
    end_subscription,
    start_subscription,
)
from vereda.revenue.forms import ChangeForm, ChurnForm, EndForm, StartForm, terms_initial
from vereda.revenue.queries.subscriptions import subscription_with_key

TEMPLATE = "revenue/form.html#form"


@page(may="revenue.edit_subscription")
def start(request: MemberRequest, account: str) -> HttpResponse:
    """A new subscription of an account."""
    row = account_with_key(request.member.workspace, account)
    today = day_of(request.member.workspace, now=now())
    form = StartForm(
        request.POST or None,
        initial={"currency": request.member.workspace.currency, "started_on": today},
    )

    def act() -> None:
        start_subscription(
            row,
            started_on=form.cleaned_data["started_on"],
            by=request.member,
            now=now(),
            **form.terms(),
        )

    if form.accepts(act):
        notice(request, _("The subscription is noted."))
        return answer_after(request, to=money_url(request, row.key))
    context = {"account": row, "submit": _("Add subscription")}
    return shown(request, form, title=_("Add a subscription"), **context)


@page(may="revenue.edit_subscription")
def change(request: MemberRequest, subscription: str) -> HttpResponse:
    """Other terms for a subscription."""
    row = subscription_with_key(request.member.workspace, subscription)
    initial = {**terms_initial(row), "from_on": day_of(request.member.workspace, now=now())}
    form = ChangeForm(request.POST or None, initial=initial)

    def act() -> None:
        change_subscription(
            row,
            from_on=form.cleaned_data["from_on"],
            by=request.member,
            now=now(),
            version=form.cleaned_data["version"],
            **form.terms(),
        )

    if form.accepts(act):
        notice(request, _("The terms are changed."))
        return answer_after(request, to=money_url(request, row.account.key))
    title = _("Change %s") % row.key
    return shown(
        request,
        form,
        title=title,
        account=row.account,
        subscription=row,
        submit=_("Change terms"),
    )


@page(may="revenue.edit_subscription")
def end(request: MemberRequest, subscription: str) -> HttpResponse:
    """A last day for a subscription."""
    row = subscription_with_key(request.member.workspace, subscription)
    form = EndForm(
        request.POST or None,
        initial={
            "ends_on": row.ends_on or day_of(request.member.workspace, now=now()),
            "version": row.version,
        },
    )

    def act() -> None:
        end_subscription(
            row,
            ends_on=form.cleaned_data["ends_on"],
            by=request.member,
            now=now(),
            version=form.cleaned_data["version"],
        )

    if form.accepts(act):
        notice(request, _("The subscription has its last day."))
        return answer_after(request, to=money_url(request, row.account.key))
    return shown(
        request,
        form,
        title=_("End %s") % row.key,
        account=row.account,
        subscription=row,
        submit=_("End it"),
    )


@page(may="revenue.edit_subscription")
def churn(request: MemberRequest, account: str) -> HttpResponse:
    """A goodbye: ends what runs, and keeps the reason."""
    row = account_with_key(request.member.workspace, account)
    form = ChurnForm(
        request.POST or None,
        initial={"churned_on": day_of(request.member.workspace, now=now()), "reason": "unknown"},
    )

    def act() -> None:
        record_churn(
            row,
            churned_on=form.cleaned_data["churned_on"],
            reason=form.cleaned_data["reason"],
            comment=form.cleaned_data["comment"],
            by=request.member,
            now=now(),
        )

    if form.accepts(act):
        notice(request, _("The goodbye is noted."))
        return answer_after(request, to=money_url(request, row.key))
    return shown(
        request,
        form,
        title=_("%s leaves") % row.name,
        account=row,
        submit=_("Note the goodbye"),
        lead=_("Every subscription that runs ends on that day, and the account counts as churned."),
    )


def shown(request: HttpRequest, form: AnsweringForm, **context: Any) -> HttpResponse:
    """The form's page; 422 when what was typed does not fit."""
    account = context["account"]
    back = money_url(request, account.key)
    return answer(
        request, TEMPLATE, {"form": form, "back": back, **context}, status=form.answer_status
    )


def money_url(request: Any, account_key: str) -> str:
    """The account's Money tab."""
    slug = request.member.workspace.slug
    return reverse(
        "console:account-tab", kwargs={"workspace": slug, "account": account_key, "tab": "money"}
    )
