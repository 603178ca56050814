"""Asking about accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from vereda.customers.models.accounts import (
    Account,
    AccountExternalId,
    AccountMove,
    AccountRows,
    AccountTag,
    Tag,
    TagRows,
)
from vereda.customers.rules.names import domain_in, folded
from vereda.customers.rules.trees import DEPTH_LIMIT, above
from vereda.foundation.criteria import one_of_many
from vereda.foundation.ids import number_in
from vereda.foundation.scoping import found

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

TOLD = ("account", "kind", "before", "after", "moved_at", "by__user__name", "by__user__email")


@dataclass(frozen=True, slots=True)
class TreeRow:
    """An account in a tree, and how far below the top it stands."""

    account: Account
    depth: int


def account_with_key(workspace: Workspace | UUID, key: str) -> Account:
    """The account a person means by A-12, or `Missing`.

    The key of an account that was merged leads to the one that survived.
    """
    rows = Account.objects.of(workspace).select_related("owner__user", "parent")
    account = found(rows.filter(number=number_in(key, "A")))
    return account if account.merged_into_id is None else survivor_of(account)


def account_with_id(workspace: Workspace | UUID, account_id: UUID) -> Account:
    """The account with that id, or `Missing`."""
    rows = Account.objects.of(workspace).select_related("owner__user", "parent")
    return found(rows.filter(pk=account_id))


def survivor_of(account: Account) -> Account:
    """The account that stands after all merges; itself when it was never merged."""
    while account.merged_into is not None:
        account = account.merged_into
    return account


def listed_accounts(workspace: Workspace | UUID) -> AccountRows:
    """The accounts in the lists, unordered: neither archived nor merged away."""
    return Account.objects.of(workspace).listed()


def archived_accounts(workspace: Workspace | UUID) -> AccountRows:
    """The accounts that left the lists, the last one first."""
    rows = Account.objects.of(workspace).standing().filter(archived_at__isnull=False)
    return rows.order_by("-archived_at", "id")


def accounts_with_ids(workspace: Workspace | UUID, ids: Collection[UUID]) -> Mapping[UUID, Account]:
    """Those accounts by id; ids of other workspaces are simply not there."""
    rows = Account.objects.of(workspace).filter(pk__in=ids).select_related("owner__user")
    return {account.pk: account for account in rows}


def accounts_known_since(
    workspace: Workspace | UUID, *, since: date, until: date
) -> dict[UUID, date]:
    """The standing accounts known from a day between these two, both included, with that day.

    It is the day that was told as their creation, or else the one on which they were added.
    """
    rows = Account.objects.of(workspace).standing()
    told = rows.filter(Q(created_on__range=(since, until)) | Q(created_on=None))
    days = (
        (pk, created_on or created_at.date())
        for pk, created_on, created_at in told.values_list("pk", "created_on", "created_at")
    )
    return {pk: day for pk, day in days if since <= day <= until}


def account_ids_among(workspace: Workspace | UUID, ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of the ids are accounts of this workspace."""
    rows = Account.objects.of(workspace).filter(pk__in=ids)
    return frozenset(rows.values_list("pk", flat=True))


def accounts_by_external_id(
    workspace: Workspace | UUID, external_ids: Collection[str]
) -> dict[str, UUID]:
    """The ids of the accounts that other systems call so; unknown ones are left out."""
    rows = AccountExternalId.objects.of(workspace).filter(value__in=external_ids)
    return dict(rows.values_list("value", "account_id"))


def accounts_by_domain(workspace: Workspace | UUID, domains: Collection[str]) -> dict[str, UUID]:
    """The ids of accounts by domain as given; a domain that several share is left out."""
    wanted = {domain: domain_in(domain) for domain in domains}
    rows = listed_accounts(workspace).filter(domain__in=filter(None, wanted.values()))
    once = _known_once(rows.values_list("domain", "pk"))
    return {domain: once[bare] for domain, bare in wanted.items() if bare in once}


def accounts_by_name(workspace: Workspace | UUID, names: Collection[str]) -> dict[str, UUID]:
    """The ids of accounts by name as given; a name that several bear is left out."""
    wanted = {name: folded(name)[:200] for name in names}
    rows = listed_accounts(workspace).filter(name_sort__in=wanted.values())
    once = _known_once(rows.values_list("name_sort", "pk"))
    return {name: once[bare] for name, bare in wanted.items() if bare in once}


def accounts_by_key(workspace: Workspace | UUID, numbers: Collection[int]) -> dict[int, UUID]:
    """The ids of the accounts with those numbers (12 for A-12)."""
    rows = listed_accounts(workspace).filter(number__in=numbers)
    return dict(rows.values_list("number", "pk"))


def accounts_with_keys(workspace: Workspace | UUID, keys: Collection[str]) -> dict[str, Account]:
    """The accounts with those keys ("A-12"), by key; keys of none are left out."""
    numbers = {number_in(key, "A"): key for key in keys}
    rows = listed_accounts(workspace).filter(number__in=numbers)
    return {numbers[row.number]: row for row in rows}


def _known_once(pairs: Iterable[tuple[str, UUID]]) -> dict[str, UUID]:
    found_ids: dict[str, set[UUID]] = {}
    for name, row_id in pairs:
        found_ids.setdefault(name, set()).add(row_id)
    return {name: next(iter(ids)) for name, ids in found_ids.items() if len(ids) == 1}


