"""A person's privacy page, the requests that wait, the rule, and the register of fields."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.customers.queries.people import person_with_key
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.shell import settings_tabs
from vereda.privacy import wording
from vereda.privacy.actions.consents import give_consent, set_tracking_rule, withdraw_consent
from vereda.privacy.actions.requests import (
    answer_data_request,
    erase_person,
    export_of,
    open_data_request,
)
from vereda.privacy.contracts import TOLD_A_MEMBER, ConsentPurpose, RequestKind, TrackingRule
from vereda.privacy.forms import AnswerForm, ErasureForm, RequestForm, RuleForm
from vereda.privacy.holdings import PersonalField
from vereda.privacy.queries import (
    consent_history,
    consents_of,
    data_request_with_id,
    is_tracked,
    labels_of_person_fields,
    personal_fields,
    requests_of,
    tracking_rule,
    waiting_requests,
    what_is_known_about,
)
from vereda.privacy.telling import name_words, table_words, told_records

VERB = ("POST",)


@page(may="privacy.see", methods=READING)
def person(request: MemberRequest, key: str) -> HttpResponse:
    """What somebody allowed, what is known about them, what they asked for."""
    row = person_with_key(request.member.workspace, key)
    labels = labels_of_person_fields(row)
    context = {
        "person": row,
        "person_url": person_page(request, key=row.key),
        "answers": [
            (purpose, wording.CONSENTS[purpose], wording.QUESTIONS[purpose], consent)
            for purpose, consent in consents_of(row).items()
        ],
        "tracked": is_tracked(row),
        "history": consent_history(row),
        "sections": [
            (section.title, told_records(section.records, labels=labels))
            for section in what_is_known_about(row)
        ],
        "requests": requests_of(row),
        "request_form": RequestForm(),
        "may_answer": request.member.may("privacy.answer"),
        "may_erase": request.member.may("privacy.erase"),
    }
    return answer(request, "privacy/person.html", context)


@page(may="privacy.answer", methods=VERB)
def give(request: MemberRequest, key: str, purpose: str) -> HttpResponse:
    """Somebody says yes to a purpose."""
    row = person_with_key(request.member.workspace, key)
    form = AnswerForm(request.POST)

    def act() -> None:
        source = form.cleaned_data["source"] or TOLD_A_MEMBER
        give_consent(
            row, purpose=purpose_named(purpose), source=source, by=request.member, now=now()
        )

    if form.accepts(act):
        notice(request, _("Noted: yes."))
    return answer_after(request, to=privacy_page(request, key=row.key))


@page(may="privacy.answer", methods=VERB)
def withdraw(request: MemberRequest, key: str, purpose: str) -> HttpResponse:
    """Somebody says no to a purpose; the same one click."""
    row = person_with_key(request.member.workspace, key)
    form = AnswerForm(request.POST)

    def act() -> None:
        source = form.cleaned_data["source"] or TOLD_A_MEMBER
        withdraw_consent(
            row, purpose=purpose_named(purpose), source=source, by=request.member, now=now()
        )

    if form.accepts(act):
        notice(request, _("Noted: no. It is obeyed from now on."))
    return answer_after(request, to=privacy_page(request, key=row.key))


@page(may="privacy.answer", methods=VERB, confirmed=True)
def export(request: MemberRequest, key: str) -> HttpResponseBase:
    """Everything known about somebody, as a file that is written as it is read."""
    row = person_with_key(request.member.workspace, key)
    copy = export_of(row, by=request.member, now=now())
    headers = {"Content-Disposition": f'attachment; filename="{row.key}.json"'}
    return StreamingHttpResponse(copy, headers=headers, content_type="application/json")


@page(may="privacy.answer", methods=VERB)
def ask(request: MemberRequest, key: str) -> HttpResponse:
    """Somebody asks for a copy, to be forgotten, or for restriction."""
    row = person_with_key(request.member.workspace, key)
    form = RequestForm(request.POST)

    def act() -> None:
        kind = RequestKind(form.cleaned_data["kind"])
        note = form.cleaned_data["note"]
        open_data_request(row, kind=kind, note=note, by=request.member, now=now())

    if form.accepts(act):
        notice(request, _("Noted. The answer is due within a month."))
        return answer_after(request, to=privacy_page(request, key=row.key))
    context = {"person": row, "form": form, "back": privacy_page(request, key=row.key)}
    context |= {"title": _("What they ask for"), "submit": _("Note it")}
    return answer(request, "privacy/form.html", context, status=form.answer_status)


@page(may="privacy.erase", methods=VERB, confirmed=True)
def met(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """A request is met; an erasure erases now."""
    row = data_request_with_id(request.member.workspace, request_id)
    answer_data_request(row, by=request.member, now=now())
    notice(request, _("The request is met."))
    return answer_after(request, to=privacy_page(request, key=row.person.key))


@page(may="privacy.erase", confirmed=True)
def erase(request: MemberRequest, key: str) -> HttpResponse:
    """Forget somebody, after their key was typed."""
    row = person_with_key(request.member.workspace, key)
    form = ErasureForm(request.POST or None, key=row.key)
    records = []

    def act() -> None:
        records.append(erase_person(row, by=request.member, now=now()))

    if form.accepts(act):
        words = ngettext("Forgotten: %d record.", "Forgotten: %d records.", records[0])
        notice(request, words % records[0])
        return answer_after(request, to=privacy_page(request, key=row.key))
    context = {
        "person": row,
        "form": form,
        "back": privacy_page(request, key=row.key),
        "title": _("Erase %s") % row.called,
        "submit": _("Erase for ever"),
        "lead": _(
            "Their profile, accounts, relationships and ids are deleted everywhere, and what is "
            "counted of them loses their name. This cannot be undone."
        ),
        "danger": True,
    }
    return answer(request, "privacy/form.html", context, status=form.answer_status)


@page(may="privacy.configure")
def privacy_settings(request: MemberRequest) -> HttpResponse:
    """The rule, the requests that wait, and every field that says something about people."""
    workspace = request.member.workspace
    form = RuleForm(request.POST or None, initial={"rule": tracking_rule(workspace)})

    def act() -> None:
        rule = TrackingRule(form.cleaned_data["rule"])
        set_tracking_rule(workspace, rule=rule, by=request.member)

    if form.accepts(act):
        notice(request, _("The rule is in force."))
        return answer_after(request, to=address(request, "settings"))
    context = {
        "form": form,
        "requests": waiting_requests(workspace),
        "today": now().date(),
        "register": [told(field) for field in personal_fields()],
        "tabs": settings_tabs(request.member, current="privacy:settings"),
    }
    return answer(request, "privacy/settings.html", context, status=form.answer_status)


def told(field: PersonalField) -> dict[str, Any]:
    """A field of the register in words: where, why, on what ground, how long."""
    purpose, basis = wording.PURPOSES[field.personal.purpose]
    return {
        "where": table_words(field.model),
        "field": name_words(field.field, labels={}),
        "purpose": purpose,
        "basis": wording.BASES[basis],
        "retention": wording.RETENTIONS[field.personal.retention],
    }


def purpose_named(name: str) -> ConsentPurpose:
    """The purpose that the address names, or `Missing`."""
    if name not in list(ConsentPurpose):
        raise Missing(name)
    return ConsentPurpose(name)


def privacy_page(request: MemberRequest, *, key: str) -> str:
    """The person's privacy page."""
    return address(request, "person", key=key)


def person_page(request: MemberRequest, *, key: str) -> str:
    """The person's own page."""
    slug = request.member.workspace.slug
    return reverse("customers:person", kwargs={"workspace": slug, "key": key})


def address(request: MemberRequest, route: str, **parts: Any) -> str:
    """The address of one of our pages in this workspace."""
    slug = request.member.workspace.slug
    return reverse(f"privacy:{route}", kwargs={"workspace": slug, **parts})
