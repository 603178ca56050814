"""Settings: the fields the workspace adds to its accounts and people."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.customers.actions.fields import (
    archive_field,
    define_field,
    edit_field,
    restore_field,
)
from vereda.customers.contracts import FieldTarget, FieldType
from vereda.customers.forms import FieldForm, NewFieldForm
from vereda.customers.models.fields import CustomField
from vereda.customers.pages.shown import address_to, done_with, form_page
from vereda.customers.queries.fields import all_custom_fields, custom_field_with_slug
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer
from vereda.foundation.shell import settings_tabs

VERB = ("POST",)


@page(may="customers.define_field")
def fields(request: MemberRequest) -> HttpResponse:
    """Every field, and a form for one more."""
    workspace = request.member.workspace
    form = NewFieldForm(request.POST or None)

    def act() -> None:
        cleaned = form.cleaned_data
        define_field(
            workspace,
            target=FieldTarget(cleaned["target"]),
            label=cleaned["label"],
            type=FieldType(cleaned["type"]),
            choices=form.lines(),
            by=request.member,
        )

    if form.accepts(act):
        to = address_to(request, "fields")
        return done_with(request, said=_("The field is in the forms now."), to=to)
    context = {
        "fields": all_custom_fields(workspace),
        "form": form,
        "tabs": settings_tabs(request.member, current="customers:fields"),
    }
    return answer(request, "customers/fields.html", context, status=form.answer_status)


@page(may="customers.define_field")
def edit(request: MemberRequest, target: str, slug: str) -> HttpResponse:
    """Another name or other choices for a field."""
    field = field_named(request, target, slug)
    initial = {"label": field.label, "choices": "\n".join(field.choices)}
    form = FieldForm(request.POST or None, initial=initial)

    def act() -> None:
        label = form.cleaned_data["label"]
        edit_field(field, label=label, choices=form.lines(), by=request.member)

    to = address_to(request, "fields")
    if form.accepts(act):
        return done_with(request, said=_("Saved."), to=to)
    title = _("Edit the field %s") % field.label
    return form_page(request, form, title=title, submit=_("Save"), back=to)


@page(may="customers.define_field", methods=VERB)
def archive(request: MemberRequest, target: str, slug: str) -> HttpResponse:
    """Take a field out of the forms."""
    archive_field(field_named(request, target, slug), by=request.member, now=now())
    said = _("The field left the forms; what it held is kept.")
    return done_with(request, said=said, to=address_to(request, "fields"))


@page(may="customers.define_field", methods=VERB)
def restore(request: MemberRequest, target: str, slug: str) -> HttpResponse:
    """Put a field back in the forms."""
    restore_field(field_named(request, target, slug), by=request.member)
    said = _("The field is in the forms again.")
    return done_with(request, said=said, to=address_to(request, "fields"))


def field_named(request: MemberRequest, target: str, slug: str) -> CustomField:
    """The field that the address names, or `Missing`."""
    if target not in list(FieldTarget):
        raise Missing(target)
    return custom_field_with_slug(request.member.workspace, slug, target=FieldTarget(target))
