"""The list of people, and the page of one: who they are, what moves them, whom they stand with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vereda.customers import wording
from vereda.customers.actions.people import (
    add_person,
    archive_person,
    edit_person,
    join_account,
    leave_account,
    restore_person,
)
from vereda.customers.contracts import Condition, FieldTarget, Operator, Ordering, RelationKind
from vereda.customers.forms import MembershipForm, PersonForm
from vereda.customers.pages.shown import address_to, done_with, form_page, person_address
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.fields import custom_fields_by_slug, values_of
from vereda.customers.queries.lists import list_order, people_matching, person_question
from vereda.customers.queries.notes import notes_with
from vereda.customers.queries.people import (
    membership_with_id,
    memberships_in,
    memberships_of_people,
    person_keys_of,
    person_with_key,
)
from vereda.customers.queries.relationships import relationships_of_person
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer
from vereda.foundation.paging import slice_of
from vereda.foundation.panels import PERSON, panels_at
from vereda.foundation.zones import day_where

if TYPE_CHECKING:
    from vereda.customers.models.people import Person, Relationship

VERB = ("POST",)


@page(may="customers.see", methods=READING)
def people(request: MemberRequest) -> HttpResponse:
    """Everybody at every account; `?q=` narrows by name, `?account=A-12` by account."""
    workspace = request.member.workspace
    question = person_question(workspace, today=day_where(now(), workspace.time_zone))
    sort = request.GET.get("sort", "name")
    order = list_order(question, Ordering(sort.removeprefix("-"), descending=sort.startswith("-")))
    shown = slice_of(
        people_matching(question, conditions_in(request)),
        workspace=workspace,
        order=order,
        cursor=request.GET.get("cursor", ""),
    )
    held = memberships_of_people(workspace, [person.pk for person in shown.rows])
    context = {
        "slice": shown,
        "rows": [(person, held[person.pk]) for person in shown.rows],
        "text": request.GET.get("q", ""),
        "account_key": request.GET.get("account", ""),
        "sort": sort,
    }
    return answer(request, "customers/people.html#people", context)


def conditions_in(request: MemberRequest) -> list[Condition]:
    """The conditions that the address names."""
    asked = [("name", Operator.CONTAINS, "q"), ("account", Operator.IS, "account")]
    return [
        Condition(field, operator, text)
        for field, operator, name in asked
        if (text := request.GET.get(name, "").strip())
    ]


@page(may="customers.see", methods=READING)
def person(request: MemberRequest, key: str) -> HttpResponse:
    """One person."""
    workspace = request.member.workspace
    row = person_with_key(workspace, key)
    fields = custom_fields_by_slug(workspace, target=FieldTarget.PERSON)
    context = {
        "person": row,
        "memberships": list(memberships_in(row)),
        "relationships": [
            (one, relation_told(one, request=request)) for one in relationships_of_person(row)
        ],
        "notes": notes_with(row),
        "keys": person_keys_of(row),
        "values": [one for one in values_of(row, fields=fields) if one.value is not None],
        "may_edit": request.member.may("customers.edit_person"),
        "panels": panels_at(PERSON, member=request.member, thing=row),
    }
    return answer(request, "customers/person.html", context)


def relation_told(one: Relationship, *, request: MemberRequest) -> SafeString:
    """The relationship: what somebody is to the account, or who stands how to whom."""
    kind = RelationKind(one.kind)
    if one.to_person is None:
        return conditional_escape(wording.RELATIONS[kind])
    who, whom = (link_to(each, request=request) for each in (one.from_person, one.to_person))
    return format_html(str(wording.RELATIONS_TOLD[kind]), who=who, whom=whom)


def link_to(row: Person, *, request: MemberRequest) -> SafeString:
    """Somebody's name, leading to their page."""
    return format_html('<a href="{}">{}</a>', person_address(request, row), row.called)


@page(may="customers.edit_person")
def add(request: MemberRequest) -> HttpResponse:
    """Somebody new; `?account=A-12` puts them in an account."""
    workspace = request.member.workspace
    into = request.GET.get("account", "")
    account = account_with_key(workspace, into) if into else None
    form = PersonForm(request.POST or None, workspace=workspace)
    added = []

    def act() -> None:
        changes: dict[str, Any] = form.changes()
        added.append(
            add_person(workspace, account=account, by=request.member, now=now(), **changes)
        )

    if form.accepts(act):
        said = _("%s is among the people.") % added[0].called
        return done_with(request, said=said, to=person_address(request, added[0]))
    title = _("New person at %s") % account.name if account else _("New person")
    return form_page(
        request, form, title=title, submit=_("Add person"), back=address_to(request, "people")
    )


@page(may="customers.edit_person")
def edit(request: MemberRequest, key: str) -> HttpResponse:
    """Other words about somebody."""
    workspace = request.member.workspace
    row = person_with_key(workspace, key)
    form = PersonForm(request.POST or None, workspace=workspace, initial=PersonForm.about(row))

    def act() -> None:
        version = form.cleaned_data["version"]
        edit_person(row, by=request.member, version=version, **form.changes())

    if form.accepts(act):
        return done_with(request, said=_("Saved."), to=person_address(request, row))
    return form_page(
        request,
        form,
        title=_("Edit %s") % row.called,
        submit=_("Save"),
        back=person_address(request, row),
        trail=row.called,
    )


@page(may="customers.edit_person", methods=VERB)
def archive(request: MemberRequest, key: str) -> HttpResponse:
    """Take somebody out of the lists."""
    row = person_with_key(request.member.workspace, key)
    archive_person(row, by=request.member, now=now())
    said = _("%s left the lists.") % row.called
    return done_with(request, said=said, to=person_address(request, row))


@page(may="customers.edit_person", methods=VERB)
def restore(request: MemberRequest, key: str) -> HttpResponse:
    """Put somebody back in the lists."""
    row = person_with_key(request.member.workspace, key)
    restore_person(row, by=request.member)
    said = _("%s is back in the lists.") % row.called
    return done_with(request, said=said, to=person_address(request, row))


@page(may="customers.edit_person")
def join(request: MemberRequest, key: str) -> HttpResponse:
    """Put somebody in one more account."""
    workspace = request.member.workspace
    row = person_with_key(workspace, key)
    form = MembershipForm(request.POST or None, workspace=workspace)

    def act() -> None:
        join_account(row, by=request.member, **form.cleaned_data)

    if form.accepts(act):
        return done_with(request, said=_("Saved."), to=person_address(request, row))
    return form_page(
        request,
        form,
        title=_("Put %s in an account") % row.called,
        submit=_("Put in account"),
        back=person_address(request, row),
        trail=row.called,
    )


@page(may="customers.edit_person", methods=VERB)
def leave(request: MemberRequest, key: str, membership: UUID) -> HttpResponse:
    """End a membership today."""
    row = person_with_key(request.member.workspace, key)
    held = membership_with_id(row, membership)
    today = day_where(now(), request.member.workspace.time_zone)
    leave_account(held, until_on=today, by=request.member)
    said = _("%(person)s left %(account)s.") % {
        "person": row.called,
        "account": held.account.name,
    }
    return done_with(request, said=said, to=person_address(request, row))
