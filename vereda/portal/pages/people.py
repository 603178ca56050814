"""For members: who of an account may come in, who was there, and the letter that leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.people import people_of
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer, answer_after, notice
from vereda.portal.actions.inviting import invite_to_portal
from vereda.portal.actions.links import end_visits_of
from vereda.portal.queries.visits import is_welcome, visits_seen
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person

POST = ("POST",)


@page(may="portal.invite", methods=READING)
def people(request: MemberRequest, account: str) -> HttpResponse:
    """Everybody in the account, with when they were last on their page."""
    workspace = request.member.workspace
    row = account_with_key(workspace, account)
    there = [each.person for each in people_of(row) if each.person.erased_at is None]
    seen = visits_seen(workspace, [person.pk for person in there], now=now())
    context = {
        "account": row,
        "lines": [(person, seen[person.pk], _may_come_in(person)) for person in there],
    }
    return answer(request, "portal/people.html", context)


@page(may="portal.invite", methods=POST)
def invite(request: MemberRequest, account: str, person: str) -> HttpResponse:
    """Write to them."""
    row, who = _both(request, account, person)
    invite_to_portal(who, account=row, by=request.member, now=now())
    notice(request, _("A letter to %(name)s is on its way.") % {"name": who.called})
    return _back(request, row)


@page(may="portal.invite", methods=POST)
def end_visits(request: MemberRequest, account: str, person: str) -> HttpResponse:
    """Every browser of theirs has to come in anew."""
    row, who = _both(request, account, person)
    end_visits_of(who, now=now())
    record(request.member, "ended the visits of", who)
    notice(request, _("%(name)s has to come in anew, in every browser.") % {"name": who.called})
    return _back(request, row)


def _may_come_in(person: Person) -> bool:
    return bool(person.email) and is_welcome(person)


def _both(request: MemberRequest, account: str, key: str) -> tuple[Account, Person]:
    row = account_with_key(request.member.workspace, account)
    for each in people_of(row):
        if each.person.key == key:
            return row, each.person
    raise Missing(key[:40])


def _back(request: MemberRequest, row: Account) -> HttpResponse:
    kwargs = {"workspace": request.member.workspace.slug, "account": row.key}
    return answer_after(request, to=reverse("portal:people", kwargs=kwargs))
