"""Many accounts at once, as files, connectors and `group` calls bring them.

A call looks everything up first (a constant number of queries), decides row by row in memory,
and writes in bulk. A row that cannot be stored is a result, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.actions.account_tags import TAG_LENGTH, carry_tags, tags_named
from vereda.customers.actions.accounts import account_state, keep_moves, put_name
from vereda.customers.actions.values import fitted_values, index_account_values, with_values
from vereda.customers.contracts import (
    UNSET,
    AccountIn,
    AccountsUpserted,
    FieldTarget,
    Identity,
    Outcome,
    RowResult,
    UpsertResult,
)
from vereda.customers.models.accounts import Account, AccountExternalId, AccountTag
from vereda.customers.models.fields import CustomField
from vereda.customers.queries.accounts import accounts_by_domain, accounts_by_external_id
from vereda.customers.queries.accounts import accounts_by_name as ids_by_name
from vereda.customers.queries.fields import custom_fields_by_slug
from vereda.customers.rules.names import domain_in, folded
from vereda.customers.rules.trees import closes_a_circle
from vereda.foundation.errors import Refused
from vereda.foundation.facts import announce
from vereda.foundation.importing import journal_value
from vereda.foundation.many_rows import NewRows
from vereda.foundation.scoping import id_of
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers
from vereda.workspaces.queries import members_of, workspace_with_id

if TYPE_CHECKING:
    from vereda.foundation.importing import JournalValue
    from vereda.workspaces.models import Member, Workspace

_PLAIN = ("website", "industry", "country", "next_step", "stage", "status", "created_on")
_COLUMNS = (*_PLAIN, "domain", "owner_id", "parent_id")
_LIMITS = {"name": 200, "website": 500, "industry": 100, "country": 100, "next_step": 300}


class RowRefused(Exception):
    """This row cannot be stored: `code` groups what is repaired alike."""

    def __init__(self, code: str, column: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.column, self.reason = code, column, reason


@dataclass(slots=True)
class _Draft:
    """An account that a row of this call made or means, before it is written."""

    account: Account
    created: bool
    external_ids: set[str] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    stored: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Known:
    """Everything the rows of a call may refer to, looked up before the first is decided."""

    workspace_id: UUID
    by_external_id: dict[str, UUID]
    by_identity: dict[str, UUID]
    drafts: dict[UUID, _Draft]
    owners: dict[str, UUID]
    fields: dict[str, CustomField]
    parents: dict[UUID, UUID | None]
    new: NewRows[Account]


@transaction.atomic
def upsert_accounts(
    workspace: Workspace | UUID,
    rows: Sequence[AccountIn],
    *,
    identity: Identity = Identity.EXTERNAL_ID,
    source: str = "",
    by: Member | None,
    now: datetime,
    dry_run: bool = False,
) -> UpsertResult:
    """Add or change an account for each row; answers what became of each.

    A row is recognised by its external id, else by `identity` (domain or name). What it does
    not say stays; tags are added, never taken off. With `dry_run` nothing is written. One
    fact and, when a member did it, one audit line for all.
    """
    known = _look_up(workspace, rows, identity=identity)
    results = [
        _decide(index, row, known=known, identity=identity, by=by, now=now)
        for index, row in enumerate(rows)
    ]
    if not dry_run:
        _write(known, source=source)
        keep_moves(_edits(known), by=by, now=now)
        _tell(known, by=by)
    return UpsertResult(rows=tuple(results))


# --- Looking up ---------------------------------------------------------------


def _look_up(
    workspace: Workspace | UUID, rows: Sequence[AccountIn], *, identity: Identity
) -> _Known:
    own = {row.external_id for row in rows if row.external_id}
    above = {row.parent_external_id for row in rows if isinstance(row.parent_external_id, str)}
    by_external_id = accounts_by_external_id(workspace, own | above)
    by_identity = _by_identity(workspace, rows, identity=identity)
    meant = {by_external_id[value] for value in own if value in by_external_id}
    drafts = _drafts(workspace, meant | set(by_identity.values()))
    return _Known(
        workspace_id=id_of(workspace),
        by_external_id=by_external_id,
        by_identity=by_identity,
        drafts=drafts,
        owners=_owners(workspace, rows),
        fields=_custom_fields(workspace, rows),
        parents=_parents(workspace) if above else {},
        new=NewRows(Account, workspace_id=id_of(workspace)),
    )


def _by_identity(
    workspace: Workspace | UUID, rows: Sequence[AccountIn], *, identity: Identity
) -> dict[str, UUID]:
    match identity:
        case Identity.DOMAIN:
            domains = {row.domain for row in rows if isinstance(row.domain, str)}
            return accounts_by_domain(workspace, domains)
        case Identity.NAME:
            return ids_by_name(workspace, {row.name for row in rows if isinstance(row.name, str)})
    return {}


def _drafts(workspace: Workspace | UUID, ids: Collection[UUID]) -> dict[UUID, _Draft]:
    accounts = Account.objects.of(workspace).filter(pk__in=ids)
    drafts = {
        account.pk: _Draft(account, created=False, stored=account_state(account))
        for account in accounts
    }
    named = AccountExternalId.objects.of(workspace).filter(account__in=ids)
    for account_id, value in named.values_list("account_id", "value"):
        drafts[account_id].external_ids.add(value)
    tagged = AccountTag.objects.of(workspace).filter(account__in=ids)
    for account_id, slug, name in tagged.values_list("account_id", "tag__slug", "tag__name"):
        drafts[account_id].tags[slug] = name
    return drafts


def _owners(workspace: Workspace | UUID, rows: Sequence[AccountIn]) -> dict[str, UUID]:
    if not any(isinstance(row.owner_email, str) for row in rows):
        return {}
    members = members_of(workspace_with_id(id_of(workspace)))
    return {email.lower(): pk for email, pk in members.values_list("user__email", "pk")}


def _custom_fields(
    workspace: Workspace | UUID, rows: Sequence[AccountIn]
) -> dict[str, CustomField]:
    if not any(row.custom for row in rows):
        return {}
    return custom_fields_by_slug(workspace, target=FieldTarget.ACCOUNT)


def _parents(workspace: Workspace | UUID) -> dict[UUID, UUID | None]:
    placed = Account.objects.of(workspace).filter(parent__isnull=False)
    return dict(placed.values_list("pk", "parent_id"))


# --- Deciding -----------------------------------------------------------------


def _decide(
    index: int,
    row: AccountIn,
    *,
    known: _Known,
    identity: Identity,
    by: Member | None,
    now: datetime,
) -> RowResult:
    try:
        wanted = _wanted(row, known=known)
        draft = _draft_for(row, known=known, identity=identity, wanted=wanted, now=now)
        _refuse_circle(draft, wanted, known=known)
    except RowRefused as refused:
        return RowResult(
            index=index,
            outcome=Outcome.REFUSED,
            code=refused.code,
            column=refused.column,
            reason=refused.reason,
        )
    first_time = draft.created and not draft.changed
    before = {} if first_time else _journal(draft)
    _take(draft, row, wanted, known=known, by=by, now=now)
    after = _journal(draft)
    if first_time:
        return _creation(index, draft, after=after)
    return _result(index, draft, before=before, after=after)


def _journal(draft: _Draft) -> dict[str, JournalValue]:
    return account_journal(draft.account, external_ids=draft.external_ids, tags=draft.tags)


def _creation(index: int, draft: _Draft, *, after: Mapping[str, JournalValue]) -> RowResult:
    said = {name: value for name, value in after.items() if value not in (None, "", [])}
    draft.changed.update(said)
    return RowResult(index=index, outcome=Outcome.CREATED, id=draft.account.pk, after=said)


def _result(
    index: int,
    draft: _Draft,
    *,
    before: Mapping[str, JournalValue],
    after: Mapping[str, JournalValue],
) -> RowResult:
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    draft.changed.update(changed)
    return RowResult(
        index=index,
        outcome=Outcome.UPDATED if changed else Outcome.UNCHANGED,
        id=draft.account.pk,
        before={name: before.get(name) for name in changed},
        after={name: after.get(name) for name in changed},
    )


def _wanted(row: AccountIn, *, known: _Known) -> dict[str, Any]:
    """What the row says, as the account's columns; or `RowRefused`."""
    wanted: dict[str, Any] = {}
    for name, (column, read) in _READERS.items():
        said = getattr(row, name)
        if said is not UNSET:
            wanted[column] = read(name, said, known)
    if row.custom:
        wanted["custom"] = _custom(row, known=known)
    if row.external_id is not None:
        wanted["external_id"] = _external_id(row.external_id)
    return wanted


