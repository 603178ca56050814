"""Changing many accounts: choose, see what it does, do it, take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.console.actions.bulk import (
    accounts_of_edit,
    begin_undo,
    carry_out_bulk_edit,
    order_bulk_edit,
    undo_bulk_edit,
)
from vereda.console.contracts import BulkField
from vereda.console.jobs import finish_bulk_edit, finish_undo
from vereda.console.listing import address_of
from vereda.console.models import BulkEdit
from vereda.console.queries import bulk_edit_with_id, kept_count, what_stands
from vereda.customers import wording
from vereda.customers.queries.accounts import tags_in
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Refused
from vereda.foundation.ids import number_in
from vereda.foundation.pages import answer, answer_after
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

AT_ONCE = 200
MOST_ROWS = 200
FIELD_WORDS = {
    BulkField.OWNER: gettext_lazy("Give to an owner"),
    BulkField.STAGE: gettext_lazy("Move to a stage"),
    BulkField.ADD_TAG: gettext_lazy("Add a tag"),
    BulkField.REMOVE_TAG: gettext_lazy("Take off a tag"),
    BulkField.NEXT_STEP: gettext_lazy("Set the next step"),
}


@page(may="customers.edit_account", methods=("POST",))
def choose(request: MemberRequest) -> HttpResponse:
    """What was chosen, what to change, and before it happens: what it will do."""
    edit = edit_sent(request)
    rows = accounts_of_edit(edit)
    field = request.POST.get("field", "")
    chosen = BulkField(field) if field in set(BulkField) else None
    whole = edit_of_whole_filter(edit)
    context = {
        "numbers": edit.numbers,
        "query": request.POST.get("query", ""),
        "whole": not edit.numbers,
        "count": rows.count(),
        "whole_count": accounts_of_edit(whole).count(),
        "fields": [(str(each), label) for each, label in FIELD_WORDS.items()],
        "field": chosen,
        "field_words": FIELD_WORDS.get(chosen) if chosen else "",
        "choices": choices_for(chosen, edit.workspace),
        "tags": tags_in(edit.workspace),
        "value": request.POST.get("value", ""),
        "back": list_url(request, request.POST.get("query", "")),
        "at_once": AT_ONCE,
    }
    if chosen and request.POST.get("step") == "preview":
        context |= preview_of(edit, chosen, request.POST.get("value", ""))
    return answer(request, "console/bulk.html#bulk", context)


def edit_sent(request: MemberRequest) -> BulkEdit:
    """An edit, not stored, of what the form chose: rows, or everything the filter finds."""
    workspace = request.member.workspace
    keys = request.POST.getlist("row")[:MOST_ROWS]
    whole = request.POST.get("scope") == "whole"
    numbers = [] if whole else [number_in(key, "A") for key in keys]
    query = address_of(request.POST.get("query", "")).query()
    return BulkEdit(workspace=workspace, by=request.member, numbers=numbers, query=query)


def edit_of_whole_filter(edit: BulkEdit) -> BulkEdit:
    """The same edit, of everything the filter finds."""
    return BulkEdit(workspace=edit.workspace, by=edit.by, query=edit.query)


def choices_for(field: BulkField | None, workspace: Workspace) -> list[tuple[str, Any]] | None:
    """What can be chosen for a field; None where it is typed."""
    if field is BulkField.OWNER:
        members = [(str(member.pk), member.name) for member in members_of(workspace)]
        return [("", _("Nobody")), *members]
    if field is BulkField.STAGE:
        return [(str(stage), label) for stage, label in wording.STAGES.items()]
    return None


def preview_of(edit: BulkEdit, field: BulkField, value: str) -> dict[str, Any]:
    """What stands there now with counts, and what will."""
    rows = accounts_of_edit(edit)
    names = dict(choices_for(field, edit.workspace) or [])
    total = rows.count()
    before = [
        (names.get(text, _("Somebody who left")) if names else text, count)
        for text, count in what_stands(rows, field=field)
    ]
    same = sum(count for text, count in what_stands(rows, field=field) if text == value)
    known = not names or value in names
    return {
        "previewed": known,
        "refusal": "" if known else _("Choose one of the values."),
        "before": before,
        "after": names.get(value, value),
        "total": total,
        "changing": total - same,
        "in_background": total > AT_ONCE,
    }


@page(may="customers.edit_account", methods=("POST",))
def apply(request: MemberRequest) -> HttpResponse:
    """Do it: at once, or as a task when there are many."""
    sent = edit_sent(request)
    field = request.POST.get("field", "")
    if field not in set(BulkField):
        raise Refused(_("Choose what to change."))
    if not sent.numbers and request.POST.get("scope") != "whole":
        raise Refused(_("No account was chosen."))
    edit = order_bulk_edit(
        request.member.workspace,
        field=BulkField(field),
        value=request.POST.get("value", ""),
        numbers=sent.numbers,
        query=sent.query,
        by=request.member,
        now=now(),
    )
    if edit.total > AT_ONCE:
        finish_bulk_edit.enqueue(str(edit.workspace_id), str(edit.pk))
    else:
        carry_out_bulk_edit(edit, now=now())
    return answer_after(request, to=edit_url(request, edit))


@page(may="customers.see", methods=READING)
def show(request: MemberRequest, edit: UUID) -> HttpResponse:
    """How far an edit is, what it did, and the way back."""
    row = bulk_edit_with_id(request.member.workspace, edit)
    names = dict(choices_for(BulkField(row.field), request.member.workspace) or [])
    value = names.get(row.value, row.value)
    context = {
        "edit": row,
        "value": value,
        "words": FIELD_WORDS[BulkField(row.field)],
        "unchanged": row.total - row.changed,
        "kept": kept_count(row) if row.undone_at else 0,
        "working": not row.finished_at or (row.undo_began_at and not row.undone_at),
        "may_undo": request.member.may("customers.edit_account"),
        "back": list_url(request, row.query),
    }
    return answer(request, "console/bulk_edit.html#progress", context)


@page(may="customers.edit_account", methods=("POST",))
def undo(request: MemberRequest, edit: UUID) -> HttpResponse:
    """Take it back."""
    row = bulk_edit_with_id(request.member.workspace, edit)
    begin_undo(row, by=request.member, now=now())
    if row.changed > AT_ONCE:
        finish_undo.enqueue(str(row.workspace_id), str(row.pk))
    else:
        undo_bulk_edit(row, by=request.member, now=now())
    return answer_after(request, to=edit_url(request, row))


def list_url(request: MemberRequest, query: str) -> str:
    """The list at that query."""
    url = reverse("console:accounts", kwargs={"workspace": request.member.workspace.slug})
    canonical = address_of(query).query()
    return f"{url}?{canonical}" if canonical else url


def edit_url(request: MemberRequest, edit: BulkEdit) -> str:
    """The page of an edit of many."""
    slug = request.member.workspace.slug
    return reverse("console:bulk-edit", kwargs={"workspace": slug, "edit": edit.pk})
