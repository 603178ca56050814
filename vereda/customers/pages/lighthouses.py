"""The lighthouse list: the accounts that everybody looks at first, in order, with the reason."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.customers.actions.lighthouses import (
    add_lighthouse,
    explain_lighthouse,
    place_lighthouse,
    remove_lighthouse,
)
from vereda.customers.forms import LighthouseForm
from vereda.customers.models.accounts import Account
from vereda.customers.pages.shown import account_address, address_to, done_with, form_page
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.lighthouses import (
    lighthouse_of,
    lighthouse_with_account,
    lighthouses_in,
)
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.zones import day_where


@page(may="customers.see", methods=READING)
def lighthouses(request: MemberRequest) -> HttpResponse:
    """The list, and what each account's success is worth to the others."""
    rows = lighthouses_in(request.member.workspace)
    context = {
        "rows": [(row, account_address(request, row.account)) for row in rows],
        "last": len(rows),
        "may_edit": request.member.may("customers.edit_account"),
    }
    return answer(request, "customers/lighthouses.html", context)


@page(may="customers.edit_account")
def shine(request: MemberRequest, key: str) -> HttpResponse:
    """Put the account on the list, or say anew why it is there."""
    account = account_with_key(request.member.workspace, key)
    listed = lighthouse_of(account)
    first = {"why": listed.why} if listed else None
    form = LighthouseForm(request.POST or None, initial=first)

    def act() -> None:
        why = form.cleaned_data["why"]
        if listed is None:
            add_lighthouse(
                account,
                why=why,
                by=request.member,
                on=day_where(now(), account.workspace.time_zone),
            )
        else:
            explain_lighthouse(listed, why=why, by=request.member)

    if form.accepts(act):
        said = _("%(account)s is on the lighthouse list.") % {"account": account.name}
        return done_with(request, said=said, to=address_to(request, "lighthouses"))
    return form_page(
        request,
        form,
        title=_("Lighthouse account"),
        submit=_("Save"),
        back=account_address(request, account),
        lead=account.name,
    )


@page(may="customers.edit_account", methods=("POST",))
def shift(request: MemberRequest, key: str) -> HttpResponse:
    """Move the account up or down the list, or to the place that was sent."""
    account: Account = account_with_key(request.member.workspace, key)
    row = lighthouse_with_account(account)
    shown = [each.pk for each in lighthouses_in(request.member.workspace)]
    here = shown.index(row.pk) + 1 if row.pk in shown else row.place
    place_lighthouse(row, place=_place_sent(request, here), by=request.member)
    said = _("%(account)s moved.") % {"account": account.name}
    return done_with(request, said=said, to=address_to(request, "lighthouses"))


@page(may="customers.edit_account", methods=("POST",))
def dim(request: MemberRequest, key: str) -> HttpResponse:
    """Take the account off the list."""
    account = account_with_key(request.member.workspace, key)
    remove_lighthouse(lighthouse_with_account(account), by=request.member)
    said = _("%(account)s is off the lighthouse list.") % {"account": account.name}
    return done_with(request, said=said, to=address_to(request, "lighthouses"))


def _place_sent(request: MemberRequest, here: int) -> int:
    """The place among those that are shown; `here` is the present one."""
    sent = request.POST.get("place", "")
    if sent == "up":
        return here - 1
    if sent == "down":
        return here + 1
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 7 else here
