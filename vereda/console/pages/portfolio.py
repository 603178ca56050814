"""The portfolio: every account of the workspace, as the address wants to see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.console.cells import Column, Drawing, columns_known, rows_of
from vereda.console.filtering import chips_of, condition_sent, filter_form
from vereda.console.listing import ListAddress, address_in
from vereda.console.queries import totals_of, views_of
from vereda.console.questions import measured_in, portfolio_question
from vereda.console.views import tabs_of
from vereda.customers.queries.accounts import listed_accounts, tags_in, tags_of_all
from vereda.customers.queries.lists import Question, accounts_matching, list_order
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.errors import Refused
from vereda.foundation.pages import answer
from vereda.foundation.paging import Slice, slice_of
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account, AccountRows

TEMPLATE = "console/portfolio.html"


@page(may="customers.see", methods=READING)
def accounts(request: MemberRequest) -> HttpResponse:
    """The list; a filter sent by the form becomes part of the address first."""
    workspace = request.member.workspace
    question = portfolio_question(workspace)
    try:
        address = address_in(request.GET)
        sent = condition_sent(request.GET)
        if sent is not None:
            accounts_matching(question, [*address.conditions, sent])
            return redirect(f"{request.path}?{address.with_condition(sent).query()}")
        if "column" in request.GET:
            chosen = address.changed(columns=tuple(request.GET.getlist("column")))
            return redirect(f"{request.path}?{chosen.query()}")
        rows = accounts_matching(question, address.asked)
        order = list_order(question, address.ordering)
    except Refused as refused:
        return refused_list(request, question, refused)
    slice = slice_of(
        rows.select_related("owner__user", *(["parent"] if "parent" in address.columns else [])),
        workspace=workspace,
        order=order,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        **surroundings(request, address, question),
        **drawn_rows(request, address, question, slice),
        "totals": totals_of(rows),
    }
    return answer(request, TEMPLATE, context)


def refused_list(request: MemberRequest, question: Question, refused: Refused) -> HttpResponse:
    """The page without rows, saying what is odd in the address."""
    context = {
        **surroundings(request, ListAddress(), question),
        "refusal": refused.sentence,
        "address": ListAddress(),
    }
    return answer(request, TEMPLATE, context, status=refused.status)


def surroundings(
    request: MemberRequest, address: ListAddress, question: Question
) -> dict[str, Any]:
    """What stands around the rows: views, filters, the columns to choose from."""
    workspace = request.member.workspace
    known = columns_known(question)
    asked = question.fields.get(request.GET.get("add", ""))
    members = list(members_of(workspace)) if asked or address.conditions else []
    tags = tags_in(workspace) if asked is not None else ()
    views = views_of(request.member)
    return {
        "address": address,
        "query": address.query(),
        "views": tabs_of(request.member, views, address),
        "chips": chips_of(address, question, members=members),
        "fields": [field for field in question.fields.values() if field.name != "name"],
        "adding": filter_form(asked, members=members, tags=tags) if asked is not None else None,
        "choosable": [(column, column.name in address.columns) for column in known.values()],
        "may_edit": request.member.may("customers.edit_account"),
        "may_export": request.member.may("console.export_accounts"),
        "may_import": request.member.may("imports.run"),
        "dense_query": address.changed(dense=not address.dense).query(),
    }


def drawn_rows(
    request: MemberRequest, address: ListAddress, question: Question, slice: Slice[Account]
) -> dict[str, Any]:
    """The rows of the page with their cells; one query more for tags, and one for all metrics."""
    known = columns_known(question)
    columns = [known[name] for name in address.columns if name in known]
    ids = [account.pk for account in slice.rows]
    known_names = [column.name for column in columns]
    with_tags = any(column.name == "tags" for column in columns)
    tags = tags_of_all(request.member.workspace, ids) if with_tags else {}
    drawing = Drawing(request.member, question, tags, measured_in(question, known_names, ids))
    return {
        "slice": slice,
        "heads": heads_of(columns, address),
        "name_head": head_of(Column("name", _("Account"), sortable=True), address),
        "rows": rows_of(slice.rows, columns, drawing),
        "nothing_yet": not slice.rows and not address.asked and nothing_yet(request),
    }


def nothing_yet(request: MemberRequest) -> bool:
    """Has the workspace no account at all?"""
    return not listed_accounts(request.member.workspace).exists()


def heads_of(columns: Sequence[Column], address: ListAddress) -> list[dict[str, Any]]:
    """The heads of the columns."""
    return [head_of(column, address) for column in columns]


def head_of(column: Column, address: ListAddress) -> dict[str, Any]:
    """A head: its word, where clicking it leads, and how the list is sorted by it now."""
    current = address.ordering.field == column.name
    direction = "descending" if address.ordering.descending else "ascending"
    return {
        "column": column,
        "query": address.sorted_by(column.name).query() if column.sortable else "",
        "sorted": direction if current else "",
    }


@page(may="customers.see", methods=READING)
def totals(request: MemberRequest) -> HttpResponse:
    """The whole sums of a list that is too long to add up every time."""
    workspace = request.member.workspace
    question = portfolio_question(workspace)
    address = address_in(request.GET)
    rows: AccountRows = accounts_matching(question, address.asked)
    back = reverse("console:accounts", kwargs={"workspace": workspace.slug})
    context = {
        "totals": totals_of(rows, whole=True),
        "query": address.query(),
        "back": f"{back}?{address.query()}",
    }
    return answer(request, "console/totals.html#totals", context)
