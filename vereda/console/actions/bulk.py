"""Edits of many accounts at once, in parts, and their undoing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from vereda.console.contracts import (
    BulkEditFinished,
    BulkField,
    CannotUndoBulk,
    NothingChosen,
    WrongValueInBulk,
)
from vereda.console.listing import address_of
from vereda.console.models import BulkChange, BulkEdit
from vereda.console.queries import accounts_numbered, changes_to_undo
from vereda.console.questions import portfolio_question
from vereda.customers.actions.account_tags import tag_account, untag_account
from vereda.customers.actions.accounts import edit_account
from vereda.customers.contracts import LifecycleStage
from vereda.customers.queries.accounts import accounts_with_ids, tags_of_all
from vereda.customers.queries.lists import accounts_matching
from vereda.foundation.errors import Refused
from vereda.foundation.facts import announce
from vereda.workspaces.actions.audit import record
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account, AccountRows, Tag
    from vereda.workspaces.models import Member, Workspace

PART = 100
LONGEST_VALUE = 300
LONGEST_TAG = 50


@transaction.atomic
def order_bulk_edit(
    workspace: Workspace,
    *,
    field: BulkField,
    value: str,
    numbers: Sequence[int],
    query: str,
    by: Member,
    now: datetime,
) -> BulkEdit:
    """An edit of these accounts, or of all that the query finds; not carried out yet."""
    edit = BulkEdit(
        workspace=workspace,
        by=by,
        field=field,
        value=_checked(workspace, field, value),
        numbers=list(numbers),
        query="" if numbers else query,
        created_at=now,
    )
    edit.total = accounts_of_edit(edit).count()
    if not edit.total:
        raise NothingChosen(_("No account was chosen."))
    edit.save(force_insert=True)
    record(by, "ordered", edit, field=str(field), value=value, total=edit.total)
    return edit


def _checked(workspace: Workspace, field: BulkField, value: str) -> str:
    """The value, or a refusal that says what was expected."""
    value = value.strip()
    if "\x00" in value or len(value) > LONGEST_VALUE:
        raise WrongValueInBulk(_("The value is too long or not text."))
    if field is BulkField.STAGE and value not in set(LifecycleStage):
        raise WrongValueInBulk(_("Choose a stage."))
    if field is BulkField.OWNER and value:
        known = {str(member.pk) for member in members_of(workspace)}
        if value not in known:
            raise WrongValueInBulk(_("Choose somebody who works in this workspace."))
    if field in {BulkField.ADD_TAG, BulkField.REMOVE_TAG} and not is_a_tag(value):
        raise WrongValueInBulk(_("A tag has from 1 to 50 characters and no comma."))
    return value


def is_a_tag(value: str) -> bool:
    """Can it be a tag?"""
    return 0 < len(value) <= LONGEST_TAG and "," not in value


def accounts_of_edit(edit: BulkEdit) -> AccountRows:
    """The accounts that an edit is about, as they are found now."""
    if edit.numbers:
        return accounts_numbered(edit.workspace, edit.numbers)
    question = portfolio_question(edit.workspace)
    return accounts_matching(question, address_of(edit.query).asked)


def carry_out_bulk_edit(edit: BulkEdit, *, now: datetime) -> BulkEdit:
    """Change the accounts, each with its audit line, and remember what stood there before.

    The accounts are listed once, at the beginning: an edit must not shrink its own filter. An
    interrupted edit goes on where it stopped.
    """
    done = set(
        BulkChange.objects.of(edit.workspace_id)
        .filter(bulk_edit=edit)
        .values_list("account_id", flat=True)
    )
    ids = [pk for pk in accounts_of_edit(edit).values_list("pk", flat=True) if pk not in done]
    for start in range(0, len(ids), PART):
        _change_part(edit, ids[start : start + PART], now=now)
    return _finish(edit, now=now)


@transaction.atomic
def _change_part(edit: BulkEdit, ids: Sequence[UUID], *, now: datetime) -> None:
    accounts = accounts_with_ids(edit.workspace, ids)
    tags = tags_of_all(edit.workspace, ids)
    after = value_wanted(edit)
    changes = []
    for account in accounts.values():
        before = value_standing(edit, account, tags=tags[account.pk])
        if before == after:
            continue
        _put(edit, account, after, by=edit.by, now=now)
        changes.append(
            BulkChange(
                workspace_id=edit.workspace_id,
                bulk_edit=edit,
                account=account,
                before=before,
                after=after,
            )
        )
    BulkChange.objects.of(edit.workspace_id).bulk_create(changes)
    rows = BulkEdit.objects.of(edit.workspace_id).filter(pk=edit.pk)
    rows.update(changed=F("changed") + len(changes), updated_at=now)


CARRIED, NOT_CARRIED = "yes", "no"


def value_wanted(edit: BulkEdit) -> str:
    """What will stand in the column, as text; of a tag, whether it is carried."""
    tagging = {BulkField.ADD_TAG: CARRIED, BulkField.REMOVE_TAG: NOT_CARRIED}
    return tagging.get(BulkField(edit.field), edit.value)


def value_standing(edit: BulkEdit, account: Account, *, tags: Sequence[Tag]) -> str:
    """What stands in the account's column now, as text; of a tag, whether it is carried."""
    match BulkField(edit.field):
        case BulkField.OWNER:
            return str(account.owner_id or "")
        case BulkField.STAGE:
            return account.stage
        case BulkField.NEXT_STEP:
            return account.next_step
    wanted = edit.value.casefold()
    return CARRIED if any(tag.name.casefold() == wanted for tag in tags) else NOT_CARRIED


