"""Telling accounts: add, edit, move, archive, name in other systems."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from vereda.customers.actions.values import fitted_values, index_account_values, with_values
from vereda.customers.contracts import (
    AccountAdded,
    AccountArchived,
    AccountChanged,
    AccountChanges,
    AccountRestored,
    AccountStageChanged,
    AlreadyArchived,
    ChangedMeanwhile,
    CircularTree,
    Difference,
    ExternalIdTaken,
    FieldTarget,
    LifecycleStage,
    MoveKind,
    NotAMember,
    NotArchived,
    WrongValue,
)
from vereda.customers.models.accounts import Account, AccountExternalId, AccountMove
from vereda.customers.queries.accounts import accounts_by_external_id, parents_above
from vereda.customers.queries.fields import custom_fields_by_slug
from vereda.customers.rules.names import domain_in, sortable, without_legal_form
from vereda.foundation.facts import announce
from vereda.foundation.scoping import found
from vereda.foundation.zones import day_where
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


@transaction.atomic
def add_account(
    workspace: Workspace,
    *,
    by: Member | None,
    now: datetime,
    external_id: str = "",
    source: str = "",
    **values: Unpack[AccountChanges],
) -> Account:
    """A new account with those values, and what another system calls it.

    A customer since today, unless `created_on` says otherwise.
    """
    account = Account(
        workspace=workspace,
        number=reserve_numbers(workspace, "A")[0],
        changed_by=by,
        created_on=day_where(now, workspace.time_zone),
        stage_since_at=now,
    )
    slugs = _put_values(account, values)
    if not account.name_sort:
        raise WrongValue(_("An account needs a name."))
    account.save(force_insert=True)
    index_account_values([account], fields=_fields(account, values), slugs=slugs)
    if external_id:
        _name_outside(account, value=external_id, source=source)
    record(by, "added", account)
    announce(AccountAdded(workspace_id=workspace.pk, account_id=account.pk))
    return account


@transaction.atomic
def edit_account(
    account: Account,
    *,
    by: Member | None,
    now: datetime,
    version: int | None = None,
    **changes: Unpack[AccountChanges],
) -> Account:
    """The account with those changes.

    `version` is the one the member had on screen: when somebody changed the account since,
    nothing is written and `ChangedMeanwhile` says who and what. Without it the last one wins,
    as befits changing a single cell.
    """
    current = _locked(account)
    before = account_state(current)
    slugs = _put_values(current, changes)
    after = account_state(current)
    changed = sorted(name for name in {*before, *after} if after[name] != before[name])
    if version is not None and version != current.version:
        raise _changed_meanwhile(current, theirs=before, yours=after, fields=changed)
    if not changed:
        return current
    if "stage" in changed:
        current.stage_since_at = now
    current.version += 1
    current.changed_by = by
    current.save(force_update=True)
    index_account_values([current], fields=_fields(current, changes), slugs=slugs)
    keep_moves([(current, before, after)], by=by, now=now)
    _tell_of_edit(current, before=before, after=after, changed=changed, by=by)
    return current


def _tell_of_edit(
    account: Account,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    changed: Collection[str],
    by: Member | None,
) -> None:
    record(
        by,
        "edited",
        account,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    announce(
        AccountChanged(
            workspace_id=account.workspace_id, account_id=account.pk, fields=tuple(changed)
        )
    )
    if "stage" in changed:
        announce(
            AccountStageChanged(
                workspace_id=account.workspace_id,
                account_id=account.pk,
                before=before["stage"],
                after=after["stage"],
            )
        )


_MOVES = {"stage": MoveKind.STAGE, "status": MoveKind.STATUS, "owner_id": MoveKind.OWNER}


def keep_moves(
    edits: Sequence[tuple[Account, Mapping[str, Any], Mapping[str, Any]]],
    *,
    by: Member | None,
    now: datetime,
) -> None:
    """Remember which stages, statuses and owners became others: account, before, after."""
    moves = [
        AccountMove(
            workspace_id=account.workspace_id,
            account=account,
            kind=kind,
            before=str(before[name] or ""),
            after=str(after[name] or ""),
            moved_at=now,
            by=by,
        )
        for account, before, after in edits
        for name, kind in _MOVES.items()
        if before[name] != after[name]
    ]
    if moves:
        AccountMove.objects.of(moves[0].workspace_id).bulk_create(moves)


def assign_account(
    account: Account, *, owner: Member | None, by: Member | None, now: datetime
) -> Account:
    """Give the account to a member, or to nobody."""
    return edit_account(account, by=by, now=now, owner_id=owner.pk if owner else None)


def change_stage(
    account: Account, *, stage: LifecycleStage, by: Member | None, now: datetime
) -> Account:
    """Move the account along its path."""
    return edit_account(account, by=by, now=now, stage=stage)


def set_next_step(account: Account, *, next_step: str, by: Member | None, now: datetime) -> Account:
    """Say what we do next for the account."""
    return edit_account(account, by=by, now=now, next_step=next_step)


def move_account(
    account: Account, *, parent: Account | None, by: Member | None, now: datetime
) -> Account:
    """Put the account below another, or at the top; never below itself."""
    return edit_account(account, by=by, now=now, parent_id=parent.pk if parent else None)


@transaction.atomic
def archive_account(account: Account, *, by: Member | None, now: datetime) -> None:
    """Take the account out of the lists; everything that hangs on it is kept."""
    rows = Account.objects.of(account.workspace_id).filter(pk=account.pk, archived_at=None)
    if not rows.update(archived_at=now, version=F("version") + 1, updated_at=now, changed_by=by):
        raise AlreadyArchived(_("Somebody archived this account first."))
    record(by, "archived", account)
    announce(AccountArchived(workspace_id=account.workspace_id, account_id=account.pk))


@transaction.atomic
def restore_account(account: Account, *, by: Member | None, now: datetime) -> None:
    """Put an archived account back in the lists."""
    rows = Account.objects.of(account.workspace_id).filter(pk=account.pk, archived_at__isnull=False)
    if not rows.update(archived_at=None, version=F("version") + 1, updated_at=now, changed_by=by):
        raise NotArchived(_("This account is in the lists already."))
    record(by, "restored", account)
    announce(AccountRestored(workspace_id=account.workspace_id, account_id=account.pk))


@transaction.atomic
def add_external_id(
    account: Account, *, value: str, source: str = "", by: Member | None
) -> AccountExternalId:
    """Remember what another system calls the account."""
    row = _name_outside(account, value=value, source=source)
    record(by, "named", account, external_id=row.value, source=source)
    return row


@transaction.atomic
def remove_external_id(account: Account, *, value: str, by: Member | None) -> None:
    """Forget what another system calls the account."""
    rows = AccountExternalId.objects.of(account.workspace_id).filter(account=account, value=value)
    found(rows)
    rows.delete()
    record(by, "unnamed", account, external_id=value)


def _name_outside(account: Account, *, value: str, source: str) -> AccountExternalId:
    value = value.strip()[:200]
    taken = accounts_by_external_id(account.workspace_id, [value])
    if taken or not value:
        raise ExternalIdTaken(_("“%s” is another account's external id.") % value)
    try:
        with transaction.atomic():
            row: AccountExternalId = AccountExternalId.objects.of(account.workspace_id).create(
                account=account, value=value, source=source[:50]
            )
    except IntegrityError:
        raise ExternalIdTaken(_("“%s” is another account's external id.") % value) from None
    return row


# --- How an edit is made ------------------------------------------------------


def _locked(account: Account) -> Account:
    """The account as it is now, held until the transaction ends."""
    rows = Account.objects.of(account.workspace_id).select_for_update()
    return found(rows.filter(pk=account.pk))


def _put_values(account: Account, values: AccountChanges) -> Collection[str]:
    """Set checked values on the row; answers the slugs of custom fields that were named."""
    plain = {name: value for name, value in values.items() if name not in _CHECKED}
    for name, value in plain.items():
        setattr(account, name, _bounded(name, value))
    if "name" in values:
        put_name(account, values["name"])
    if "domain" in values:
        account.domain = domain_in(values["domain"])
    elif not account.domain:
        account.domain = domain_in(account.website)
    if "owner_id" in values:
        account.owner_id = _owner(account, values["owner_id"])
    if "parent_id" in values:
        account.parent_id = _parent(account, values["parent_id"])
    custom = values.get("custom", {})
    fitting = fitted_values(custom, fields=_fields(account, values))
    account.custom = with_values(account.custom, changes=fitting)
    return list(custom)


_CHECKED = frozenset({"name", "domain", "owner_id", "parent_id", "custom"})


def put_name(account: Account, name: str) -> None:
    """Set the name, and what lists and the search for duplicates derive from it."""
    account.name = " ".join(name.split())[:200]
    account.name_sort = sortable(account.name)
    account.name_bare = without_legal_form(account.name)


def _bounded(name: str, value: object) -> object:
    """Text without the blanks around it, and refused when longer than its column."""
    if not isinstance(value, str):
        return value
    limit = Account._meta.get_field(name).max_length  # type: ignore[union-attr]
    if "\x00" in value or (limit is not None and len(value.strip()) > limit):
        raise WrongValue(
            _("“%(field)s” takes up to %(limit)d characters.")
            % {"field": name, "limit": limit or 0}
        )
    return value.strip()


def _owner(account: Account, owner_id: UUID | None) -> UUID | None:
    if owner_id is None:
        return None
    if not members_of(account.workspace).filter(pk=owner_id).exists():
        raise NotAMember(_("The owner has to be somebody who works in this workspace."))
    return owner_id


def _parent(account: Account, parent_id: UUID | None) -> UUID | None:
    if parent_id is None:
        return None
    rows = Account.objects.of(account.workspace_id).standing()
    parent = found(rows.filter(pk=parent_id))
    if account.pk in {parent.pk, *parents_above(account.workspace_id, start=parent.pk)}:
        raise CircularTree(
            _("%(account)s cannot stand below %(parent)s: it would stand below itself.")
            % {"account": account.name, "parent": parent.name}
        )
    return parent_id


def _fields(account: Account, values: AccountChanges) -> Mapping[str, Any]:
    """The custom fields, asked only when a value for one is there."""
    if not values.get("custom"):
        return {}
    return custom_fields_by_slug(account.workspace_id, target=FieldTarget.ACCOUNT)


def account_state(account: Account) -> dict[str, Any]:
    """What an edit may change, as plain values by name; custom fields as `custom.<slug>`."""
    state: dict[str, Any] = {name: getattr(account, name) for name in _STATE}
    state |= {f"custom.{slug}": value for slug, value in account.custom.items()}
    return _WithNone(state)


_STATE = (
    "name",
    "domain",
    "website",
    "parent_id",
    "owner_id",
    "stage",
    "status",
    "industry",
    "country",
    "next_step",
    "created_on",
)


class _WithNone(dict[str, Any]):
    """A custom field that is not there holds nothing."""

    def __missing__(self, name: str) -> None:
        return None


def _changed_meanwhile(
    account: Account, *, theirs: Mapping[str, Any], yours: Mapping[str, Any], fields: list[str]
) -> ChangedMeanwhile:
    who = account.changed_by.name if account.changed_by else _("An import")
    return ChangedMeanwhile(
        _("%(who)s changed this account while you had it open. Nothing of yours was stored.")
        % {"who": who},
        differences=tuple(Difference(name, theirs[name], yours[name]) for name in fields),
    )
