"""Step 1: the file comes in, and what was detected can be corrected. Step 2: the identity."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.pages import answer, answer_after
from vereda.imports.actions.files import correct_formats, start_import
from vereda.imports.actions.mapping import choose_identity, use_saved_mapping
from vereda.imports.contracts import Problem
from vereda.imports.forms import FormatsForm, IdentityForm, UploadForm
from vereda.imports.models import Import
from vereda.imports.pages.steps import address_of, asked_import, wizard_steps
from vereda.imports.queries.imports import detected_of, mapping_of, saved_mapping_for
from vereda.imports.queries.kinds import importable_kind, kinds_open_to
from vereda.imports.rules.suggestions import never_imported
from vereda.imports.sentences import sentence_of
from vereda.imports.uploads import upload_was_too_big

_SHOWN = 8


@page(may="imports.run")
def upload(request: MemberRequest) -> HttpResponse:
    """Choose a kind and a file, or paste cells."""
    kinds = kinds_open_to(request.member)
    posted = request.method == "POST"
    form = UploadForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        kinds=kinds,
        initial={"kind": request.GET.get("kind", "")},
    )
    status = 200
    if posted and upload_was_too_big(request):
        form.add_error("file", sentence_of(Problem("file_too_big", details={"limit": "200"})))
        status = 413
    elif posted and form.is_valid():
        try:
            return answer_after(request, to=address_of(_started(request, form), "file"))
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 422
    elif posted:
        status = 422
    context = {"form": form, "steps": wizard_steps("file"), "kinds": kinds}
    return answer(request, "imports/upload.html", context, status=status)


def _started(request: MemberRequest, form: UploadForm) -> Import:
    return start_import(
        request.member.workspace,
        kind=importable_kind(form.cleaned_data["kind"]),
        blocks=form.blocks(),
        file_name=form.file_name,
        by=request.member,
        now=now(),
    )


@page(may="imports.run")
def file(request: MemberRequest, key: str) -> HttpResponse:
    """What was detected, with samples; the person's word wins."""
    run = asked_import(request, key)
    detected = detected_of(run)
    form = FormatsForm(
        request.POST or None,
        sheets=detected.sheets,
        initial=FormatsForm.initial_of(detected.formats),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                formats = form.formats(detected.formats)
                run = correct_formats(run, formats=formats, by=request.member, now=now())
                return answer_after(request, to=address_of(run, "file"))
            except Refused as refused:
                form.add_error(None, str(refused))
    return answer(request, "imports/file.html", _file_context(run, form), status=status)


def _file_context(run: Import, form: FormatsForm) -> dict[str, Any]:
    detected = detected_of(run)
    return {
        "run": run,
        "form": form,
        "steps": wizard_steps("file", run),
        "detected": detected,
        "doubts": [sentence_of(doubt) for doubt in detected.doubts],
        "columns": [
            (name, detected.samples[name][:3], never_imported(name)) for name in detected.columns
        ],
        "saved": saved_mapping_for(run),
        "label": importable_kind(run.kind).label,
        "next": address_of(run, "identity"),
        "reuse": address_of(run, "reuse"),
    }


@page(may="imports.run", methods=("POST",))
def reuse(request: MemberRequest, key: str) -> HttpResponse:
    """The mapping of last time, checked at once: the second import is one click."""
    run = use_saved_mapping(asked_import(request, key), by=request.member, now=now())
    return answer_after(request, to=address_of(run, "review"))


@page(may="imports.run")
def identity(request: MemberRequest, key: str) -> HttpResponse:
    """How a row of the file is recognised as one we have."""
    run = asked_import(request, key)
    keys = importable_kind(run.kind).identities(run.workspace_id)
    mapping = mapping_of(run)
    form = IdentityForm(
        request.POST or None,
        keys=keys,
        initial={"identity": mapping.identity if mapping else keys[0].name},
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["identity"]
        choose_identity(run, identity=chosen, by=request.member, now=now())
        return answer_after(request, to=address_of(run, "columns"))
    context = {
        "run": run,
        "form": form,
        "steps": wizard_steps("identity", run),
        "back": address_of(run, "file"),
        "helps": [(key.label, key.help) for key in keys if key.help],
        "title": _("How is a row recognised?"),
    }
    return answer(request, "imports/identity.html", context, status=422 if request.POST else 200)
