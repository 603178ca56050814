"""A new account, another one's words, and the verbs that a list changes in one cell."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.customers.actions.account_tags import set_account_tags
from vereda.customers.actions.accounts import (
    add_account,
    archive_account,
    assign_account,
    change_stage,
    edit_account,
    restore_account,
    set_next_step,
)
from vereda.customers.contracts import CommercialStatus, LifecycleStage
from vereda.customers.forms import AccountForm, NextStepForm, OwnerForm, StageForm, TagsForm
from vereda.customers.pages.shown import (
    account_address,
    accounts_address,
    done_with,
    form_page,
)
from vereda.customers.queries.accounts import account_with_key, archived_accounts
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.paging import Order, slice_of
from vereda.foundation.zones import day_where

VERB = ("POST",)


@page(may="customers.add_account")
def add(request: MemberRequest) -> HttpResponse:
    """A new account; `?parent=A-12` puts it below another."""
    workspace = request.member.workspace
    initial = {
        "stage": LifecycleStage.ONBOARDING,
        "status": CommercialStatus.ACTIVE,
        "owner": str(request.member.pk),
        "parent": request.GET.get("parent", ""),
        "created_on": day_where(now(), workspace.time_zone),
    }
    form = AccountForm(request.POST or None, workspace=workspace, initial=initial)
    added = []

    def act() -> None:
        with transaction.atomic():
            account = add_account(workspace, by=request.member, now=now(), **form.changes())
            set_account_tags(account, names=form.cleaned_data["tags"], by=request.member)
            added.append(account)

    if form.accepts(act):
        return done_with(
            request, said=_("The account is there."), to=account_address(request, added[0])
        )
    return form_page(
        request,
        form,
        title=_("New account"),
        submit=_("Add account"),
        back=accounts_address(request),
    )


@page(may="customers.edit_account")
def edit(request: MemberRequest, key: str) -> HttpResponse:
    """Other words for an account; the second of two people is told of the first."""
    workspace = request.member.workspace
    account = account_with_key(workspace, key)
    form = AccountForm(
        request.POST or None, workspace=workspace, initial=AccountForm.about(account)
    )

    def act() -> None:
        with transaction.atomic():
            version = form.cleaned_data["version"]
            edit_account(account, by=request.member, now=now(), version=version, **form.changes())
            set_account_tags(account, names=form.cleaned_data["tags"], by=request.member)

    if form.accepts(act):
        return done_with(request, said=_("Saved."), to=account_address(request, account))
    return form_page(
        request,
        form,
        title=_("Edit %s") % account.name,
        submit=_("Save"),
        back=account_address(request, account),
        trail=account.name,
    )


@page(may="customers.edit_account")
def assign(request: MemberRequest, key: str) -> HttpResponse:
    """Give an account to somebody."""
    account = account_with_key(request.member.workspace, key)
    form = OwnerForm(
        request.POST or None,
        workspace=request.member.workspace,
        initial={"owner": str(account.owner_id or "")},
    )

    def act() -> None:
        assign_account(account, owner=form.chosen(), by=request.member, now=now())

    if form.accepts(act):
        said = _("The account has another owner.")
        return done_with(request, said=said, to=account_address(request, account))
    return form_page(
        request,
        form,
        title=_("Owner of %s") % account.name,
        submit=_("Assign"),
        back=account_address(request, account),
        trail=account.name,
    )


@page(may="customers.edit_account")
def stage(request: MemberRequest, key: str) -> HttpResponse:
    """Move an account along its path."""
    account = account_with_key(request.member.workspace, key)
    form = StageForm(request.POST or None, initial={"stage": account.stage})

    def act() -> None:
        wanted = LifecycleStage(form.cleaned_data["stage"])
        change_stage(account, stage=wanted, by=request.member, now=now())

    if form.accepts(act):
        said = _("The account is in another stage.")
        return done_with(request, said=said, to=account_address(request, account))
    return form_page(
        request,
        form,
        title=_("Stage of %s") % account.name,
        submit=_("Change stage"),
        back=account_address(request, account),
        trail=account.name,
    )


@page(may="customers.edit_account")
def next_step(request: MemberRequest, key: str) -> HttpResponse:
    """Say what we do next for an account."""
    account = account_with_key(request.member.workspace, key)
    form = NextStepForm(request.POST or None, initial={"next_step": account.next_step})

    def act() -> None:
        words = form.cleaned_data["next_step"]
        set_next_step(account, next_step=words, by=request.member, now=now())

    if form.accepts(act):
        return done_with(request, said=_("Saved."), to=account_address(request, account))
    return form_page(
        request,
        form,
        title=_("Next step for %s") % account.name,
        submit=_("Save"),
        back=account_address(request, account),
        trail=account.name,
    )


@page(may="customers.edit_account")
def tag(request: MemberRequest, key: str) -> HttpResponse:
    """The tags of an account."""
    account = account_with_key(request.member.workspace, key)
    carried = account.account_tags.order_by("tag__slug").values_list("tag__name", flat=True)
    form = TagsForm(request.POST or None, initial={"tags": ", ".join(carried)})

    def act() -> None:
        set_account_tags(account, names=form.names(), by=request.member)

    if form.accepts(act):
        return done_with(request, said=_("Saved."), to=account_address(request, account))
    return form_page(
        request,
        form,
        title=_("Tags of %s") % account.name,
        submit=_("Save"),
        back=account_address(request, account),
        trail=account.name,
    )


@page(may="customers.archive_account", methods=VERB)
def archive(request: MemberRequest, key: str) -> HttpResponse:
    """Take an account out of the lists."""
    account = account_with_key(request.member.workspace, key)
    archive_account(account, by=request.member, now=now())
    said = _("%s left the lists. You find it among the archived accounts.") % account.name
    return done_with(request, said=said, to=account_address(request, account))


@page(may="customers.archive_account", methods=VERB)
def restore(request: MemberRequest, key: str) -> HttpResponse:
    """Put an account back in the lists."""
    account = account_with_key(request.member.workspace, key)
    restore_account(account, by=request.member, now=now())
    said = _("%s is back in the lists.") % account.name
    return done_with(request, said=said, to=account_address(request, account))


@page(may="customers.see", methods=READING)
def archived(request: MemberRequest) -> HttpResponse:
    """The accounts that left the lists."""
    workspace = request.member.workspace
    shown = slice_of(
        archived_accounts(workspace).select_related("owner__user"),
        workspace=workspace,
        order=Order.on_nullable("archived", "archived_at", descending=True),
        cursor=request.GET.get("cursor", ""),
    )
    return answer(request, "customers/archived.html", {"slice": shown})
