"""Pages: the templates, one of them, its editions, its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.wording import language_words
from vereda.onboarding.actions.templates import (
    archive_template,
    copy_template,
    describe_template,
    discard_template_draft,
    draft_template,
    draft_template_in_file,
    publish_edition,
    restore_template,
    save_template_draft,
    set_template_breadth,
    take_template_preset,
)
from vereda.onboarding.contracts.templates import LANGUAGES, EditionSpec
from vereda.onboarding.forms.templates import (
    CopyForm,
    EditionForm,
    TemplateFileForm,
    TemplateForm,
)
from vereda.onboarding.queries.intensity import intensities_of_templates, template_intensity
from vereda.onboarding.queries.templates import (
    archived_templates,
    edition_with_number,
    editions_of,
    shown_spec,
    template_with_key,
    templates_in,
)
from vereda.onboarding.rules.editing import template_difference
from vereda.onboarding.rules.templates import (
    advice_about,
    missing_in_language,
    problems_in_template,
)
from vereda.onboarding.showing import shown_sets, template_changes
from vereda.onboarding.template_files import (
    PRESETS,
    preset_file,
    template_as_file,
    template_in_file,
    told_template,
)
from vereda.onboarding.wording.templates import (
    ADVICE,
    BREADTHS_SHORT,
    CAUSES,
    intensity_value_words,
    intensity_words,
    template_problem_words,
)
from vereda.product.queries import products_in

if TYPE_CHECKING:
    from vereda.onboarding.contracts.intensity import Intensity
    from vereda.onboarding.models.templates import Template, TemplateEdition

VERB = ("POST",)
VERSION = re.compile(r"[0-9]{1,9}", flags=re.ASCII)


@page(may="onboarding.see", methods=READING)
def templates(request: MemberRequest) -> HttpResponse:
    """Every template, and those that come with Vereda and are not here yet."""
    workspace = request.member.workspace
    rows = list(templates_in(workspace))
    intensities = intensities_of_templates(workspace, rows)
    named = {row.name for row in rows}
    presets = [(slug, preset_file(slug, reading_language())) for slug in PRESETS]
    context = {
        "rows": [template_row(row, intensities[row.pk]) for row in rows],
        "archived": archived_templates(workspace),
        "presets": [
            (slug, told, BREADTHS_SHORT[told.spec.breadth], len(told.spec.items))
            for slug, told in presets
            if told.name not in named
        ],
        "may_edit": request.member.may("onboarding.edit_template"),
        "may_publish": request.member.may("onboarding.publish"),
    }
    return answer(request, "onboarding/templates.html", context)


def template_row(template: Template, intensity: Intensity) -> dict[str, Any]:
    """A template as the list shows it."""
    spec = shown_spec(template)
    return {
        "template": template,
        "breadth": BREADTHS_SHORT[spec.breadth],
        "items": len(spec.items),
        "follow_ups": intensity_words(intensity),
    }


def reading_language() -> str:
    """The reader's language, if presets are written in it."""
    own = (get_language() or "").split("-")[0]
    return own if own in LANGUAGES else LANGUAGES[0]


@page(may="onboarding.see", methods=READING)
def template(request: MemberRequest, template: str) -> HttpResponse:
    """One template: its six sets, how closely customers are followed up, its editions."""
    row = template_with_key(request.member.workspace, template)
    return template_page(request, row, EditionForm(initial={"version": row.draft_version}))


def template_page(request: MemberRequest, template: Template, form: EditionForm) -> HttpResponse:
    """The page of a template. Who may edit sees the draft; everybody else what is in force."""
    may_edit = request.member.may("onboarding.edit_template") and template.archived_at is None
    current, draft = template.current, template.drafted
    shows_draft = draft is not None and (may_edit or current is None)
    spec = (
        draft if draft is not None and shows_draft else current.spec if current else EditionSpec()
    )
    context = {
        "template": template,
        "sets": shown_sets(spec),
        "spec": spec,
        "breadth": BREADTHS_SHORT[spec.breadth],
        "shows_draft": shows_draft,
        "editions": edition_rows(editions_of(template)),
        "form": form,
        "may_edit": may_edit,
        "may_publish": request.member.may("onboarding.publish") and template.archived_at is None,
        **checked(spec if shows_draft else None, current),
        **explained(template_intensity(template)),
    }
    return answer(request, "onboarding/template.html", context, status=form.answer_status)


