"""Step 4: what is wrong, grouped by the one act that repairs it."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.importing import ImportField
from vereda.foundation.pages import answer, answer_after
from vereda.imports.actions.checking import check_import
from vereda.imports.actions.mapping import map_columns
from vereda.imports.contracts import DateOrder, Mapping, State
from vereda.imports.forms import DATE_ORDERS, DECIMAL_MARKS
from vereda.imports.models import Import
from vereda.imports.pages.steps import address_of, asked_import, wizard_steps
from vereda.imports.queries.imports import mapping_of
from vereda.imports.queries.kinds import importable_kind, reference_ways
from vereda.imports.rules.repairs import (
    with_format,
    with_invalid_left_out,
    with_way,
    with_words,
)

_OF_DATES = ("not_a_date", "other_date_order", "no_such_day")
_OF_NUMBERS = ("not_a_number", "not_money", "not_an_integer", "other_decimal_mark")
_OF_CELLS = (
    *_OF_DATES,
    *_OF_NUMBERS,
    "not_a_boolean",
    "not_an_email",
    "unknown_choice",
    "no_such_time",
    "text_too_long",
)
_SHOWN_TEXTS = 20


@page(may="imports.run", methods=("GET", "HEAD"))
def review(request: MemberRequest, key: str) -> HttpResponse:
    """The problems of the dry run; while it works, how far it is."""
    run = asked_import(request, key)
    if request.htmx and run.state != State.CHECKING:
        return answer_after(request, to=address_of(run, "review"))
    if run.state in (State.UPLOADED, State.RUNNING, State.DONE, State.UNDOING, State.UNDONE):
        return answer_after(request, to=address_of(run, "show"))
    context = {
        "run": run,
        "steps": wizard_steps("review", run),
        "groups": [_group(run, group) for group in run.checked.get("groups", [])],
        "counts": run.checked.get("counts", {}),
        "back": address_of(run, "columns"),
        "next": address_of(run, "show"),
        "check_url": address_of(run, "check"),
        "cancel_url": address_of(run, "cancel"),
        "repair_url": address_of(run, "repair"),
        "here": address_of(run, "review"),
    }
    return answer(request, "imports/review.html#progress", context)


def _group(run: Import, group: dict[str, Any]) -> dict[str, Any]:
    mapping = mapping_of(run)
    field = _field_of(run, mapping, group["column"]) if mapping else None
    return {
        **group,
        "texts": group["texts"][:_SHOWN_TEXTS],
        "more": max(0, len(group["texts"]) - _SHOWN_TEXTS),
        "choices": [(one.value, one.label) for one in field.choices] if field else [],
        "dates": DATE_ORDERS if group["code"] in _OF_DATES else [],
        "decimals": DECIMAL_MARKS if group["code"] in _OF_NUMBERS else [],
        "words": group["code"] == "unknown_choice",
        "ways": reference_ways(field.refers_to) if field and field.refers_to else [],
        "may_leave_out": group["code"] in _OF_CELLS and field is not None and not field.required,
    }


def _field_of(run: Import, mapping: Mapping, column: str) -> ImportField | None:
    to = next((plan.to for plan in mapping.columns if plan.name == column), "")
    fields = importable_kind(run.kind).fields(run.workspace_id)
    return next((field for field in fields if field.name == to), None)


@page(may="imports.run", methods=("POST",))
def check(request: MemberRequest, key: str) -> HttpResponse:
    """The dry run, once more."""
    run = check_import(asked_import(request, key), by=request.member, now=now())
    return answer_after(request, to=address_of(run, "review"))


@page(may="imports.run", methods=("POST",))
def repair(request: MemberRequest, key: str) -> HttpResponse:
    """One change of the mapping that repairs many rows; the dry run begins again."""
    run = asked_import(request, key)
    mapping = mapping_of(run)
    column = request.POST.get("column", "")
    if mapping is None or column not in {plan.name for plan in mapping.columns}:
        raise Refused(_("There is no such column in this import."))
    changed = _repaired(request, mapping, column)
    run = map_columns(run, mapping=changed, by=request.member, now=now())
    check_import(run, by=request.member, now=now())
    return answer_after(request, to=address_of(run, "review"))


def _repaired(request: MemberRequest, mapping: Mapping, column: str) -> Mapping:
    act = request.POST.get("act", "")
    said = request.POST
    if act == "words":
        words = zip(said.getlist("word"), said.getlist("meaning"), strict=False)
        known = {word: "" if value == "-" else value for word, value in words if value}
        return with_words(mapping, column, known)
    if act == "dates" and said.get("dates") in list(DateOrder):
        return with_format(mapping, column, dates=said["dates"])
    if act == "decimal" and said.get("decimal") in (".", ","):
        return with_format(mapping, column, decimal=said["decimal"])
    if act == "leave_out":
        return with_invalid_left_out(mapping, column)
    if act == "way":
        return with_way(mapping, column, said.get("way", ""))
    raise Refused(_("Choose what to repair."))