def _put(edit: BulkEdit, account: Account, value: str, *, by: Member | None, now: datetime) -> None:
    """Let the value stand in the account's column."""
    match BulkField(edit.field):
        case BulkField.OWNER:
            edit_account(account, owner_id=UUID(value) if value else None, by=by, now=now)
        case BulkField.STAGE:
            edit_account(account, stage=LifecycleStage(value), by=by, now=now)
        case BulkField.NEXT_STEP:
            edit_account(account, next_step=value, by=by, now=now)
        case _ if value == CARRIED:
            tag_account(account, names=[edit.value], by=by)
        case _:
            untag_account(account, names=[edit.value], by=by)


@transaction.atomic
def _finish(edit: BulkEdit, *, now: datetime) -> BulkEdit:
    rows = BulkEdit.objects.of(edit.workspace_id).filter(pk=edit.pk, finished_at=None)
    if rows.update(finished_at=now, updated_at=now):
        record(edit.by, "edited many", edit, field=edit.field, value=edit.value)
        announce(BulkEditFinished(workspace_id=edit.workspace_id, bulk_edit_id=edit.pk))
    edit.refresh_from_db()
    return edit


@transaction.atomic
def begin_undo(edit: BulkEdit, *, by: Member, now: datetime) -> None:
    """Claim the undoing; the second person to ask is refused."""
    rows = BulkEdit.objects.of(edit.workspace_id).filter(
        pk=edit.pk, finished_at__isnull=False, undo_began_at=None
    )
    if not rows.update(undo_began_at=now, updated_at=now):
        raise CannotUndoBulk(_("It was undone already, or it is not finished yet."))
    record(by, "undid many", edit)


def undo_bulk_edit(edit: BulkEdit, *, by: Member | None, now: datetime) -> BulkEdit:
    """Put back what stood there, except where somebody wrote something else since."""
    while part := list(changes_to_undo(edit)[:PART]):
        _undo_part(edit, part, by=by, now=now)
    BulkEdit.objects.of(edit.workspace_id).filter(pk=edit.pk).update(undone_at=now)
    edit.refresh_from_db()
    return edit


@transaction.atomic
def _undo_part(
    edit: BulkEdit, changes: Sequence[BulkChange], *, by: Member | None, now: datetime
) -> None:
    ids = [change.account_id for change in changes]
    accounts = accounts_with_ids(edit.workspace, ids)
    tags = tags_of_all(edit.workspace, ids)
    for change in changes:
        account = accounts[change.account_id]
        change.undone_at = now
        change.kept = value_standing(edit, account, tags=tags[account.pk]) != change.after
        if not change.kept:
            change.kept = not _put_back(edit, account, change.before, by=by, now=now)
    BulkChange.objects.of(edit.workspace_id).bulk_update(changes, ["undone_at", "kept"])


def _put_back(
    edit: BulkEdit, account: Account, value: str, *, by: Member | None, now: datetime
) -> bool:
    """Whether it could be put back: an owner who left since cannot own again."""
    try:
        _put(edit, account, value, by=by, now=now)
    except Refused:
        return False
    return True