def checked(draft: EditionSpec | None, current: TemplateEdition | None) -> dict[str, Any]:
    """What is the matter with a draft, what it does without, what it changes."""
    if draft is None:
        return {"problems": [], "advice": [], "unsaid": [], "changes": []}
    difference = template_difference(current.spec, draft) if current is not None else None
    return {
        "problems": [template_problem_words(each, draft) for each in problems_in_template(draft)],
        "advice": [ADVICE[each] for each in advice_about(draft)] if draft.items else [],
        "unsaid": [
            (language_words(language), len(keys))
            for language in LANGUAGES
            if (keys := missing_in_language(draft, language))
        ],
        "changes": template_changes(difference, current.spec) if difference and current else [],
    }


def explained(intensity: Intensity) -> dict[str, Any]:
    """How closely they are followed up, and why."""
    return {
        "intensity": intensity,
        "intensity_words": intensity_words(intensity),
        "intensity_parts": [
            (CAUSES[part.cause], intensity_value_words(part), part.points)
            for part in intensity.parts
        ],
    }


def edition_rows(editions: list[TemplateEdition]) -> list[dict[str, Any]]:
    """Each edition with what it changed against the one before; the newest first."""
    specs = [edition.spec for edition in editions]
    rows = []
    for place, edition in enumerate(editions):
        changes: list[str] = []
        if place + 1 < len(editions):
            before = specs[place + 1]
            changes = template_changes(template_difference(before, specs[place]), before)
        rows.append({"edition": edition, "changes": changes})
    return rows


@page(may="onboarding.see", methods=READING)
def edition(request: MemberRequest, template: str, number: int) -> HttpResponse:
    """The checklist as it was published, and what it changed."""
    row = template_with_key(request.member.workspace, template)
    shown = edition_with_number(row, number)
    before = edition_with_number(row, number - 1).spec if number > 1 else None
    spec = shown.spec
    context = {
        "template": row,
        "edition": shown,
        "sets": shown_sets(spec),
        "breadth": BREADTHS_SHORT[spec.breadth],
        "changes": template_changes(template_difference(before, spec), before) if before else [],
    }
    return answer(request, "onboarding/edition.html", context)


# --- New, and other words -------------------------------------------------------------------


@page(may="onboarding.edit_template")
def new_template(request: MemberRequest) -> HttpResponse:
    """A template from nothing."""
    workspace = request.member.workspace
    form = TemplateForm(request.POST or None, products=list(products_in(workspace)))
    made: list[Template] = []

    def act() -> None:
        spec = EditionSpec(breadth=form.breadth_said)
        made.append(draft_template(workspace, spec=spec, by=request.member, **form.said()))

    if form.accepts(act):
        return answer_after(request, to=template_url(request, made[0], "build"))
    context = {"form": form, "title": _("New template"), "submit": _("Begin")}
    return form_page(request, context)


@page(may="onboarding.edit_template")
def describe(request: MemberRequest, template: str) -> HttpResponse:
    """Its name, what it is for, how far it goes."""
    workspace = request.member.workspace
    row = template_with_key(workspace, template)
    products = list(products_in(workspace))
    if row.product is not None and row.product not in products:
        products.append(row.product)
    spec = shown_spec(row)
    form = TemplateForm(
        request.POST or None,
        products=products,
        initial={
            "name": row.name,
            "description": row.description,
            "breadth": spec.breadth,
            "product": row.product.slug if row.product else "",
            "innovation": row.innovation,
            "price": row.price,
        },
    )

    @transaction.atomic
    def act() -> None:
        describe_template(row, by=request.member, **form.said())
        if form.breadth_said is not spec.breadth:
            set_template_breadth(row, breadth=form.breadth_said, by=request.member)

    if form.accepts(act):
        return to_template(request, row, _("Saved."))
    context = {"form": form, "title": _("Name, product, breadth"), "template": row}
    return form_page(request, context)


@page(may="onboarding.edit_template")
def copy(request: MemberRequest, template: str) -> HttpResponse:
    """Another template that says the same."""
    row = template_with_key(request.member.workspace, template)
    name = _("Copy of %s") % row.name
    form = CopyForm(request.POST or None, initial={"name": name[:120]})
    made: list[Template] = []

    def act() -> None:
        made.append(copy_template(row, name=form.cleaned_data["name"], by=request.member))

    if form.accepts(act):
        return to_template(request, made[0], _("The copy is a draft."))
    context = {
        "form": form,
        "title": _("Copy the template"),
        "template": row,
        "submit": _("Copy"),
    }
    return form_page(request, context)