def _bounded(name: str, said: Any, _known: _Known) -> object:
    if said is None:
        return None if name == "created_on" else ""
    if not isinstance(said, str):
        return said
    text = " ".join(said.split())
    limit = _LIMITS.get(name, len(text))
    if len(text) > limit or "\x00" in text:
        reason = _("It takes up to %d characters; this has %d.") % (limit, len(text))
        raise RowRefused("too_long", name, reason)
    return text


def _domain(_name: str, said: Any, _known: _Known) -> str:
    if not said:
        return ""
    domain = domain_in(said)
    if not domain:
        reason = _("“%s” is no domain such as example.com.") % said[:60]
        raise RowRefused("not_a_domain", "domain", reason)
    return domain


def _owner(_name: str, email: Any, known: _Known) -> UUID | None:
    if not email:
        return None
    owner = known.owners.get(email.strip().lower())
    if owner is None:
        reason = _("“%s” is nobody who works in this workspace. Invite them first.") % email
        raise RowRefused("unknown_owner", "owner", reason)
    return owner


def _parent(_name: str, external_id: Any, known: _Known) -> UUID | None:
    if not external_id:
        return None
    parent = known.by_external_id.get(external_id)
    if parent is None:
        reason = _("There is no account “%s” to stand below. Bring it in first.") % external_id
        raise RowRefused("unknown_parent", "parent", reason)
    return parent


