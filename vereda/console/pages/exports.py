"""The list as a file: the same filter, order and columns, safe to open in a spreadsheet."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_precision
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vereda.console.actions.views import note_export
from vereda.console.cells import columns_known
from vereda.console.listing import ListAddress, address_in
from vereda.console.questions import measured_in, portfolio_question
from vereda.customers import wording
from vereda.customers.contracts import CommercialStatus, LifecycleStage
from vereda.customers.queries.accounts import external_ids_of_all, tags_of_all
from vereda.customers.queries.fields import values_of
from vereda.customers.queries.lists import Question, accounts_matching, list_order
from vereda.events.queries.metric_lists import metric_named_in
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.paging import slice_of
from vereda.foundation.tabular import Cell, csv_lines, write_workbook

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.workspaces.models import Workspace

PART = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(may="console.export_accounts", methods=READING)
def export(request: MemberRequest) -> HttpResponseBase:
    """The list of the address as CSV, or as a workbook with `?format=xlsx`."""
    workspace = request.member.workspace
    question = portfolio_question(workspace)
    address = address_in(request.GET)
    accounts_matching(question, address.asked)
    list_order(question, address.ordering)
    format = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    note_export(workspace, by=request.member, query=address.kept_query(), format=format)
    shown = [name for name in address.columns if name in exportable(question)]
    names = ["key", "name", "external_id", *shown, *(["currency"] if "arr" in shown else [])]
    header = [str(head_words(name, question)) for name in names]
    rows = exported_rows(workspace, question, address, names)
    name = f"{workspace.slug}-accounts-{question.today.isoformat()}.{format}"
    if format == "xlsx":
        return workbook(header, rows, name=name)
    language = get_language() or "en"
    response = StreamingHttpResponse(
        csv_lines(header, rows, language=language), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def exportable(question: Question) -> set[str]:
    """The columns that a file can hold; a sparkline is a picture."""
    return {name for name in columns_known(question) if name != "usage"} | {"currency"}


def head_words(name: str, question: Question) -> Any:
    """The head of a column in the file."""
    own = {"key": _("Key"), "external_id": _("Account id"), "currency": _("Currency")}
    return own.get(name) or question.fields[name].label


def exported_rows(
    workspace: Workspace, question: Question, address: ListAddress, names: list[str]
) -> Iterator[list[Cell]]:
    """Every account of the list, part by part: memory does not grow with the list."""
    rows = accounts_matching(question, address.asked).select_related("owner__user", "parent")
    order = list_order(question, address.ordering)
    cursor = ""
    while True:
        part = slice_of(rows, workspace=workspace, order=order, cursor=cursor, size=PART)
        ids = [account.pk for account in part.rows]
        tags = tags_of_all(workspace, ids) if "tags" in names else {}
        outside = external_ids_of_all(workspace, ids)
        measured = measured_in(question, names, ids)
        for account in part.rows:
            asked: dict[str, Cell] = {
                "external_id": next(iter(outside.get(account.pk, ())), ""),
                "tags": ", ".join(tag.name for tag in tags.get(account.pk, [])),
                **{name: None for name in names if metric_named_in(name)},
                **measured.get(account.pk, {}),
            }
            yield [
                asked[name] if name in asked else exported_cell(account, name, question)
                for name in names
            ]
        cursor = part.next
        if not cursor:
            return


def exported_cell(account: Account, name: str, question: Question) -> Cell:
    """The value of a cell as a file holds it."""
    if name.startswith("custom."):
        slug = name.removeprefix("custom.")
        field = question.fields[name].custom
        return values_of(account, fields={slug: field})[0].value if field else None
    written = WRITTEN.get(name)
    if written is not None:
        return written(account)
    value: Cell = getattr(account, name, None)
    return value


def major_units(minor: int | None, currency: str) -> Decimal | None:
    """Minor units as a number of major ones."""
    if minor is None:
        return None
    return Decimal(minor).scaleb(-get_currency_precision(currency or "EUR"))


WRITTEN: dict[str, Callable[[Account], Cell]] = {
    "owner": lambda account: account.owner.user.email if account.owner else "",
    "parent": lambda account: account.parent.key if account.parent else "",
    "stage": lambda account: str(wording.STAGES[LifecycleStage(account.stage)]),
    "status": lambda account: str(wording.STATUSES[CommercialStatus(account.status)]),
    "arr": lambda account: major_units(account.arr_minor, account.currency),
    "active_people": lambda account: account.active_people_28d,
}


def workbook(header: list[str], rows: Iterator[list[Cell]], *, name: str) -> FileResponse:
    """A workbook, written to a file that is gone when it has been sent."""
    descriptor, path = tempfile.mkstemp(suffix=".xlsx")
    os.close(descriptor)
    write_workbook(Path(path), header, rows, sheet=_("Accounts"))
    sent = Path(path).open("rb")  # noqa: SIM115 - the answer closes it when it is sent
    Path(path).unlink()
    return FileResponse(sent, as_attachment=True, filename=name, content_type=XLSX)