@page(may="onboarding.edit_template")
def import_template(request: MemberRequest) -> HttpResponse:
    """A new template from a file, as a draft."""
    form = TemplateFileForm(request.POST or None, request.FILES or None)
    made: list[Template] = []

    def act() -> None:
        told = template_in_file(form.text())
        made.append(draft_template_in_file(request.member.workspace, told, by=request.member))

    if form.accepts(act):
        return to_template(request, made[0], _("The draft is there. No plan begins by it yet."))
    context = {"form": form, "title": _("A template from a file"), "submit": _("Read it")}
    return form_page(request, context)


@page(may="onboarding.edit_template")
def replace_draft(request: MemberRequest, template: str) -> HttpResponse:
    """The draft as a file says; name and product stay."""
    row = template_with_key(request.member.workspace, template)
    form = TemplateFileForm(request.POST or None, request.FILES or None)

    def act() -> None:
        told = template_in_file(form.text())
        save_template_draft(row, spec=told.spec, by=request.member)

    if form.accepts(act):
        return to_template(request, row, _("The draft says what the file says."))
    context = {
        "form": form,
        "title": _("Replace the draft from a file"),
        "template": row,
        "submit": _("Read it"),
    }
    return form_page(request, context)


def form_page(request: MemberRequest, context: dict[str, Any]) -> HttpResponse:
    """A page that is one form."""
    form = context["form"]
    return answer(request, "onboarding/template_form.html", context, status=form.answer_status)


# --- Verbs ------------------------------------------------------------------------------------


@page(may="onboarding.edit_template", methods=VERB)
def take_preset(request: MemberRequest, preset: str) -> HttpResponse:
    """Take one of the templates that come with Vereda, named in the member's language."""
    row = take_template_preset(
        request.member.workspace,
        preset,
        language=reading_language(),
        by=request.member,
        now=now(),
    )
    return to_template(request, row, _("“%s” is here.") % row.name)


@page(may="onboarding.publish", methods=VERB)
def publish(request: MemberRequest, template: str) -> HttpResponse:
    """The draft becomes an edition: new plans begin by it."""
    row = template_with_key(request.member.workspace, template)
    form = EditionForm(request.POST)

    def act() -> None:
        publish_edition(
            row,
            note=form.cleaned_data["note"],
            version=form.version_seen,
            by=request.member,
            now=now(),
        )

    if not form.accepts(act):
        return template_page(request, row, form)
    said = _("Published. New plans begin by this edition; those that run keep theirs.")
    return to_template(request, row, said)


@page(may="onboarding.edit_template", methods=VERB)
def discard(request: MemberRequest, template: str) -> HttpResponse:
    """The draft is gone; what is published stays."""
    row = template_with_key(request.member.workspace, template)
    discard_template_draft(row, version=version_in(request), by=request.member)
    return to_template(request, row, _("The draft is gone."))


@page(may="onboarding.publish", methods=VERB)
def archive(request: MemberRequest, template: str) -> HttpResponse:
    """No plan begins by it any more."""
    row = template_with_key(request.member.workspace, template)
    archive_template(row, by=request.member, now=now())
    notice(request, _("%s is archived.") % row.name)
    names = {"workspace": request.member.workspace.slug}
    return answer_after(request, to=reverse("onboarding:templates", kwargs=names))


@page(may="onboarding.publish", methods=VERB)
def restore(request: MemberRequest, template: str) -> HttpResponse:
    """Plans may begin by it again."""
    row = template_with_key(request.member.workspace, template)
    restore_template(row, by=request.member)
    return to_template(request, row, _("%s is in use again.") % row.name)


@page(may="onboarding.see", methods=READING)
def template_file(request: MemberRequest, template: str) -> HttpResponse:
    """The template as a file: its draft where there is one, else the current edition."""
    row = template_with_key(request.member.workspace, template)
    return HttpResponse(
        template_as_file(told_template(row, shown_spec(row))),
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="template-{row.number}.toml"'},
    )


def to_template(request: MemberRequest, template: Template, said: str) -> HttpResponse:
    """After a change: say so and show the template."""
    notice(request, said)
    return answer_after(request, to=template_url(request, template))


def template_url(request: MemberRequest, template: Template, route: str = "template") -> str:
    """An address of a template."""
    names = {"workspace": request.member.workspace.slug, "template": template.key}
    return reverse(f"onboarding:{route}", kwargs=names)


def version_in(request: MemberRequest) -> int | None:
    """The draft's version that the page had seen; None where it says none."""
    said = request.POST.get("version", "")
    return int(said) if VERSION.fullmatch(said) else None