def _custom(row: AccountIn, *, known: _Known) -> dict[str, Any]:
    custom: dict[str, Any] = {}
    for slug, value in row.custom.items():
        try:
            custom |= fitted_values({slug: value}, fields=known.fields)
        except Refused as refused:
            raise RowRefused("wrong_value", f"custom.{slug}", str(refused)) from refused
    return custom


def _external_id(said: str) -> str:
    if not said.strip() or len(said) > 200 or "\x00" in said:
        raise RowRefused("wrong_id", "external_id", _("An id has 1 to 200 characters."))
    return said.strip()


def _tags(_name: str, said: Any, _known: _Known) -> dict[str, str]:
    tags = {folded(name): " ".join(name.split()) for name in said if name.strip()}
    for name in tags.values():
        if len(name) > TAG_LENGTH or "," in name:
            reason = _("A tag has at most 50 characters and no comma.")
            raise RowRefused("wrong_tag", "tags", reason)
    return tags


_READERS: dict[str, tuple[str, Callable[[str, Any, _Known], Any]]] = {
    **{name: (name, _bounded) for name in ("name", *_PLAIN)},
    "domain": ("domain", _domain),
    "owner_email": ("owner_id", _owner),
    "parent_external_id": ("parent_id", _parent),
    "tags": ("tags", _tags),
}


def _draft_for(
    row: AccountIn, *, known: _Known, identity: Identity, wanted: dict[str, Any], now: datetime
) -> _Draft:
    """The account the row means, or a new one that later rows of the call can mean too."""
    meant = known.by_external_id.get(row.external_id or "")
    named = _named(row, identity=identity)
    if meant is None and named is not None:
        meant = known.by_identity.get(named)
    if meant is not None:
        return known.drafts[meant]
    if not wanted.get("name"):
        wanted["name"] = wanted.get("domain") or wanted.get("external_id") or ""
    if not wanted["name"]:
        raise RowRefused("no_name", "name", _("A new account needs a name."))
    draft = _Draft(known.new.make(stage_since_at=now), created=True)
    known.drafts[draft.account.pk] = draft
    if named:
        known.by_identity[named] = draft.account.pk
    return draft


def _named(row: AccountIn, *, identity: Identity) -> str | None:
    """What the row is recognised by when its id is not known."""
    if identity is Identity.EXTERNAL_ID:
        return None
    said = row.domain if identity is Identity.DOMAIN else row.name
    return said if isinstance(said, str) else None


def _refuse_circle(draft: _Draft, wanted: Mapping[str, Any], *, known: _Known) -> None:
    parent = wanted.get("parent_id")
    if parent is None:
        return
    if closes_a_circle(draft.account.pk, parent=parent, parents=known.parents):
        reason = _("The account would stand below itself.")
        raise RowRefused("circle", "parent", reason)


def _take(
    draft: _Draft,
    row: AccountIn,
    wanted: Mapping[str, Any],
    *,
    known: _Known,
    by: Member | None,
    now: datetime,
) -> None:
    """Put what the row wants on the draft."""
    account = draft.account
    if wanted.get("stage", account.stage) != account.stage:
        account.stage_since_at = now
    for name in _COLUMNS:
        if name in wanted:
            setattr(account, name, wanted[name])
    if wanted.get("name"):
        put_name(account, wanted["name"])
    if "parent_id" in wanted:
        known.parents[account.pk] = wanted["parent_id"]
    if "custom" in wanted:
        account.custom = with_values(account.custom, changes=wanted["custom"])
    account.changed_by_id = None if by is None else by.pk
    draft.tags = {**wanted.get("tags", {}), **draft.tags}
    if "external_id" in wanted:
        draft.external_ids.add(wanted["external_id"])
        known.by_external_id[row.external_id or ""] = account.pk


