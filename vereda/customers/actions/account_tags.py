"""Telling accounts which tags they carry."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vereda.customers.contracts import AccountChanged, WrongValue
from vereda.customers.models.accounts import Account, AccountTag, Tag
from vereda.customers.rules.names import folded
from vereda.foundation.facts import announce
from vereda.workspaces.actions.audit import record

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

TAG_LENGTH = 50


@transaction.atomic
def tag_account(account: Account, *, names: Collection[str], by: Member | None) -> None:
    """Add tags to the account, making those that are new to the workspace."""
    tags = tags_named(account.workspace_id, names=names)
    carried = AccountTag.objects.of(account.workspace_id).filter(account=account)
    known = set(carried.values_list("tag_id", flat=True))
    added = [tag for tag in tags.values() if tag.pk not in known]
    carry_tags(account.workspace_id, pairs=[(account.pk, tag.pk) for tag in added])
    if added:
        _tell_of_tags(account, by=by, added=sorted(tag.name for tag in added))


@transaction.atomic
def untag_account(account: Account, *, names: Collection[str], by: Member | None) -> None:
    """Take tags off the account; those it does not carry are no trouble."""
    slugs = [folded(name) for name in names]
    rows = AccountTag.objects.of(account.workspace_id).filter(account=account, tag__slug__in=slugs)
    removed = sorted(rows.values_list("tag__name", flat=True))
    rows.delete()
    if removed:
        _tell_of_tags(account, by=by, removed=removed)


@transaction.atomic
def set_account_tags(account: Account, *, names: Collection[str], by: Member | None) -> None:
    """Let the account carry exactly these tags."""
    wanted = {folded(name) for name in names}
    rows = AccountTag.objects.of(account.workspace_id).filter(account=account)
    carried = dict(rows.values_list("tag__slug", "tag__name"))
    untag_account(account, names=[carried[slug] for slug in carried if slug not in wanted], by=by)
    tag_account(account, names=[name for name in names if folded(name) not in carried], by=by)


def _tell_of_tags(account: Account, *, by: Member | None, **details: list[str]) -> None:
    record(by, "tagged", account, **details)
    announce(
        AccountChanged(workspace_id=account.workspace_id, account_id=account.pk, fields=("tags",))
    )


def tags_named(workspace: UUID, *, names: Iterable[str]) -> dict[str, Tag]:
    """The tags with those names by slug, made where they do not exist yet."""
    wanted = {folded(name): " ".join(name.split()) for name in names if name.strip()}
    if any(len(name) > TAG_LENGTH or "," in name for name in wanted.values()):
        raise WrongValue(_("A tag has at most 50 characters and no comma."))
    Tag.objects.of(workspace).bulk_create(
        [Tag(workspace_id=workspace, slug=slug, name=name) for slug, name in wanted.items()],
        ignore_conflicts=True,
    )
    return {tag.slug: tag for tag in Tag.objects.of(workspace).filter(slug__in=wanted)}


def carry_tags(workspace: UUID, *, pairs: Iterable[tuple[UUID, UUID]]) -> None:
    """Let each account carry each tag of the pairs; carried ones stay."""
    AccountTag.objects.of(workspace).bulk_create(
        [
            AccountTag(workspace_id=workspace, account_id=account_id, tag_id=tag_id)
            for account_id, tag_id in pairs
        ],
        ignore_conflicts=True,
    )
