"""Step 3: what each column means, by suggestion with confidence and samples."""

from typing import Any

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.importing import FieldType, ImportField
from vereda.foundation.pages import answer, answer_after, notice
from vereda.imports.actions.checking import check_import
from vereda.imports.actions.mapping import create_field_on_the_way, map_columns
from vereda.imports.contracts import ColumnPlan, Detected, Keep, Mapping, MappingRefused
from vereda.imports.forms import (
    DATE_ORDERS,
    DECIMAL_MARKS,
    MappingFileForm,
    NewFieldForm,
    mapping_said,
    words_shown,
)
from vereda.imports.models import Import
from vereda.imports.pages.steps import address_of, asked_import, wizard_steps
from vereda.imports.queries.imports import detected_of, mapping_of
from vereda.imports.queries.kinds import importable_kind, reference_ways
from vereda.imports.rules.mapping_files import mapping_as_text, mapping_from_text
from vereda.imports.rules.suggestions import (
    LIKELY,
    SURE,
    never_imported,
    suggested_fields,
    suggested_type,
)
from vereda.imports.sentences import sentence_of


@page(may="imports.run")
def columns(request: MemberRequest, key: str) -> HttpResponse:
    """Map the columns; sending them begins the dry run."""
    run = asked_import(request, key)
    mapping = mapping_of(run)
    if mapping is None:
        return answer_after(request, to=address_of(run, "identity"))
    sentence, status = "", 200
    if request.method == "POST":
        mapping = mapping_said(request.POST, before=mapping, detected=detected_of(run))
        try:
            run = map_columns(run, mapping=mapping, by=request.member, now=now())
            check_import(run, by=request.member, now=now())
            return answer_after(request, to=address_of(run, "review"))
        except Refused as refused:
            sentence, status = str(refused), 422
    context = _columns_context(run, mapping, sentence=sentence)
    return answer(request, "imports/columns.html", context, status=status)


def _columns_context(run: Import, mapping: Mapping, *, sentence: str) -> dict[str, Any]:
    kind = importable_kind(run.kind)
    detected = detected_of(run)
    fields = kind.fields(run.workspace_id)
    sure = {
        one.column: one.confidence
        for one in suggested_fields(detected.samples, fields=fields, formats=detected.formats)
    }
    joined = {one.columns[0]: one for one in mapping.combined}
    lines = [
        _line(number, plan, detected, fields, confidence=sure.get(plan.name, 0.0), joined=joined)
        for number, plan in enumerate(_all_plans(mapping, detected))
    ]
    mapped = {line["to"] for line in lines}
    return {
        "run": run,
        "steps": wizard_steps("columns", run),
        "sentence": sentence,
        "lines": lines,
        "fields": fields,
        "columns": detected.columns,
        "unmapped": [field for field in fields if field.name not in mapped],
        "constants": [
            (field, mapping.constants.get(field.name, ""))
            for field in fields
            if field.name not in mapped
        ],
        "missing_required": [
            field.label
            for field in fields
            if field.required and field.name not in mapped and not mapping.constants.get(field.name)
        ],
        "keep": mapping.keep.value,
        "keeps": [
            (Keep.ALL.value, _("each updates the one before")),
            (Keep.FIRST.value, _("only the first counts; the others are skipped with a reason")),
            (Keep.LAST.value, _("only the last counts: the file is a log of states")),
        ],
        "last_by": mapping.last_by,
        "dates": DATE_ORDERS,
        "decimals": DECIMAL_MARKS,
        "creates_fields": kind.creates_fields,
        "new_field": NewFieldForm(),
        "mapping_file": MappingFileForm(),
        "back": address_of(run, "identity"),
        "file_url": address_of(run, "mapping_file"),
        "field_url": address_of(run, "new_field"),
    }


def _all_plans(mapping: Mapping, detected: Detected) -> list[ColumnPlan]:
    """One plan per column of the file, the ignored ones too."""
    known = {plan.name: plan for plan in mapping.columns}
    return [known.get(name, ColumnPlan(name)) for name in detected.columns]


def _line(
    number: int,
    plan: ColumnPlan,
    detected: Detected,
    fields: tuple[ImportField, ...],
    *,
    confidence: float,
    joined: dict[str, Any],
) -> dict[str, Any]:
    together = joined.get(plan.name)
    to = together.to if together else plan.to
    field = next((one for one in fields if one.name == to), None)
    samples = detected.samples.get(plan.name, ())
    return {
        "number": number,
        "plan": plan,
        "to": to,
        "time": together.columns[1] if together and len(together.columns) > 1 else "",
        "field": field,
        "samples": samples[:3],
        "never": never_imported(plan.name),
        "confidence": round(confidence * 100),
        "tone": "good" if confidence >= SURE else "watch" if confidence >= LIKELY else "unknown",
        "word": _confidence_word(confidence, to),
        "ways": reference_ways(field.refers_to) if field and field.refers_to else [],
        "words": words_shown(plan),
        "type": suggested_type(samples, detected.formats).value,
    }


def _confidence_word(confidence: float, to: str) -> str:
    if not to:
        return _("ignored")
    if confidence >= SURE:
        return _("sure")
    return _("please check") if confidence >= LIKELY else _("your choice")


@page(may="imports.run", methods=("POST",))
def new_field(request: MemberRequest, key: str) -> HttpResponse:
    """A custom field made on the way; a column named like it is mapped to it."""
    run = asked_import(request, key)
    form = NewFieldForm(request.POST)
    mapping = mapping_of(run)
    if mapping is None or not form.is_valid():
        raise Refused(_("Give the new field a name of at most 60 characters and a type."))
    create_field_on_the_way(
        run,
        label=form.cleaned_data["label"],
        type=FieldType(form.cleaned_data["type"]),
        by=request.member,
        now=now(),
    )
    notice(request, _("The field is there. Choose the column that fills it."))
    return answer_after(request, to=address_of(run, "columns"))


@page(may="imports.run")
def mapping_file(request: MemberRequest, key: str) -> HttpResponse:
    """GET: the mapping as a file, for here or the command line. POST: use such a file."""
    run = asked_import(request, key)
    if request.method == "POST":
        return _use_file(request, run)
    mapping = mapping_of(run)
    if mapping is None:
        return answer_after(request, to=address_of(run, "identity"))
    name = slugify(run.file_name.rpartition(".")[0]) or run.kind
    response = HttpResponse(mapping_as_text(mapping), content_type="application/toml")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.toml"'
    return response


def _use_file(request: MemberRequest, run: Import) -> HttpResponse:
    form = MappingFileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(" ".join(str(one) for one in form.errors.get("file", [])))
    try:
        mapping = mapping_from_text(form.cleaned_data["file"])
    except MappingRefused as error:
        raise Refused(sentence_of(error.problem)) from error
    run = map_columns(run, mapping=mapping, by=request.member, now=now())
    check_import(run, by=request.member, now=now())
    return answer_after(request, to=address_of(run, "review"))