def account_journal(
    account: Account, *, external_ids: Collection[str], tags: Mapping[str, str]
) -> dict[str, JournalValue]:
    """The account as an import's journal keeps it: every field a file can bring."""
    held = zip(_JOURNALLED, _journalled(account), strict=True)
    journal = {name: value if type(value) is str else journal_value(value) for name, value in held}
    if account.custom:
        journal |= {f"custom.{slug}": journal_value(kept) for slug, kept in account.custom.items()}
    journal["external_ids"] = [*sorted(external_ids)]
    journal["tags"] = [*sorted(tags.values())]
    return journal


_JOURNALLED = (*_COLUMNS, "name")
_journalled = attrgetter(*_JOURNALLED)


# --- Writing ------------------------------------------------------------------


def _write(known: _Known, *, source: str) -> None:
    drafts = [draft for draft in known.drafts.values() if draft.changed]
    created = [draft.account for draft in drafts if draft.created]
    updated = [draft.account for draft in drafts if not draft.created]
    rows = Account.objects.of(known.workspace_id)
    if created:
        numbers = reserve_numbers(known.workspace_id, "A", count=len(created))
        for account, number in zip(created, numbers, strict=True):
            account.number = number
        _create_parents_first(created)
    if updated:
        for account in updated:
            account.version += 1
        rows.bulk_update(updated, _UPDATED)
    _write_external_ids(known, drafts, source=source)
    _write_tags(known, drafts)
    touched = {name.removeprefix("custom.") for draft in drafts for name in draft.changed}
    index_account_values([draft.account for draft in drafts], fields=known.fields, slugs=touched)


_UPDATED = (
    *_PLAIN,
    "name",
    "name_sort",
    "name_bare",
    "domain",
    "owner_id",
    "parent_id",
    "custom",
    "stage_since_at",
    "version",
    "changed_by",
)


def _edits(known: _Known) -> list[tuple[Account, dict[str, Any], dict[str, Any]]]:
    drafts = [draft for draft in known.drafts.values() if draft.changed and not draft.created]
    return [(draft.account, draft.stored, account_state(draft.account)) for draft in drafts]


def _create_parents_first(created: Sequence[Account]) -> None:
    """Parents before children: a row may name a parent of the same call."""
    fresh = {account.pk: account for account in created}
    for level in _levels(fresh):
        Account.objects.of(level[0].workspace_id).bulk_create(level)


def _levels(fresh: dict[UUID, Account]) -> Iterator[list[Account]]:
    waiting = dict(fresh)
    while waiting:
        level = [row for row in waiting.values() if row.parent_id not in waiting]
        yield level
        for account in level:
            del waiting[account.pk]


def _write_external_ids(known: _Known, drafts: Sequence[_Draft], *, source: str) -> None:
    new = NewRows(AccountExternalId, workspace_id=known.workspace_id, source=source[:50])
    AccountExternalId.objects.of(known.workspace_id).bulk_create(
        [
            new.make(account_id=draft.account.pk, value=value)
            for draft in drafts
            if "external_ids" in draft.changed
            for value in draft.external_ids
        ],
        ignore_conflicts=True,
    )


def _write_tags(known: _Known, drafts: Sequence[_Draft]) -> None:
    tagged = [draft for draft in drafts if "tags" in draft.changed]
    if not tagged:
        return
    names = {name for draft in tagged for name in draft.tags.values()}
    tags = tags_named(known.workspace_id, names=names)
    pairs = [(draft.account.pk, tags[slug].pk) for draft in tagged for slug in draft.tags]
    carry_tags(known.workspace_id, pairs=pairs)


def _tell(known: _Known, *, by: Member | None) -> None:
    drafts = [draft for draft in known.drafts.values() if draft.changed]
    created = tuple(draft.account.pk for draft in drafts if draft.created)
    updated = tuple(draft.account.pk for draft in drafts if not draft.created)
    if not drafts:
        return
    if by is not None:
        workspace = workspace_with_id(known.workspace_id)
        record(by, "upserted", workspace, created=len(created), updated=len(updated))
    announce(AccountsUpserted(workspace_id=known.workspace_id, created=created, updated=updated))