def external_ids_of(account: Account, *, with_children: bool = False) -> tuple[str, ...]:
    """What other systems call the account, and on request everything below it."""
    ids = descendant_ids(account) if with_children else [account.pk]
    rows = AccountExternalId.objects.of(account.workspace_id).filter(account__in=ids)
    return tuple(rows.order_by("created_at", "value").values_list("value", flat=True))


def external_ids_of_all(
    workspace: Workspace | UUID, account_ids: Collection[UUID]
) -> dict[UUID, tuple[str, ...]]:
    """What other systems call each of these accounts."""
    among = one_of_many(account_ids, column="account")
    rows = AccountExternalId.objects.of(workspace).filter(among)
    ids: dict[UUID, list[str]] = {account_id: [] for account_id in account_ids}
    # Sorted here: a database asked for the order would walk the ids of every account.
    for account_id, value in rows.values_list("account_id", "value"):
        ids[account_id].append(value)
    return {account_id: tuple(sorted(values)) for account_id, values in ids.items()}


def in_accounts(account_ids: Collection[UUID], *, column: str = "account") -> Q:
    """That a row belongs to one of these accounts.

    Of one account it is an equality: only then do databases read an index of account and time
    from its end and stop after a page.
    """
    if len(account_ids) == 1:
        return Q((column, next(iter(account_ids))))
    return Q((f"{column}__in", account_ids))


def descendant_ids(account: Account) -> list[UUID]:
    """The account's id and those of everything below it; one query per level."""
    known, level = {account.pk}, [account.pk]
    for _ in range(DEPTH_LIMIT):
        below = Account.objects.of(account.workspace_id).standing().filter(parent__in=level)
        level = [pk for pk in below.values_list("pk", flat=True) if pk not in known]
        known.update(level)
        if not level:
            break
    return list(known)


def account_tree(account: Account) -> list[TreeRow]:
    """The whole tree the account stands in, the top first, each parent before its children."""
    top = _top_of(account)
    ids = descendant_ids(top)
    rows = Account.objects.of(account.workspace_id).filter(pk__in=ids)
    children: dict[UUID | None, list[Account]] = {}
    for row in rows.select_related("owner__user").order_by("name_sort", "pk"):
        children.setdefault(row.parent_id, []).append(row)
    start = next(row for row in rows if row.pk == top.pk)
    return _in_order(start, children=children, depth=0)


def _top_of(account: Account) -> Account:
    top = account
    for _ in range(DEPTH_LIMIT):
        if top.parent is None:
            break
        top = top.parent
    return top


def _in_order(
    account: Account, *, children: Mapping[UUID | None, list[Account]], depth: int
) -> list[TreeRow]:
    rows = [TreeRow(account, depth)]
    for child in children.get(account.pk, []) if depth < DEPTH_LIMIT else []:
        rows += _in_order(child, children=children, depth=depth + 1)
    return rows


def parents_above(workspace: Workspace | UUID, *, start: UUID) -> list[UUID]:
    """The ids of everything above an account, the nearest first."""
    parents: dict[UUID, UUID | None] = {}
    step: UUID | None = start
    for _ in range(DEPTH_LIMIT + 1):
        if step is None or step in parents:
            break
        rows = Account.objects.of(workspace).filter(pk=step)
        parents[step] = rows.values_list("parent_id", flat=True).first()
        step = parents[step]
    return above(start, parents=parents)


def moves_before(
    workspace: Workspace | UUID, *, account_ids: Collection[UUID], before: datetime, limit: int
) -> list[AccountMove]:
    """The newest moves of these accounts that are older than `before`, with the name of who did
    it."""
    rows = AccountMove.objects.of(workspace).filter(in_accounts(account_ids), moved_at__lt=before)
    rows = rows.select_related("by__user").order_by("-moved_at", "-pk")
    return list(rows.only(*TOLD)[:limit])


def moves_of(account: Account) -> list[AccountMove]:
    """Every stage, status and owner the account had, the newest first."""
    rows = AccountMove.objects.of(account.workspace_id).filter(account=account)
    return list(rows.select_related("by__user").order_by("-moved_at", "-pk"))


def tags_in(workspace: Workspace | UUID) -> TagRows:
    """Every tag of the workspace, by name."""
    return Tag.objects.of(workspace).order_by("slug")


def tags_of_all(
    workspace: Workspace | UUID, account_ids: Collection[UUID]
) -> dict[UUID, list[Tag]]:
    """The tags of each of these accounts, by name."""
    tags: dict[UUID, list[Tag]] = {account_id: [] for account_id in account_ids}
    rows = AccountTag.objects.of(workspace).filter(account__in=account_ids)
    for row in rows.select_related("tag").order_by("tag__slug"):
        tags[row.account_id].append(row.tag)
    return tags


def accounts_found(workspace: Workspace | UUID, *, text: str, limit: int = 10) -> list[Account]:
    """Accounts whose name begins with or contains the text, or that bear the key or domain."""
    words = folded(text)[:100]
    if not words:
        return []
    rows = listed_accounts(workspace).select_related("owner__user")
    first = list(rows.filter(name_sort__startswith=words).order_by("name_sort", "pk")[:limit])
    if len(first) < limit:
        known = [account.pk for account in first]
        others = rows.exclude(pk__in=known).filter(name_sort__contains=words)
        first += others.order_by("name_sort", "pk")[: limit - len(first)]
    return first
