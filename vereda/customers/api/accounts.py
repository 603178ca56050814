"""Accounts for programs."""

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Status
from ninja.errors import HttpError

from vereda.customers.actions.account_tags import set_account_tags
from vereda.customers.actions.account_upserts import upsert_accounts
from vereda.customers.actions.accounts import (
    add_account,
    archive_account,
    edit_account,
    restore_account,
)
from vereda.customers.api.said import (
    AccountChange,
    AccountNew,
    AccountRows,
    AccountSaid,
    ListAsked,
    local_day,
    related,
)
from vereda.customers.api.shown import AccountOut, account_out, accounts_out, rows_out
from vereda.customers.contracts import Outcome
from vereda.customers.queries.accounts import (
    account_with_id,
    account_with_key,
    accounts_with_ids,
    archived_accounts,
)
from vereda.customers.queries.lists import account_question, accounts_matching, list_order
from vereda.foundation.api import (
    BearerRequest,
    PageAsked,
    PageOf,
    endpoint,
    stale_is_412,
    version_expected,
)
from vereda.foundation.api_rows import RowsOut
from vereda.foundation.clock import now
from vereda.foundation.paging import Order, slice_of
from vereda.workspaces.actions.turns import hold_upserts

router = Router(tags=["accounts"])
SOURCE = "api"


@router.get("/accounts", response=PageOf[AccountOut])
@endpoint(may="customers.see")
def list_accounts(request: BearerRequest, asked: Query[ListAsked]) -> dict[str, Any]:
    """The accounts in the lists, filtered and sorted as in the portfolio, page by page."""
    workspace = request.member.workspace
    question = account_question(workspace, today=local_day(workspace))
    part = slice_of(
        accounts_matching(question, asked.conditions),
        workspace=workspace,
        order=list_order(question, asked.ordering),
        cursor=asked.cursor,
        size=asked.limit,
    )
    items = accounts_out(workspace, [row.pk for row in part.rows])
    return {"items": items, "next": part.next or None}


@router.get("/accounts/archived", response=PageOf[AccountOut])
@endpoint(may="customers.see")
def list_archived_accounts(request: BearerRequest, asked: Query[PageAsked]) -> dict[str, Any]:
    """The accounts that left the lists, the last one first."""
    workspace = request.member.workspace
    part = slice_of(
        archived_accounts(workspace),
        workspace=workspace,
        order=Order.on("archived", "archived_at", descending=True),
        cursor=asked.cursor,
        size=asked.limit,
    )
    items = accounts_out(workspace, [row.pk for row in part.rows])
    return {"items": items, "next": part.next or None}


@router.post("/accounts", response={201: AccountOut})
@endpoint(may="customers.add_account")
def create_account(request: BearerRequest, body: AccountNew) -> Status[AccountOut]:
    """A new account. With an external id that is taken: 409."""
    workspace = request.member.workspace
    account = add_account(
        workspace,
        by=request.member,
        now=now(),
        external_id=body.external_id,
        source=SOURCE,
        **body.plain(),
        **related(workspace, body),
    )
    set_account_tags(account, names=body.tags, by=request.member)
    return Status(201, account_out(account))


@router.post("/accounts/bulk", response=RowsOut)
@endpoint(may="customers.import_accounts")
def upsert_many_accounts(request: BearerRequest, body: AccountRows) -> RowsOut:
    """Add or change up to 500 accounts; a row that cannot be stored is a result of its own."""
    workspace = request.member.workspace
    hold_upserts(workspace)
    result = upsert_accounts(
        workspace,
        [row.row(row.external_id) for row in body.rows],
        identity=body.identity,
        source=SOURCE,
        by=request.member,
        now=now(),
    )
    stored = accounts_with_ids(workspace, {pk for pk in result.ids if pk})
    return rows_out(result.rows, keys={pk: row.key for pk, row in stored.items()})


@router.put(
    "/accounts/by-external-id/{path:external_id}", response={200: AccountOut, 201: AccountOut}
)
@endpoint(may="customers.import_accounts")
def upsert_account(
    request: BearerRequest, external_id: str, body: AccountSaid
) -> Status[AccountOut]:
    """Add the account that another system calls so (201), or change it (200)."""
    workspace = request.member.workspace
    hold_upserts(workspace)
    result = upsert_accounts(
        workspace,
        [body.row(external_id)],
        source=SOURCE,
        by=request.member,
        now=now(),
    ).rows[0]
    if result.id is None:
        raise HttpError(422, f"{result.column}: {result.reason}")
    status = 201 if result.outcome is Outcome.CREATED else 200
    return Status(status, account_out(account_with_id(workspace, result.id)))


@router.get("/accounts/{key}", response=AccountOut)
@endpoint(may="customers.see")
def show_account(request: BearerRequest, response: HttpResponse, key: str) -> AccountOut:
    """One account; its ETag is its version. The key of a merged one leads to the survivor."""
    shown = account_out(account_with_key(request.member.workspace, key))
    response.headers["ETag"] = f'"{shown.version}"'
    return shown


@router.patch("/accounts/{key}", response=AccountOut)
@endpoint(may="customers.edit_account")
def change_account(request: BearerRequest, key: str, body: AccountChange) -> AccountOut:
    """The account with other words. If-Match or `version` refuse what somebody changed since."""
    workspace = request.member.workspace
    account = account_with_key(workspace, key)
    with stale_is_412(request):
        edit_account(
            account,
            by=request.member,
            now=now(),
            version=version_expected(request, said=body.version),
            **body.plain(),
            **related(workspace, body),
        )
    if body.says("tags"):
        set_account_tags(account, names=body.tags, by=request.member)
    return account_out(account)


@router.post("/accounts/{key}/archive", response=AccountOut)
@endpoint(may="customers.archive_account")
def archive_one_account(request: BearerRequest, key: str) -> AccountOut:
    """Take the account out of the lists; what hangs on it is kept."""
    account = account_with_key(request.member.workspace, key)
    archive_account(account, by=request.member, now=now())
    return account_out(account)


@router.post("/accounts/{key}/restore", response=AccountOut)
@endpoint(may="customers.archive_account")
def restore_one_account(request: BearerRequest, key: str) -> AccountOut:
    """Put an archived account back in the lists."""
    account = account_with_key(request.member.workspace, key)
    restore_account(account, by=request.member, now=now())
    return account_out(account)
